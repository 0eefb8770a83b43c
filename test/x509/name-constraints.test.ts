// SPDX-License-Identifier: Apache-2.0
// Name constraints: each kind of name inside and outside of what is permitted and excluded, and every doubt refused.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  bitString,
  context,
  contextPrimitive,
  ia5String,
  integer,
  octetString,
  printableString,
  sequence,
  set,
  utf8String,
} from "../../fixtures/der-writer.ts";
import {
  attribute,
  caExtensions,
  type ExtensionSpec,
  extension,
  fixtureTime,
  generalName,
  issue,
  type NameConstraintsSpec,
  nameConstraints,
  subjectAltNames,
} from "../../fixtures/pki.ts";
import { concat } from "../../fixtures/protobuf.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { verifyChain } from "../../src/x509/chain.ts";

const root = issue({ subject: "CN=root", extensions: caExtensions() });

interface Names {
  readonly subject?: string | Uint8Array;
  readonly names?: readonly Uint8Array[];
}

/** The code with which a leaf of these names under an authority with this extension is refused. */
function codeUnder(constraints: ExtensionSpec, { subject = "", names }: Names): string {
  const middle = issue({ subject: "CN=middle", issuer: root, extensions: [...caExtensions(), constraints] });
  const extensions = names === undefined ? [] : [subjectAltNames(names)];
  const leaf = issue({ subject, issuer: middle, extensions });
  try {
    verifyChain({
      leaf: leaf.certificate,
      intermediates: [middle.certificate],
      roots: [root.certificate],
      at: fixtureTime,
    });
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

function permits(spec: NameConstraintsSpec, ...names: readonly Uint8Array[]): void {
  for (const name of names) {
    assert.equal(
      codeUnder(nameConstraints(spec), { names: [name] }),
      "accepted",
      Buffer.from(name).toString(),
    );
  }
}

function forbids(spec: NameConstraintsSpec, ...names: readonly Uint8Array[]): void {
  for (const name of names) {
    const code = codeUnder(nameConstraints(spec), { names: [name] });
    assert.equal(code, "CERTIFICATE_NAME_CONSTRAINT", Buffer.from(name).toString());
  }
}

const { dns, email, uri, ip, directory, other, registeredId } = generalName;

describe("name constraints", () => {
  it("DNS names: the domain and everything below", () => {
    const permitted = { permitted: [dns("example.com")] };
    permits(
      permitted,
      dns("example.com"),
      dns("a.b.EXAMPLE.com"),
      dns("*.example.com"),
      dns("_x.example.com"),
    );
    forbids(permitted, dns("example.org"), dns("badexample.com"), dns("example.com.evil.org"), dns("com"));
    forbids(permitted, dns("*.com"), dns("example.com."), dns("a..example.com"), dns("a b.example.com"));
    const excluded = { excluded: [dns("example.com")] };
    forbids(excluded, dns("example.com"), dns("a.example.COM"), dns("*.example.com"));
    // A wildcard stands for names that are excluded (CVE-2025-61727 in Go).
    forbids(excluded, dns("*.com"), dns("*.example.com"));
    permits(excluded, dns("example.org"), dns("*.org"), dns("badexample.com"));
    // A doubt counts as excluded.
    forbids(excluded, dns("a..b"), dns("*"), dns("*.*.org"));
    permits({ permitted: [dns(".example.com")] }, dns("a.example.com"), dns("*.example.com"));
    forbids({ permitted: [dns(".example.com")] }, dns("example.com"));
    forbids({ excluded: [dns(".example.com")] }, dns("example.com"), dns("a.example.com"));
    permits({ permitted: [dns("")] }, dns("anything.example"));
    forbids({ excluded: [dns("")] }, dns("anything.example"));
  });

  it("e-mail addresses: one, those at a host, those below a domain", () => {
    permits({ permitted: [email("a@example.com")] }, email("a@EXAMPLE.com"));
    forbids({ permitted: [email("a@example.com")] }, email("A@example.com"), email("b@example.com"));
    forbids({ excluded: [email("a@example.com")] }, email("A@Example.com"));
    permits({ permitted: [email("example.com")] }, email("b@example.com"), email('"x@y"@example.com'));
    forbids({ permitted: [email("example.com")] }, email("b@sub.example.com"), email("b@badexample.com"));
    permits({ permitted: [email(".example.com")] }, email("b@sub.example.com"));
    forbids({ permitted: [email(".example.com")] }, email("b@example.com"));
    forbids({ permitted: [email("example.com")] }, email("example.com"), email("@example.com"), email("a@"));
    forbids({ excluded: [email("example.org")] }, email("no-address"), email("a@b c"));
    permits({ excluded: [email("example.org")] }, email("a@example.com"));
    forbids({ excluded: [email("")] }, email("a@example.com"));
  });

  it("URIs: one host or those below a domain", () => {
    const permitted = { permitted: [uri("example.com")] };
    permits(
      permitted,
      uri("https://example.com/a@b/c"),
      uri("https://user:pass@EXAMPLE.com:8443/?q#f"),
      uri("spiffe://example.com"),
    );
    forbids(
      permitted,
      uri("https://sub.example.com/"),
      uri("https://example.com@evil.org/"),
      uri("https://evil.org/example.com"),
      uri("https://evil.org?@example.com"),
      uri("https://evil.org#@example.com"),
      uri("https://evil.org\\@example.com"),
      uri("https://example.com:x/"),
      uri("urn:example.com"),
      uri("https://"),
      uri("https:///example.com"),
      uri("https://[2001:db8::1]/"),
    );
    permits({ permitted: [uri(".example.com")] }, uri("https://a.example.com"));
    forbids({ permitted: [uri(".example.com")] }, uri("https://example.com"));
    forbids(
      { excluded: [uri("example.com")] },
      uri("https://example.com/x"),
      uri("mailto:a@b"),
      uri("https://192.0.2.1/"),
    );
    permits({ excluded: [uri("example.com")] }, uri("https://example.org/x"));
  });

  it("IP addresses: by mask, each family for itself", () => {
    const permitted = { permitted: [ip(192, 0, 2, 0, 255, 255, 255, 0)] };
    permits(permitted, ip(192, 0, 2, 77));
    forbids(permitted, ip(192, 0, 3, 77), ip(...Array.from({ length: 16 }, () => 0)));
    const all6 = Array.from({ length: 32 }, () => 0);
    permits({ permitted: [ip(...all6)] }, ip(...Array.from({ length: 16 }, () => 9)));
    forbids({ permitted: [ip(...all6)] }, ip(1, 2, 3, 4));
    forbids({ excluded: [ip(...all6)] }, ip(...Array.from({ length: 16 }, () => 9)));
    permits({ excluded: [ip(...all6)] }, ip(1, 2, 3, 4));
    forbids({ permitted: [ip(192, 0, 2, 0)] }, ip(192, 0, 2, 0));
    forbids({ excluded: [ip(10)] }, ip(192, 0, 2, 0));
  });

  it("directory names: in the subject and in alternative names, by whole relative names", () => {
    const permitted = nameConstraints({ permitted: [directory("O=Example,C=DE")] });
    const code = (subject: string | Uint8Array, names?: readonly Uint8Array[]): string =>
      codeUnder(permitted, { subject, ...(names === undefined ? {} : { names }) });
    assert.equal(code("CN=leaf,O=Example,C=DE"), "accepted");
    assert.equal(code("O=Example,C=DE"), "accepted");
    assert.equal(code("CN=leaf,O=example ,C=de"), "accepted");
    assert.equal(code("CN=leaf,O=Example2,C=DE"), "CERTIFICATE_NAME_CONSTRAINT");
    assert.equal(code("CN=leaf,C=DE"), "CERTIFICATE_NAME_CONSTRAINT");
    assert.equal(code("C=DE,O=Example"), "CERTIFICATE_NAME_CONSTRAINT");
    assert.equal(code("", [directory("CN=x,O=Example,C=DE")]), "accepted");
    assert.equal(code("CN=leaf,O=Example,C=DE", [directory("CN=x")]), "CERTIFICATE_NAME_CONSTRAINT");
    const excluded = nameConstraints({ excluded: [directory("O=Evil")] });
    // Another string type, another case: the same name.
    const disguised = sequence(
      set(attribute("O", printableString(" eVIL "))),
      set(attribute("CN", utf8String("x"))),
    );
    assert.equal(codeUnder(excluded, { subject: disguised }), "CERTIFICATE_NAME_CONSTRAINT");
    assert.equal(codeUnder(excluded, { subject: "CN=x,O=Good" }), "accepted");
  });

  it("look at e-mail addresses in the subject too", () => {
    const constraints = nameConstraints({ permitted: [email("example.com")] });
    assert.equal(codeUnder(constraints, { subject: "emailAddress=a@example.com,CN=x" }), "accepted");
    assert.equal(
      codeUnder(constraints, { subject: "emailAddress=a@evil.org,CN=x" }),
      "CERTIFICATE_NAME_CONSTRAINT",
    );
    const names = [email("a@example.com")];
    const both = { subject: "emailAddress=a@evil.org,CN=x", names };
    assert.equal(codeUnder(constraints, both), "CERTIFICATE_NAME_CONSTRAINT");
    const noText = sequence(set(attribute("emailAddress", bitString(Uint8Array.of(1)))));
    assert.equal(codeUnder(constraints, { subject: noText }), "CERTIFICATE_NAME_CONSTRAINT");
  });

  it("leave names of other kinds alone, and want each name within", () => {
    const spec = { permitted: [dns("example.com")] };
    permits(spec, email("a@evil.org"), uri("https://evil.org"), ip(1, 2, 3, 4));
    const names = [dns("a.example.com"), dns("evil.org")];
    assert.equal(codeUnder(nameConstraints(spec), { names }), "CERTIFICATE_NAME_CONSTRAINT");
    const two = { permitted: [dns("example.com"), dns("example.org")], excluded: [dns("bad.example.org")] };
    permits(two, dns("a.example.org"), dns("example.com"));
    forbids(two, dns("x.bad.example.org"), dns("example.net"));
    // Not critical, against RFC 5280, is no reason to ignore them.
    const lenient = nameConstraints(spec, false);
    assert.equal(codeUnder(lenient, { names: [dns("evil.org")] }), "CERTIFICATE_NAME_CONSTRAINT");
  });

  it("of every authority above hold for everything below, but not for self-issued authorities", () => {
    const limited = [...caExtensions(), nameConstraints({ permitted: [directory("O=Example")] })];
    const top = issue({ subject: "O=Top", extensions: limited });
    const middle = issue({ subject: "CN=middle,O=Example", issuer: top, extensions: caExtensions() });
    const outside = issue({ subject: "CN=middle,O=Other", issuer: top, extensions: caExtensions() });
    const rollover = issue({
      subject: "O=Top",
      issuer: top,
      extensions: caExtensions(),
      keys: issue({ subject: "CN=k" }).keys,
    });
    const run = (issuers: readonly (typeof top)[], subject: string): number => {
      const leaf = issue({ subject, issuer: issuers[0] ?? top });
      const intermediates = issuers.map(({ certificate }) => certificate);
      const request = { leaf: leaf.certificate, intermediates, roots: [top.certificate], at: fixtureTime };
      return verifyChain(request).length;
    };
    assert.equal(run([middle], "CN=leaf,O=Example"), 3);
    assert.throws(() => run([middle], "CN=leaf,O=Other"), { code: "CERTIFICATE_NAME_CONSTRAINT" });
    assert.throws(() => run([outside], "CN=leaf,O=Example"), { code: "CERTIFICATE_NAME_CONSTRAINT" });
    assert.equal(run([rollover], "CN=leaf,O=Example"), 3);
    assert.throws(() => run([rollover], "O=Top"), { code: "CERTIFICATE_NAME_CONSTRAINT" });
  });

  it("that are not understood are refused if critical, else if such a name occurs", () => {
    const upn = other("1.3.6.1.4.1.311.20.2.3", utf8String("a@example.com"));
    for (const base of [upn, registeredId("1.2.3"), context(3), context(5)]) {
      const critical = nameConstraints({ permitted: [base] });
      assert.equal(codeUnder(critical, { subject: "CN=x" }), "CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED");
      const lenient = nameConstraints({ excluded: [base] }, false);
      assert.equal(codeUnder(lenient, { subject: "CN=x" }), "accepted");
      assert.equal(codeUnder(lenient, { names: [upn] }), "CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED");
    }
    const mailbox = other("1.3.6.1.5.5.7.8.9", utf8String("ä@evil.org"));
    const mail = nameConstraints({ permitted: [email("example.com")] });
    assert.equal(codeUnder(mail, { names: [mailbox] }), "CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED");
  });

  it("that are malformed, empty, counted or too many are refused", () => {
    const raw = (value: Uint8Array): string =>
      codeUnder(extension("2.5.29.30", value, true), { names: [dns("example.com")] });
    const unsupported = "CERTIFICATE_NAME_CONSTRAINT_UNSUPPORTED";
    const base = dns("example.com");
    assert.equal(raw(sequence()), unsupported);
    assert.equal(raw(sequence(context(0))), unsupported);
    const minimum = (value: number): Uint8Array => contextPrimitive(0, integer(value).subarray(2));
    assert.equal(raw(sequence(context(0, sequence(base, minimum(0))))), "accepted");
    assert.equal(raw(sequence(context(0, sequence(base, minimum(1))))), unsupported);
    const maximum = contextPrimitive(1, Uint8Array.of(3));
    assert.equal(raw(sequence(context(0, sequence(base, maximum)))), unsupported);
    assert.equal(raw(sequence(context(1, sequence(dns("x"))), context(0, sequence(base)))), "DER_TRAILING");
    assert.equal(raw(concat(sequence(context(0, sequence(base))), integer(1))), "DER_TRAILING");
    assert.equal(raw(octetString(base)), "DER_TAG");
    assert.equal(raw(sequence(context(0, sequence(ia5String("x"))))), unsupported);
    const many = Array.from({ length: limits.maxCertificateNames + 1 }, () => sequence(base));
    assert.equal(raw(sequence(context(0, ...many))), unsupported);
  });

  it("are compared within a budget", () => {
    const bases = Array.from({ length: 1000 }, (_, index) => dns(`d${index}.example`));
    const limited = [...caExtensions(), nameConstraints({ permitted: [dns("example"), ...bases] })];
    const names = Array.from({ length: 1000 }, (_, index) => dns(`n${index}.example`));
    const top = issue({ subject: "CN=top", extensions: limited });
    const middle = issue({ subject: "CN=middle", issuer: top, extensions: limited });
    const leaf = issue({ subject: "", issuer: middle, extensions: [subjectAltNames(names)] });
    const start = performance.now();
    assert.throws(
      () =>
        verifyChain({
          leaf: leaf.certificate,
          intermediates: [middle.certificate],
          roots: [top.certificate],
          at: fixtureTime,
        }),
      { code: "CERTIFICATE_CHAIN_WORK" },
    );
    assert.ok(performance.now() - start < 5000);
  });
});
