// SPDX-License-Identifier: Apache-2.0
// Policies that people write by mistake and policies that somebody wrote on purpose.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import type { Code } from "../../src/codes/index.ts";
import { nearest } from "../../src/codes/nearest.ts";
import { AibomError } from "../../src/errors.ts";
import { loadPolicy } from "../../src/policy/load.ts";

const head = "apiVersion: aibom/policy/v1\nname: test\n";
const rules = "rules:\n  - id: signed\n    kind: signature\n    signers: any\n";

const load = (text: string | Uint8Array, formats?: readonly string[]) =>
  loadPolicy(
    typeof text === "string" ? new TextEncoder().encode(text) : text,
    "policy.yaml",
    formats === undefined ? {} : { formats },
  );

let slowestMs = 0;

/** The error that loading ends in. */
async function refusal(text: string | Uint8Array, formats?: readonly string[]): Promise<AibomError> {
  const before = process.cpuUsage();
  try {
    await load(text, formats);
  } catch (error) {
    const { user, system } = process.cpuUsage(before);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    assert.ok(error instanceof AibomError, String(error));
    assert.equal(error.exitCode, 2);
    return error;
  }
  assert.fail("was accepted");
}

async function refusedWith(code: Code, text: string | Uint8Array): Promise<AibomError> {
  const error = await refusal(text);
  assert.equal(error.code, code, error.message);
  return error;
}

test("reads YAML and JSON alike, and keeps the digest of the bytes", async () => {
  const yaml = await load(head + rules);
  const json = await load(
    '{\n\t"apiVersion": "aibom/policy/v1",\n\t"name": "test",\n\t"rules": [\n\t\t{"id": "signed", "kind": "signature", "signers": "any"}\n\t]\n}\n',
  );
  assert.deepEqual(
    yaml.rules.map((rule) => ({ ...rule })),
    json.rules.map((rule) => ({ ...rule })),
  );
  assert.equal(yaml.mode, "enforce");
  assert.equal(
    yaml.digest.hex,
    createHash("sha256")
      .update(head + rules)
      .digest("hex"),
  );
  assert.equal(
    (await load(`\ufeff${head}mode: warn\nversion: 7\nexpires: 2027-06-30\n${rules}`)).expires,
    "2027-06-30",
  );
});

test("an unknown key is an error with a place and the nearest known key", async () => {
  const cases: [string, string, string, number, number][] = [
    [`${head}mod: warn\n${rules}`, "mod", "did you mean mode?", 3, 1],
    [head + rules.replace("signers", "signer"), "signer", "did you mean signers?", 6, 5],
    [`${head + rules}    minSigner: 2\n`, "minSigner", "did you mean minSigners?", 7, 5],
    [`${head + rules}    scope:\n      paht: "*"\n`, "paht", "did you mean path?", 8, 7],
    [`${head + rules}    subjectRegExp: ".*"\n`, "subjectRegExp", "known are id, kind, scope", 7, 5],
    [`${head + rules}    __proto__: {a: 1}\n`, "__proto__", "known are id", 7, 5],
    [`${head + rules}    constructor: {a: 1}\n`, "constructor", "known are id", 7, 5],
    [`${head + rules}    <<: {a: 1}\n`, "<<", "known are id", 7, 5],
  ];
  for (const [text, key, suggestion, line, column] of cases) {
    const error = await refusedWith("POLICY_UNKNOWN_KEY", text);
    assert.equal(error.args["key"], key);
    assert.ok(String(error.args["suggestion"]).startsWith(suggestion), error.message);
    assert.deepEqual([error.args["line"], error.args["column"]], [line, column], key);
  }
});

test("every key of the wrong type or value is refused with its place", async () => {
  const cases = [
    `${head}rules: []\n`,
    `${head}rules: {}\n`,
    head,
    head.replace("/v1", "/v2") + rules,
    `name: x\n${rules}`,
    `${head}mode: audit\n${rules}`,
    `${head}mode: off\n${rules}`,
    `${head}version: 1.5\n${rules}`,
    `${head}version: .inf\n${rules}`,
    `${head}version: 1e99\n${rules}`,
    `${head}expires: soon\n${rules}`,
    `${head}expires: 2027-02-30\n${rules}`,
    `${head}expires: 2027-13-01\n${rules}`,
    `${head}expires: 2027-01-01T25:00:00Z\n${rules}`,
    head + rules.replace("any", "[]"),
    head + rules.replace("any", "everybody"),
    head + rules.replace("any", "null"),
    head + rules.replace("kind: signature", "kind: sign"),
    head + rules.replace("id: signed", "id: (gate)"),
    head + rules.replace("id: signed", "id: true"),
    `${head + rules}    minSigners: 0\n`,
    `${head + rules}    minMatches: -1\n`,
    `${head + rules}    scope: {kind: bom, path: "*"}\n`,
    `${head + rules}    scope: {path: "[a-z]"}\n`,
    `${head + rules}    scope: {path: "!*.bin"}\n`,
    `${head + rules}    scope: {path: "${"**/".repeat(100)}"}\n`,
    `${head}rules: [{id: a, kind: license, scope: {kind: bom}, allow: [MIT]}]\n`,
    `${head}rules: [{id: a, kind: license}]\n`,
    `${head}rules: [{id: a, kind: format}]\n`,
    `${head}rules: [{id: a, kind: digest, allow: [md5]}]\n`,
    `${head}rules: [{id: a, kind: signature, signers: [x, x], minSigners: 2}]\n`,
    `${head}rules: [{id: a, kind: complete}, {id: a, kind: complete}]\n`,
    "[]",
    "just text",
    "null",
    "42",
  ];
  for (const text of cases) {
    const error = await refusal(text);
    assert.ok(["POLICY_INVALID_VALUE", "POLICY_NOT_YAML"].includes(error.code), `${text}: ${error.code}`);
    assert.ok(Number(error.args["line"]) >= 1 && Number(error.args["column"]) >= 1, text);
  }
});

test("codes and formats that aibom does not know are refused", async () => {
  const except = `${head}rules: [{id: a, kind: content, except: [FORMAT_MISMATHC]}]\n`;
  assert.match((await refusedWith("POLICY_UNKNOWN_NAME", except)).message, /did you mean FORMAT_MISMATCH/);
  const deny = `${head}rules: [{id: a, kind: format, deny: [pikle]}]\n`;
  assert.equal((await refusal(deny, ["file", "pickle"])).code, "POLICY_UNKNOWN_NAME");
  await load(deny.replace("pikle", "pickle"), ["file", "pickle"]);
});

test("duplicate keys, aliases, tags, directives, several documents, keys that are no text", async () => {
  await refusedWith("POLICY_DUPLICATE_KEY", `${head}name: other\n${rules}`);
  await refusedWith("POLICY_DUPLICATE_KEY", `{"name": 1, "n\\u0061me": 2}`);
  await refusedWith("POLICY_YAML_REFUSED", `${head}version: &a 1\n${rules}`);
  await refusedWith("POLICY_YAML_REFUSED", `${head}version: *a\n${rules}`);
  await refusedWith("POLICY_YAML_REFUSED", `${head}version: !!binary aGk=\n${rules}`);
  await refusedWith("POLICY_YAML_REFUSED", `${head}version: !x 1\n${rules}`);
  await refusedWith("POLICY_YAML_REFUSED", `%YAML 1.1\n---\n${head}${rules}`);
  await refusedWith("POLICY_NOT_YAML", `${head}${rules}---\n${head}${rules}`);
  await refusedWith("POLICY_NOT_YAML", `? [a]\n: b\n`);
  await refusedWith("POLICY_NOT_YAML", `1: b\n`);
  await refusedWith("POLICY_NOT_YAML", "");
  await refusedWith("POLICY_NOT_YAML", "a: [1, 2\n");
  await refusedWith("POLICY_NOT_YAML", new Uint8Array([0x61, 0x3a, 0xff, 0xfe]));
});

test("bombs end in a clear error at once", async (t) => {
  slowestMs = 0;
  const levels = Array.from(
    { length: 30 },
    (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
  );
  const indented = Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
  const cases: [Code, string][] = [
    ["POLICY_YAML_REFUSED", levels.join("\n")],
    ["POLICY_TOO_DEEP", "[".repeat(100_000)],
    ["POLICY_TOO_DEEP", '{"a":'.repeat(100_000)],
    ["POLICY_TOO_DEEP", "- ".repeat(100_000)],
    ["POLICY_TOO_DEEP", "? ".repeat(100_000)],
    ["POLICY_TOO_DEEP", indented],
    ["POLICY_TOO_LARGE", `${head}rules:\n${"- x\n".repeat(900_000)}`],
    ["POLICY_TOO_LARGE", `${head}rules: [${"x,".repeat(1_000_000)}]`],
    ["POLICY_TOO_LARGE", Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join("\n")],
    ["POLICY_TOO_LARGE", "#\n".repeat(1_900_000)],
    ["POLICY_TOO_LARGE", "x".repeat(5 * 1024 * 1024)],
    ["POLICY_UNKNOWN_KEY", Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join("\n")],
    ["POLICY_UNKNOWN_KEY", `${"k".repeat(1000)}: 1\n${head}${rules}`],
    ["POLICY_NOT_YAML", `${"k".repeat(1_000_000)}: 1\n${head}${rules}`],
    ["POLICY_UNKNOWN_KEY", `{"${"k".repeat(1_000_000)}": 1}`],
    ["POLICY_INVALID_VALUE", `${head}rules:\n${"- x\n".repeat(20_000)}`],
    ["POLICY_INVALID_VALUE", `${head}rules:\n${"- {id: a, kind: license, allow: [MIT]}\n".repeat(1001)}`],
  ];
  for (const [code, text] of cases) {
    await refusedWith(code, text);
  }
  t.diagnostic(`slowest: ${slowestMs.toFixed(0)} ms of processor time`);
  // Without the bounds some of these take half a minute.
  assert.ok(slowestMs < 1000);
});

test("any bytes end in a policy or an AibomError", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          "a",
          ":",
          " ",
          "\n",
          "-",
          "[",
          "]",
          "{",
          "}",
          ",",
          '"',
          "'",
          "|",
          ">",
          "#",
          "?",
          "&",
          "*",
          "!",
          "%",
          "\t",
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join("")),
    fc
      .tuple(fc.nat(200), fc.string({ maxLength: 3 }))
      .map(([at, insert]) => (head + rules).slice(0, at) + insert + (head + rules).slice(at + 1)),
  );
  await fc.assert(
    fc.asyncProperty(text, async (policy) => {
      try {
        await load(policy);
      } catch (error) {
        assert.ok(error instanceof AibomError, String(error));
        assert.equal(error.exitCode, 2);
      }
    }),
    { numRuns: 1500 },
  );
});

test("messages about hostile keys are safe to print", async () => {
  const error = await refusedWith("POLICY_UNKNOWN_KEY", `"\\e[31mmode\\u202e": 1\n${head}${rules}`);
  assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}]/u);
});

test("the nearest word is near", () => {
  assert.equal(nearest("minSigner", ["id", "minSigners", "signers"]), "minSigners");
  assert.equal(nearest("SIGNERS", ["id", "signers"]), "signers");
  assert.equal(nearest("completely-different", ["id", "signers"]), undefined);
  assert.equal(nearest("x", []), undefined);
});
