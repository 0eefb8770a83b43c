// SPDX-License-Identifier: Apache-2.0
// What a signature over the files on disk says of an image that lies in them. Whoever signed an archive signed what lies in
// it; whoever signed the blobs of a layout signed the layers, and with all of them the files in the layers. Blobs are known
// by their digests: what they are called on disk differs from layout to layout.

import type { Artifact, ArtifactFile } from "../../model/artifact.ts";
import type { SignatureEvidence } from "../../model/evidence.ts";
import { mintSignatureEvidence } from "../mint.ts";

/** The same signature, as evidence about `image`, which lies in the files `carrier` of a target. */
export function carriedEvidence(
  evidence: SignatureEvidence,
  carrier: readonly ArtifactFile[],
  image: Artifact,
): SignatureEvidence {
  const signed = new Set(evidence.covers);
  const covers = coveredOf(
    image.files,
    carrier.filter(({ path }) => signed.has(path)),
    carrier.length === 1,
  );
  return mintSignatureEvidence({ ...evidence, subject: image.name, covers: covers.map(({ path }) => path) });
}

function coveredOf(
  files: readonly ArtifactFile[],
  signed: readonly ArtifactFile[],
  isArchive: boolean,
): readonly ArtifactFile[] {
  if (isArchive) {
    return signed.length === 0 ? [] : files;
  }
  const digests = new Set(signed.flatMap((file) => file.digests.map(named)));
  const paths = new Set(signed.map(({ path }) => path));
  const blobs = files.filter(({ path }) => !path.startsWith("/"));
  const covered = blobs.filter(
    (file) => paths.has(file.path) || file.digests.map(named).some((each) => digests.has(each)),
  );
  return blobs.length > 0 && covered.length === blobs.length ? files : covered;
}

function named({ algorithm, hex }: ArtifactFile["digests"][number]): string {
  return `${algorithm}:${hex}`;
}
