// SPDX-License-Identifier: Apache-2.0
// Building a BOM of many files in this process, self-check included: `node bench/bom.ts --files 100000`.
// Ceiling: 4 s for 100,000 components, and at most 2.5 times when the size doubles.

import { parseArgs } from "node:util";
import { buildBom } from "../src/bom/build.ts";
import type { Artifact, ArtifactFile } from "../src/model/artifact.ts";
import { compare, printSeries, task } from "./harness.ts";

const { values } = parseArgs({
  options: { files: { type: "string", default: "100000" }, rounds: { type: "string", default: "3" } },
});
const count = Number(values.files);

function manyFiles(files: number): ArtifactFile[] {
  return Array.from({ length: files }, (_, index) => ({
    path: `part-${String(Math.floor(index / 1000)).padStart(4, "0")}/file-${String(index).padStart(8, "0")}.bin`,
    size: 4096,
    digests: [{ algorithm: "sha256", hex: index.toString(16).padStart(64, "0") }],
    format: "file",
    status: "opaque",
  }));
}

function oneArtifact(files: number): Artifact[] {
  return [
    {
      kind: "model",
      name: "many",
      files: manyFiles(files),
      facts: [],
      findings: [],
      ignored: [],
      complete: true,
    },
  ];
}

/** As many artifacts as files: every one goes through the library's models. */
function manyArtifacts(artifacts: number): Artifact[] {
  return manyFiles(artifacts).map((file) => ({
    kind: "model",
    name: file.path,
    files: [file],
    facts: [],
    findings: [],
    ignored: [],
    complete: true,
  }));
}

const options = { specVersion: "1.7", toolVersion: "0.0.0", timestamp: new Date(0) } as const;
const inputs = {
  half: oneArtifact(count / 2),
  whole: oneArtifact(count),
  artifacts: manyArtifacts(count / 2),
};
const series = await compare(
  [
    task(`${count / 2} files`, () => buildBom(inputs.half, options)),
    task(`${count} files`, () => buildBom(inputs.whole, options)),
    task(`${count / 2} models of one file`, () => buildBom(inputs.artifacts, options)),
  ],
  Number(values.rounds),
);
const isMet = printSeries("build, self-check and serialise a BOM (ms)", series, {
  targets: [{ of: `${count} files`, against: `${count / 2} files`, maxRatio: 2.5 }],
});
const whole = series[1]?.median ?? Number.NaN;
console.log(`${count} files: ${whole.toFixed(0)} ms, ceiling ${(count / 100_000) * 4000} ms`);
process.exitCode = isMet && whole <= (count / 100_000) * 4000 ? 0 : 1;
