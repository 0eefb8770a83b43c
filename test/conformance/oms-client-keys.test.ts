// SPDX-License-Identifier: Apache-2.0
// The conformance client for OpenSSF Model Signing signs with keys and verifies what it signed: names of each kind,
// what is ignored, and models and keys that are refused.

import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  accepted,
  byKey,
  type Keys,
  rejected,
  signModel,
  verifyModel,
  writeFiles,
  writeKeys,
} from "./oms-client.ts";

describe("round trips", { concurrency: 2 }, () => {
  const roundTrip = async (
    scratch: string,
    model: string,
    keys: Keys,
    more: { readonly sign?: readonly string[]; readonly verify?: readonly string[] } = {},
    bundle = join(scratch, "bundle.sig"),
  ): Promise<string[]> => {
    const common = ["--method", "key", "--model-path", model];
    await accepted(
      signModel(...common, "--output-bundle", bundle, "--private-key", keys.privateKey, ...(more.sign ?? [])),
    );
    await accepted(
      verifyModel(...common, "--bundle", bundle, "--public-key", keys.publicKey, ...(more.verify ?? [])),
    );
    const envelope = JSON.parse(readFileSync(bundle, "utf8")).dsseEnvelope;
    const { predicate } = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
    return predicate.resources.map((each: { name: string }) => each.name);
  };

  test("keys of each curve, names of each kind, an empty file, the bundle inside the model", async (t) => {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), {
      "weights.bin": "\u0000\u00ff\u0001",
      "模型.bin": "x",
      "path with spaces/file (copy).bin": "y",
      ".config": "z",
      ".cache/weights.bin": "w",
      "empty.bin": "",
      ".gitignore": "ignored",
      ".git/HEAD": "ignored",
      ".github/ci.yml": "ignored",
      ".gitattributes": "ignored",
    });
    const expected = [
      ".cache/weights.bin",
      ".config",
      "empty.bin",
      "path with spaces/file (copy).bin",
      "weights.bin",
      "模型.bin",
    ];
    for (const curve of ["P-256", "P-384", "P-521"]) {
      assert.deepEqual(await roundTrip(scratch, model, writeKeys(scratch, curve)), expected, curve);
    }
    const inside = join(model, "bundle.sig");
    const keys = writeKeys(scratch);
    assert.deepEqual(await roundTrip(scratch, model, keys, {}, inside), expected);
    // Again over its own output: the same files.
    assert.deepEqual(await roundTrip(scratch, model, keys, {}, inside), expected);
    rmSync(inside);
    const shards = await roundTrip(scratch, model, keys, {
      sign: ["--shard-size", "2", "--max-workers", "2"],
    });
    assert.ok(shards.includes("weights.bin:0:2"));
  });

  test("ignore paths, unsigned files and a single file", async (t) => {
    const scratch = temporaryDirectory(t);
    const keys = writeKeys(scratch);
    const model = writeFiles(join(scratch, "model"), {
      "signme-1": "1",
      "d/signme-2": "2",
      "d/ignore-me": "3",
    });
    const ignored = ["--ignore-paths", join(model, "d/ignore-me")];
    const names = await roundTrip(scratch, model, keys, { sign: ignored, verify: ignored });
    assert.deepEqual(names, ["d/signme-2", "signme-1"]);
    const bundle = join(scratch, "bundle.sig");
    const verify = byKey(model, bundle, keys);
    // The signer left the path out: it may be there, and nothing else may.
    await accepted(verifyModel(...verify));
    writeFileSync(join(model, "d/other"), "4");
    await rejected(verifyModel(...verify), /OMS_FILE_EXTRA/);
    await accepted(verifyModel(...verify, "--ignore-unsigned-files"));
    await accepted(verifyModel(...verify, "--ignore-paths", join(model, "d/other")));
    await rejected(verifyModel(...verify, "--ignore-paths", join(model, "d")), /OMS_MODEL_DIFFERS/);
    await rejected(
      verifyModel(...verify, "--ignore-paths", join(scratch, "elsewhere/other")),
      /OMS_FILE_EXTRA/,
    );
    // Ignoring what is unsigned never excuses a change.
    writeFileSync(join(model, "signme-1"), "changed");
    await rejected(verifyModel(...verify, "--ignore-unsigned-files"), /OMS_FILE_CHANGED/);
    const single = join(model, "d/signme-2");
    assert.deepEqual(await roundTrip(scratch, single, keys), ["signme-2"]);
  });

  test("an empty model, links of each kind and keys of other kinds are refused", async (t) => {
    const scratch = temporaryDirectory(t);
    const { privateKey } = writeKeys(scratch);
    const sign = (model: string, key = privateKey) =>
      signModel(
        ...["--method", "key", "--model-path", model],
        ...["--output-bundle", join(scratch, "b"), "--private-key", key],
      );
    const empty = writeFiles(join(scratch, "empty"), { ".gitignore": "x" });
    await rejected(sign(empty), /SOURCE_EMPTY|OMS_RESOURCES_EMPTY/);
    for (const [name, target] of [
      ["inside", "signme-1"],
      ["outside", "/tmp/nonexistent-target"],
      ["directory", "."],
      ["cycle", "link"],
    ] as const) {
      const model = writeFiles(join(scratch, name), { "signme-1": "1" });
      symlinkSync(target, join(model, "link"));
      await rejected(sign(model), /symbolic link|SIGN_INCOMPLETE|SOURCE_LINK/, name);
    }
    const model = writeFiles(join(scratch, "model"), { "signme-1": "1" });
    for (const pair of [
      generateKeyPairSync("ed25519"),
      generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    ]) {
      const key = join(scratch, "other.pem");
      writeFileSync(key, (pair.privateKey as KeyObject).export({ type: "pkcs8", format: "pem" }));
      await rejected(sign(model, key), /OMS_ALGORITHM_UNSUPPORTED|KEY_UNSUPPORTED/);
    }
  });
});
