// SPDX-License-Identifier: Apache-2.0
// What the conformance client for OpenSSF Model Signing must be given, above all for Sigstore; calls that are wrong;
// capabilities and benchmarks.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  identity,
  identityIssuer,
  rekor1,
  sigstoreBundle,
  toBytes,
  trustedRoot,
} from "../../fixtures/sigstore.ts";
import { modelStatement } from "../../src/signers/model-signature.ts";
import { runProgram } from "../cli/run-aibom.ts";
import {
  certificateReply,
  fulcioCertificate,
  identityToken,
  logEntry,
  stamp,
  startService,
  timestampReply,
} from "../signers/services.ts";
import { fileOf } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  accepted,
  byKey,
  client,
  rejected,
  run,
  signModel,
  verifyModel,
  writeFiles,
  writeKeys,
} from "./oms-client.ts";

test("Sigstore: a bundle of the virtual instance, and what must be given", async (t) => {
  const scratch = temporaryDirectory(t);
  const model = writeFiles(join(scratch, "model"), { "a.bin": "aaaaaaaaaa", "d/b.bin": "bbbbb" });
  const bundle = join(scratch, "bundle.sig");
  const trusted = join(scratch, "trusted_root.json");
  writeFileSync(trusted, toBytes(trustedRoot()));
  const files = [fileOf("a.bin", "aaaaaaaaaa"), fileOf("d/b.bin", "bbbbb")];
  const payload = modelStatement(files, { name: "model", ignorePaths: ["ignored"] });
  writeFileSync(bundle, toBytes(sigstoreBundle({ payload, entries: [{ log: rekor1 }] })));
  const base = ["--method", "sigstore", "--model-path", model, "--bundle", bundle];
  const who = ["--identity", identity, "--identity-provider", identityIssuer];
  await accepted(verifyModel(...base, ...who, "--trusted-root", trusted));
  const { code } = await runProgram(client, ["verify-model", ...base, ...who], {
    env: { OMS_TRUSTED_ROOT: trusted },
  });
  assert.equal(code, 0, "the root from the environment");
  await rejected(verifyModel(...base, ...who), /--trusted-root or OMS_TRUSTED_ROOT is needed/);
  await rejected(verifyModel(...base, "--trusted-root", trusted), /--identity is missing/);
  const other = ["--identity", `${identity}x`, "--identity-provider", identityIssuer];
  await rejected(verifyModel(...base, ...other, "--trusted-root", trusted), /TRUST_CERTIFICATE_UNKNOWN/);
  const sign = ["--method", "sigstore", "--model-path", model, "--output-bundle", join(scratch, "out.sig")];
  const answer = await signModel(...sign, "--identity-token", identityToken());
  assert.equal(answer.code, 2);
  assert.match(answer.said, /--signing-config or OMS_SIGNING_CONFIG is needed/);
  const url = await startService(t, (body, path) => {
    if (path === "/api/v2/signingCert") {
      const { content } = JSON.parse(body.toString()).publicKeyRequest.publicKey;
      return certificateReply(fulcioCertificate(content).pem);
    }
    const entry = () => ({ type: "application/json", body: JSON.stringify(logEntry(body)) });
    return path === "/api/v2/log/entries" ? entry() : timestampReply(stamp(body));
  });
  const service = { url, majorApiVersion: 1, validFor: { start: "2020-01-01T00:00:00Z" }, operator: "test" };
  const config = join(scratch, "signing_config.json");
  writeFileSync(
    config,
    JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
      caUrls: [service],
      rekorTlogUrls: [{ ...service, majorApiVersion: 2 }],
      rekorTlogConfig: { selector: "ANY" },
      tsaUrls: [{ ...service, url: `${url}/tsa` }],
      tsaConfig: { selector: "ANY" },
    }),
  );
  await rejected(signModel(...sign, "--signing-config", config), /--identity-token is missing/);
  await accepted(signModel(...sign, "--signing-config", config, "--identity-token", identityToken()));
  const { verificationMaterial } = JSON.parse(readFileSync(join(scratch, "out.sig"), "utf8"));
  assert.equal(verificationMaterial.tlogEntries.length, 1);
  // The log of this test is nobody's: what it says proves nothing.
  const mine = ["--identity", "release@example.com", "--identity-provider", "https://issuer.example"];
  const out = ["--method", "sigstore", "--model-path", model, "--bundle", join(scratch, "out.sig")];
  await rejected(verifyModel(...out, ...mine, "--trusted-root", trusted), /SIGSTORE_|CERTIFICATE_/);
});

test("calls that are wrong end with 2 and a reason; capabilities and benchmarks are JSON", async (t) => {
  const scratch = temporaryDirectory(t);
  const model = writeFiles(join(scratch, "model"), { "a.bin": "aaaaaaaaaa" });
  const keys = writeKeys(scratch);
  const bundle = join(scratch, "b.sig");
  for (const args of [
    [],
    ["unknown"],
    ["verify-model"],
    ["verify-model", "--method", "pkcs11", "--model-path", model, "--bundle", bundle],
    ["verify-model", "--method", "key", "--model-path", model, "--bundle", bundle],
    ["verify-model", "--method", "certificate", "--model-path", model, "--bundle", bundle],
    ["verify-model", ...byKey(model, bundle, { publicKey: "none.pem" })],
    ["sign-model", "--method", "key", "--model-path", model, "--output-bundle", bundle],
    ["sign-model", "--method", "other", "--model-path", model, "--output-bundle", bundle],
    ["sign-model", "--unknown-flag"],
    ["benchmark-model", "--operation", "dance", "--repeat", "1", "--model-path", model],
    ["benchmark-model", "--operation", "hash", "--repeat", "0", "--model-path", model],
    [
      ...["benchmark-model", "--operation", "hash", "--repeat", "1", "--model-path", model],
      ...["--hash-algorithm", "md5"],
    ],
  ]) {
    const answer = await run(...args);
    assert.equal(answer.code, 2, `${args.join(" ")}: ${answer.said}`);
    assert.notEqual(answer.said, "");
  }
  const { stdout } = await run("capabilities");
  const capabilities = JSON.parse(stdout);
  assert.deepEqual(capabilities.hash_algorithms, ["sha256", "blake2b", "blake3"]);
  assert.equal(capabilities.benchmark_model, true);
  for (const args of [
    [
      ...["sign", "--method", "key", "--model-path", model],
      ...["--output-bundle", bundle, "--private-key", keys.privateKey],
    ],
    ["verify", ...byKey(model, bundle, keys)],
    ...capabilities.hash_algorithms.map((each: string) => [
      ...["hash", "--model-path", model, "--hash-algorithm", each],
    ]),
    ["hash", "--model-path", model, "--shard-size", "3"],
  ]) {
    const answer = await run("benchmark-model", "--repeat", "3", "--operation", ...args);
    assert.equal(answer.code, 0, answer.said);
    const { times_ms: times } = JSON.parse(answer.stdout);
    assert.equal(times.length, 3);
    assert.ok(times.every((each: number) => each > 0));
  }
  // A verification that fails has no times.
  writeFileSync(join(model, "a.bin"), "changed");
  const failed = await run(
    ...["benchmark-model", "--repeat", "3", "--operation", "verify"],
    ...byKey(model, bundle, keys),
  );
  assert.equal(failed.code, 1);
  assert.equal(failed.stdout, "");
});
