// SPDX-License-Identifier: Apache-2.0
// Pseudonyms: what is personal is replaced, what only looks like it stays, and no byte of a folder names the home directory or
// the user that it was made under.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { newEscrow, parseEscrow, writeEscrow } from "../../src/audit/escrow.ts";
import { Redactor } from "../../src/audit/redaction.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { auditedRelease, fileOf } from "./audited-release.ts";

const local = {
  homeDirectory: "/srv/people/mallory",
  user: "mallory",
  directories: ["/srv/people/mallory/secret-project", "/build/4711"],
};

const replaced: readonly (readonly [string, string])[] = [
  ["/srv/people/mallory/secret-project/model", "path-1/model"],
  ["cannot read /build/4711/x.bin", "cannot read path-1/x.bin"],
  ["file:///home/alice/src", "file://home-1/src"],
  ["/Users/alice/x and /Users/bob/y", "home-1/x and home-2/y"],
  ["C:\\Users\\alice\\x", "home-1\\x"],
  ["written by Alice <alice@corp.example>", "written by Alice <person-1>"],
  ["mallory", "user-1"],
];
for (const [text, expected] of replaced) {
  test(`replaced: ${text}`, () => assert.equal(new Redactor(local).text(text), expected));
}

const kept = [
  "pkg:npm/left-pad@1.3.0",
  "pkg:huggingface/org/model@main.rev",
  "registry.example/team/image@sha256:abcd",
  "https://user@host.example/path",
  "home/alice/relative",
  "/usr/lib/python3/dist-packages",
  "/build/47110/other",
  "mallory-model",
  "release@example.org",
];
for (const text of kept) {
  test(`kept: ${text}`, () => assert.equal(new Redactor(local, ["release@example.org"]).text(text), text));
}

test("one value has one pseudonym, in the order of first appearance, and in the next run as well", () => {
  const first = new Redactor(local);
  const said = first.value({ a: ["/home/b/x", "/home/a/y"], b: "/home/b/z", at: new Date(0) });
  assert.deepEqual(said, { a: ["home-1/x", "home-2/y"], b: "home-1/z", at: new Date(0) });
  assert.deepEqual(first.replaced, { home: 2 });
  const { bytes } = writeEscrow({ ...newEscrow(), pseudonyms: first.pseudonyms });
  const next = new Redactor(local, [], parseEscrow(bytes, "escrow").pseudonyms);
  assert.equal(next.text("/home/a/q /home/c/q"), "home-2/q home-3/q");
});

test("hostile text: never slow, never a broken structure, and nothing local is left", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = `${before} /srv/people/mallory/secret-project ${after}`;
      const said = new Redactor(local).value({ text }) as { text: string };
      assert.ok(!said.text.includes("mallory/secret-project"));
    }),
  );
  const start = performance.now();
  for (const text of [
    "@".repeat(100_000),
    "a@".repeat(50_000),
    "a.".repeat(50_000),
    "/home/".repeat(20_000),
  ]) {
    new Redactor(local).text(text);
  }
  assert.ok(performance.now() - start < 2000);
});

test("an escrow file that aibom did not write, or with a strange entry, is refused", () => {
  const bad = [
    "{}",
    '{"$schema":"https://aibom.dev/schemas/audit-escrow/v1","salt":"x","pseudonyms":[{"name":"../x","value":"y"}]}',
    '{"$schema":"https://aibom.dev/schemas/audit-escrow/v1","salt":"x","pseudonyms":{}}',
  ];
  for (const text of bad) {
    assert.throws(() => parseEscrow(Buffer.from(text), "escrow"), { code: "ESCROW_INVALID" });
  }
});

test("no byte of a folder names the home directory or the user; the escrow tells and is not in it", async (t) => {
  const home = join(temporaryDirectory(t), "home/mallory-of-the-moor");
  mkdirSync(home, { recursive: true });
  const audited = await auditedRelease(home);
  writeFileSync(
    join(home, "tiny-safetensors/pyvenv.cfg"),
    `home = ${home}/python\nversion = 3.12\ncommand = ${home}/python -m venv .\n`,
  );
  const report = await audited.report({
    bom: undefined as never,
    local: { homeDirectory: home, user: "mallory-of-the-moor", directories: [home] },
    escrow: newEscrow(),
  });
  for (const { path, pieces } of report.files) {
    const bytes = Buffer.concat(pieces).toString("latin1");
    assert.ok(!bytes.includes("mallory-of-the-moor"), path);
    assert.ok(!path.includes("mallory"), path);
  }
  const { record } = report;
  assert.match(record.redaction.escrow ?? "", /^sha256:/);
  assert.ok(!report.files.some(({ path }) => path.includes("escrow")));
});

test("a document that is proof is not changed: what it names is said", async (t) => {
  const home = join(temporaryDirectory(t), "home/mallory-of-the-moor");
  mkdirSync(home, { recursive: true });
  const audited = await auditedRelease(home);
  const policy = join(home, "policy.yaml");
  const text = `apiVersion: aibom/policy/v1\nname: p\n# see ${home}/notes\nrules:\n  - { id: signed, kind: signature, signers: any }\n`;
  writeFileSync(policy, text);
  const report = await audited.report({ policy, local: { homeDirectory: home } });
  assert.equal(fileOf(report, "data/policy/policy.yaml").toString(), text);
  const [said] = report.record.notCovered.filter(({ subject }) => subject === "data/policy/policy.yaml");
  assert.match(said?.reason ?? "", /byte for byte/);
});
