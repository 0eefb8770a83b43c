// SPDX-License-Identifier: Apache-2.0
// Two signatures for one BOM, ECDSA and ML-DSA-65, and a policy that asks for both; as docs/signing.md shows it.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const guide = readFileSync(join(import.meta.dirname, "../../docs/signing.md"), "utf8");
const policy = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";

/** A safetensors file with one tensor of four bytes. */
function tinyWeights(): Buffer {
  const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(56));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from([1, 2, 3, 4])]);
}

test("a BOM with an ECDSA and an ML-DSA signature: both or nothing", async (t) => {
  const cwd = temporaryDirectory(t);
  const run = async (...args: readonly string[]) => {
    const result = await aibom(args, { cwd });
    assert.equal(result.code, 0, `${args.join(" ")}\n${result.stdout}${result.stderr}`);
  };
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/w.safetensors"), tinyWeights());
  assert.notEqual(policy, "");
  writeFileSync(join(cwd, "hybrid.yaml"), policy);
  const second = "aibom.cdx.json.mldsa.sigstore.json";
  await run("init");
  await run("keygen", "--no-passphrase", "--out", "release.key");
  await run("keygen", "--no-passphrase", "--type", "ml-dsa-65", "--out", "mldsa.key");
  await run("trust", "add", "release", "--key", "release.pub");
  await run("trust", "add", "release-mldsa", "--key", "mldsa.pub");
  await run("inventory", "model", "-o", "aibom.cdx.json");
  await run("sign", "aibom.cdx.json", "--key", "release.key");
  await run("sign", "aibom.cdx.json", "--key", "mldsa.key", "-o", second);
  const verify = (...signatures: readonly string[]) =>
    aibom(
      [
        ...["verify", "model", "--bom", "aibom.cdx.json", "--policy", "hybrid.yaml"],
        ...signatures.flatMap((each) => ["--bom-signature", each]),
      ],
      { cwd },
    );
  const first = "aibom.cdx.json.sigstore.json";
  const both = await verify(first, second);
  assert.equal(both.code, 0, both.stdout + both.stderr);
  for (const alone of [[first], [second], [first, first], [second, second]]) {
    const { code, stdout } = await verify(...alone);
    assert.equal(code, 1, `${alone.join(" ")}\n${stdout}`);
  }
  // The post-quantum signature over another BOM does not help.
  const good = readFileSync(join(cwd, second), "utf8");
  const { signatures } = JSON.parse(good).dsseEnvelope;
  const other = Buffer.from(signatures[0].sig, "base64");
  other[100] = (other[100] ?? 0) ^ 1;
  writeFileSync(join(cwd, second), good.replace(signatures[0].sig, other.toString("base64")));
  assert.equal((await verify(first, second)).code, 1);

  const model = await aibom(["sign", "model", "--key", "mldsa.key"], { cwd });
  assert.equal(errorCode(model), "OMS_ALGORITHM_UNSUPPORTED");
  assert.equal(model.code, 2, model.stderr);
});
