// SPDX-License-Identifier: Apache-2.0
// `aibom diff`: exit codes, formats, hostile names, documents that cannot be compared.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { loadValidator } from "../../src/schemas/validators.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode } from "./run-aibom.ts";

type Json = Readonly<Record<string, unknown>>;

const hostile = "@admin #1 <img src=x> |\u202e\u001b[31m` ![x](http://evil) ::error::";

function bom(components: readonly Json[], more: Json = {}): Json {
  return { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components, ...more };
}

const library = (name: string, version: string): Json => ({
  type: "library",
  "bom-ref": name,
  name,
  version,
});

function write(directory: string, documents: Readonly<Record<string, unknown>>): void {
  for (const [name, document] of Object.entries(documents)) {
    writeFileSync(join(directory, name), typeof document === "string" ? document : JSON.stringify(document));
  }
}

describe("aibom diff", () => {
  test("text says what came, went and changed; the exit code is 0 without --fail-on", async (t) => {
    const cwd = temporaryDirectory(t);
    write(cwd, {
      "a.json": bom([library("gone", "1"), library("same", "1"), library("changed", "1")]),
      "b.json": bom([library("new", "1"), library("same", "1"), library("changed", "2")]),
    });
    const result = await aibom(["diff", "a.json", "b.json"], { cwd });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(result.stdout.split("\n"), [
      "before  a.json: CycloneDX 1.6, 3 components",
      "after   b.json: CycloneDX 1.6, 3 components",
      "",
      "~ library changed 2",
      "    version       1 -> 2",
      "- library gone 1",
      "+ library new 1",
      "",
      "1 removed, 1 added, 1 changed, 1 the same",
      "",
    ]);
  });

  test("--fail-on decides the exit code", async (t) => {
    const cwd = temporaryDirectory(t);
    const dangling = { dependencies: [{ ref: "nobody" }] };
    write(cwd, {
      "a.json": bom([library("x", "1")]),
      "b.json": bom([library("x", "2")]),
      "bad.json": bom([library("x", "1")], dangling),
    });
    const exits: readonly (readonly [string, string, string, number])[] = [
      ["a.json", "b.json", "version", 1],
      ["a.json", "b.json", "any", 1],
      ["a.json", "b.json", "removed,digest", 0],
      ["a.json", "a.json", "any", 0],
      // Nothing found in what is invalid is no proof of nothing.
      ["a.json", "bad.json", "removed", 3],
      ["bad.json", "b.json", "version", 1],
    ];
    for (const [before, after, kinds, code] of exits) {
      const result = await aibom(["diff", before, after, "--fail-on", kinds], { cwd });
      assert.equal(result.code, code, `${before} ${after} ${kinds}: ${result.stderr}`);
    }
    const unknown = await aibom(["diff", "a.json", "b.json", "--fail-on", "everything"], { cwd });
    assert.deepEqual([unknown.code, errorCode(unknown)], [2, "CLI_OPTION_INVALID"]);
  });

  test("json fits its schema and is the same every time; names of strangers are escaped elsewhere", async (t) => {
    const cwd = temporaryDirectory(t);
    write(cwd, {
      "a.json": bom([library("x", "1")]),
      "b.json": bom([library("x", hostile), library(hostile, "1")]),
    });
    const args = ["diff", "a.json", "b.json", "--format"];
    const [first, second] = [
      await aibom([...args, "json"], { cwd }),
      await aibom([...args, "json"], { cwd }),
    ];
    assert.equal(first.stdout, second.stdout);
    const validate = await loadValidator("diff");
    assert.equal(validate(JSON.parse(first.stdout)), true, JSON.stringify(validate.errors));
    for (const format of ["text", "markdown"]) {
      const { stdout } = await aibom([...args, format], { cwd });
      assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\p{Cf}|^::/mu);
      // Outside code spans nothing of the name is left.
      const outside = stdout.replaceAll(/(`+)[^\n]*?\1/g, "");
      assert.ok(format === "text" || !/admin|<img|evil/.test(outside), outside);
    }
  });

  test("markdown stays below what a comment may hold", async (t) => {
    const cwd = temporaryDirectory(t);
    const many = Array.from({ length: 3000 }, (_, index) => library(`${"x".repeat(300)}-${index}`, "1"));
    write(cwd, { "a.json": bom([]), "b.json": bom(many) });
    const { stdout } = await aibom(["diff", "a.json", "b.json", "--format", "markdown"], { cwd });
    assert.ok(stdout.length < 65_536);
    assert.match(stdout, /and \d+ more, all in the JSON report/);
    assert.match(stdout, /^<!-- aibom diff -->\n## aibom diff: 0 removed, 3000 added/);
  });

  test("what cannot be compared is refused", async (t) => {
    const cwd = temporaryDirectory(t);
    const schema = "https://aibom.dev/schemas/verdict/v1";
    write(cwd, {
      "a.json": bom([]),
      "verdict.json": { $schema: schema, error: { code: "X", message: "", hint: "", exit: 2, args: {} } },
      "spdx.json": { spdxVersion: "SPDX-2.3" },
      "text.json": "hello",
      "twice.json": '{"bomFormat":"CycloneDX","specVersion":"1.6","specVersion":"1.5"}',
    });
    for (const [file, code, exit] of [
      ["verdict.json", "DIFF_VERDICT_INVALID", 2],
      ["spdx.json", "BOM_UNSUPPORTED", 2],
      ["text.json", "JSON_INVALID", 3],
      ["twice.json", "JSON_DUPLICATE_KEY", 3],
      ["missing.json", "SOURCE_NOT_FOUND", 2],
    ] as const) {
      const result = await aibom(["diff", "a.json", file], { cwd });
      assert.deepEqual([result.code, errorCode(result)], [exit, code], file);
    }
  });

  test("verdicts are compared with verdicts alone; a report replaces only its like", async (t) => {
    const cwd = temporaryDirectory(t);
    const verdict = await aibom(["verify", ".", "--format", "json=v.verdict"], { cwd });
    assert.notEqual(verdict.code, 0);
    write(cwd, { "a.json": bom([]), "model.bin": "weights" });
    const other = await aibom(["init"], { cwd });
    assert.equal(other.code, 0, other.stderr);
    await aibom(["verify", "model.bin", "--format", "json=v1.json"], { cwd });
    const same = await aibom(["diff", "v1.json", "v1.json", "--fail-on", "any"], { cwd });
    assert.equal(same.code, 0, same.stderr);
    assert.match(same.stdout, /verdict (?:allow|deny|undecided), 1 artifact/);
    const mixed = await aibom(["diff", "a.json", "v1.json"], { cwd });
    assert.deepEqual([mixed.code, errorCode(mixed)], [2, "DIFF_KINDS"]);
    const foreign = await aibom(["diff", "a.json", "a.json", "--format", "json=model.bin"], { cwd });
    assert.deepEqual([foreign.code, errorCode(foreign)], [2, "CLI_OUTPUT_FOREIGN"]);
    const everywhere = "json=out.json,text=out.text,markdown=out.markdown";
    for (const _ of ["new", "replaced"]) {
      const again = await aibom(["diff", "a.json", "a.json", "--format", everywhere], { cwd });
      assert.equal(again.code, 0, again.stderr);
    }
    assert.match(readFileSync(join(cwd, "out.text"), "utf8"), /^before {2}a\.json/);
  });
});
