// SPDX-License-Identifier: Apache-2.0
// A plural folder is an extension point with a list kept by hand: the place where an auditor sees everything
// that reads hostile bytes or decides. A file that is not in its list would be code that nobody runs.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { codes } from "../../src/codes/index.ts";
import type { Format } from "../../src/formats/format.ts";
import { formats } from "../../src/formats/index.ts";
import { layouts } from "../../src/layouts/index.ts";
import { ruleKinds } from "../../src/policy/rules/index.ts";
import { reporters } from "../../src/report/reporters/index.ts";
import { stores } from "../../src/stores/index.ts";
import { predicateReaders } from "../../src/verifiers/attestation/predicates/index.ts";

const root = join(import.meta.dirname, "../..");

/** Every exported object of a folder's modules that has the given members. */
async function exportsWith(folder: string, members: readonly string[]): Promise<[string, object][]> {
  const found: [string, object][] = [];
  for (const file of readdirSync(join(root, folder)).filter(
    (name) => name.endsWith(".ts") && name !== "index.ts",
  )) {
    const module = (await import(join(root, folder, file))) as Record<string, unknown>;
    // A list of formats that share a reader is exported as a list.
    for (const value of Object.values(module).flat()) {
      if (typeof value === "object" && value !== null && members.every((member) => member in value)) {
        found.push([file, value]);
      }
    }
  }
  return found;
}

test("every format is in the list, and has a test of its own", async () => {
  const declared = await exportsWith("src/formats", ["id", "match", "describe"]);
  assert.equal(declared.length, formats.length);
  for (const [file, format] of declared) {
    assert.ok((formats as readonly object[]).includes(format), `${file} is not in src/formats/index.ts`);
    const tests = [file.replace(/\.ts$/, ""), (format as Format).id];
    const hasTest = tests.some((name) => existsSync(join(root, `test/formats/${name}.test.ts`)));
    assert.ok(hasTest, `${file} has no test`);
  }
});

test("every layout is in the list, and has a test of its own", async () => {
  const declared = await exportsWith("src/layouts", ["id", "describe"]);
  assert.equal(declared.length, layouts.length);
  for (const [file, layout] of declared) {
    assert.ok((layouts as readonly object[]).includes(layout), `${file} is not in src/layouts/index.ts`);
  }
  for (const layout of layouts) {
    assert.ok(existsSync(join(root, `test/layouts/${layout.id}.test.ts`)), `${layout.id} has no test`);
  }
});

test("every store is in the list, and has a test of its own", async () => {
  const declared = await exportsWith("src/stores", ["id", "describe"]);
  assert.equal(declared.length, stores.length);
  for (const { id } of stores) {
    assert.ok(existsSync(join(root, `test/stores/${id}.test.ts`)), `${id} has no test`);
  }
});

test("every rule kind is in the list, and has a test of its own", () => {
  const files = readdirSync(join(root, "src/policy/rules")).filter((name) => name !== "index.ts");
  assert.deepEqual(files.map((name) => name.replace(".ts", "")).sort(), Object.keys(ruleKinds).sort());
  for (const kind of Object.keys(ruleKinds)) {
    assert.ok(existsSync(join(root, `test/policy/rules/${kind}.test.ts`)), `${kind} has no test`);
  }
});

test("every reporter is in the list", async () => {
  const declared = await exportsWith("src/report/reporters", ["id", "render"]);
  assert.equal(declared.length, reporters.length);
});

test("every predicate type is in the list", async () => {
  const folder = "src/verifiers/attestation/predicates";
  const declared = await exportsWith(folder, ["id", "matches", "read"]);
  assert.equal(declared.length, predicateReaders.length);
  for (const [file, reader] of declared) {
    assert.ok(
      (predicateReaders as readonly object[]).includes(reader),
      `${file} is not in ${folder}/index.ts`,
    );
  }
  const files = readdirSync(join(root, folder)).filter((name) => name !== "index.ts");
  assert.deepEqual(
    files.map((name) => name.replace(".ts", "")).sort(),
    predicateReaders.map(({ id }) => id).sort(),
  );
});

test("every code is spelled like a code, belongs to one area, and says what to do", async () => {
  const areas = readdirSync(join(root, "src/codes")).filter(
    (name) => !["index.ts", "code.ts", "render.ts", "escape.ts", "nearest.ts", "agreement.ts"].includes(name),
  );
  const seen = new Map<string, string>();
  for (const file of areas) {
    const module = (await import(join(root, "src/codes", file))) as Record<string, Record<string, unknown>>;
    const tables = Object.entries(module).filter(([name]) => name.endsWith("Codes"));
    assert.equal(tables.length, 1, `${file} must export one table`);
    for (const code of Object.keys(tables[0]?.[1] ?? {})) {
      assert.equal(seen.get(code), undefined, `${code} is in ${file} and ${seen.get(code)}`);
      seen.set(code, file);
    }
  }
  assert.deepEqual([...seen.keys()].sort(), Object.keys(codes).sort());
  for (const [code, entry] of Object.entries(codes)) {
    assert.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
    assert.doesNotMatch(entry.message, /\.$/, `${code}: no full stop`);
    assert.ok(entry.hint.length > 0 && entry.explain.length > 40, `${code} needs a hint and an explanation`);
    assert.doesNotMatch(entry.hint, /\{[a-zA-Z]+\}/, `${code}: nothing is filled into hints`);
  }
});

test("a limit stands in one file: of two, one would be ignored", async () => {
  const files = readdirSync(join(root, "src")).filter((name) => name.endsWith("-limits.ts"));
  const tables = await Promise.all(files.map((name) => import(join(root, "src", name))));
  const names = tables.flatMap((module) =>
    Object.values(module as Record<string, object>).flatMap(Object.keys),
  );
  assert.ok(names.length > 0);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});
