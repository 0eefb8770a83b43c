// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { generalName, issue, keyUsage, subjectAltNames } from "../../fixtures/pki.ts";
import {
  type OutputKind,
  refuseForeignFile,
  refuseLostTimestamps,
  refuseOthersSignature,
} from "../../src/cli/overwrite.ts";
import { AibomError } from "../../src/errors.ts";
import { reportFormats } from "../../src/report/report-formats.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease } from "../use-cases/release.ts";
import { aibom } from "./run-aibom.ts";

const kinds: readonly OutputKind[] = [
  "BOM",
  "signature",
  "trusted root",
  ...reportFormats.map((id) => `${id} report` as const),
];

test("keys, trust roots, policies, weights and configurations are never replaced", async (t) => {
  const { directory, key, trustRoot } = await signedRelease(temporaryDirectory(t));
  writeFileSync(join(directory, "policy.yaml"), "apiVersion: aibom/policy/v1\nname: p\n");
  for (const path of [
    key,
    join(trustRoot, "trust.json"),
    join(directory, "policy.yaml"),
    join(directory, "tiny-gguf/tiny-llama-Q8_0.gguf"),
    join(directory, "tiny-safetensors/config.json"),
    join(directory, "tiny-safetensors/README.md"),
  ]) {
    for (const kind of kinds) {
      assert.throws(
        () => refuseForeignFile(path, kind),
        (error) => error instanceof AibomError && error.code === "CLI_OUTPUT_FOREIGN",
        `${path} ${kind}`,
      );
    }
  }
});

test("an earlier output of the same kind is replaced, of another kind it is not", async (t) => {
  const { directory, bom, trustRoot } = await signedRelease(temporaryDirectory(t));
  const report = await aibom(
    [
      "verify",
      "tiny-gguf",
      "--trust-root",
      trustRoot,
      "--format",
      reportFormats.map((id) => `${id}=v.${id}`).join(","),
    ],
    { cwd: directory },
  );
  assert.equal(report.code, 0, report.stderr);
  const root = join(directory, "trusted_root.json");
  writeFileSync(root, '{\n  "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"\n}\n');
  const files: Record<string, string> = {
    BOM: bom,
    signature: `${bom}.sigstore.json`,
    "trusted root": root,
    ...Object.fromEntries(reportFormats.map((id) => [`${id} report`, join(directory, `v.${id}`)])),
  };
  for (const kind of kinds) {
    for (const [other, path] of Object.entries(files)) {
      const run = (): void => refuseForeignFile(path, kind);
      other === kind
        ? assert.doesNotThrow(run, `${other} as ${kind}`)
        : assert.throws(run, `${other} as ${kind}`);
    }
  }
});

test("on the command line: nothing is lost, and the exit code says so", async (t) => {
  const { directory, key, trustRoot } = await signedRelease(temporaryDirectory(t));
  const weights = join(directory, "tiny-gguf/tiny-llama-Q8_0.gguf");
  const trust = join(trustRoot, "trust.json");
  for (const [path, args] of [
    [key, ["sign", "tiny-gguf", "--key", key, "-o", key]],
    [weights, ["sign", "tiny-gguf", "--key", key, "-o", weights]],
    [weights, ["inventory", "tiny-gguf", "-o", weights]],
    [trust, ["verify", "tiny-gguf", "--trust-root", trustRoot, "--format", `json=${trust}`]],
  ] as const) {
    const before = readFileSync(path);
    const { code, stderr } = await aibom(args, { cwd: directory });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /CLI_OUTPUT_FOREIGN/);
    assert.deepEqual(readFileSync(path), before);
  }
});

test("a signature is not written through a link that the target laid at its place", async (t) => {
  const { directory, key } = await signedRelease(temporaryDirectory(t));
  const link = join(directory, "tiny-gguf/model.sig");
  const outside = join(directory, "authorized_keys");
  writeFileSync(outside, "");
  rmSync(link);
  symlinkSync("../authorized_keys", link);
  const signs = () => aibom(["sign", "tiny-gguf", "--key", key], { cwd: directory });
  const refused = await signs();
  assert.match(refused.stderr, /SOURCE_LINK_OUTSIDE/);
  assert.notEqual(refused.code, 0);
  assert.equal(readFileSync(outside, "utf8"), "");
  rmSync(outside);
  assert.match((await signs()).stderr, /SOURCE_LINK_OUTSIDE/);
  assert.equal(existsSync(outside), false);
  // The user may name any path.
  writeFileSync(outside, "");
  const named = ["sign", "tiny-gguf", "--key", key, "--signature", "tiny-gguf/model.sig"];
  assert.equal((await aibom(named, { cwd: directory })).code, 0);
});

test("a signature of another signer stays: by key, by certificate, by name", (t) => {
  const path = join(temporaryDirectory(t), "model.sig");
  const ca = issue({ subject: "CN=ca" });
  const key = () =>
    generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "der" });
  const certify = (spki: Buffer, mail?: string) =>
    issue({
      subject: "CN=signer",
      issuer: ca,
      spki,
      extensions: [
        keyUsage(["digitalSignature"]),
        ...(mail === undefined ? [] : [subjectAltNames([generalName.email(mail)])]),
      ],
    }).der;
  const byCertificate = (der: Uint8Array) =>
    JSON.stringify({
      verificationMaterial: { certificate: { rawBytes: Buffer.from(der).toString("base64") } },
    });
  const byKey = (spki: Buffer) => JSON.stringify({ hint: createHash("sha256").update(spki).digest("hex") });
  const mine = key();
  const other = key();
  const replaces = (earlier: string, later: string): boolean => {
    writeFileSync(path, earlier);
    try {
      refuseOthersSignature(path, Buffer.from(later));
      return true;
    } catch (error) {
      assert.ok(error instanceof AibomError && error.code === "CLI_SIGNATURE_OF_ANOTHER");
      return false;
    }
  };
  assert.equal(replaces(byKey(mine), byKey(mine)), true);
  assert.equal(replaces(byKey(mine), byKey(other)), false);
  assert.equal(replaces(byCertificate(certify(mine)), byCertificate(certify(mine))), true, "renewed");
  assert.equal(replaces(byCertificate(certify(mine)), byCertificate(certify(other))), false, "same subject");
  assert.equal(replaces(byKey(mine), byCertificate(certify(mine))), true, "one key");
  assert.equal(replaces(byCertificate(certify(other)), byKey(mine)), false);
  assert.equal(
    replaces(byCertificate(certify(mine, "a@x")), byCertificate(certify(other, "a@x"))),
    true,
    "keyless",
  );
  assert.equal(replaces(byCertificate(certify(mine, "a@x")), byCertificate(certify(other, "b@x"))), false);
  assert.equal(replaces(byCertificate(Buffer.from("damaged damaged")), byCertificate(certify(mine))), false);
  assert.equal(replaces("{}", byKey(mine)), false);
  assert.equal(replaces("", byKey(mine)), true);
});

test("a signature with time stamps is not replaced by one without", (t) => {
  const path = join(temporaryDirectory(t), "model.sig");
  const stamped = Buffer.from(
    '{"rfc3161Timestamps":[{"signedTimestamp":"AA=="},{"signedTimestamp":"AA=="}]}',
  );
  const bare = Buffer.from("{}");
  refuseLostTimestamps(path, bare);
  writeFileSync(path, bare);
  refuseLostTimestamps(path, bare);
  writeFileSync(path, stamped);
  refuseLostTimestamps(path, stamped);
  assert.throws(() => refuseLostTimestamps(path, bare), { code: "CLI_TIMESTAMPS_LOST", args: { count: 2 } });
});

test("an envelope that is no custody entry is somebody's signature, and stays", (t) => {
  const path = join(temporaryDirectory(t), "attestation.dsse.json");
  const envelope = (payload: string): string =>
    `{"payload":"${Buffer.from(payload).toString("base64")}","payloadType":"x","signatures":[]}`;
  writeFileSync(path, envelope('{"_type":"https://in-toto.io/Statement/v1"}'));
  assert.throws(() => refuseForeignFile(path, "custody entry"), { code: "CLI_OUTPUT_FOREIGN" });
  writeFileSync(path, envelope('{"actor":{},"v":1}'));
  refuseForeignFile(path, "custody entry");
});
