// SPDX-License-Identifier: Apache-2.0
// Certificates: every field against what was written and against OpenSSL, files of them, and hostile bytes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, it, test } from "node:test";
import {
  bitString,
  boolean,
  element,
  generalizedTime,
  ia5String,
  integer,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  utf8String,
} from "../../fixtures/der-writer.ts";
import {
  attribute,
  basicConstraints,
  type CertificateSpec,
  caExtensions,
  extendedKeyUsage,
  extension,
  fulcioIssuer,
  generalName,
  issue,
  keyPair,
  keyUsage,
  nameOf,
  pemOf,
  spkiOf,
  subjectAltNames,
} from "../../fixtures/pki.ts";
import { concat } from "../../fixtures/protobuf.ts";
import { sctList, signedCertificateTimestamp } from "../../fixtures/sct.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { type Certificate, parseCertificate, parseCertificates } from "../../src/x509/certificate.ts";
import { comparableName, parseNameBytes, renderName } from "../../src/x509/distinguished-name.ts";
import { certificateBlocks } from "../../src/x509/pem.ts";
import { mutate, seeded } from "../random.ts";

const root = issue({ subject: "CN=root,O=Example,C=DE", extensions: caExtensions(1) });
const leaf = issue({
  subject: "CN=leaf,OU=Models,O=Example",
  issuer: root,
  serialNumber: 0x0aff_0000_0000_0000_00ffn,
  extensions: [
    keyUsage(["digitalSignature", "nonRepudiation"]),
    extendedKeyUsage(["codeSigning", "emailProtection"]),
    basicConstraints(false),
    subjectAltNames([generalName.email("a@example.com"), generalName.uri("https://example.com/x")]),
    ...fulcioIssuer("https://issuer.example"),
  ],
});

function refuses(spec: CertificateSpec, code: string, message?: RegExp): void {
  const { der } = issue(spec);
  assert.throws(
    () => parseCertificate(der),
    (error) => error instanceof AibomError && error.code === code && (message?.test(error.message) ?? true),
  );
}

/** Agreement with Node's own reader, which is OpenSSL. */
function assertLikeOpenSsl(certificate: Certificate): void {
  const { x509 } = certificate;
  const serialNumber = x509.serialNumber.toLowerCase().replace(/^0+(?=.)/, "");
  assert.equal(certificate.serialNumber, serialNumber);
  assert.equal(certificate.fingerprint, x509.fingerprint256.replaceAll(":", "").toLowerCase());
  assert.equal(certificate.notBefore.getTime(), x509.validFromDate.getTime());
  assert.equal(certificate.notAfter.getTime(), x509.validToDate.getTime());
  assert.equal(certificate.isCa, x509.ca);
  assert.deepEqual(certificate.extendedKeyUsages, x509.keyUsage ?? []);
}

describe("certificate", () => {
  it("reads every field", () => {
    const { certificate } = leaf;
    assert.equal(certificate.subject, "CN=leaf,OU=Models,O=Example");
    assert.equal(certificate.issuer, "CN=root,O=Example,C=DE");
    assert.equal(certificate.serialNumber, "aff00000000000000ff");
    assert.equal(certificate.keyId, createHash("sha256").update(spkiOf(leaf.keys)).digest("hex"));
    assert.equal(certificate.notBefore.toISOString(), "2026-05-01T00:00:00.000Z");
    assert.equal(certificate.notAfter.toISOString(), "2027-05-01T00:00:00.000Z");
    assert.deepEqual([...certificate.keyUsages], ["digitalSignature", "nonRepudiation"]);
    assert.deepEqual(certificate.extendedKeyUsages, ["1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4"]);
    assert.equal(certificate.isCa, false);
    assert.equal("pathLength" in certificate, false);
    assert.equal(root.certificate.pathLength, 1);
    assert.deepEqual(certificate.subjectAltNames, [
      { type: "email", value: "a@example.com" },
      { type: "uri", value: "https://example.com/x" },
    ]);
    assert.equal(certificate.extensions.get("1.3.6.1.4.1.57264.1.1")?.critical, false);
    const issuerV1 = certificate.extensions.get("1.3.6.1.4.1.57264.1.1");
    assert.equal(Buffer.from(issuerV1?.value ?? []).toString(), "https://issuer.example");
    assertLikeOpenSsl(certificate);
    assertLikeOpenSsl(root.certificate);
  });

  it("reads alternative names of every kind", () => {
    const address = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    const names = [
      generalName.dns("*.example.com"),
      generalName.ip(192, 0, 2, 1),
      generalName.ip(...address),
      generalName.ip(...Array.from({ length: 16 }, () => 0)),
      generalName.ip(...Array.from({ length: 16 }, (_, index) => index + 1)),
      generalName.directory("CN=x,O=y"),
      generalName.other("1.3.6.1.4.1.57264.1.7", utf8String("user!domain")),
      generalName.other("1.2.3", integer(5)),
      generalName.registeredId("1.2.3"),
    ];
    const { subjectAltNames: read } = issue({
      subject: "CN=x",
      extensions: [subjectAltNames(names)],
    }).certificate;
    assert.deepEqual(read, [
      { type: "dns", value: "*.example.com" },
      { type: "ip", value: "192.0.2.1" },
      { type: "ip", value: "2001:db8::1:0:1" },
      { type: "ip", value: "::" },
      { type: "ip", value: "102:304:506:708:90a:b0c:d0e:f10" },
      { type: "other", value: "CN=x,O=y" },
      { type: "other", value: "user!domain", oid: "1.3.6.1.4.1.57264.1.7" },
      { type: "other", value: "#020105", oid: "1.2.3" },
      { type: "other", value: "#88022a03" },
    ]);
  });

  it("reads keys of every kind that an issuer may have", () => {
    for (const kind of ["p384", "p521", "ed25519", "rsa2048", "rsa-pss"] as const) {
      const { certificate } = issue({ subject: "CN=x", keys: keyPair(kind) });
      assert.equal(
        certificate.keyId,
        createHash("sha256")
          .update(spkiOf(keyPair(kind)))
          .digest("hex"),
      );
      assertLikeOpenSsl(certificate);
    }
  });

  it("refuses names that hide characters or say nothing", () => {
    const named = (name: Uint8Array): CertificateSpec => ({
      subject: "CN=x",
      extensions: [subjectAltNames([name])],
    });
    refuses(named(generalName.email("a@example.com\0@evil.example")), "CERTIFICATE_MALFORMED");
    refuses(named(generalName.dns("example.com\n")), "CERTIFICATE_MALFORMED");
    refuses(named(generalName.uri("https://ex\u00e4mple.com")), "DER_VALUE");
    refuses(named(generalName.dns("")), "CERTIFICATE_MALFORMED");
    refuses(named(generalName.ip(1, 2, 3)), "CERTIFICATE_MALFORMED");
    refuses(named(generalName.other("1.2.3", utf8String("a\u0085b"))), "CERTIFICATE_MALFORMED");
    const many = Array.from({ length: limits.maxCertificateNames + 1 }, () => generalName.dns("a"));
    refuses({ subject: "CN=x", extensions: [subjectAltNames(many)] }, "CERTIFICATE_TOO_MANY");
  });

  it("refuses what is no certificate of RFC 5280", () => {
    refuses(
      { subject: "CN=x", version: 1, extensions: caExtensions() },
      "CERTIFICATE_MALFORMED",
      /version 1/,
    );
    refuses({ subject: "CN=x", version: 4 }, "CERTIFICATE_MALFORMED", /version is 4/);
    refuses(
      { subject: "CN=x", extensions: [...caExtensions(), basicConstraints(false)] },
      "CERTIFICATE_MALFORMED",
    );
    const tbsAlgorithm = sequence(oid("1.2.840.10045.4.3.3"));
    refuses({ subject: "CN=x", tbsAlgorithm }, "CERTIFICATE_MALFORMED", /algorithms differ/);
    const [early, late] = [new Date("2026-01-01T00:00:00Z"), new Date("2027-01-01T00:00:00Z")];
    refuses({ subject: "CN=x", notBefore: late, notAfter: early }, "CERTIFICATE_MALFORMED", /ends before/);
    refuses({ subject: "CN=x", notAfter: generalizedTime("20270101000000.5Z") }, "CERTIFICATE_MALFORMED");
    refuses({ subject: "CN=x", notAfter: generalizedTime("20270101000000") }, "DER_VALUE");
    refuses({ subject: "CN=x", extensions: [extension("2.5.29.37", sequence())] }, "CERTIFICATE_MALFORMED");
    refuses({ subject: "CN=x", extensions: [extension("2.5.29.19", nullValue())] }, "DER_TAG");
    const trailing = sequence(boolean(true), integer(1), integer(2));
    refuses({ subject: "CN=x", extensions: [extension("2.5.29.19", trailing)] }, "DER_TRAILING");
    const negative = sequence(boolean(true), integer(-1));
    refuses({ subject: "CN=x", extensions: [extension("2.5.29.19", negative)] }, "DER_VALUE");
    refuses({ subject: sequence(set()) }, "DER_TRUNCATED");
    assert.equal(issue({ subject: "CN=x", version: 1 }).certificate.isCa, false);
  });

  it("refuses curves by parameters and keys that OpenSSL cannot read", () => {
    // The parameters of P-256 spelled out: the way of CVE-2020-0601.
    const parameters = sequence(
      integer(1),
      sequence(oid("1.2.840.10045.1.1"), integer(2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n)),
      sequence(octetString(new Uint8Array(32)), octetString(new Uint8Array(32))),
      octetString(new Uint8Array(65)),
      integer(1),
    );
    const spki = (inner: Uint8Array): Uint8Array =>
      sequence(sequence(oid("1.2.840.10045.2.1"), inner), bitString(new Uint8Array(65)));
    refuses({ subject: "CN=x", spki: spki(parameters) }, "CERTIFICATE_KEY_UNSUPPORTED", /without a name/);
    refuses({ subject: "CN=x", spki: spki(nullValue()) }, "CERTIFICATE_KEY_UNSUPPORTED", /without a name/);
    refuses({ subject: "CN=x", spki: spki(oid("1.2.840.10045.3.1.7")) }, "CERTIFICATE_KEY_UNSUPPORTED");
    const unknown = sequence(sequence(oid("1.2.3.4")), bitString(new Uint8Array(32)));
    refuses({ subject: "CN=x", spki: unknown }, "CERTIFICATE_KEY_UNSUPPORTED");
  });

  it("embeds signed certificate timestamps over the certificate without them", () => {
    const log = keyPair("p256", "log");
    const extensions = [keyUsage(["digitalSignature"])];
    const plain = issue({ subject: "CN=sct", issuer: root, extensions });
    let signed: Uint8Array = new Uint8Array();
    const list = sctList((tbs) => {
      signed = tbs;
      return [signedCertificateTimestamp({ log, issuer: root, tbs, time: new Date() })];
    });
    const { certificate } = issue({ subject: "CN=sct", issuer: root, extensions: [...extensions, list] });
    assert.deepEqual(signed, plain.certificate.tbs);
    assert.ok(certificate.extensions.has("1.3.6.1.4.1.11129.2.4.2"));
  });

  it("is a certificate or an AibomError when cut anywhere or under 4,000 mutations", () => {
    for (let length = 0; length < leaf.der.length; length += 1) {
      assert.throws(() => parseCertificate(leaf.der.subarray(0, length)), { code: "DER_TRUNCATED" });
    }
    assert.throws(() => parseCertificate(concat(leaf.der, Uint8Array.of(0))), { code: "DER_TRAILING" });
    const next = seeded(5280);
    let refused = 0;
    for (let round = 0; round < 4000; round += 1) {
      try {
        const certificate = parseCertificate(mutate(leaf.der, next));
        assert.equal(certificate.x509.raw.length, certificate.der.length);
      } catch (error) {
        if (!(error instanceof AibomError)) {
          throw error;
        }
        assert.match(error.code, /^(DER|CERTIFICATE)_/);
        refused += 1;
      }
    }
    assert.ok(refused > 3000, `${refused} refused`);
  });
});

describe("distinguished names", () => {
  const render = (name: Uint8Array): string => renderName(parseNameBytes(name, "name"));

  it("are rendered as RFC 4514 says", () => {
    const one = (text: string): Uint8Array => sequence(set(attribute("CN", utf8String(text))));
    assert.equal(render(sequence()), "");
    assert.equal(render(one('a,b+c"d\\e<f>g;h=i')), 'CN=a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h=i');
    assert.equal(render(one(" a ")), "CN=\\ a\\ ");
    assert.equal(render(one("#1")), "CN=\\#1");
    assert.equal(render(one(" ")), "CN=\\ ");
    assert.equal(render(one("a\0b\nc\u2028")), "CN=a\\00b\\0ac\\e2\\80\\a8");
    assert.equal(render(one("Zürich 東京")), "CN=Zürich 東京");
    assert.equal(render(nameOf("emailAddress=a@b")), "1.2.840.113549.1.9.1=#1603614062");
    const several = sequence(
      set(attribute("O", printableString("Example"))),
      set(attribute("CN", utf8String("x")), attribute("OU", utf8String("y"))),
    );
    assert.equal(render(several), "CN=x+OU=y,O=Example");
    assert.equal(render(sequence(set(attribute("CN", integer(1))))), "CN=#020101");
  });

  it("compare without regard to case, spaces, string type and order of attributes", () => {
    const compare = (name: Uint8Array): readonly string[] => comparableName(parseNameBytes(name, "name"));
    const base = sequence(set(attribute("O", utf8String("Example Corp")), attribute("CN", utf8String("x"))));
    const same = sequence(
      element(0x31, attribute("CN", ia5String("X")), attribute("O", printableString("  EXAMPLE   corp "))),
    );
    assert.deepEqual(compare(base), compare(same));
    assert.notDeepEqual(compare(base), compare(nameOf("CN=x,O=Example Corp")));
    assert.notDeepEqual(compare(nameOf("O=a")), compare(nameOf("O=b")));
    // No way to make one attribute's text look like two attributes.
    assert.notDeepEqual(compare(nameOf('O=a"')), compare(nameOf('O=a",')));
  });
});

describe("files of certificates", () => {
  it("reads one in DER and several in PEM, in their order, with text around", () => {
    assert.deepEqual(
      parseCertificates(leaf.der, 1).map(({ subject }) => subject),
      ["CN=leaf,OU=Models,O=Example"],
    );
    const text = `Subject: leaf\r\n${leaf.pem.replaceAll("\n", "\r\n")}\n# root\n${root.pem}`;
    assert.deepEqual(
      parseCertificates(Buffer.from(text), 2).map(({ fingerprint }) => fingerprint),
      [leaf, root].map(({ certificate }) => certificate.fingerprint),
    );
    assert.equal(parseCertificates(text, 2).length, 2);
  });

  it("refuses other blocks, damage, and too many", () => {
    const refusesFile = (file: Uint8Array | string, code: string, max = 10): void => {
      assert.throws(
        () => parseCertificates(file, max),
        (error) => error instanceof AibomError && error.code === code,
      );
    };
    refusesFile("", "CERTIFICATE_PEM");
    refusesFile("no block", "CERTIFICATE_PEM");
    refusesFile(`${root.pem}${pemOf("PRIVATE KEY", root.der)}`, "CERTIFICATE_PEM");
    refusesFile(pemOf("EC PRIVATE KEY", root.der), "CERTIFICATE_PEM");
    refusesFile(pemOf("PUBLIC KEY", root.der), "CERTIFICATE_PEM");
    refusesFile(pemOf("TRUSTED CERTIFICATE", root.der), "CERTIFICATE_PEM");
    refusesFile(root.pem.slice(0, -30), "CERTIFICATE_PEM");
    refusesFile(`x ${root.pem}`, "CERTIFICATE_PEM");
    refusesFile(root.pem.replace("-----BEGIN CERTIFICATE-----", ""), "CERTIFICATE_PEM");
    refusesFile(root.pem.replace("MII", "M*I"), "CERTIFICATE_PEM");
    refusesFile(`-----BEGIN CERTIFICATE-----\n${root.pem}`, "CERTIFICATE_PEM");
    refusesFile("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "CERTIFICATE_PEM");
    refusesFile(pemOf("CERTIFICATE", concat(root.der, root.der)), "DER_TRAILING");
    refusesFile(concat(root.der, leaf.der), "DER_TRAILING");
    refusesFile(root.pem + leaf.pem, "CERTIFICATE_TOO_MANY", 1);
    refusesFile(new Uint8Array(limits.maxCertificateFileBytes + 1), "CERTIFICATE_FILE_TOO_LARGE");
    // Megabytes of almost-blocks are read in linear time.
    refusesFile("-----BEGIN \n".repeat(300_000), "CERTIFICATE_PEM");
    refusesFile(`-----BEGIN CERTIFICATE-----\n${"A\n".repeat(1_500_000)}`, "CERTIFICATE_PEM");
  });
});

const systemStore = "/etc/ssl/certs/ca-certificates.crt";
const skip = existsSync(systemStore) ? false : `no system store: ${systemStore}`;

test("every root of the system's store is read as OpenSSL reads it", { skip }, (t) => {
  const blocks = certificateBlocks(readFileSync(systemStore, "latin1"));
  for (const block of blocks) {
    assertLikeOpenSsl(parseCertificate(block));
  }
  t.diagnostic(`${blocks.length} certificates`);
  assert.ok(blocks.length > 0);
});
