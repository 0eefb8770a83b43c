// SPDX-License-Identifier: Apache-2.0
// `aibom policy …` and `aibom replay` as a user runs them.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease } from "../use-cases/release.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const head = "apiVersion: aibom/policy/v1\nname: test\nversion: 1\n";

test("init writes a policy once, and lint has nothing to say about it", async (t) => {
  const cwd = temporaryDirectory(t);
  assert.equal((await aibom(["policy", "init", "p.yaml"], { cwd })).code, 0);
  assert.equal(errorCode(await aibom(["policy", "init", "p.yaml"], { cwd })), "CLI_OUTPUT_EXISTS");
  const lint = await aibom(["policy", "lint", "p.yaml"], { cwd });
  assert.deepEqual([lint.code, lint.stdout], [0, "p.yaml: policy starter, 5 rules, 0 remarks\n"]);
});

test("lint names what is probably a mistake, also signers that the trust root lacks", async (t) => {
  const { directory, trustRoot } = await signedRelease(temporaryDirectory(t));
  const path = join(directory, "p.yaml");
  writeFileSync(path, `${head}rules: [{ id: s, kind: signature, signers: [relase, relase] }]\n`);
  const lint = await aibom(["policy", "lint", path, "--trust-root", trustRoot]);
  assert.equal(lint.code, 1);
  assert.match(
    lint.stdout,
    /2 remarks\n.*named twice.*\[POLICY_LINT\]\n.*did you mean release\?.*\[POLICY_SIGNER_UNKNOWN\]/,
  );
  const json = JSON.parse((await aibom(["policy", "lint", path, "--format", "json"])).stdout);
  assert.deepEqual(
    json.findings.map((each: { code: string }) => each.code),
    ["POLICY_LINT"],
  );
  writeFileSync(path, `${head}rulse: []\n`);
  assert.equal((await aibom(["policy", "lint", path])).code, 2);
});

test("packs prints what a policy can include", async (t) => {
  const cwd = temporaryDirectory(t);
  mkdirSync(join(cwd, "packs"));
  const pack = `${head}rules: [{ id: c, kind: complete }]\n`;
  writeFileSync(join(cwd, "packs/a.yaml"), pack);
  const printed = await aibom(["policy", "packs", "packs/a.yaml"], { cwd });
  assert.ok(printed.stdout.includes(createHash("sha256").update(pack).digest("hex")));
  writeFileSync(join(cwd, "p.yaml"), `${head}${printed.stdout}`);
  assert.equal((await aibom(["policy", "lint", "p.yaml"], { cwd })).code, 0);
  writeFileSync(join(cwd, "packs/a.yaml"), `${pack}environments: { a: audit }\n`);
  assert.equal(errorCode(await aibom(["policy", "packs", "packs/a.yaml"], { cwd })), "POLICY_PACK_INVALID");
});

test("shipped packs are listed, written into a policy, tested and linted by name", async (t) => {
  const cwd = temporaryDirectory(t);
  const listed = await aibom(["policy", "packs"], { cwd });
  assert.match(listed.stdout, /^no-pickle 1 {2}sha256:[0-9a-f]{64}\n {2}\S.*\n {2}source: /m);
  const json = JSON.parse((await aibom(["policy", "packs", "--format", "json"], { cwd })).stdout);
  assert.ok(json.packs.every((each: { rules: unknown[] }) => each.rules.length > 0));
  const init = ["policy", "init", "gate.yaml", "--pack", "baseline", "--pack", "no-pickle"];
  assert.equal((await aibom(init, { cwd })).code, 0);
  assert.equal((await aibom(["policy", "lint", "gate.yaml"], { cwd })).code, 0);
  const unknown = await aibom(["policy", "init", "other.yaml", "--pack", "no-pikle"], { cwd });
  assert.equal(errorCode(unknown), "POLICY_PACK_UNKNOWN");
  const tested = await aibom(["policy", "test", "aibom:no-pickle@1", "--require-coverage"], { cwd });
  assert.equal(tested.code, 0, tested.stdout);
});

test("explain says what is demanded and what there is", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const path = join(made.directory, "p.yaml");
  writeFileSync(
    path,
    `${head}rules:\n  - { id: signed, kind: signature, signers: [release] }\n  - { id: no-gguf, kind: format, deny: [gguf] }\n`,
  );
  const words = await aibom(["policy", "explain", path]);
  assert.match(
    words.stdout,
    /signed \(signature, enforce\)\n {2}demands: every artifact is signed by one of: release\n/,
  );
  const full = await aibom(["policy", "explain", path, ...made.targets, "--trust-root", made.trustRoot]);
  assert.equal(full.code, 0, full.stderr);
  assert.match(
    full.stdout,
    /has: pass, 2 in scope[\s\S]*has: fail, 2 in scope\n {4}tiny-gguf: .*\[FORMAT_DENIED\]\nverdict: deny\n$/,
  );
});

test("replay gives the same bytes, or says what is not as it was", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const { targets, bom, trustRoot, directory } = made;
  const file = join(directory, "verdict.json");
  const at = "2026-06-30T12:00:00Z";
  const inputs = [...targets, "--bom", bom, "--trust-root", trustRoot];
  assert.equal((await aibom(["verify", ...inputs, "--at", at, "--format", `json=${file}`])).code, 0);
  const same = await aibom(["replay", file, ...inputs]);
  assert.deepEqual([same.code, same.stdout], [0, `${file}: the same bytes\n`], same.stderr);

  const less = await aibom(["replay", file, ...targets, "--trust-root", trustRoot]);
  assert.equal(errorCode(less), "REPLAY_INPUT_DIFFERS");
  assert.match(less.stderr.replaceAll(/\s+/g, " "), /bom: the verdict had sha256:[0-9a-f]+, given is none/);

  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace('"verdict": "allow"', '"verdict": "deny"'));
  const forged = await aibom(["replay", file, ...inputs]);
  assert.deepEqual([forged.code, forged.stdout], [1, `${file}: differs, first at /verdict\n`]);
  writeFileSync(file, `${text}\n`);
  assert.match((await aibom(["replay", file, ...inputs])).stdout, /in its spelling only/);
  writeFileSync(file, text.replace('"unsafe": []', '"unsafe": ["--unsafe-digest-cache"]'));
  assert.equal(errorCode(await aibom(["replay", file, ...inputs])), "REPLAY_INPUT_DIFFERS");
  writeFileSync(file, "{}");
  assert.equal(errorCode(await aibom(["replay", file, ...inputs])), "REPLAY_NOT_A_VERDICT");
});

test("diff lists the components that a changed policy judges otherwise", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const old = join(made.directory, "old.yaml");
  const young = join(made.directory, "new.yaml");
  writeFileSync(old, `${head}rules:\n  - { id: s, kind: signature, signers: [release] }\n`);
  writeFileSync(young, `${readFileSync(old, "utf8")}  - { id: no-gguf, kind: format, deny: [gguf] }\n`);
  const run = (...args: string[]) =>
    aibom(["policy", "diff", ...args, "--bom", made.bom, "--signer", "release"]);
  const changed = await run(old, young);
  assert.equal(changed.code, 1, changed.stderr);
  assert.match(changed.stdout, /tiny-gguf: allow -> deny\n {2}no-gguf: none -> fail\n/);
  assert.match(changed.stdout, /tiny-safetensors: allow\n {2}no-gguf: none -> pass\n/);
  assert.deepEqual(
    [(await run(old, old)).code, (await run(old, old)).stdout],
    [0, "0 of 2 components change\n"],
  );
});
