// SPDX-License-Identifier: Apache-2.0
// Comparing two BOMs of 10,000 and 20,000 components of which every tenth changed, came or went, read from disk and validated:
// `node bench/compare.ts`. Ceiling: 3 s for 10,000, and at most 2.6 times when the size doubles.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareFiles } from "../src/compare-boms.ts";
import { renderDiffJson } from "../src/report/diff-json.ts";
import { compare, machineLine, numberFlags, printSeries, task, temporaryDirectory } from "./harness.ts";

const flags = numberFlags({ rounds: 3 });
const directory = temporaryDirectory("compare");

/** A BOM whose components have what real ones have; `round` changes a tenth of them. */
function writeBom(name: string, count: number, round: number): string {
  const components = Array.from({ length: count }, (_, index) => {
    const own = index % 10 === 0 ? `${index}-${round}` : String(index);
    return {
      type: "library",
      "bom-ref": `ref-${round}-${index}`,
      name: `package-${index % 20 === 0 ? own : index}`,
      version: own,
      purl: `pkg:npm/package-${index % 20 === 0 ? own : index}@${own}`,
      hashes: [
        { alg: "SHA-256", content: index.toString(16).padStart(64, String(index % 10 === 0 ? round : 0)) },
      ],
      licenses: [{ license: { id: "Apache-2.0" } }],
      externalReferences: [{ type: "website", url: `https://example.com/${index}` }],
      properties: [
        { name: "a", value: "b" },
        { name: "c", value: own },
      ],
    };
  });
  const [first, ...others] = components.map((each) => each["bom-ref"]);
  const dependencies = [{ ref: first, dependsOn: others }, ...others.map((ref) => ({ ref }))];
  const path = join(directory, name);
  writeFileSync(
    path,
    JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.7", version: 1, components, dependencies }),
  );
  return path;
}

function contender(count: number): ReturnType<typeof task> {
  const [before, after] = [writeBom(`a${count}`, count, 1), writeBom(`b${count}`, count, 2)];
  return task(`${count} components`, async () => {
    const diff = await compareFiles(before, after);
    if (diff.changes.length < count / 10) {
      throw new Error(`only ${diff.changes.length} changes were found`);
    }
    renderDiffJson(diff);
  });
}

console.log(machineLine());
const series = await compare([contender(10_000), contender(20_000)], flags.rounds);
const isMet = printSeries("read, validate and compare two BOMs (ms)", series, {
  targets: [{ of: "20000 components", against: "10000 components", maxRatio: 2.6 }],
});
console.log(`  peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
const isQuick = (series[0]?.median ?? Number.POSITIVE_INFINITY) <= 3000;
console.log(`  target ${isQuick ? "met" : "MISSED"}: 10,000 components in at most 3,000 ms`);
process.exitCode = isMet && isQuick ? 0 : 1;
