// SPDX-License-Identifier: Apache-2.0
// `aibom init` and `aibom trust`: the local trust root from the command line.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode } from "./run-aibom.ts";

function publicKey(): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

async function initialised(t: TestContext): Promise<string> {
  const cwd = temporaryDirectory(t);
  assert.equal((await aibom(["init"], { cwd })).code, 0);
  writeFileSync(join(cwd, "release.pub"), publicKey());
  return cwd;
}

describe("aibom init", { concurrency: 3 }, () => {
  test("writes a trust root and a policy and says what comes next", async (t) => {
    const cwd = temporaryDirectory(t);
    const result = await aibom(["init"], { cwd });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, "");
    assert.match(result.stderr, /aibom keygen --out release\.key/);
    assert.deepEqual(readdirSync(cwd).sort(), [".aibom", "aibom.yaml", "policy.yaml"]);
    assert.deepEqual(JSON.parse(readFileSync(join(cwd, ".aibom/trust/trust.json"), "utf8")).identities, []);
    assert.match(readFileSync(join(cwd, "policy.yaml"), "utf8"), /^# /);
    const listed = await aibom(["trust", "list"], { cwd });
    assert.equal(listed.code, 0, listed.stderr);
  });

  test("never overwrites", async (t) => {
    const cwd = await initialised(t);
    writeFileSync(join(cwd, "policy.yaml"), "mine");
    const again = await aibom(["init"], { cwd });
    assert.equal(again.code, 2);
    assert.equal(errorCode(again), "CLI_OUTPUT_EXISTS");
    const elsewhere = await aibom(["init", "--policy", "other.yaml"], { cwd });
    assert.equal(elsewhere.code, 2);
    assert.equal(errorCode(elsewhere), "TRUST_ROOT_EXISTS");
    assert.ok(!existsSync(join(cwd, "other.yaml")));
    assert.equal(readFileSync(join(cwd, "policy.yaml"), "utf8"), "mine");
  });

  test("does nothing if the policy cannot be written", async (t) => {
    const cwd = temporaryDirectory(t);
    mkdirSync(join(cwd, "policy.yaml"));
    assert.equal((await aibom(["init"], { cwd })).code, 2);
    assert.ok(!existsSync(join(cwd, ".aibom")));
  });

  test("--quiet is quiet", async (t) => {
    const result = await aibom(["--quiet", "init"], { cwd: temporaryDirectory(t) });
    assert.deepEqual(result, { code: 0, stdout: "", stderr: "" });
  });
});

describe("aibom trust", { concurrency: 3 }, () => {
  test("add, list, show, revoke, remove", async (t) => {
    const cwd = await initialised(t);
    const args = ["release", "--key", "release.pub", "--usage", "model", "--valid-until", "2100-12-31"];
    assert.equal((await aibom(["trust", "add", ...args], { cwd })).code, 0);
    const listed = await aibom(["trust", "list"], { cwd });
    assert.match(listed.stdout, /^release +valid +model +ecdsa-p256-sha256 +until 2100-12-31T23:59:59Z/m);
    const shown = await aibom(["trust", "show", "release"], { cwd });
    assert.ok(shown.stdout.includes(readFileSync(join(cwd, "release.pub"), "utf8")));
    const json = JSON.parse((await aibom(["trust", "list", "--format", "json"], { cwd })).stdout);
    assert.equal(json.identities[0].name, "release");
    assert.match(json.digest, /^sha256:[0-9a-f]{64}$/);
    const one = JSON.parse((await aibom(["trust", "show", "release", "--format", "json"], { cwd })).stdout);
    assert.equal(one.keyId, json.identities[0].keyId);
    assert.equal((await aibom(["trust", "revoke", "release", "--reason", "lost"], { cwd })).code, 0);
    assert.match((await aibom(["trust", "list"], { cwd })).stdout, /^release +revoked/m);
    assert.equal((await aibom(["trust", "remove", "release"], { cwd })).code, 0);
    assert.match((await aibom(["trust", "list"], { cwd })).stdout, /no identity is trusted/);
    assert.deepEqual(readdirSync(join(cwd, ".aibom/trust")), ["trust.json"]);
  });

  test("windows that are over or not yet open are shown as such", async (t) => {
    const cwd = await initialised(t);
    writeFileSync(join(cwd, "next.pub"), publicKey());
    await aibom(["trust", "add", "old", "--key", "release.pub", "--valid-until", "2020-01-01"], { cwd });
    await aibom(["trust", "add", "next", "--key", "next.pub", "--valid-from", "2100-01-01"], { cwd });
    const { stdout } = await aibom(["trust", "list"], { cwd });
    assert.match(stdout, /^old +expired/m);
    assert.match(stdout, /^next +not yet valid/m);
  });

  const failures: readonly (readonly [code: string, args: readonly string[]])[] = [
    ["SOURCE_NOT_FOUND", ["add", "x", "--key", "missing.pub"]],
    ["TRUST_KEY_INVALID", ["add", "x", "--key", "policy.yaml"]],
    ["TRUST_KEY_PRIVATE", ["add", "x", "--key", "private.key"]],
    ["TRUST_IDENTITY_NOT_FOUND", ["show", "x"]],
    ["TRUST_IDENTITY_NOT_FOUND", ["remove", "x"]],
    ["TRUST_IDENTITY_NOT_FOUND", ["revoke", "x", "--reason", "y"]],
    ["CLI_OPTION_INVALID", ["revoke", "--key-id", "4f2a", "--reason", "y"]],
    ["CLI_OPTION_INVALID", ["revoke", "--authority", "x", "--serial", "xyz", "--reason", "y"]],
    ["TRUST_IMPORT_INVALID", ["import", "release.pub", "--kind", "ca", "--name", "x"]],
    ["TRUST_ROOT_INVALID", ["add", "../x", "--key", "release.pub"]],
    ["TRUST_ROOT_MISSING", ["list", "--trust-root", "nowhere"]],
    ["CLI_OPTION_INVALID", ["add", "x", "--key", "release.pub", "--usage", "everything"]],
    ["CLI_OPTION_INVALID", ["add", "x", "--key", "release.pub", "--valid-from", "01/02/2030"]],
  ];
  test("failures have codes, exit 2 and change nothing", async (t) => {
    const cwd = await initialised(t);
    writeFileSync(join(cwd, "private.key"), "-----BEGIN PRIVATE KEY-----\n");
    const before = readFileSync(join(cwd, ".aibom/trust/trust.json"), "utf8");
    for (const [code, args] of failures) {
      const result = await aibom(["trust", ...args], { cwd });
      assert.equal(errorCode(result), code, `${args.join(" ")}: ${result.stderr}`);
      assert.equal(result.code, 2, args.join(" "));
      assert.equal(result.stdout, "");
    }
    assert.equal(readFileSync(join(cwd, ".aibom/trust/trust.json"), "utf8"), before);
  });

  test("the same name or key twice is refused", async (t) => {
    const cwd = await initialised(t);
    await aibom(["trust", "add", "a", "--key", "release.pub"], { cwd });
    for (const name of ["a", "b"]) {
      const result = await aibom(["trust", "add", name, "--key", "release.pub"], { cwd });
      assert.equal(errorCode(result), "TRUST_DUPLICATE");
      assert.equal(result.code, 2);
    }
  });

  test("a trust root that others can write is refused", async (t) => {
    const cwd = await initialised(t);
    chmodSync(join(cwd, ".aibom/trust/trust.json"), 0o666);
    const result = await aibom(["trust", "add", "a", "--key", "release.pub"], { cwd });
    assert.equal(errorCode(result), "TRUST_ROOT_WRITABLE");
  });
});
