// SPDX-License-Identifier: Apache-2.0
// docs/attestations.md lists exactly the predicate types and claims that the readers have. Policies are written
// from that page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { limits } from "../../../src/limits.ts";
import { predicateReaders } from "../../../src/verifiers/attestation/predicates/index.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/attestations.md"), "utf8");
const sections = page.slice(page.indexOf("\n### ")).split("\n### ").slice(1);

test("every reader has its section, with its types and claims, word by word", () => {
  const expected = predicateReaders.map(({ id, specification, types, claims }) =>
    [
      id,
      "",
      `${specification}: ${types.map((type) => `\`${type}\``).join(", ")}`,
      "",
      "| claim | what it says |",
      "|---|---|",
      ...Object.entries(claims).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`),
    ].join("\n"),
  );
  assert.deepEqual(
    sections.map((section) => section.trimEnd()),
    expected,
  );
});

test("the limits on the page are those of the code", () => {
  assert.equal(limits.maxAttestationFileBytes, 64 * 1024 * 1024);
  assert.equal(limits.maxAttestations, 1000);
  assert.equal(limits.maxEnvelopeSignatures, 16);
  assert.match(page, /at most 64 MiB and 1,000 attestations, an envelope at most 16 signatures/);
});

test("a claim means the same wherever it is made", () => {
  const meanings = new Map<string, string>();
  for (const { id, claims } of predicateReaders) {
    for (const [name, meaning] of Object.entries(claims)) {
      assert.match(name, /^[a-z]+(?:\.[a-z][A-Za-z0-9]*)+$/, id);
      assert.equal(meanings.get(name) ?? meaning, meaning, name);
      meanings.set(name, meaning);
    }
  }
});
