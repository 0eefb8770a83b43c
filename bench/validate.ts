// SPDX-License-Identifier: Apache-2.0
// Validation of large BOMs: time and memory at 10,000, 20,000 and 100,000 components, and the ratio to the
// validator of @cyclonedx/cyclonedx-library at sizes it can finish. Flags: --rounds N, --library 0 to skip it.

import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { validateBom } from "../src/bom/validate.ts";
import { compare, machineLine, numberFlags, printSeries, ratio, task } from "./harness.ts";

const flags = numberFlags({ rounds: 3, library: 1 });

/** A BOM whose components have what real ones have: ref, purl, hash, license, reference, two properties. */
function syntheticBom(count: number): string {
  const components = Array.from({ length: count }, (_, index) => ({
    type: "library",
    "bom-ref": `ref-${index}`,
    name: `package-${index}`,
    version: "1.0.0",
    purl: `pkg:npm/package-${index}@1.0.0`,
    hashes: [{ alg: "SHA-256", content: index.toString(16).padStart(64, "0") }],
    licenses: [{ license: { id: "Apache-2.0" } }],
    externalReferences: [{ type: "website", url: `https://example.com/${index}` }],
    properties: [
      { name: "a", value: "b" },
      { name: "c", value: String(index) },
    ],
  }));
  const dependencies = [
    { ref: "ref-0", dependsOn: components.slice(1).map((each) => each["bom-ref"]) },
    ...components.slice(1).map((each) => ({ ref: each["bom-ref"] })),
  ];
  return JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.7", version: 1, components, dependencies });
}

async function validateOurs(bytes: Uint8Array): Promise<void> {
  const { findings } = await validateBom(bytes, "bom.json");
  if (findings.length > 0) {
    throw new Error(`the synthetic BOM has findings: ${findings[0]?.code}`);
  }
}

function ours(count: number): ReturnType<typeof task> {
  const bytes = new TextEncoder().encode(syntheticBom(count));
  return task(`aibom ${count}`, () => validateOurs(bytes));
}

function library(count: number): ReturnType<typeof task> {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot7);
  const text = syntheticBom(count);
  return task(`library ${count}`, async () => {
    const error = await validator.validate(text);
    if (error !== null) {
      throw new Error(`the library refuses the synthetic BOM: ${JSON.stringify(error)}`);
    }
  });
}

console.log(machineLine());
const large = await compare([ours(10_000), ours(20_000), ours(100_000)], flags.rounds);
const isMet = printSeries("validate (parse, schema, meaning)", large, {
  targets: [{ of: "aibom 20000", against: "aibom 10000", maxRatio: 2.5 }],
});
console.log(`  peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
let isLibraryMet = true;
if (flags.library > 0) {
  const sizes = [1000, 2000, 4000];
  const series = await compare(
    sizes.flatMap((count) => [ours(count), library(count)]),
    flags.rounds,
  );
  isLibraryMet = printSeries("against the library", series, {
    targets: [{ of: "aibom 4000", against: "library 4000", maxRatio: 0.5 }],
  });
  for (const count of sizes) {
    console.log(
      `  ${count} components: library / aibom = ${ratio(series, `library ${count}`, `aibom ${count}`).toFixed(1)}`,
    );
  }
}
process.exitCode = isMet && isLibraryMet ? 0 : 1;
