// SPDX-License-Identifier: Apache-2.0
// Time stamps of openssl: it answers our requests, we verify its answers, and both refuse the same ones.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { createTimestampRequest } from "../../src/verifiers/timestamp/timestamp-request.ts";
import { verifyTimestamp } from "../../src/verifiers/timestamp/verify-timestamp.ts";
import { parseCertificates } from "../../src/x509/certificate.ts";
import { runProgram } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type OpensslTsaOptions, startOpensslTsa } from "./openssl-tsa.ts";
import { missingPrograms } from "./tools.ts";

const skip = missingPrograms("openssl");

const signed = Buffer.from("the signature of a model");
const nonce = 0x1234_5678_9abc_def0_1234n;

const requests = {
  "SHA-256, certificates asked for": { hashAlgorithm: "sha256", certReq: true },
  "SHA-384, no certificates": { hashAlgorithm: "sha384", certReq: false },
  "SHA-512, a policy": { hashAlgorithm: "sha512", certReq: true, policy: "1.2.3.4.1" },
} as const;

const rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"];
const ec = (curve: string) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`];
const authorities: Readonly<Record<string, OpensslTsaOptions>> = {
  "as usual": {},
  "RSA key": { keyType: rsa },
  "P-384 key, SHA-384": { keyType: ec("P-384"), settings: ["signer_digest=sha384"] },
  "P-521 key, SHA-512": { keyType: ec("P-521"), settings: ["signer_digest=sha512"] },
  "signing certificate by SHA-512": { settings: ["ess_cert_id_alg=sha512"] },
  "signing certificate by SHA-1": { settings: ["ess_cert_id_alg=sha1"] },
  "no chain in the attribute, no name": { settings: ["ess_cert_id_chain=no", "tsa_name=no"] },
  "no ordering": { settings: ["ordering=no"] },
  "accuracy in three parts": { settings: ["accuracy=secs:2, millisecs:500, microsecs:100"] },
  "fractions of a second": { settings: ["clock_precision_digits=6"] },
};

/** An answer to one of our requests, and what both sides say about it. */
async function answer(
  t: TestContext,
  options: OpensslTsaOptions,
  request = requests["SHA-256, certificates asked for"] as (typeof requests)[keyof typeof requests],
) {
  const directory = temporaryDirectory(t);
  const tsa = await startOpensslTsa(directory, options);
  t.after(() => tsa.stop());
  const query = createTimestampRequest({ ...request, signed, nonce });
  const response = await fetch(tsa.url, { method: "POST", body: query });
  assert.equal(response.status, 200);
  const token = new Uint8Array(await response.arrayBuffer());
  const path = (name: string) => join(directory, name);
  writeFileSync(path("token.tsr"), token);
  writeFileSync(path("data"), signed);
  return { directory, tsa, token, path };
}

const authorityOf = (chain: string) => ({
  name: "openssl",
  certificates: parseCertificates(readFileSync(chain), 8),
});

/** Whether openssl takes the answer for this data, with this root. */
async function opensslTakes(directory: string, data: string, root: string, chain: string): Promise<boolean> {
  const { stdout, stderr } = await runProgram(
    "openssl",
    ["ts", "-verify", "-in", "token.tsr", "-data", data, "-CAfile", root, "-untrusted", chain],
    { cwd: directory },
  );
  return `${stdout}${stderr}`.includes("Verification: OK");
}

/** The instant that openssl reads in an answer, to the second. */
async function opensslTime(directory: string): Promise<Date> {
  const { stdout } = await runProgram("openssl", ["ts", "-reply", "-in", "token.tsr", "-text"], {
    cwd: directory,
  });
  const text = /^Time stamp: (.*)$/m.exec(stdout)?.[1] ?? "";
  return new Date(text.replace(/(:\d\d)\.\d+/, "$1"));
}

for (const [name, options] of Object.entries(authorities)) {
  test(`${name}: openssl stamps, both verify, and read the same time`, { skip }, async (t) => {
    const { directory, tsa, token, path } = await answer(t, options);
    assert.ok(await opensslTakes(directory, "data", "tsa-root.crt", "tsa.crt"));
    const verified = verifyTimestamp(token, signed, [authorityOf(tsa.chain)], { nonce });
    assert.equal(
      Math.floor(verified.genTime.getTime() / 1000),
      (await opensslTime(directory)).getTime() / 1000,
    );
    writeFileSync(path("data"), "other bytes");
    assert.ok(!(await opensslTakes(directory, "data", "tsa-root.crt", "tsa.crt")));
    assert.throws(() => verifyTimestamp(token, Buffer.from("other bytes"), [authorityOf(tsa.chain)]), {
      code: "TIMESTAMP_IMPRINT",
    });
  });
}

for (const [name, request] of Object.entries(requests)) {
  test(`${name}: openssl reads our request`, { skip }, async (t) => {
    const { directory, tsa, token } = await answer(t, {}, request);
    const query = await runProgram("openssl", ["ts", "-query", "-in", "1.tsq", "-text"], { cwd: directory });
    assert.match(query.stdout, new RegExp(`Hash Algorithm: ${request.hashAlgorithm}`));
    assert.match(query.stdout, new RegExp(`Nonce: 0x${nonce.toString(16)}`, "i"));
    assert.match(query.stdout, request.certReq ? /Certificate required: yes/ : /Certificate required: no/);
    assert.equal(verifyTimestamp(token, signed, [authorityOf(tsa.chain)], { nonce }).policy, "1.2.3.4.1");
  });
}

test("an answer of another authority is refused by both", { skip }, async (t) => {
  const { directory, token } = await answer(t, {});
  const other = await startOpensslTsa(temporaryDirectory(t));
  t.after(() => other.stop());
  assert.ok(!(await opensslTakes(directory, "data", other.chain, "tsa.crt")));
  assert.throws(() => verifyTimestamp(token, signed, [authorityOf(other.chain)]), AibomError);
});

test("a refusal is no time stamp", { skip }, async (t) => {
  const { tsa } = await answer(t, {});
  const query = createTimestampRequest({ hashAlgorithm: "sha256", certReq: true, signed, policy: "1.2.3.9" });
  const refusal = await tsa.reply(query);
  assert.throws(() => verifyTimestamp(refusal, signed, [authorityOf(tsa.chain)]), {
    code: "TIMESTAMP_NOT_GRANTED",
  });
});

test("one changed byte anywhere is refused", { skip }, async (t) => {
  const { tsa, token } = await answer(t, {});
  const authority = authorityOf(tsa.chain);
  const time = verifyTimestamp(token, signed, [authority]).genTime.getTime();
  for (let index = 0; index < token.length; index += 1) {
    const changed = token.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    try {
      // Certificates that are carried along and not needed are not signed over: the time must not differ.
      assert.equal(verifyTimestamp(changed, signed, [authority]).genTime.getTime(), time);
    } catch (error) {
      assert.ok(error instanceof AibomError, `byte ${index}: ${error}`);
    }
  }
});
