// SPDX-License-Identifier: Apache-2.0
// Certificates in the wild: the chains of the reference implementation of OpenSSF Model Signing hold (RSA issuers, an
// EC leaf that is a CA and has its issuer's name), and every certificate of the Sigstore corpora is read.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Certificate, parseCertificate, parseCertificates } from "../../src/x509/certificate.ts";
import { verifyChain } from "../../src/x509/chain.ts";
import { requireModelSigningUsage } from "../../src/x509/signing-usage.ts";

const corpora = join(import.meta.dirname, "../../../shared/corpora/signing");
const missing = existsSync(corpora) ? false : "corpora not present: signing";

/** Every certificate in a JSON document: the values of `rawBytes` inside `certificate` and `certificates`. */
function certificatesIn(value: unknown, isCertificate = false): readonly Certificate[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const isBytes = key === "rawBytes" && isCertificate && typeof inner === "string";
    const isIndex = Array.isArray(value);
    const below = isIndex ? isCertificate : key === "certificate" || key === "certificates";
    return isBytes ? [parseCertificate(Buffer.from(inner, "base64"))] : certificatesIn(inner, below);
  });
}

test("chains of the reference implementation of model signing", { skip: missing }, (t) => {
  const base = join(corpora, "oms/model-transparency");
  const roots = parseCertificates(readFileSync(join(base, "keys/certificate/ca-cert.pem")), 1);
  const vectors = readdirSync(base).filter((name) => name.endsWith("-certificate"));
  for (const vector of vectors) {
    const certificates = certificatesIn(JSON.parse(readFileSync(join(base, vector, "model.sig"), "utf8")));
    const [leaf, ...intermediates] = certificates;
    assert.ok(leaf);
    const at = new Date("2026-11-01T00:00:00Z");
    const chain = verifyChain({ leaf, intermediates, roots, at });
    requireModelSigningUsage(leaf);
    assert.deepEqual(
      chain.map(({ subject }) => subject),
      ["CN=intermediate-ca", "CN=intermediate-ca", "CN=root-ca"],
    );
    assert.equal(chain[1]?.publicKey.asymmetricKeyType, "rsa");
    const late = new Date("2036-01-01T00:00:00Z");
    assert.throws(() => verifyChain({ leaf, intermediates, roots, at: late }), {
      code: "CERTIFICATE_EXPIRED",
    });
    assert.throws(() => verifyChain({ leaf, intermediates: [...intermediates, ...roots], roots: [], at }), {
      code: "CERTIFICATE_UNTRUSTED",
    });
  }
  t.diagnostic(`${vectors.length} chains`);
  assert.equal(vectors.length, 5);
});

test("every certificate of the Sigstore corpora", { skip: missing }, (t) => {
  const documents = readdirSync(corpora, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  let count = 0;
  for (const name of documents) {
    let document: unknown;
    try {
      document = JSON.parse(readFileSync(join(corpora, name), "utf8"));
    } catch {
      continue;
    }
    for (const certificate of certificatesIn(document)) {
      const { fingerprint256, validToDate } = certificate.x509;
      assert.equal(certificate.fingerprint, fingerprint256.replaceAll(":", "").toLowerCase(), name);
      assert.equal(certificate.notAfter.getTime(), validToDate.getTime(), name);
      assert.ok(certificate.title.length > 0, name);
      count += 1;
    }
  }
  t.diagnostic(`${count} certificates`);
  assert.ok(count > 50);
});
