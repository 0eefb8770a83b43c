// SPDX-License-Identifier: Apache-2.0
// Keyless signing against servers that answer wrongly, slowly, too much; tokens and signing configs that cannot be
// used; and no connection without --online. That right answers make a signature that others verify is in test/interop.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Code } from "../../src/codes/index.ts";
import { AibomError } from "../../src/errors.ts";
import type { FetchOptions } from "../../src/net/fetch-bytes.ts";
import { parseIdentityToken } from "../../src/signers/identity-token.ts";
import { keylessSigner } from "../../src/signers/keyless.ts";
import { hostsOf, parseSigningConfig } from "../../src/signers/signing-config.ts";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  type Answer,
  certificateReply,
  foreignPublicKey,
  fulcioCertificate,
  type Handler,
  identityToken,
  logEntry,
  longAgo,
  stamp,
  startService,
  timestampReply,
} from "./services.ts";

const code = (expected: Code) => (error: unknown) =>
  error instanceof AibomError && error.code === expected ? true : assert.fail(String(error));

const json = (value: unknown): Answer => ({ type: "application/json", body: JSON.stringify(value) });

type Part = (body: Buffer) => Answer | undefined;
interface Instance {
  readonly fulcio?: Part;
  readonly rekor?: Part;
  readonly tsa?: Part;
}

const publicKeyIn = (body: Buffer): string => JSON.parse(body.toString()).publicKeyRequest.publicKey.content;

/** Starts an instance that is right but for the parts given, and has it sign. */
async function signWith(t: TestContext, parts: Instance, fetch: Partial<FetchOptions> = {}) {
  const seen: string[] = [];
  const handler: Handler = (body, path) => {
    seen.push(path);
    switch (path) {
      case "/api/v2/signingCert":
        return (parts.fulcio ?? ((each) => certificateReply(fulcioCertificate(publicKeyIn(each)).pem)))(body);
      case "/api/v2/log/entries":
        return (parts.rekor ?? ((each) => json(logEntry(each))))(body);
      default:
        return (parts.tsa ?? ((each) => timestampReply(stamp(each))))(body);
    }
  };
  const url = await startService(t, handler);
  const signer = keylessSigner({
    services: { certificateAuthority: url, logs: [`${url}/`], timestampAuthorities: [`${url}/tsa`] },
    token: () => Promise.resolve(identityToken()),
    at: new Date(),
    fetch: { online: true, timeoutMilliseconds: 20_000, ...fetch },
  });
  const sign = () => signer.signStatement(Buffer.from('{"a":1}'), 1 << 20);
  const signMessage = (digestOf = "weights") =>
    signer.signMessage({
      digest: createHash("sha256").update(digestOf).digest(),
      async *chunks() {
        yield Buffer.from("weights");
      },
    });
  return { sign, signMessage, signer, seen };
}

test("right answers: one request each, the identity is the certificate's, zeros are written out", async (t) => {
  const { sign, signer, seen } = await signWith(t, {});
  const text = Buffer.from(await sign()).toString();
  assert.deepEqual(seen, ["/api/v2/signingCert", "/tsa", "/api/v2/log/entries"]);
  assert.equal(signer.identity, "release@example.com (https://issuer.example)");
  const { verificationMaterial } = JSON.parse(text);
  const [entry] = verificationMaterial.tlogEntries;
  assert.deepEqual(
    [entry.logIndex, entry.inclusionProof.logIndex, entry.inclusionProof.hashes],
    ["0", "0", []],
  );
  assert.ok(!text.includes(identityToken().split(".")[1] ?? "-"));
});

test("a message: the log gets the digest of the file, the bundle holds it, no server is asked for a changed file", async (t) => {
  let logged = "";
  const { signMessage, seen } = await signWith(t, {
    rekor: (body) => {
      logged = JSON.parse(body.toString()).hashedRekordRequestV002.digest;
      return json(logEntry(body));
    },
  });
  await assert.rejects(signMessage("other weights"), code("SOURCE_CHANGED"));
  assert.deepEqual(seen, []);
  const { messageSignature, dsseEnvelope } = JSON.parse(Buffer.from(await signMessage()).toString());
  assert.equal(dsseEnvelope, undefined);
  const digest = createHash("sha256").update("weights").digest("base64");
  assert.deepEqual(messageSignature.messageDigest, { algorithm: "SHA2_256", digest });
  assert.equal(logged, digest);
});

const wrongAnswers: readonly (readonly [string, Code, Instance])[] = [
  ["Fulcio refuses", "FETCH_STATUS", { fulcio: () => ({ ...json({ message: "no" }), status: 400 }) }],
  [
    "Fulcio redirects: the token goes nowhere else",
    "FETCH_STATUS",
    { fulcio: () => ({ ...json({}), status: 307, headers: { location: "http://127.0.0.1:9/" } }) },
  ],
  ["Fulcio answers a page", "FETCH_STATUS", { fulcio: () => ({ type: "text/html", body: "<p>login</p>" }) }],
  [
    "Fulcio answers nothing of use",
    "KEYLESS_ANSWER",
    { fulcio: () => json({ signedCertificateDetachedSct: {} }) },
  ],
  ["Fulcio answers a list", "KEYLESS_ANSWER", { fulcio: () => json([]) }],
  [
    "Fulcio answers a key twice",
    "JSON_DUPLICATE_KEY",
    { fulcio: () => ({ type: "application/json", body: '{"a":1,"a":2}' }) },
  ],
  [
    "Fulcio certifies another key",
    "KEYLESS_ANSWER",
    { fulcio: () => certificateReply(fulcioCertificate(foreignPublicKey()).pem) },
  ],
  [
    "the certificate has expired at the time of the time stamp",
    "KEYLESS_ANSWER",
    { fulcio: (body) => certificateReply(fulcioCertificate(publicKeyIn(body), longAgo).pem) },
  ],
  [
    "Rekor answers an entry for another signature",
    "KEYLESS_ANSWER",
    {
      rekor: (body) => {
        const { signature } = JSON.parse(body.toString()).hashedRekordRequestV002;
        return json(logEntry(body, { signature: { ...signature, content: "MAYCAQECAQE=" } }));
      },
    },
  ],
  [
    "Rekor answers an entry for another digest",
    "KEYLESS_ANSWER",
    {
      rekor: (body) => {
        const data = { algorithm: "SHA2_256", digest: Buffer.alloc(32).toString("base64") };
        return json(logEntry(body, { data }));
      },
    },
  ],
  [
    "Rekor answers an entry for another certificate",
    "KEYLESS_ANSWER",
    {
      rekor: (body) => {
        const { signature } = JSON.parse(body.toString()).hashedRekordRequestV002;
        const other = Buffer.from(fulcioCertificate(foreignPublicKey()).der).toString("base64");
        const verifier = { ...signature.verifier, x509Certificate: { rawBytes: other } };
        return json(logEntry(body, { signature: { ...signature, verifier } }));
      },
    },
  ],
  [
    "Rekor answers without a proof",
    "BUNDLE_MALFORMED",
    { rekor: (body) => json({ ...logEntry(body), inclusionProof: null }) },
  ],
  ["Rekor answers too much", "FETCH_TOO_LONG", { rekor: () => json({ a: "x".repeat(1 << 21) }) }],
  ["Rekor is ill", "FETCH_STATUS", { rekor: () => ({ ...json({}), status: 503 }) }],
  [
    "the time stamp is for another nonce",
    "SIGNER_TIMESTAMP",
    { tsa: (q) => timestampReply(stamp(q, { nonce: 1 })) },
  ],
  [
    "the time stamp is about something else",
    "SIGNER_TIMESTAMP",
    { tsa: (query) => timestampReply(stamp(query, { imprint: new Uint8Array(32) })) },
  ],
  ["the time-stamp authority answers JSON", "FETCH_STATUS", { tsa: () => json({}) }],
];

for (const [name, expected, parts] of wrongAnswers) {
  test(`wrong answers: ${name}`, async (t) => {
    const { sign, signMessage } = await signWith(t, parts);
    await assert.rejects(sign(), code(expected));
    await assert.rejects(signMessage(), code(expected));
  });
}

test("a server that never answers, and a user who stops it", async (t) => {
  const slow = await signWith(t, { fulcio: () => undefined }, { timeoutMilliseconds: 200 });
  await assert.rejects(slow.sign(), code("FETCH_TIMEOUT"));
  const stopped = await signWith(t, { rekor: () => undefined }, { signal: AbortSignal.timeout(500) });
  await assert.rejects(stopped.sign(), code("FETCH_FAILED"));
});

test("identity tokens: what cannot be used is refused and never quoted", () => {
  const at = new Date();
  assert.equal(parseIdentityToken(`${identityToken()}\n`, at).subject, "release@example.com");
  assert.equal(parseIdentityToken(identityToken({ email: undefined }), at).subject, "1234");
  const past = Math.floor(at.getTime() / 1000);
  const bad = [
    identityToken({ exp: past }),
    identityToken({ exp: undefined }),
    identityToken({ exp: "9999999999" }),
    identityToken({ email_verified: false }),
    identityToken({ email_verified: undefined }),
    identityToken({ email: undefined, sub: "" }),
    identityToken({ sub: "x".repeat(40_000) }),
    identityToken().replaceAll(".", ","),
    `${identityToken()}.x`,
    identityToken().replace(/\.[^.]+\./, ".!!."),
    identityToken().replace(
      /\.[^.]+\./,
      `.${Buffer.from('{"exp":1,"exp":9999999999}').toString("base64url")}.`,
    ),
    "",
  ];
  for (const token of bad) {
    assert.throws(
      () => parseIdentityToken(token, at),
      (error) =>
        code("IDENTITY_TOKEN_INVALID")(error) &&
        (token === "" || !String((error as Error).stack).includes(token)),
    );
  }
});

const at = new Date("2026-06-01T00:00:00Z");
const service = (url: string, rest: object = {}) => ({
  url: `https://${url}`,
  majorApiVersion: 1,
  validFor: { start: "2026-01-01T00:00:00Z" },
  operator: url,
  ...rest,
});
const config = (change: object = {}) => ({
  mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
  caUrls: [service("ca")],
  oidcUrls: [service("oidc")],
  rekorTlogUrls: [service("log", { majorApiVersion: 2 })],
  rekorTlogConfig: { selector: "ANY" },
  tsaUrls: [service("tsa")],
  tsaConfig: { selector: "EXACT", count: 1 },
  ...change,
});
const parse = (value: object) => parseSigningConfig(Buffer.from(JSON.stringify(value)), "config.json", at);

test("signing config: selectors, windows, versions, operators", () => {
  assert.deepEqual(hostsOf(parse(config())), ["ca", "log", "tsa"]);
  const trustConfig = {
    mediaType: "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
    trustedRoot: { anything: 1 },
    signingConfig: config(),
  };
  assert.deepEqual(parse(trustConfig), parse(config()));
  const several = [
    service("old", { validFor: { start: "2025-01-01T00:00:00Z" } }),
    service("over", { validFor: { start: "2026-05-01T00:00:00Z", end: "2026-05-31T23:59:59Z" } }),
    service("soon", { validFor: { start: "2026-06-02T00:00:00Z" } }),
    service("v9", { majorApiVersion: 9 }),
    service("new", { validFor: { start: "2026-03-01T00:00:00Z" } }),
    service("same", { operator: "new" }),
  ];
  const timestamps = (tsaConfig: object, tsaUrls: object[] = several) =>
    parse(config({ tsaUrls, tsaConfig })).timestampAuthorities;
  assert.deepEqual(timestamps({ selector: "ANY" }), ["https://new"]);
  assert.deepEqual(timestamps({ selector: "ALL" }), ["https://new", "https://old"]);
  assert.deepEqual(timestamps({ selector: "EXACT", count: 2 }), ["https://new", "https://old"]);
  assert.throws(() => timestamps({ selector: "EXACT", count: 3 }), code("SIGNING_CONFIG_NO_SERVICE"));
  assert.throws(() => timestamps({ selector: "EXACT", count: 0 }), code("SIGNING_CONFIG_NO_SERVICE"));
  assert.throws(
    () => timestamps({ selector: "ANY" }, several.slice(1, 4)),
    code("SIGNING_CONFIG_NO_SERVICE"),
  );
  assert.throws(() => timestamps({ selector: "ALL" }, []), code("SIGNING_CONFIG_NO_SERVICE"));
  const oldLog = { rekorTlogUrls: [service("log")] };
  assert.throws(() => parse(config(oldLog)), code("SIGNING_CONFIG_NO_SERVICE"));
  assert.throws(() => parse(config({ caUrls: [] })), code("SIGNING_CONFIG_NO_SERVICE"));
  assert.deepEqual(parse(config({ rekorTlogUrls: [], rekorTlogConfig: undefined })).logs, []);
  const malformed = [
    { mediaType: "application/vnd.dev.sigstore.signingconfig.v0.9+json" },
    { surprise: true },
    { tsaConfig: undefined },
    { tsaConfig: { selector: "SOME" } },
    { tsaConfig: { selector: "EXACT", count: -1 } },
    { tsaUrls: {} },
    { caUrls: [{ ...service("ca"), url: "no address" }] },
    { caUrls: Array.from({ length: 257 }, () => service("ca")) },
  ];
  for (const change of malformed) {
    assert.throws(() => parse(config(change)), code("SIGNING_CONFIG_MALFORMED"), JSON.stringify(change));
  }
});

test("without --online nothing is asked: the hosts are named, no server hears of it", async (t) => {
  const cwd = temporaryDirectory(t);
  let asked = 0;
  const url = await startService(t, () => {
    asked++;
    return json({});
  });
  const local = (path: string, rest: object = {}) => ({ ...service("x", rest), url: `${url}${path}` });
  writeFileSync(
    join(cwd, "config.json"),
    JSON.stringify(
      config({
        caUrls: [local("")],
        rekorTlogUrls: [local("", { majorApiVersion: 2 })],
        tsaUrls: [local("/tsa")],
      }),
    ),
  );
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/w.bin"), "w");
  const sign = (...args: string[]) =>
    aibom(["sign", "model", "--method", "keyless", "--signing-config", "config.json", ...args], {
      cwd,
      env: { SIGSTORE_ID_TOKEN: identityToken() },
    });
  const offline = await sign();
  assert.equal(offline.code, 2, offline.stderr);
  assert.equal(errorCode(offline), "KEYLESS_OFFLINE");
  assert.ok(offline.stderr.includes(new URL(url).host), offline.stderr);
  assert.equal(asked, 0);
  writeFileSync(join(cwd, "expired"), identityToken({ exp: 1 }));
  const expired = await sign("--online", "--identity-token", "expired");
  assert.equal(errorCode(expired), "IDENTITY_TOKEN_INVALID");
  assert.equal(asked, 0);
  // The guard against a guard that never bites: with --online the server is asked.
  const online = await sign("--online");
  assert.equal(errorCode(online), "KEYLESS_ANSWER", online.stderr);
  assert.equal(asked, 1);
  assert.deepEqual(readdirSync(join(cwd, "model")), ["w.bin"]);
});

test("flags that contradict each other", async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "w.bin"), "w");
  writeFileSync(join(cwd, "config.json"), JSON.stringify(config()));
  for (const args of [
    ["--method", "keyless", "--online"],
    ["--signing-config", "config.json", "--key", "release.key"],
    ["--signing-config", "config.json", "--timestamp", "https://tsa"],
    ["--signing-config", "config.json", "--method", "key"],
    ["--key", "release.key", "--online"],
  ]) {
    const result = await aibom(["sign", "w.bin", ...args], { cwd });
    assert.equal(errorCode(result), "CLI_USAGE", args.join(" "));
  }
  const ambient = await aibom(["sign", "w.bin", "--signing-config", "config.json", "--online"], {
    cwd,
    env: { SIGSTORE_ID_TOKEN: "", ACTIONS_ID_TOKEN_REQUEST_URL: "", BUILDKITE: "" },
  });
  assert.equal(errorCode(ambient), "IDENTITY_TOKEN_MISSING", ambient.stderr);
  assert.equal(readFileSync(join(cwd, "w.bin"), "utf8"), "w");
});
