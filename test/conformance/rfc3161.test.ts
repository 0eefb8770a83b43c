// SPDX-License-Identifier: Apache-2.0
// Time stamps of real authorities: those in the bundles of sigstore-conformance, and one of FreeTSA. All of them are
// DER, outside too, so BER is not read.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { contextTag, DerReader, derTags, parseDer } from "../../src/bytes/der.ts";
import { inspectTimestamp } from "../../src/verifiers/timestamp/inspect-timestamp.ts";
import { parseTimestampResponse } from "../../src/verifiers/timestamp/timestamp-response.ts";
import {
  type TimestampAuthority,
  type VerifiedTimestamp,
  verifyTimestamp,
} from "../../src/verifiers/timestamp/verify-timestamp.ts";
import { type Certificate, parseCertificate } from "../../src/x509/certificate.ts";

interface SigstoreBundle {
  readonly verificationMaterial: {
    readonly timestampVerificationData?: {
      readonly rfc3161Timestamps?: readonly { readonly signedTimestamp: string }[];
    };
  };
  readonly dsseEnvelope?: { readonly signatures: readonly { readonly sig: string }[] };
  readonly messageSignature?: { readonly signature: string };
}

interface TrustedRoot {
  readonly timestampAuthorities?: readonly {
    readonly uri?: string;
    readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
    readonly validFor?: { readonly start?: string; readonly end?: string };
  }[];
}

const corpora = join(import.meta.dirname, "../../../shared/corpora");
const samples = [
  join(corpora, "tee/rfc3161"),
  join(corpora, "signing/sigstore-conformance/bundle-verify"),
].filter(existsSync);

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

function authoritiesOf(trustedRoot: TrustedRoot | undefined): readonly TimestampAuthority[] {
  return (trustedRoot?.timestampAuthorities ?? []).map(({ uri, certChain, validFor }) => ({
    name: uri ?? "authority",
    certificates: certChain.certificates.map(({ rawBytes }) =>
      parseCertificate(Buffer.from(rawBytes, "base64")),
    ),
    ...(validFor?.start === undefined ? {} : { validFrom: new Date(validFor.start) }),
    ...(validFor?.end === undefined ? {} : { validUntil: new Date(validFor.end) }),
  }));
}

/** Cases whose time stamp itself is wrong; in other failing cases it is good and something else is wrong. */
const wrongTimestamps = new Map([
  ["rekor2-timestamp-payload-mismatch_fail", "TIMESTAMP_IMPRINT"],
  ["rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail", "TIMESTAMP_SIGNER_UNKNOWN"],
  ["rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail", "TIMESTAMP_SIGNER_UNKNOWN"],
  ["rekor2-timestamp-outside-trust-root-tsa-validity_fail", "TIMESTAMP_AUTHORITY_WINDOW"],
  ["rekor2-timestamp-outside-tsa-cert-validity_fail", "CERTIFICATE_EXPIRED"],
]);

const missing = samples.length > 0 ? false : "corpora not present: tee/rfc3161, signing/sigstore-conformance";

test("time stamps of real authorities in Sigstore bundles", { skip: missing }, (t) => {
  let verified = 0;
  let refused = 0;
  for (const directory of samples.flatMap((each) => readdirSync(each).map((name) => join(each, name)))) {
    const bundle = readJson<SigstoreBundle>(join(directory, "bundle.sigstore.json"));
    const stamps = bundle?.verificationMaterial?.timestampVerificationData?.rfc3161Timestamps ?? [];
    const signature = bundle?.dsseEnvelope?.signatures[0]?.sig ?? bundle?.messageSignature?.signature ?? "";
    const own = join(directory, "trusted_root.json");
    const fallback = join(corpora, "signing/trust/public-good.trusted_root.json");
    const authorities = authoritiesOf(readJson<TrustedRoot>(existsSync(own) ? own : fallback));
    const expected = wrongTimestamps.get(directory.split("/").at(-1) ?? "");
    for (const { signedTimestamp } of stamps) {
      const token = Buffer.from(signedTimestamp, "base64");
      const run = (): VerifiedTimestamp =>
        verifyTimestamp(token, Buffer.from(signature, "base64"), authorities);
      if (expected === undefined) {
        const { genTime, chain } = run();
        assert.equal(genTime.getTime(), inspectTimestamp(token).genTime.getTime());
        assert.ok(chain.length >= 2);
        verified += 1;
      } else {
        assert.throws(run, { code: expected }, directory);
        refused += 1;
      }
    }
  }
  t.diagnostic(`${verified} verified, ${refused} refused as they must be`);
  assert.ok(verified > 0 && refused > 0);
});

test("a FreeTSA token: RSA, SHA-512, an ESSCertID of version 1, its own root", { skip: missing }, (t) => {
  const name = "rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail";
  const directory = samples.map((each) => join(each, name)).find(existsSync);
  if (directory === undefined) {
    t.skip(`corpora not present: ${name}`);
    return;
  }
  const bundle = readJson<SigstoreBundle>(join(directory, "bundle.sigstore.json"));
  const stamp = bundle?.verificationMaterial.timestampVerificationData?.rfc3161Timestamps?.[0];
  const token = Buffer.from(stamp?.signedTimestamp ?? "", "base64");
  const signature = Buffer.from(bundle?.messageSignature?.signature ?? "", "base64");
  const description = inspectTimestamp(token);
  assert.equal(description.signatureAlgorithm, "rsa with sha512");
  // Its root comes along in the token; here it stands for a root that the user chose to trust.
  const index = description.certificates.findIndex((subject) => subject.includes("Root CA"));
  const embedded = embeddedCertificates(token);
  const freeTsaRoot = embedded[index];
  assert.ok(freeTsaRoot);
  const { genTime, chain } = verifyTimestamp(token, signature, [
    { name: "FreeTSA", certificates: [freeTsaRoot] },
  ]);
  assert.equal(genTime.toISOString(), "2025-08-06T19:38:49.000Z");
  assert.equal(chain.length, 2);
});

/** The certificates inside a response: the first [0] of its SignedData. */
function embeddedCertificates(response: Uint8Array): readonly Certificate[] {
  const { token } = parseTimestampResponse(response);
  assert.ok(token);
  const contentInfo = new DerReader(parseDer(token, "token"), "token");
  contentInfo.next("type");
  const signedData = contentInfo.nested("content", contextTag(0)).nested("signed data", derTags.sequence);
  const field = signedData.rest().find(({ tag }) => tag === contextTag(0));
  assert.ok(field);
  return new DerReader(field, "certificates", contextTag(0))
    .rest()
    .map(({ bytes }) => parseCertificate(bytes));
}
