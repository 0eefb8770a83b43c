// SPDX-License-Identifier: Apache-2.0
// A time-stamp authority of one's own: what it grants our verifier takes, and what it must not grant it refuses with the reason that
// RFC 3161 has for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boolean,
  context,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
} from "../../fixtures/der-writer.ts";
import { keyPair } from "../../fixtures/key-pair.ts";
import { caExtensions, extendedKeyUsage, issue, keyUsage, tsaExtensions } from "../../fixtures/pki.ts";
import { keySigner } from "../../src/signers/key.ts";
import { openAuthority } from "../../src/tsa/authority.ts";
import { readAuthorityChain } from "../../src/tsa/read-chain.ts";
import { inspectTimestamp } from "../../src/verifiers/timestamp/inspect-timestamp.ts";
import { parseTimestampResponse } from "../../src/verifiers/timestamp/timestamp-response.ts";
import { parseTimestampToken } from "../../src/verifiers/timestamp/token.ts";
import { verifyTimestamp } from "../../src/verifiers/timestamp/verify-timestamp.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import {
  authorityOptions,
  granted,
  newAuthority,
  query,
  signed,
  start,
  startAuthority,
} from "./authority.ts";

test("a token says what was asked, and verifies", async (t) => {
  const { authority, answer } = startAuthority(t, {
    accuracyMilliseconds: 1250,
    policy: "1.3.6.1.4.1.99999.7",
  });
  for (const hashAlgorithm of ["sha256", "sha384", "sha512"] as const) {
    for (const nonce of [0n, 1n, 0x80n, 2n ** 160n + 5n]) {
      const { response } = granted(await answer(query({ hashAlgorithm, nonce, policy: authority.policy })));
      const expected = { nonce, policy: authority.policy };
      const verified = verifyTimestamp(response, signed, [authority.verifier], expected);
      assert.equal(verified.accuracyMicroseconds, 1_250_000);
      assert.equal(inspectTimestamp(response).ordering, true);
      assert.equal(inspectTimestamp(response).authorityName, "CN=Test clock,O=Example");
    }
  }
  const without = granted(await answer(query({ certReq: false }))).response;
  assert.deepEqual(parseTimestampToken(without).signedData.certificates, []);
  const certificates = parseTimestampToken(granted(await answer(query())).response).signedData.certificates;
  assert.deepEqual(
    certificates.map(({ subject }) => subject),
    ["CN=Test clock,O=Example"],
    "the root stays at home",
  );
  const bare = sequence(
    ...[
      integer(1),
      sequence(sequence(oid("2.16.840.1.101.3.4.2.1"), nullValue()), octetString(new Uint8Array(32))),
    ],
  );
  assert.equal(inspectTimestamp(granted(await answer(bare)).response).nonce, undefined);
});

test("times rise with each token, numbers never come twice, and a fraction has three digits", async (t) => {
  const { answer, clock } = startAuthority(t);
  const places = [];
  for (let count = 0; count < 200; count += 1) {
    places.push(granted(await answer(query())));
    clock.now = new Date(clock.now.getTime() + (count % 3));
  }
  assert.equal(new Set(places.map(({ serialNumber }) => serialNumber)).size, 200);
  for (const [at, { time, response }] of places.entries()) {
    const earlier = places[at - 1]?.time ?? new Date(0);
    assert.ok(time > earlier, `${time.toISOString()} after ${earlier.toISOString()}`);
    assert.match(Buffer.from(response).toString("latin1"), /20261101120\d{3}\.\d\d[1-9]Z/);
  }
});

const sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"));
const imprint = (algorithm: Uint8Array, bytes: number) =>
  sequence(algorithm, octetString(new Uint8Array(bytes)));
const good = imprint(sha256, 32);

const refusals: readonly (readonly [string, Uint8Array, string])[] = [
  ["nothing", new Uint8Array(), "badDataFormat"],
  ["noise", Buffer.from("noise"), "badDataFormat"],
  ["another structure", sequence(oid("1.2.3")), "badDataFormat"],
  ["no imprint", sequence(integer(1)), "badDataFormat"],
  ["bytes behind", Buffer.concat([sequence(integer(1), good), Buffer.of(0)]), "badDataFormat"],
  ["a field behind", sequence(integer(1), good, integer(1), integer(2)), "badDataFormat"],
  ["fields in the wrong order", sequence(integer(1), good, boolean(true), integer(7)), "badDataFormat"],
  ["a boolean of another value", sequence(integer(1), good, Buffer.of(1, 1, 7)), "badDataFormat"],
  ["a digest that is too short", sequence(integer(1), imprint(sha256, 31)), "badDataFormat"],
  ["no digest", sequence(integer(1), imprint(sha256, 0)), "badDataFormat"],
  ["too large", sequence(integer(1), imprint(sha256, 20_000)), "badDataFormat"],
  ["version 2", sequence(integer(2), good), "badRequest"],
  ["SHA-1", sequence(integer(1), imprint(sequence(oid("1.3.14.3.2.26")), 20)), "badAlg"],
  ["MD5", sequence(integer(1), imprint(sequence(oid("1.2.840.113549.2.5")), 16)), "badAlg"],
  ["an unknown hash", sequence(integer(1), imprint(sequence(oid("1.2.3.4")), 32)), "badAlg"],
  [
    "parameters of a hash",
    sequence(integer(1), imprint(sequence(oid("2.16.840.1.101.3.4.2.1"), integer(1)), 32)),
    "badAlg",
  ],
  ["another policy", sequence(integer(1), good, oid("1.2.3.4")), "unacceptedPolicy"],
  [
    "an extension, not even critical",
    sequence(integer(1), good, context(0, sequence(oid("1.2.3"), octetString(nullValue())))),
    "unacceptedExtension",
  ],
];

test("refusals have a status, a reason and no token", async (t) => {
  const { answer } = startAuthority(t);
  for (const [name, bytes, failure] of refusals) {
    const said = await answer(bytes);
    assert.equal(said.kind, "refused", name);
    const { status, failures, statusText, token } = parseTimestampResponse(said.response);
    assert.deepEqual({ status, failures, token }, { status: 2, failures: [failure], token: undefined }, name);
    assert.ok((statusText[0] ?? "").length > 10, name);
  }
});

test("every query that is cut or changed gets an answer, and no token over other bytes", async (t) => {
  const { authority, answer } = startAuthority(t);
  const whole = query();
  for (let length = 0; length < whole.length; length += 1) {
    assert.equal((await answer(whole.subarray(0, length))).kind, "refused");
  }
  const random = seededRandom(3161);
  for (let run = 0; run < 1500; run += 1) {
    const bytes = mutate(whole, random);
    const said = await answer(bytes);
    if (said.kind === "granted") {
      // Whatever it asked for, the token is about the digest that the query has.
      assert.ok(Buffer.from(bytes).includes(Buffer.from(said.digest)));
      const stamped = { hash: "sha256", digest: said.digest } as const;
      verifyTimestamp(said.response, stamped, [authority.verifier]);
    } else {
      assert.equal(said.fault, undefined, "no fault of the authority");
      assert.equal(parseTimestampResponse(said.response).status, 2);
    }
  }
});

test("a clock that went back, or past the certificate's end, stamps nothing", async (t) => {
  const { answer, clock } = startAuthority(t);
  granted(await answer(query()));
  const at = async (milliseconds: number) => {
    clock.now = new Date(start.getTime() + milliseconds);
    const said = await answer(query());
    return said.kind === "granted" ? "granted" : `${said.failure} ${said.fault?.code ?? ""}`;
  };
  assert.equal(await at(-500), "granted", "within the accuracy: clocks are corrected");
  assert.equal(await at(-5000), "timeNotAvailable TSA_CLOCK");
  assert.equal(await at(10), "granted");
  assert.equal(await at(86_399_000), "granted", "the last second");
  assert.equal(await at(86_402_000), "systemFailure TSA_UNUSABLE");
});

test("a signer that signs something else, or fails: no token", async (t) => {
  const made = newAuthority();
  const { signer } = authorityOptions(made);
  const wrong = { ...signer, sign: () => signer.sign(Buffer.from("something else")) };
  const { answer } = startAuthority(t, { ...authorityOptions(made), signer: wrong });
  const said = await answer(query());
  assert.ok(said.kind === "refused" && said.failure === "systemFailure");
  assert.equal(said.fault?.code, "TIMESTAMP_SIGNATURE_INVALID");
  assert.doesNotMatch(
    parseTimestampResponse(said.response).statusText.join(),
    /signature/i,
    "not told to others",
  );
});

test("keys and certificates that no verifier would take are refused when it starts", () => {
  const made = newAuthority();
  const validity = { notBefore: new Date(start.getTime() - 1000), notAfter: new Date(start.getTime() + 1e6) };
  const root = issue({ subject: "CN=r", extensions: caExtensions(), ...validity });
  const keys = keyPair("p384", "tsa-384");
  const signer = keySigner(keys.privateKey);
  const open = (change: Parameters<typeof issue>[0] | undefined, at = start, key = signer) => {
    const leaf = issue({
      subject: "CN=t",
      issuer: root,
      keys,
      extensions: tsaExtensions(),
      ...validity,
      ...change,
    });
    const chain = [leaf.certificate, root.certificate];
    return openAuthority({ ...authorityOptions(made), signer: key, chain }, at);
  };
  assert.equal(open(undefined).hash, "sha384");
  const unusable = { code: "TSA_UNUSABLE" };
  const both = extendedKeyUsage(["timeStamping", "codeSigning"], true);
  const wrong: readonly (readonly [string, Partial<Parameters<typeof issue>[0]>])[] = [
    ["no purpose", { extensions: [keyUsage(["digitalSignature"])] }],
    ["not critical", { extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["timeStamping"])] }],
    ["two purposes", { extensions: [keyUsage(["digitalSignature"]), both] }],
    [
      "it may not sign",
      { extensions: [keyUsage(["keyAgreement"]), extendedKeyUsage(["timeStamping"], true)] },
    ],
    ["expired", { notAfter: new Date(start.getTime() - 500) }],
    ["another issuer", { issuer: issue({ subject: "CN=other", extensions: caExtensions(), ...validity }) }],
  ];
  for (const [name, change] of wrong) {
    assert.throws(() => open({ subject: "CN=t", ...change }), unusable, name);
  }
  assert.throws(() => open(undefined, new Date(start.getTime() - 10_000)), unusable, "not yet");
  assert.throws(() => open(undefined, start, authorityOptions(made).signer), unusable, "another key");
  const ed25519 = keySigner(keyPair("ed25519").privateKey);
  assert.throws(() => open(undefined, start, ed25519), { code: "TSA_UNUSABLE", message: /ECDSA/ });
  assert.throws(() => openAuthority({ ...authorityOptions(made), chain: [] }, start), unusable);
  assert.throws(() => readAuthorityChain(Buffer.from("no PEM"), "x"), unusable);
});
