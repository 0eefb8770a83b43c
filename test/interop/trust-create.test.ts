// SPDX-License-Identifier: Apache-2.0
// `aibom trust create` takes the flags of `cosign trusted-root create` and must write the same document.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { cosignIn } from "./cosign.ts";
import { authorityExtensions, makeCertificate, openssl, signerExtensions } from "./openssl-ca.ts";
import { missingGoTools, missingPrograms } from "./tools.ts";

const skip = missingGoTools("cosign") || missingPrograms("openssl");

/** Writes a public key and answers its path. */
function publicKey(directory: string, name: string, ...type: readonly string[]): string {
  const [key, path] = [join(directory, `${name}.key`), join(directory, `${name}.pub`)];
  openssl("genpkey", ...type, "-out", key);
  openssl("pkey", "-in", key, "-pubout", "-out", path);
  return path;
}

const ec = (curve: string) => ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`];
const rsa = (bits: number) => ["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`];

/** A chain of three: a signer, its issuer and the root. */
function chain(directory: string, name: string, purpose: string): string {
  const root = makeCertificate({
    directory,
    name: `${name}-root`,
    subject: `/O=Example/OU=${name}/CN=root`,
    extensions: authorityExtensions(1),
  });
  // Certificates of one second would hide from which of them a start is taken.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
  const issuer = makeCertificate({
    directory,
    name: `${name}-issuer`,
    subject: `/O=Example/CN=${name} issuer`,
    extensions: authorityExtensions(0, purpose),
    issuer: root,
  });
  if (purpose === "codeSigning") {
    return issuer.chain;
  }
  return makeCertificate({
    directory,
    name,
    subject: `/O=Example/CN=${name}`,
    extensions: signerExtensions(`critical,${purpose}`),
    issuer,
  }).chain;
}

/** The document without empty lists, instants as numbers, lists in one order: cosign's own is random. */
function normalise(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(normalise);
    return items.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, each]) => !Array.isArray(each) || each.length > 0)
        .map(([name, each]) =>
          name === "certificates"
            ? [name, each]
            : [name, name === "start" || name === "end" ? Date.parse(each) : normalise(each)],
        ),
    );
  }
  return value;
}

async function compare(t: TestContext, flags: (directory: string) => readonly string[]) {
  const directory = temporaryDirectory(t);
  const written = flags(directory);
  const theirs = await cosignIn(directory).createTrustedRoot("theirs.json", ...written);
  const ours = await aibom(["trust", "create", ...written, "--out", "ours.json"], { cwd: directory });
  assert.equal(ours.code, 0, ours.stderr);
  const parse = (path: string) => normalise(JSON.parse(readFileSync(path, "utf8")));
  assert.deepEqual(parse(join(directory, "ours.json")), parse(theirs));
}

const since = "start-time=2026-01-02T03:04:05Z";
const until = "end-time=2027-01-02T03:04:05Z";

test("one of each service", { skip }, (t) =>
  compare(t, (directory) => [
    `--fulcio=url=https://fulcio.example.com,certificate-chain=${chain(directory, "fulcio", "codeSigning")},${since}`,
    `--rekor=url=https://rekor.example.com,public-key=${publicKey(directory, "rekor", ...ec("P-256"))},${since}`,
    `--ctfe=url=https://ct.example.com/2026,public-key=${publicKey(directory, "ct", ...ec("P-256"))},${since}`,
    `--tsa=url=https://tsa.example.com/api,certificate-chain=${chain(directory, "tsa", "timeStamping")},${since}`,
  ]),
);

const logKeys = {
  "P-256": ec("P-256"),
  "P-384": ec("P-384"),
  "P-521": ec("P-521"),
  "RSA 2048": rsa(2048),
  "RSA 4096": rsa(4096),
  Ed25519: ["-algorithm", "ED25519"],
} as const;
for (const [name, type] of Object.entries(logKeys)) {
  test(`a log with a key of type ${name}, with an end`, { skip }, (t) =>
    compare(t, (directory) => [
      `--rekor=url=https://rekor.example.com,public-key=${publicKey(directory, "rekor", ...type)},${since},${until}`,
      `--ctfe=url=https://ct.example.com,public-key=${publicKey(directory, "ct", ...type)},${since},${until}`,
    ]),
  );
}

for (const name of ["Ed25519", "P-256", "RSA 2048"] as const) {
  test(`a log of the second generation, known by its origin, with a key of type ${name}`, { skip }, (t) =>
    compare(t, (directory) => [
      `--rekor=url=https://rekor.example.com,public-key=${publicKey(directory, "rekor", ...logKeys[name])},${since},origin=rekor.example.com`,
    ]),
  );
}

test("several of each, without a start where none is needed", { skip }, (t) =>
  compare(t, (directory) => [
    ...["one", "two"].map(
      (name) =>
        `--fulcio=url=https://${name}.example.com,certificate-chain=${chain(directory, name, "codeSigning")}`,
    ),
    ...["three", "four"].map(
      (name) =>
        `--rekor=url=https://${name}.example.com,public-key=${publicKey(directory, name, ...ec("P-256"))},${since}`,
    ),
    ...["five", "six"].map(
      (name) =>
        `--tsa=url=https://${name}.example.com,certificate-chain=${chain(directory, name, "timeStamping")},${until}`,
    ),
  ]),
);
