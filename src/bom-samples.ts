// SPDX-License-Identifier: Apache-2.0
// Components of a BOM as a policy's cases have artifacts: judged on what the BOM says, since nothing is on disk. No bytes are read
// and no signature is verified; signers can be supposed.

import type { BomArtifact } from "./bom/read.ts";
import type { ArtifactKind } from "./model/artifact.ts";
import type { SampleArtifact } from "./policy/policy-test.ts";

const kindsOfTypes: ReadonlyMap<string, ArtifactKind> = new Map([
  ["machine-learning-model", "model"],
  ["data", "dataset"],
  ["platform", "environment"],
  ["container", "image"],
]);

/** A component with the signatures that `signers` are supposed to have made. */
export function sampleOfComponent(artifact: BomArtifact, signers: readonly string[]): SampleArtifact {
  const { name, type, files, licenses, purl, properties = [] } = artifact;
  const kind = kindsOfTypes.get(type) ?? "file-set";
  return {
    name,
    kind,
    files: files.map(({ path, format }) => ({ path, ...(format === undefined ? {} : { format }) })),
    ...(licenses === undefined ? {} : { licenses }),
    ...(purl === undefined ? {} : { purl }),
    properties: Object.fromEntries(properties.map((each) => [each.name, each.value])),
    signatures: signers.map((signer) => ({ signer })),
    inBom: true,
  };
}
