// SPDX-License-Identifier: Apache-2.0
// The CycloneDX project's own valid and invalid documents, real-world BOMs, and documents that fit the schema
// and are wrong all the same.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { before, type TestContext } from "node:test";
import { buildValidators } from "../../scripts/validators.ts";
import { readBom } from "../../src/bom/read.ts";
import { readableSpecVersions } from "../../src/bom/validate.ts";
import { AibomError } from "../../src/errors.ts";
import { atLeast } from "../../src/model/severity.ts";

const corpus = join(import.meta.dirname, "../../../shared/corpora/cyclonedx");

before(buildValidators);

function folder(t: TestContext, name: string): string | undefined {
  const path = join(corpus, name);
  if (!existsSync(path)) {
    t.skip(`corpora not present: cyclonedx/${name}`);
    return undefined;
  }
  return path;
}

/** Codes that make the document invalid; empty for a valid one. Also checks that reading loses nothing. */
async function faults(path: string, floor: "low" | "high" = "high"): Promise<string[]> {
  const bytes = readFileSync(path);
  try {
    const { document, findings } = await readBom(bytes, path);
    assert.equal(JSON.stringify(document), JSON.stringify(JSON.parse(bytes.toString("utf8"))));
    return findings.filter(({ severity }) => atLeast(severity, floor)).map(({ code }) => code);
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return [error.code];
  }
}

test("conformance: 218 valid documents are accepted, 139 invalid ones refused", async (t) => {
  const root = folder(t, "spec");
  if (root === undefined) {
    return;
  }
  let accepted = 0;
  let refused = 0;
  const wrong: string[] = [];
  for (const version of readableSpecVersions) {
    const files = readdirSync(join(root, version)).filter((file) => /^(in)?valid-.*\.json$/.test(file));
    for (const file of files) {
      const codes = await faults(join(root, version, file));
      const isRight = (codes.length === 0) === file.startsWith("valid-");
      accepted += Number(isRight && codes.length === 0);
      refused += Number(isRight && codes.length > 0);
      if (!isRight) {
        wrong.push(`${file}: ${codes.join(", ")}`);
      }
    }
  }
  t.diagnostic(`${accepted} of 218 valid accepted, ${refused} of 139 invalid refused`);
  assert.deepEqual(wrong, []);
  assert.deepEqual({ accepted, refused }, { accepted: 218, refused: 139 });
});

/** The corpus names its codes by its own scheme. */
const codeOf: Readonly<Record<string, string>> = {
  SPDX_EXPR: "BOM_LICENSE_EXPRESSION",
  SIG_ALG: "BOM_SIGNATURE_ALGORITHM",
  JSON_DUP_KEY: "JSON_DUPLICATE_KEY",
  DEPTH: "JSON_TOO_DEEP",
  BOM_VERSION: "BOM_VERSION",
};

test("semantic: 20 documents that other validators accept are found out, by code", async (t) => {
  const root = folder(t, "semantic");
  if (root === undefined) {
    return;
  }
  const expected = Object.entries(
    JSON.parse(readFileSync(join(root, "EXPECTED.json"), "utf8")) as Record<string, string>,
  );
  for (const [file, code] of expected) {
    // A property without a value is legal and in a valid conformance document: reported, not refused.
    const floor = code === "PROPERTY_VALUE" ? "low" : "high";
    const codes = await faults(join(root, file), floor);
    assert.deepEqual([...new Set(codes)], [codeOf[code] ?? `BOM_${code}`], file);
  }
  t.diagnostic(`${expected.length} of 20 found`);
  assert.equal(expected.length, 20);
});

for (const name of ["mlbom", "bom-examples"]) {
  test(`real documents: ${name} is valid`, async (t) => {
    const root = folder(t, name);
    const files = root === undefined ? [] : readdirSync(root).filter((file) => file.endsWith(".json"));
    for (const file of files) {
      assert.deepEqual(await faults(join(root as string, file)), [], file);
    }
    t.diagnostic(`${files.length} valid`);
  });
}
