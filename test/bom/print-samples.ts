// SPDX-License-Identifier: Apache-2.0
// Prints the digests of all sample BOMs, their inputs shuffled by a seed: run in other environments by the
// determinism test.

import { createHash } from "node:crypto";
import { buildBom } from "../../src/bom/build.ts";
import { samples } from "./sample-artifacts.ts";

let state = Number(process.argv[2] ?? "0");
const keep = state === 0;

function shuffled<T>(list: readonly T[]): T[] {
  return keep
    ? [...list]
    : list
        .map((item) => {
          state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
          return { item, order: state };
        })
        .sort((a, b) => a.order - b.order)
        .map(({ item }) => item);
}

for (const [name, artifacts] of Object.entries(samples)) {
  for (const specVersion of ["1.6", "1.7"] as const) {
    const input = shuffled(artifacts).map((artifact) => ({
      ...artifact,
      files: shuffled(artifact.files),
      facts: shuffled(artifact.facts),
      findings: shuffled(artifact.findings),
      ignored: shuffled(artifact.ignored),
    }));
    const timestamp = new Date(1_700_000_000_000);
    const bytes = await buildBom(input, { specVersion, toolVersion: "0.0.0", timestamp });
    console.log(name, specVersion, createHash("sha256").update(bytes).digest("hex"));
  }
}
