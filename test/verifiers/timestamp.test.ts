// SPDX-License-Identifier: Apache-2.0
// Time stamps (RFC 3161): each wrong token is refused with its own code, every bit of a token is flipped, and the
// tokens of real authorities verify.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import {
  boolean,
  context,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
} from "../../fixtures/der-writer.ts";
import {
  type CertificateSpec,
  caExtensions,
  extendedKeyUsage,
  extension,
  fixtureTime,
  generalName,
  type Issued,
  issue,
  keyPair,
  keyUsage,
  signing,
  tsaExtensions,
} from "../../fixtures/pki.ts";
import { concat } from "../../fixtures/protobuf.ts";
import {
  cmsAttribute,
  cmsOids,
  subjectKeyIdentifier,
  type TokenSpec,
  timestampResponse,
  timestampToken,
  tstInfo,
} from "../../fixtures/tsa.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { inspectTimestamp } from "../../src/verifiers/timestamp/inspect-timestamp.ts";
import { createTimestampRequest } from "../../src/verifiers/timestamp/timestamp-request.ts";
import { parseTimestampResponse } from "../../src/verifiers/timestamp/timestamp-response.ts";
import {
  type TimestampAuthority,
  type VerifiedTimestamp,
  verifyTimestamp,
} from "../../src/verifiers/timestamp/verify-timestamp.ts";

const signed = new TextEncoder().encode("a signature that gets a time");
const root = issue({ subject: "CN=ts root,O=Example", extensions: caExtensions() });
const tsa = issue({ subject: "CN=tsa,O=Example", issuer: root, extensions: tsaExtensions() });

function authorityOf(certificates: readonly Issued[], name = "own"): TimestampAuthority {
  return { name, certificates: certificates.map(({ certificate }) => certificate) };
}

const caOnly = authorityOf([root]);
const pinned = authorityOf([tsa, root]);

function verify(
  spec: Partial<TokenSpec>,
  authorities: readonly TimestampAuthority[] = [caOnly],
): VerifiedTimestamp {
  return verifyTimestamp(timestampToken({ tsa, signed, ...spec }), signed, authorities);
}

function refusesToken(token: Uint8Array, code: string, message = /./, authorities = [caOnly]): void {
  assert.throws(
    () => verifyTimestamp(token, signed, authorities),
    (error) => {
      assert.ok(error instanceof AibomError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
  );
}

function refuses(spec: Partial<TokenSpec>, code: string, message = /./, authorities = [caOnly]): void {
  refusesToken(timestampToken({ tsa, signed, ...spec }), code, message, authorities);
}

/** A time-stamp authority whose certificate differs from the good one by what is given. */
function tsaWith(spec: Partial<CertificateSpec>): Issued {
  return issue({ subject: "CN=tsa,O=Example", issuer: root, extensions: tsaExtensions(), ...spec });
}

describe("time stamps that hold", () => {
  it("says when, by whom, and how exactly", () => {
    const { chain, ...read } = verify({
      accuracy: { seconds: 1, millis: 5, micros: 300 },
      serialNumber: 0xab,
    });
    assert.deepEqual(read, {
      // The latest instant: 1.0053 seconds on, rounded up to milliseconds.
      time: new Date("2026-11-01T12:00:01.006Z"),
      source: "rfc3161",
      authority: "own",
      genTime: fixtureTime,
      accuracyMicroseconds: 1_005_300,
      serialNumber: "ab",
      policy: "1.3.6.1.4.1.99999.1",
    });
    assert.deepEqual(
      chain.map(({ subject }) => subject),
      ["CN=tsa,O=Example", "CN=ts root,O=Example"],
    );
    assert.deepEqual(verify({}).time, fixtureTime);
  });

  it("takes the token alone and the response of an authority", () => {
    const token = timestampToken({ tsa, signed });
    for (const status of [0, 1]) {
      const response = timestampResponse({ token, status, statusText: "fine" });
      assert.deepEqual(verifyTimestamp(response, signed, [caOnly]).time, fixtureTime);
    }
  });

  it("takes every accepted imprint, digest and signature algorithm", () => {
    for (const imprintHash of ["sha256", "sha384", "sha512"] as const) {
      assert.deepEqual(verify({ imprintHash, digest: imprintHash, essHash: imprintHash }).time, fixtureTime);
    }
    for (const kind of ["p256", "p384", "p521", "ed25519", "rsa2048", "rsa-pss"] as const) {
      const keys = keyPair(kind, "tsa");
      const own = tsaWith({ keys });
      for (const digest of ["sha256", "sha512"] as const) {
        assert.deepEqual(verify({ tsa: own, digest }).time, fixtureTime, `${kind} ${digest}`);
      }
    }
    const keys = keyPair("rsa2048", "tsa");
    const own = tsaWith({ keys });
    assert.deepEqual(verify({ tsa: own, signing: signing(keys, "sha384", "pss") }).time, fixtureTime);
    // CMS may name the key's algorithm alone.
    const rsaEncryption = sequence(oid("1.2.840.113549.1.1.1"), nullValue());
    const bare = { algorithm: rsaEncryption, sign: signing(keys, "sha512").sign };
    assert.deepEqual(verify({ tsa: own, digest: "sha512", signing: bare }).time, fixtureTime);
  });

  it("takes both signing-certificate attributes, with and without issuer and serial number", () => {
    for (const ess of ["v1", "v2", "both"] as const) {
      for (const essIssuerSerial of [true, false]) {
        assert.deepEqual(verify({ ess, essIssuerSerial }).time, fixtureTime);
      }
    }
  });

  it("reads fractions of a second of any length, and rounds what they prove up", () => {
    for (let digits = 1; digits <= 12; digits += 1) {
      const fraction = "987654321987".slice(0, digits);
      const read = verify({ genTime: `20261101120000.${fraction}Z` });
      const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
      assert.equal(read.genTime.getTime(), fixtureTime.getTime() + milliseconds);
      assert.equal(read.time.getTime(), read.genTime.getTime() + (digits > 3 ? 1 : 0));
    }
    assert.deepEqual(verify({ genTime: "20261101120000.000Z" }).time, fixtureTime);
  });

  it("takes the signer from the trust root when the token brings no certificate", () => {
    assert.deepEqual(verify({ certificates: [] }, [pinned]).time, fixtureTime);
    assert.deepEqual(verify({ certificates: [] }, [authorityOf([tsa])]).chain.length, 1);
    assert.deepEqual(verify({ certificates: [] }, [authorityOf([root, tsa])]).time, fixtureTime);
    refuses({ certificates: [] }, "TIMESTAMP_SIGNER_UNKNOWN");
  });

  it("takes intermediates from the token and from the trust root", () => {
    const middle = issue({ subject: "CN=middle", issuer: root, extensions: caExtensions(0) });
    const own = tsaWith({ issuer: middle });
    assert.equal(verify({ tsa: own, certificates: [root, middle, own] }).chain.length, 3);
    assert.equal(verify({ tsa: own }, [authorityOf([middle, root])]).chain.length, 3);
    assert.equal(verify({ tsa: own, certificates: [] }, [authorityOf([own, middle, root])]).chain.length, 3);
    assert.equal(verify({ tsa: own, certificates: [middle] }, [authorityOf([own, root])]).chain.length, 3);
    // The last certificate of the list is trusted without its own issuer being there.
    assert.equal(verify({ tsa: own }, [authorityOf([own, middle])]).chain.length, 2);
    refuses({ tsa: own }, "CERTIFICATE_UNTRUSTED");
  });

  it("finds the signer by its key identifier", () => {
    const identifier = Uint8Array.of(1, 2, 3, 4);
    const own = tsaWith({
      extensions: [...tsaExtensions(), extension("2.5.29.14", octetString(identifier))],
    });
    const bySki = { tsa: own, signerInfoVersion: 3, signerId: subjectKeyIdentifier(identifier) };
    assert.deepEqual(verify(bySki).time, fixtureTime);
    const other = subjectKeyIdentifier(Uint8Array.of(9));
    refuses({ ...bySki, signerId: other }, "TIMESTAMP_SIGNER_UNKNOWN", /key identifier 09/);
    refuses({ ...bySki, signerInfoVersion: 1 }, "DER_TAG");
    refuses({ signerInfoVersion: 3 }, "TIMESTAMP_MALFORMED");
  });

  it("verifies what a signer signed that did not sort its attributes", () => {
    const orderAttributes = (attributes: readonly Uint8Array[]) => attributes.toReversed();
    assert.deepEqual(verify({ orderAttributes }).time, fixtureTime);
  });

  it("checks nonce and policy if the caller has them", () => {
    const token = timestampToken({ tsa, signed, nonce: 77n });
    assert.deepEqual(verifyTimestamp(token, signed, [caOnly], { nonce: 77n }).time, fixtureTime);
    assert.throws(() => verifyTimestamp(token, signed, [caOnly], { nonce: 78n }), {
      code: "TIMESTAMP_NONCE",
      message: /its nonce is 77, expected 78/,
    });
    const without = timestampToken({ tsa, signed });
    assert.throws(() => verifyTimestamp(without, signed, [caOnly], { nonce: 78n }), {
      code: "TIMESTAMP_NONCE",
    });
    const { policy } = verifyTimestamp(token, signed, [caOnly], { policy: "1.3.6.1.4.1.99999.1" });
    assert.equal(policy, "1.3.6.1.4.1.99999.1");
    assert.throws(() => verifyTimestamp(token, signed, [caOnly], { policy: "1.2.3" }), {
      code: "TIMESTAMP_POLICY",
    });
  });
});

describe("time stamps that are refused", () => {
  it("is about other bytes, or about a weak hash", () => {
    refuses({ signed: Uint8Array.of(1) }, "TIMESTAMP_IMPRINT");
    refuses({ imprint: new Uint8Array(31) }, "TIMESTAMP_IMPRINT");
    refuses({ imprint: new Uint8Array() }, "TIMESTAMP_IMPRINT");
    refuses({ imprintHash: "sha1" }, "TIMESTAMP_HASH", /uses SHA-1 for the stamped bytes/);
    refuses({ imprintHash: "md5" }, "TIMESTAMP_HASH", /MD5/);
    refuses(
      { imprintHash: "sha384", imprint: createHash("sha256").update(signed).digest() },
      "TIMESTAMP_IMPRINT",
    );
    assert.throws(() => verifyTimestamp(timestampToken({ tsa, signed }), new Uint8Array(), [caOnly]), {
      code: "TIMESTAMP_IMPRINT",
    });
  });

  it("was not granted", () => {
    const token = timestampToken({ tsa, signed });
    const response = timestampResponse({ token, status: 2, statusText: "no", failureBit: 0 });
    refusesToken(response, "TIMESTAMP_NOT_GRANTED", /status 2, rejection, badAlg, no/);
    for (const status of [3, 4, 5, 6, 1_000_000]) {
      refusesToken(timestampResponse({ token, status }), "TIMESTAMP_NOT_GRANTED");
    }
    refusesToken(timestampResponse({ token, status: -1 }), "DER_VALUE");
    refusesToken(timestampResponse({}), "TIMESTAMP_MALFORMED", /no token/);
    refusesToken(timestampResponse({ token: concat(token, token) }), "DER_TRAILING");
    assert.deepEqual(parseTimestampResponse(response), {
      status: 2,
      statusName: "rejection",
      statusText: ["no"],
      failures: ["badAlg"],
      token,
    });
    const { failures, statusName } = parseTimestampResponse(timestampResponse({ status: 9, failureBit: 7 }));
    assert.deepEqual([failures, statusName], [["bit 7"], "unknown"]);
  });

  it("is no SignedData of RFC 3161", () => {
    refuses({ contentType: cmsOids.data }, "TIMESTAMP_CONTENT_TYPE", /the content of/);
    refuses({ contentTypeAttribute: cmsOids.data }, "TIMESTAMP_CONTENT_TYPE", /signed attribute contentType/);
    refusesToken(sequence(oid(cmsOids.data), context(0, sequence())), "TIMESTAMP_CONTENT_TYPE", /the type/);
    for (const signedDataVersion of [0, 1, 2, 4, 5]) {
      refuses({ signedDataVersion }, "TIMESTAMP_MALFORMED");
    }
    refuses({ signerInfoVersion: 2 }, "TIMESTAMP_MALFORMED");
    refuses({ signerInfos: 2 }, "TIMESTAMP_SIGNER_COUNT", /has 2 signers/);
    refuses({ signerInfos: 0 }, "TIMESTAMP_SIGNER_COUNT", /has 0 signers/);
    refuses({ digestAlgorithms: ["sha512"] }, "TIMESTAMP_MALFORMED", /lacks the signer's/);
    refuses({ digestAlgorithms: [] }, "TIMESTAMP_MALFORMED");
    assert.deepEqual(verify({ digestAlgorithms: ["sha1", "sha256"] }).time, fixtureTime);
    // The old way of embedding other certificates: [0] to [3].
    const certificatesField = context(0, tsa.der, context(1, integer(1)));
    refuses({ certificatesField }, "DER_TAG");
    refuses({ certificatesField: context(0, tsa.der, integer(1)) }, "DER_TAG");
    const many = Array.from({ length: limits.maxTimestampCertificates + 1 }, () => tsa);
    refuses({ certificates: many }, "CERTIFICATE_TOO_MANY");
    refusesToken(new Uint8Array(), "DER_TRUNCATED");
    refusesToken(new Uint8Array(limits.maxTimestampBytes + 1), "TIMESTAMP_TOO_LARGE");
    refusesToken(Buffer.from("not a token"), "DER_TRUNCATED");
    const indefinite = concat(
      Uint8Array.of(0x30, 0x80),
      timestampToken({ tsa, signed }),
      Uint8Array.of(0, 0),
    );
    refusesToken(indefinite, "DER_LENGTH");
  });

  it("has signed attributes that are missing, doubled or wrong", () => {
    refuses({ contentTypeAttribute: null }, "TIMESTAMP_ATTRIBUTE", /contentType .* is missing/);
    refuses({ messageDigest: null }, "TIMESTAMP_ATTRIBUTE", /messageDigest .* is missing/);
    refuses({ ess: "none" }, "TIMESTAMP_ATTRIBUTE", /signingCertificate .* is missing/);
    refuses({ messageDigest: new Uint8Array(32) }, "TIMESTAMP_MESSAGE_DIGEST");
    refuses({ messageDigest: new Uint8Array(20) }, "TIMESTAMP_MESSAGE_DIGEST");
    const digest = createHash("sha256").update(tstInfo({ signed })).digest();
    const second = cmsAttribute(cmsOids.messageDigest, octetString(digest));
    refuses({ moreAttributes: [second] }, "TIMESTAMP_ATTRIBUTE", /is there twice/);
    const values = [octetString(digest), octetString(new Uint8Array(32))];
    const two = { messageDigest: null, moreAttributes: [cmsAttribute(cmsOids.messageDigest, ...values)] };
    refuses(two, "TIMESTAMP_ATTRIBUTE", /has 2 values/);
    const none = { messageDigest: null, moreAttributes: [cmsAttribute(cmsOids.messageDigest)] };
    refuses(none, "TIMESTAMP_ATTRIBUTE", /has 0 values/);
    const asInteger = {
      messageDigest: null,
      moreAttributes: [cmsAttribute(cmsOids.messageDigest, integer(1))],
    };
    refuses(asInteger, "DER_TAG");
  });

  it("has content that is not what was signed", () => {
    const other = tstInfo({ signed, genTime: "20200101000000Z" });
    const original = createHash("sha256").update(tstInfo({ signed })).digest();
    refuses({ content: other, messageDigest: original }, "TIMESTAMP_MESSAGE_DIGEST");
    refuses({ withoutAttributes: true }, "TIMESTAMP_MALFORMED", /no signed attributes/);
    // Signed is the content itself, as without signed attributes.
    refuses({ signedBytes: tstInfo({ signed }) }, "TIMESTAMP_SIGNATURE_INVALID");
  });

  it("has a TSTInfo that RFC 3161 does not know", () => {
    refuses({ tstVersion: 2 }, "TIMESTAMP_MALFORMED", /version is 2/);
    refuses({ genTime: "202611011200Z" }, "DER_VALUE");
    refuses({ genTime: "20261101120000+0100" }, "DER_VALUE");
    refuses({ genTime: "20261301120000Z" }, "DER_VALUE");
    refuses({ content: sequence(integer(1)) }, "DER_TRUNCATED");
    refuses({ content: concat(tstInfo({ signed }), nullValue()) }, "DER_TRAILING");
    refuses({ accuracy: { millis: 1000 } }, "TIMESTAMP_ACCURACY");
    refuses({ accuracy: { micros: 0 } }, "TIMESTAMP_ACCURACY");
    refuses({ accuracy: { seconds: -1 } }, "DER_VALUE");
    refuses({ accuracy: { seconds: limits.maxTimestampAccuracySeconds + 1 } }, "TIMESTAMP_ACCURACY");
    const critical = sequence(oid("1.2.3"), boolean(true), octetString(nullValue()));
    refuses({ tstExtensions: [critical] }, "TIMESTAMP_CRITICAL_EXTENSION", /1\.2\.3/);
    const lenient = sequence(oid("1.2.3"), octetString(nullValue()));
    assert.deepEqual(verify({ tstExtensions: [lenient], ordering: true }).time, fixtureTime);
  });

  it("names another certificate than its signer's", () => {
    const twin = tsaWith({ serialNumber: 99, keys: tsa.keys });
    for (const ess of ["v1", "v2", "both"] as const) {
      refuses({ ess, essCertificate: twin }, "TIMESTAMP_CERTIFICATE_BINDING", /hash is that of another/);
      refuses({ ess, essDigest: new Uint8Array(32) }, "TIMESTAMP_CERTIFICATE_BINDING");
      refuses({ ess, essIssuerSerial: twin }, "TIMESTAMP_CERTIFICATE_BINDING", /issuer and serial number/);
    }
    const { serialNumber } = tsa;
    const namesake = issue({ subject: "CN=x", issuerName: "CN=other root", serialNumber });
    refuses({ essIssuerSerial: namesake }, "TIMESTAMP_CERTIFICATE_BINDING", /issuer and serial number/);
    const signerId = sequence(namesake.certificate.issuerName, integer(serialNumber));
    refuses({ signerId }, "TIMESTAMP_SIGNER_UNKNOWN", /CN=other root/);
    // The twin has the same key: its certificate put in place of the signer's.
    refuses({ certificates: [twin] }, "TIMESTAMP_SIGNER_UNKNOWN");
    const sameSerial = tsaWith({
      serialNumber: tsa.serialNumber,
      notBefore: new Date("2020-01-01T00:00:00Z"),
    });
    refuses({ certificates: [sameSerial] }, "TIMESTAMP_CERTIFICATE_BINDING");
    assert.deepEqual(verify({ certificates: [sameSerial, tsa] }).time, fixtureTime);
    refuses({ essHash: "sha1" }, "TIMESTAMP_HASH", /SHA-1 for its certificate/);
    const emptyList = cmsAttribute(cmsOids.signingCertificateV2, sequence(sequence()));
    refuses({ ess: "none", moreAttributes: [emptyList] }, "TIMESTAMP_MALFORMED");
    const wrongName = sequence(sequence(generalName.dns("x")), integer(1));
    const essId = sequence(octetString(createHash("sha256").update(tsa.der).digest()), wrongName);
    const attribute = cmsAttribute(cmsOids.signingCertificateV2, sequence(sequence(essId)));
    refuses({ ess: "none", moreAttributes: [attribute] }, "DER_TAG");
  });

  it("has a signature that is not its signer's", () => {
    const spoilSignature = (bytes: Uint8Array): Uint8Array =>
      bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte));
    refuses({ spoilSignature }, "TIMESTAMP_SIGNATURE_INVALID", /CN=tsa/);
    refuses({ signing: signing(keyPair("p256", "evil")) }, "TIMESTAMP_SIGNATURE_INVALID");
    refuses({ spoilSignature: () => new Uint8Array() }, "TIMESTAMP_SIGNATURE_INVALID");
    refuses({ digest: "sha1" }, "TIMESTAMP_HASH", /SHA-1 for its content/);
    refuses({ signing: signing(tsa.keys, "sha1") }, "TIMESTAMP_SIGNATURE_ALGORITHM", /ECDSA with SHA-1/);
  });

  it("is signed with a certificate that is not for time stamping alone", () => {
    const purpose = (message: RegExp, ...extensions: CertificateSpec["extensions"] & object): void =>
      refuses({ tsa: tsaWith({ extensions }) }, "TIMESTAMP_PURPOSE", message);
    purpose(/lacks/);
    purpose(/lacks/, extendedKeyUsage(["codeSigning"], true));
    purpose(/lacks/, extendedKeyUsage(["any"], true));
    purpose(/other purposes/, extendedKeyUsage(["timeStamping", "codeSigning"], true));
    purpose(/not critical/, extendedKeyUsage(["timeStamping"]));
    purpose(/key usage/, extendedKeyUsage(["timeStamping"], true), keyUsage(["keyEncipherment"]));
    const extensions = [extendedKeyUsage(["timeStamping"], true)];
    assert.deepEqual(verify({ tsa: tsaWith({ extensions }) }).time, fixtureTime);
    const repudiating = [...extensions, keyUsage(["nonRepudiation"])];
    assert.deepEqual(verify({ tsa: tsaWith({ extensions: repudiating }) }).time, fixtureTime);
    // The same through a pinned leaf.
    const server = tsaWith({ extensions: [extendedKeyUsage(["serverAuth"], true)] });
    refuses({ tsa: server }, "TIMESTAMP_PURPOSE", /lacks/, [authorityOf([server])]);
  });

  it("has a chain that does not hold at its time", () => {
    const expired = tsaWith({ notAfter: new Date("2026-10-31T00:00:00Z") });
    refuses({ tsa: expired }, "CERTIFICATE_EXPIRED");
    refuses({ genTime: "20250101000000Z" }, "CERTIFICATE_NOT_YET_VALID");
    refuses({ genTime: "20350101000000Z" }, "CERTIFICATE_EXPIRED");
    const stranger = issue({
      subject: "CN=ts root,O=Example",
      keys: keyPair("p256", "evil"),
      extensions: caExtensions(),
    });
    const forged = tsaWith({ issuer: stranger });
    refuses({ tsa: forged, certificates: [forged, stranger] }, "CERTIFICATE_SIGNATURE_INVALID");
    const limited = issue({
      subject: "CN=middle",
      issuer: root,
      extensions: [...caExtensions(), extendedKeyUsage(["codeSigning"])],
    });
    const below = tsaWith({ issuer: limited });
    refuses({ tsa: below, certificates: [below, limited] }, "CERTIFICATE_EXTENDED_KEY_USAGE");
    const weak = tsaWith({ keys: keyPair("rsa1024") });
    refuses({ tsa: weak }, "CERTIFICATE_KEY_WEAK");
  });

  it("comes from an authority that is not believed then", () => {
    const at = (text: string): Date => new Date(text);
    const day = { ...caOnly, validFrom: at("2026-11-01T12:00:00Z"), validUntil: at("2026-11-01T12:00:00Z") };
    assert.deepEqual(verify({}, [day]).time, fixtureTime);
    refuses({ genTime: "20261101115959.999Z" }, "TIMESTAMP_AUTHORITY_WINDOW", /from 2026.* until 2026/, [
      day,
    ]);
    refuses({ genTime: "20261101120000.001Z" }, "TIMESTAMP_AUTHORITY_WINDOW", /./, [day]);
    const later = { ...caOnly, validFrom: at("2027-01-01T00:00:00Z") };
    refuses({}, "TIMESTAMP_AUTHORITY_WINDOW", /trusted from 2027/, [later]);
    const invalid = { ...caOnly, validUntil: at("never") };
    assert.throws(() => verify({}, [invalid]));
  });

  it("comes from nobody in the trust root", () => {
    refuses({}, "TIMESTAMP_UNTRUSTED", /there is none/, []);
    refuses({ certificates: [] }, "TIMESTAMP_SIGNER_UNKNOWN", /serial number .* CN=ts root/, [
      authorityOf([], "empty"),
    ]);
    const strange = authorityOf([issue({ subject: "CN=strange", extensions: caExtensions() })], "strange");
    refuses({}, "CERTIFICATE_UNTRUSTED", /CN=ts root/, [strange]);
    const past = { ...caOnly, name: "past", validUntil: new Date("2020-01-01T00:00:00Z") };
    const next = { ...caOnly, name: "next", validFrom: new Date("2030-01-01T00:00:00Z") };
    const message = /strange: .*CERTIFICATE_UNTRUSTED\); past: .*TIMESTAMP_AUTHORITY_WINDOW\); next: /;
    refuses({}, "TIMESTAMP_UNTRUSTED", message, [strange, past, next]);
    refuses({ certificates: [] }, "TIMESTAMP_UNTRUSTED", /strange: .*; empty: /, [
      strange,
      authorityOf([], "empty"),
    ]);
    // Authorities that do not know the signer do not hide the reason of the one that does.
    refuses({}, "TIMESTAMP_AUTHORITY_WINDOW", /./, [strange, past]);
    const pinnedPast = { ...pinned, validUntil: new Date("2020-01-01T00:00:00Z") };
    refuses({ certificates: [] }, "TIMESTAMP_AUTHORITY_WINDOW", /./, [pinnedPast, caOnly]);
    assert.equal(verify({}, [strange, past, caOnly]).authority, "own");
  });

  it("has another signer than the one that the trust root lists", () => {
    const other = tsaWith({ subject: "CN=tsa 2,O=Example" });
    assert.deepEqual(verify({ tsa: other }).time, fixtureTime);
    refuses({ tsa: other }, "TIMESTAMP_SIGNER_UNKNOWN", /./, [pinned]);
    refuses({ tsa: other }, "TIMESTAMP_SIGNER_UNKNOWN", /./, [authorityOf([tsa])]);
  });
});

describe("inspection and requests", () => {
  it("describes what a token says without believing it", () => {
    const tsaName = generalName.directory("CN=tsa");
    const spec = { tsa, signed, nonce: 255n, accuracy: { millis: 20 }, tsaName, ordering: true };
    const description = inspectTimestamp(timestampToken(spec));
    assert.deepEqual(description, {
      genTime: fixtureTime,
      accuracyMicroseconds: 20_000,
      hashAlgorithm: "sha256",
      imprint: createHash("sha256").update(signed).digest("hex"),
      policy: "1.3.6.1.4.1.99999.1",
      serialNumber: "1267",
      nonce: "ff",
      ordering: true,
      authorityName: "CN=tsa",
      signer: `serial number ${tsa.certificate.serialNumber} of CN=ts root,O=Example`,
      signatureAlgorithm: "ecdsa with sha256",
      certificates: ["CN=tsa,O=Example"],
    });
    assert.equal(
      inspectTimestamp(timestampToken({ tsa, signed, imprintHash: "sha1" })).hashAlgorithm,
      "SHA-1",
    );
  });

  it("asks for a time", () => {
    const imprint = sequence(
      sequence(oid("2.16.840.1.101.3.4.2.3"), nullValue()),
      octetString(createHash("sha512").update(signed).digest()),
    );
    assert.deepEqual(
      createTimestampRequest({
        hashAlgorithm: "sha512",
        signed,
        nonce: 2n ** 63n,
        certReq: true,
        policy: "1.2.3",
      }),
      sequence(integer(1), imprint, oid("1.2.3"), integer(2n ** 63n), boolean(true)),
    );
    assert.deepEqual(
      createTimestampRequest({ hashAlgorithm: "sha512", signed, certReq: false }),
      sequence(integer(1), imprint),
    );
  });
});
