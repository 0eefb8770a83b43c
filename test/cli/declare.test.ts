// SPDX-License-Identifier: Apache-2.0
// `aibom declare` as a user runs it: it verifies by itself, declares what failed, leaves the BOM alone; and its result can be signed,
// verified and compared with the files like any BOM.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease, signTo } from "../use-cases/release.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const at = ["--at", "2026-06-30T12:00:00Z"];

interface Declared {
  readonly externalReferences: readonly { readonly hashes: readonly { readonly content: string }[] }[];
  readonly declarations: {
    readonly attestations: readonly { readonly summary: string }[];
    readonly assessors: readonly { readonly organization?: { readonly name: string } }[];
  };
}

const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Declared;

test("declares what was verified, and the result is a BOM of the same files", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const bom = join(made.directory, "bom.cdx.json");
  const out = join(made.directory, "declared.cdx.json");
  const [target = ""] = made.targets;
  const inventory = await aibom(["inventory", target, "-o", bom, "--name", "release"]);
  assert.equal(inventory.code, 0, inventory.stderr);
  const before = readFileSync(bom);
  const flags = ["--bom", bom, "--trust-root", made.trustRoot, ...at];

  const unsigned = await aibom(["declare", target, ...flags, "-o", out, "--assessor", "ACME"]);
  assert.equal(unsigned.code, 0, unsigned.stderr);
  assert.match(unsigned.stderr, /declared: the verdict is deny/, "the BOM is not signed");
  assert.match(read(out).declarations.attestations[0]?.summary ?? "", /^policy builtin:baseline: deny/);
  assert.equal(read(out).declarations.assessors[0]?.organization?.name, "ACME");
  assert.ok(readFileSync(bom).equals(before), "the BOM is left alone");

  await signTo(bom, made.key);
  const signed = await aibom(["declare", target, ...flags, "-o", out, "--profile", "g7-ai,cisa-2025"]);
  assert.match(signed.stderr, /declared: the verdict is allow/);
  assert.equal(read(out).declarations.attestations.length, 3);
  await signTo(out, made.key);
  const verified = await aibom(["verify", target, "--bom", out, "--trust-root", made.trustRoot, ...at]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);

  const alone = join(made.directory, "alone.cdx.json");
  const apart = await aibom(["declare", target, ...flags, "-o", alone, "--alone", "1.6"]);
  assert.equal(apart.code, 0, apart.stderr);
  assert.equal((await aibom(["validate", alone])).code, 0);
});

test("a changed file is a counter-claim; the BOM itself, a BOM too old and a foreign file are refused", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const bom = join(made.directory, "bom.cdx.json");
  const out = join(made.directory, "declared.cdx.json");
  const [target = ""] = made.targets;
  assert.equal((await aibom(["inventory", target, "-o", bom])).code, 0);
  const run = (given: string, output: string) =>
    aibom(["declare", target, "--bom", given, "-o", output, "--trust-root", made.trustRoot, ...at]);
  writeFileSync(join(target, "added.txt"), "x");
  const changed = await run(bom, out);
  assert.equal(changed.code, 0, changed.stderr);
  assert.match(changed.stderr, /the verdict is deny/);

  assert.equal(errorCode(await run(bom, bom)), "CLI_USAGE");
  assert.equal(errorCode(await run(bom, made.key)), "CLI_OUTPUT_FOREIGN");
  const old = join(made.directory, "old.cdx.json");
  const components = [{ name: "x", type: "file", hashes: [{ alg: "SHA-256", content: "a".repeat(64) }] }];
  writeFileSync(old, JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.4", version: 1, components }));
  const refused = await run(old, out);
  assert.deepEqual([refused.code, errorCode(refused)], [2, "BOM_DECLARE_OLD"]);
});
