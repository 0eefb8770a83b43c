// SPDX-License-Identifier: Apache-2.0
// From a signer over a manifest to the files that it lists: where a signature covers a manifest, and a file has the
// digest that the manifest states, the signer's statement reaches the file. Never without a signature, or a dataset
// could vouch for itself; never through a weak hash function; and never for the rules that ask who signed the files: a
// manifest lists what it knows, and what was added beside it is signed by nobody.

import type { Artifact, ManifestMatch } from "../model/artifact.ts";
import type { ManifestEvidence, SignatureEvidence } from "../model/evidence.ts";
import { mintManifestEvidence } from "./mint.ts";

/** What accepted signatures over the manifests of `artifact` say about other files. */
export function chainManifests(
  { name, manifestMatches = [] }: Pick<Artifact, "name" | "manifestMatches">,
  signatures: readonly SignatureEvidence[],
): readonly ManifestEvidence[] {
  if (manifestMatches.length === 0) {
    return [];
  }
  return signatures
    .filter(({ usage, contradicts = [] }) => usage === "model" && contradicts.length === 0)
    .flatMap(({ covers, signer, signature }) => {
      const signed = new Set(covers);
      const matches = manifestMatches.filter(({ manifest }) => signed.has(manifest));
      return [...Map.groupBy(matches, ({ algorithm }) => algorithm)].map(([algorithm, same]) =>
        mintManifestEvidence({
          subject: name,
          manifests: distinct(same, "manifest"),
          signer,
          signature,
          covers: distinct(same, "path"),
          algorithms: [algorithm],
        }),
      );
    });
}

function distinct(matches: readonly ManifestMatch[], member: "manifest" | "path"): readonly string[] {
  return [...new Set(matches.map((match) => match[member]))];
}
