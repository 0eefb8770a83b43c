// SPDX-License-Identifier: Apache-2.0
// The main job from the command line: keygen, inventory, sign, validate, verify, with their failures.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, cleanEnvironment, errorCode, mainPath, type RunResult } from "./run-aibom.ts";

/** A safetensors file with one tensor of four bytes. */
function tinyWeights(): Buffer {
  const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(56));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from([1, 2, 3, 4])]);
}

function writeModel(cwd: string, name = "model"): void {
  mkdirSync(join(cwd, name), { recursive: true });
  writeFileSync(join(cwd, name, "model.safetensors"), tinyWeights());
  writeFileSync(join(cwd, name, "config.json"), '{"model_type":"tiny"}\n');
}

/** Runs a command and insists on its exit code. */
async function expectExit(cwd: string, code: number, ...args: readonly string[]): Promise<RunResult> {
  const result = await aibom(args, { cwd });
  assert.equal(result.code, code, `aibom ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  return result;
}

async function signedRelease(t: TestContext): Promise<string> {
  const cwd = temporaryDirectory(t);
  writeModel(cwd);
  await expectExit(cwd, 0, "init");
  await expectExit(cwd, 0, "keygen", "--out", "release.key", "--no-passphrase");
  await expectExit(cwd, 0, "trust", "add", "release", "--key", "release.pub");
  await expectExit(cwd, 0, "inventory", "model", "-o", "aibom.cdx.json");
  await expectExit(cwd, 0, "sign", "model", "--key", "release.key");
  await expectExit(cwd, 0, "sign", "aibom.cdx.json", "--key", "release.key");
  return cwd;
}

test("an inventory of several models has one line for each", async (t) => {
  const cwd = temporaryDirectory(t);
  writeModel(cwd, "store/org/a");
  writeModel(cwd, "store/org/b");
  const args = ["inventory", "store", "-o", "bom.json", "--format", "text,json=report.json"];
  const { stderr } = await expectExit(cwd, 0, ...args);
  assert.match(stderr, /^store: 2 models, 4 files, .*complete$/m);
  assert.match(stderr, /^ {2}org\/a: model, 2 files, .*complete$/m);
  assert.deepEqual(
    JSON.parse(readFileSync(join(cwd, "report.json"), "utf8")).artifacts[0].parts.map(
      (part: { name: string; store: string }) => [part.name, part.store],
    ),
    [
      ["org/a", "model-folders"],
      ["org/b", "model-folders"],
    ],
  );
});

const verifyArgs = ["verify", "model", "--bom", "aibom.cdx.json", "--policy", "policy.yaml"];

describe("aibom keygen", { concurrency: 3 }, () => {
  test("the private key is its owner's alone, the public key lies beside it", async (t) => {
    const cwd = temporaryDirectory(t);
    for (const type of ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65"]) {
      await expectExit(cwd, 0, "keygen", "--out", `${type}.key`, "--type", type, "--no-passphrase");
      assert.equal(statSync(join(cwd, `${type}.key`)).mode & 0o777, 0o600);
      assert.match(readFileSync(join(cwd, `${type}.key`), "utf8"), /^-----BEGIN PRIVATE KEY-----/);
      assert.match(readFileSync(join(cwd, `${type}.pub`), "utf8"), /^-----BEGIN PUBLIC KEY-----/);
    }
    await expectExit(cwd, 0, "keygen", "--out", "plain", "--no-passphrase");
    assert.ok(existsSync(join(cwd, "plain.pub")));
  });

  test("never overwrites either file", async (t) => {
    const cwd = temporaryDirectory(t);
    for (const existing of ["a.key", "b.pub"]) {
      writeFileSync(join(cwd, existing), "precious");
      const out = `${existing[0]}.key`;
      const result = await expectExit(cwd, 2, "keygen", "--out", out, "--no-passphrase");
      assert.equal(errorCode(result), "CLI_OUTPUT_EXISTS");
      assert.equal(readFileSync(join(cwd, existing), "utf8"), "precious");
    }
    assert.deepEqual(readdirSync(cwd).sort(), ["a.key", "b.pub"]);
  });

  test("a passphrase from a file encrypts, and signing needs it", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    writeFileSync(join(cwd, "pass"), "correct horse\n", { mode: 0o600 });
    writeFileSync(join(cwd, "wrong"), "battery staple\n", { mode: 0o600 });
    await expectExit(cwd, 0, "keygen", "--out", "k.key", "--passphrase-file", "pass");
    assert.match(readFileSync(join(cwd, "k.key"), "utf8"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    await expectExit(cwd, 0, "sign", "model", "--key", "k.key", "--passphrase-file", "pass");
    const wrong = await expectExit(cwd, 2, "sign", "model", "--key", "k.key", "--passphrase-file", "wrong");
    assert.equal(errorCode(wrong), "KEY_PASSPHRASE_WRONG");
    chmodSync(join(cwd, "pass"), 0o644);
    const open = await expectExit(cwd, 2, "sign", "model", "--key", "k.key", "--passphrase-file", "pass");
    assert.equal(errorCode(open), "CLI_PASSPHRASE_FILE_OPEN");
  });

  test("a passphrase from a file descriptor", async (t) => {
    const cwd = temporaryDirectory(t);
    writeFileSync(join(cwd, "pass"), "correct horse");
    const args = [mainPath, "keygen", "--out", "k.key", "--passphrase-fd", "3"];
    const child = spawn(process.execPath, args, {
      cwd,
      env: cleanEnvironment(),
      stdio: ["ignore", "ignore", "ignore", openSync(join(cwd, "pass"), "r")],
    });
    assert.equal(await new Promise((resolve) => child.on("exit", resolve)), 0);
    assert.match(readFileSync(join(cwd, "k.key"), "utf8"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  });

  test("no terminal, no passphrase: nothing is written", async (t) => {
    const cwd = temporaryDirectory(t);
    // A session of its own has no controlling terminal.
    const child = spawn(process.execPath, [mainPath, "keygen", "--out", "k.key"], {
      cwd,
      env: cleanEnvironment(),
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += String(chunk);
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 2);
    assert.match(stderr, /CLI_PASSPHRASE_MISSING/);
    assert.deepEqual(readdirSync(cwd), []);
  });
});

describe("aibom inventory", { concurrency: 3 }, () => {
  test("the same input gives the same bytes; SOURCE_DATE_EPOCH sets the time", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    const env = { SOURCE_DATE_EPOCH: "1767225600" };
    const first = await aibom(["inventory", "model"], { cwd, env });
    const second = await aibom(["inventory", "model"], {
      cwd,
      env: { ...env, TZ: "Asia/Tokyo", LC_ALL: "et_EE" },
    });
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout, second.stdout);
    assert.equal(JSON.parse(first.stdout).metadata.timestamp, "2026-01-01T00:00:00Z");
    const timeless = await aibom(["inventory", "model", "--no-timestamp"], { cwd });
    assert.equal(JSON.parse(timeless.stdout).metadata.timestamp, undefined);
    const bad = await aibom(["inventory", "model"], { cwd, env: { SOURCE_DATE_EPOCH: "tomorrow" } });
    assert.equal(bad.code, 2);
    assert.equal(errorCode(bad), "CLI_ENVIRONMENT_INVALID");
    assert.equal(bad.stdout, "");
  });

  test("what cannot be read completely is exit 3, with a BOM that says so", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    writeFileSync(join(cwd, "model/damaged.safetensors"), tinyWeights().subarray(0, 20));
    const args = ["inventory", "model", "-o", "bom.json", "--format", "json"];
    const result = await expectExit(cwd, 3, ...args);
    const report = JSON.parse(result.stdout);
    assert.equal(report.complete, false);
    assert.ok(report.findings.length > 0);
    const bom = JSON.parse(readFileSync(join(cwd, "bom.json"), "utf8"));
    assert.ok(JSON.stringify(bom.compositions).includes("incomplete"));
    await expectExit(cwd, 0, "validate", "bom.json");
  });

  test("options reach the BOM", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    const args = [
      "inventory",
      "model",
      "--spec-version",
      "1.6",
      "--digest",
      "sha512",
      "--ignore",
      "config.json",
    ];
    const { stdout } = await expectExit(cwd, 0, ...args, "--name", "my-system", "--jobs", "1");
    const bom = JSON.parse(stdout);
    assert.equal(bom.specVersion, "1.6");
    assert.equal(bom.metadata.component.name, "my-system");
    assert.ok(stdout.includes('"SHA-512"') && stdout.includes('"SHA-256"'));
    assert.ok(stdout.includes("config.json"), "what was left out is listed");
  });

  test("names with spaces, line breaks, escapes and leading dashes", async (t) => {
    const cwd = temporaryDirectory(t);
    for (const name of ["a b", "line\nbreak", "\u001b[31mred", "--quiet", "ünï"]) {
      writeModel(cwd, name);
      const result = await aibom(["inventory", "--no-timestamp", "-o", "b.json", "--", name], { cwd });
      assert.equal(result.code, 0, result.stderr);
      assert.ok(!result.stderr.includes("\u001b"), "nothing of a name reaches the terminal unescaped");
    }
  });

  const failures: readonly (readonly [code: string, args: readonly string[]])[] = [
    ["SOURCE_NOT_FOUND", ["missing"]],
    ["CLI_OUTPUT_IS_DIRECTORY", ["model", "-o", "model"]],
    ["CLI_OUTPUT_NOT_WRITABLE", ["model", "-o", "no/such/bom.json"]],
    ["CLI_FORMAT_INVALID", ["model", "--format", "json"]],
    ["CLI_FORMAT_INVALID", ["model", "-o", "x.json", "--format", "json=x.json"]],
    ["CLI_FORMAT_INVALID", ["model", "-o", "x.json", "--format", "xml"]],
  ];
  test("failures are exit 2 with nothing on stdout", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    for (const [code, args] of failures) {
      const result = await expectExit(cwd, 2, "inventory", ...args);
      assert.equal(errorCode(result), code, args.join(" "));
      assert.equal(result.stdout.includes('"bomFormat"'), false);
    }
    assert.deepEqual(readdirSync(cwd), ["model"]);
  });

  test("a large BOM arrives whole in a pipe", async (t) => {
    const cwd = temporaryDirectory(t);
    mkdirSync(join(cwd, "many"));
    for (let index = 0; index < 700; index += 1) {
      writeFileSync(join(cwd, "many", `file-${index}.txt`), String(index));
    }
    const { stdout } = await expectExit(cwd, 0, "inventory", "many");
    assert.ok(stdout.length > 300_000, String(stdout.length));
    JSON.parse(stdout);
  });
});

describe("aibom sign and verify", { concurrency: 3 }, () => {
  test("allow, deny for one changed bit, deny without a signature", async (t) => {
    const cwd = await signedRelease(t);
    const allowed = await expectExit(cwd, 0, ...verifyArgs);
    assert.match(allowed.stdout, /^ALLOW/);
    const weights = join(cwd, "model/model.safetensors");
    const bytes = readFileSync(weights);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(weights, flipped);
    const changed = await expectExit(cwd, 1, ...verifyArgs, "--format", "text,json=verdict.json");
    assert.match(changed.stdout, /^DENY/);
    assert.match(changed.stdout, /model\.safetensors/);
    assert.equal(JSON.parse(readFileSync(join(cwd, "verdict.json"), "utf8")).verdict, "deny");
    writeFileSync(weights, bytes);
    rmSync(join(cwd, "model/model.sig"));
    const unsigned = await expectExit(cwd, 1, ...verifyArgs, "--format", "json");
    assert.equal(JSON.parse(unsigned.stdout).verdict, "deny");
  });

  test("--at moves through the validity window", async (t) => {
    const cwd = await signedRelease(t);
    await expectExit(cwd, 0, "trust", "remove", "release");
    const window = ["--valid-from", "2030-01-01", "--valid-until", "2030-12-31"];
    await expectExit(cwd, 0, "trust", "add", "release", "--key", "release.pub", ...window);
    await expectExit(cwd, 1, "verify", "model", "--at", "2029-12-31T23:59:59Z");
    await expectExit(cwd, 0, "verify", "model", "--at", "2030-06-01T00:00:00Z");
    await expectExit(cwd, 1, "verify", "model", "--at", "2031-01-01T00:00:00Z");
  });

  test("--quiet is one line", async (t) => {
    const cwd = await signedRelease(t);
    const { stdout, stderr } = await expectExit(cwd, 0, "verify", "model", "--quiet");
    assert.match(stdout, /^ALLOW [^\n]*\n$/);
    assert.equal(stderr, "");
  });

  test("single files and shards", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    await expectExit(cwd, 0, "init");
    await expectExit(cwd, 0, "keygen", "--out", "k.key", "--no-passphrase");
    await expectExit(cwd, 0, "trust", "add", "k", "--key", "k.pub");
    await expectExit(cwd, 0, "sign", "model/model.safetensors", "--key", "k.key");
    assert.ok(existsSync(join(cwd, "model/model.safetensors.sig")));
    await expectExit(cwd, 0, "verify", "model/model.safetensors");
    rmSync(join(cwd, "model/model.safetensors.sig"));
    await expectExit(cwd, 0, "sign", "model", "--key", "k.key", "--shards", "1MB", "-o", "elsewhere.sig");
    await expectExit(cwd, 0, "verify", "model", "--signature", "elsewhere.sig");
  });

  test("a failure is one JSON object, also in files of an earlier run", async (t) => {
    const cwd = temporaryDirectory(t);
    const schema = "https://aibom.dev/schemas/verdict/v1";
    writeFileSync(join(cwd, "verdict.json"), JSON.stringify({ $schema: schema, verdict: "allow" }, null, 2));
    const stdout = await expectExit(cwd, 2, "verify", "missing", "--format", "json");
    assert.equal(JSON.parse(stdout.stdout).error.code, errorCode(stdout));
    const result = await expectExit(cwd, 2, "verify", "missing", "--format", "text,json=verdict.json");
    assert.equal(result.stdout, "");
    assert.equal(JSON.parse(readFileSync(join(cwd, "verdict.json"), "utf8")).error.code, errorCode(result));
  });

  test("keys that others can read are refused", async (t) => {
    const cwd = temporaryDirectory(t);
    writeModel(cwd);
    await expectExit(cwd, 0, "keygen", "--out", "k.key", "--no-passphrase");
    chmodSync(join(cwd, "k.key"), 0o640);
    const result = await expectExit(cwd, 2, "sign", "model", "--key", "k.key");
    assert.equal(errorCode(result), "KEY_PERMISSIONS");
    assert.ok(!existsSync(join(cwd, "model/model.sig")));
  });

  test("a missing target is exit 2, an empty one is never an allow", async (t) => {
    const cwd = await signedRelease(t);
    const missing = await expectExit(cwd, 2, "verify", "mistyped");
    assert.equal(errorCode(missing), "SOURCE_NOT_FOUND");
    mkdirSync(join(cwd, "empty"));
    const empty = await aibom(["verify", "empty"], { cwd });
    assert.notEqual(empty.code, 0);
  });
});

describe("aibom validate", { concurrency: 3 }, () => {
  test("0 for valid, 1 for invalid, with the findings", async (t) => {
    const cwd = temporaryDirectory(t);
    const good = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components: [] };
    writeFileSync(join(cwd, "good.json"), JSON.stringify(good));
    writeFileSync(join(cwd, "bad.json"), JSON.stringify({ ...good, nonsense: true }));
    const valid = await expectExit(cwd, 0, "validate", "good.json");
    assert.match(valid.stdout, /^good\.json: valid, CycloneDX 1\.6\n/);
    const invalid = await expectExit(cwd, 1, "validate", "good.json", "bad.json", "--format", "json");
    const report = JSON.parse(invalid.stdout);
    assert.equal(report.valid, false);
    assert.deepEqual(
      report.documents.map(({ valid: isValid }: { valid: boolean }) => isValid),
      [true, false],
    );
    assert.equal(report.documents[1].findings[0].code, "BOM_SCHEMA");
  });

  test("what is not a BOM is an error, not a verdict", async (t) => {
    const cwd = temporaryDirectory(t);
    writeFileSync(join(cwd, "text.json"), "not json");
    writeFileSync(join(cwd, "other.json"), "{}");
    assert.equal(errorCode(await expectExit(cwd, 3, "validate", "text.json")), "JSON_INVALID");
    assert.equal(errorCode(await expectExit(cwd, 2, "validate", "other.json")), "BOM_UNSUPPORTED");
    assert.equal(errorCode(await expectExit(cwd, 2, "validate", "missing.json")), "SOURCE_NOT_FOUND");
  });
});
