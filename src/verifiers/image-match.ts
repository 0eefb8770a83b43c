// SPDX-License-Identifier: Apache-2.0
// Compares the images of an artifact with the containers of a BOM: every platform by the digest of its manifest, and every
// blob of it, both ways. The file that carries them is compared with the other files.

import type { BomArtifact } from "../bom/read.ts";
import type { Artifact } from "../model/artifact.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { ImageContent } from "../model/image.ts";

/** What differs; empty without images, or where all are as the BOM says. */
export function matchImages(
  { name, images = [] }: Artifact,
  candidates: readonly BomArtifact[],
): readonly Finding[] {
  const containers = candidates.filter(isImage);
  const expected = new Map(containers.map((each) => [each.digests[0]?.hex ?? "", each]));
  const seen = new Set<string>();
  const findings = images.flatMap((image): readonly Finding[] => {
    const hex = hexOf(image.digest);
    const component = expected.get(hex);
    seen.add(hex);
    return component === undefined
      ? [finding("BOM_ARTIFACT_UNKNOWN", { path: "." }, { artifact: shown(image) }, { subject: name })]
      : compareBlobs(image, component, name);
  });
  const missing =
    images.length === 0 ? [] : containers.filter(({ digests }) => !seen.has(digests[0]?.hex ?? ""));
  // Another image of a BOM over several targets is missed by the target that has it.
  const own = missing.filter(({ properties = [] }) =>
    properties.some(
      (each) => each.name === "aibom:image:index" && images.some(({ digest }) => digest === each.value),
    ),
  );
  return [
    ...findings,
    ...own.map((each) => finding("BOM_FILE_MISSING", { path: each.name }, {}, { subject: name })),
  ];
}

/** The containers of a BOM that are compared with the images of an artifact. */
export function comparedContainers(
  { images = [] }: Artifact,
  candidates: readonly BomArtifact[],
): readonly BomArtifact[] {
  const here = new Set(images.map(({ digest }) => hexOf(digest)));
  return candidates.filter((each) => isImage(each) && here.has(each.digests[0]?.hex ?? ""));
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}

function isImage({ properties = [] }: BomArtifact): boolean {
  return properties.some((each) => each.name === "aibom:image:role");
}

function shown({ name, platform }: ImageContent): string {
  return platform === undefined ? name : `${name} (${platform})`;
}

function compareBlobs(image: ImageContent, component: BomArtifact, subject: string): readonly Finding[] {
  const expected = new Map(component.files.map((file) => [file.path, file.digests]));
  const changed = image.files.flatMap(({ path, digests }): readonly Finding[] => {
    const stated = expected.get(path);
    const place = { path: ".", member: `${image.digest}!${path}` };
    expected.delete(path);
    if (stated === undefined) {
      return [finding("BOM_FILE_EXTRA", place, {}, { subject })];
    }
    return digests.flatMap(({ algorithm, hex }) => {
      const [other] = stated.filter((each) => each.algorithm === algorithm);
      return other?.hex === hex
        ? []
        : [
            finding(
              "BOM_FILE_CHANGED",
              place,
              { algorithm, actual: hex, expected: other?.hex ?? "nothing" },
              { subject },
            ),
          ];
    });
  });
  const missing = [...expected.keys()].map((path) =>
    finding("BOM_FILE_MISSING", { path: ".", member: `${image.digest}!${path}` }, {}, { subject }),
  );
  return [...changed, ...missing];
}
