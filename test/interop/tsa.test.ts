// SPDX-License-Identifier: Apache-2.0
// Our time-stamp authority as OpenSSL's and curl's users meet it: `openssl ts` asks, curl carries, `openssl ts` verifies. And the
// library of Sigstore's clients reads its tokens, which takes times with three digits behind the second or none.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { RFC3161Timestamp } from "@sigstore/core";
import { aibom, runProgram } from "../cli/run-aibom.ts";
import { startTsa } from "../cli/tsa-process.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingPrograms } from "./tools.ts";

const skip = missingPrograms("openssl", "curl");

async function authority(t: TestContext, args: readonly string[] = []) {
  const cwd = temporaryDirectory(t);
  const made = await aibom(["tsa", "init", "--out", "tsa", "--no-passphrase"], { cwd });
  assert.equal(made.code, 0, made.stderr);
  writeFileSync(join(cwd, "data"), "what gets a time\n");
  const tsa = await startTsa(t, cwd, args);
  const openssl = async (...words: readonly string[]) => {
    const { stdout, stderr, code } = await runProgram("openssl", words, { cwd });
    return { code, text: `${stdout}${stderr}` };
  };
  const curl = async (query: string, reply: string, ...more: readonly string[]) => {
    const type = ["-H", "content-type: application/timestamp-query", "--data-binary", `@${query}`];
    const shown = ["-s", "-S", "-o", reply, "-w", "%{http_code} %{content_type}"];
    return (await runProgram("curl", [...shown, ...type, ...more, tsa.url], { cwd })).stdout;
  };
  return { cwd, tsa, openssl, curl };
}

test("openssl asks, curl carries, openssl verifies: every hash, with and without certificates and nonce", {
  skip,
}, async (t) => {
  const { cwd, openssl, curl, tsa } = await authority(t);
  const serials = new Set<string>();
  for (const hash of ["-sha256", "-sha384", "-sha512"]) {
    for (const options of [["-cert"], [], ["-cert", "-no_nonce"], ["-no_nonce"]]) {
      assert.equal(
        (await openssl("ts", "-query", "-data", "data", hash, ...options, "-out", "q.tsq")).code,
        0,
      );
      assert.equal(await curl("q.tsq", "r.tsr"), "200 application/timestamp-reply");
      const verify = ["ts", "-verify", "-in", "r.tsr", "-CAfile", "tsa/root.pem"];
      const untrusted = options.includes("-cert") ? [] : ["-untrusted", "tsa/chain.pem"];
      for (const against of [
        ["-queryfile", "q.tsq"],
        ["-data", "data"],
      ]) {
        const said = await openssl(...verify, ...against, ...untrusted);
        assert.match(said.text, /Verification: OK/, `${hash} ${options} ${said.text}`);
      }
      const { text } = await openssl("ts", "-reply", "-in", "r.tsr", "-text");
      assert.match(text, /Status: Granted\.[\s\S]*Accuracy: 0x01 seconds[\s\S]*Ordering: yes/);
      assert.match(text, /TSA: DirName:\/?CN ?= ?aibom time-stamp authority/);
      serials.add(/Serial number: (0x[0-9A-F]+)/.exec(text)?.[1] ?? "");
      RFC3161Timestamp.parse(readFileSync(join(cwd, "r.tsr")));
    }
  }
  assert.equal(serials.size, 12, tsa.log());
  writeFileSync(join(cwd, "data"), "something else\n");
  assert.match(
    (await openssl("ts", "-verify", "-data", "data", "-in", "r.tsr", "-CAfile", "tsa/root.pem")).text,
    /FAILED/,
  );
});

test("openssl reads each refusal as the one it is", { skip }, async (t) => {
  const { cwd, openssl, curl } = await authority(t, ["--policy", "1.3.6.1.4.1.99999.3"]);
  const refused = async (name: string, ...options: readonly string[]) => {
    assert.equal((await openssl("ts", "-query", "-data", "data", ...options, "-out", `${name}.tsq`)).code, 0);
    assert.equal(await curl(`${name}.tsq`, `${name}.tsr`), "200 application/timestamp-reply");
    return (await openssl("ts", "-reply", "-in", `${name}.tsr`, "-text")).text;
  };
  assert.match(await refused("sha1", "-sha1"), /Rejected\.[\s\S]*unrecognized or unsupported algorithm/);
  assert.match(await refused("policy", "-tspolicy", "1.2.3.4"), /Rejected\.[\s\S]*policy is not supported/);
  assert.match(await refused("right", "-tspolicy", "1.3.6.1.4.1.99999.3"), /Granted\./);
  writeFileSync(join(cwd, "noise.tsq"), "noise");
  assert.equal(await curl("noise.tsq", "noise.tsr"), "200 application/timestamp-reply");
  assert.match(
    (await openssl("ts", "-reply", "-in", "noise.tsr", "-text")).text,
    /the data submitted has the wrong format/,
  );
  writeFileSync(join(cwd, "large.tsq"), Buffer.alloc(100_000));
  assert.match(await curl("large.tsq", "large.tsr"), /^413 /);
  assert.match(await curl("noise.tsq", "x", "-X", "PUT"), /^405 /);
  assert.match(await curl("noise.tsq", "x", "-H", "content-type: text/plain"), /^(415|200) /);
});

test("certificates of tsa init are what openssl expects of a time-stamp authority", { skip }, async (t) => {
  const { openssl } = await authority(t);
  const chain = await openssl(
    "verify",
    "-purpose",
    "timestampsign",
    "-x509_strict",
    "-CAfile",
    "tsa/root.pem",
    "tsa/chain.pem",
  );
  assert.match(chain.text, /tsa\/chain\.pem: OK/);
  const { text } = await openssl("x509", "-in", "tsa/chain.pem", "-noout", "-text");
  assert.match(text, /Extended Key Usage: critical\s+Time Stamping\n/);
  assert.match(text, /Key Usage: critical\s+Digital Signature\n/);
});
