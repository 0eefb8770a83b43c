// SPDX-License-Identifier: Apache-2.0
// Building a BOM of many components in this process, self-check included, and writing it to disk:
// `node bench/bom.ts --files 100000`. Ceiling: 4 s for 100,000 components, be they files of one model or models
// of one file, and at most 2.5 times when the size doubles.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBomPieces } from "../src/bom/build.ts";
import { writeFileAtomic } from "../src/cli/write-file.ts";
import type { Artifact, ArtifactFile } from "../src/model/artifact.ts";
import { compare, machineLine, printSeries, task, temporaryDirectory } from "./harness.ts";

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
const out = join(temporaryDirectory("bom"), "bom.json");
const write = async (artifacts: readonly Artifact[]): Promise<void> =>
  writeFileAtomic(out, await buildBomPieces(artifacts, options));
const names = {
  half: `${count / 2} files`,
  whole: `${count} files`,
  artifacts: `${count / 2} models of one file`,
};
console.log(machineLine());
const series = await compare(
  [
    task(names.half, () => write(inputs.half)),
    task(names.whole, () => write(inputs.whole)),
    task(names.artifacts, () => write(inputs.artifacts)),
  ],
  Number(values.rounds),
);
const isMet = printSeries("build, self-check, serialise and write a BOM (ms)", series, {
  targets: [{ of: names.whole, against: names.half, maxRatio: 2.5 }],
});
const ceiling = (count / 100_000) * 4000;
const slow = series.filter((one) => one.name !== names.half && !(one.median <= ceiling));
console.log(`  target ${slow.length === 0 ? "met" : "MISSED"}: ${count} components in at most ${ceiling} ms`);
process.exitCode = isMet && slow.length === 0 ? 0 : 1;
