// SPDX-License-Identifier: Apache-2.0
// Chains: each rule with a planted violation, and the chains that must work.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bitString, integer, nullValue, octetString, oid, sequence } from "../../fixtures/der-writer.ts";
import { pssAlgorithm } from "../../fixtures/key-pair.ts";
import {
  basicConstraints,
  type CertificateSpec,
  caExtensions,
  type ExtensionSpec,
  extendedKeyUsage,
  extension,
  fixtureTime,
  generalName,
  type Issued,
  issue,
  type KeyKind,
  keyPair,
  keyUsage,
  purposes,
  signing,
  subjectAltNames,
} from "../../fixtures/pki.ts";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import { verifyChain } from "../../src/x509/chain.ts";
import { requireCodeSigningUsage, requireModelSigningUsage } from "../../src/x509/signing-usage.ts";

interface Case {
  readonly leaf: Issued;
  readonly intermediates?: readonly Issued[];
  readonly roots?: readonly Issued[];
  readonly at?: Date;
  readonly extendedKeyUsage?: string;
}

function verify({
  leaf,
  intermediates = [],
  roots = [root],
  at = fixtureTime,
  ...rest
}: Case): readonly string[] {
  const chain = verifyChain({
    leaf: leaf.certificate,
    intermediates: intermediates.map(({ certificate }) => certificate),
    roots: roots.map(({ certificate }) => certificate),
    at,
    ...rest,
  });
  return chain.map(({ subject }) => subject);
}

function refuses(request: Case, code: string, message?: RegExp): void {
  assert.throws(
    () => verify(request),
    (error) => {
      assert.ok(error instanceof AibomError);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message ?? /./);
      return true;
    },
  );
}

const signer: readonly ExtensionSpec[] = [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])];
const root = issue({ subject: "CN=root", extensions: caExtensions() });
const middle = issue({ subject: "CN=middle", issuer: root, extensions: caExtensions() });
const leaf = issue({ subject: "CN=leaf", issuer: middle, extensions: signer });
const direct = issue({ subject: "CN=direct", issuer: root, extensions: signer });

/** A chain of three whose parts differ from the good one by what is given. */
function three(parts: {
  readonly root?: Partial<CertificateSpec>;
  readonly middle?: Partial<CertificateSpec>;
  readonly leaf?: Partial<CertificateSpec>;
}): Case {
  const own = issue({ subject: "CN=root", extensions: caExtensions(), ...parts.root });
  const next = issue({ subject: "CN=middle", issuer: own, extensions: caExtensions(), ...parts.middle });
  const last = issue({ subject: "CN=leaf", issuer: next, extensions: signer, ...parts.leaf });
  return { leaf: last, intermediates: [next], roots: [own] };
}

describe("chains that hold", () => {
  it("goes from the leaf to the root", () => {
    assert.deepEqual(verify({ leaf, intermediates: [middle] }), ["CN=leaf", "CN=middle", "CN=root"]);
    assert.deepEqual(verify({ leaf: direct }), ["CN=direct", "CN=root"]);
  });

  it("takes an intermediate as a root if the caller says so", () => {
    assert.deepEqual(verify({ leaf, roots: [middle] }), ["CN=leaf", "CN=middle"]);
    assert.deepEqual(verify({ leaf, intermediates: [middle], roots: [root, middle] }), [
      "CN=leaf",
      "CN=middle",
    ]);
  });

  it("takes keys of every accepted kind as issuers of an EC leaf", () => {
    const kinds: readonly KeyKind[] = ["p256", "p384", "p521", "ed25519", "rsa2048", "rsa3072", "rsa-pss"];
    for (const kind of kinds) {
      const keys = keyPair(kind, "issuer");
      assert.equal(verify(three({ root: { keys }, middle: { keys } })).length, 3, kind);
    }
    for (const digest of ["sha384", "sha512"] as const) {
      for (const scheme of ["default", "pss"] as const) {
        const keys = keyPair("rsa2048");
        const how = signing(keys, digest, scheme);
        assert.equal(
          verify(three({ middle: { keys }, leaf: { signing: how } })).length,
          3,
          `${digest} ${scheme}`,
        );
      }
      assert.equal(verify(three({ leaf: { signing: signing(middle.keys, digest) } })).length, 3, digest);
    }
  });

  it("finds the right issuer among several of one name", () => {
    const others = [1, 2, 3].map((number) =>
      issue({
        subject: "CN=middle",
        issuer: root,
        keys: keyPair("p256", `other ${number}`),
        extensions: caExtensions(),
      }),
    );
    assert.equal(verify({ leaf, intermediates: [...others, middle] }).length, 3);
    const untrusted = issue({ subject: "CN=middle", keys: middle.keys, extensions: caExtensions() });
    assert.equal(verify({ leaf, intermediates: [untrusted, middle] }).length, 3);
  });

  it("backs out of a way that breaks a rule and finds another", () => {
    const expired = issue({
      subject: "CN=middle",
      issuer: root,
      keys: middle.keys,
      extensions: caExtensions(),
      notAfter: new Date("2026-06-01T00:00:00Z"),
    });
    assert.equal(verify({ leaf, intermediates: [expired, middle] }).length, 3);
  });

  it("takes a self-signed leaf that is itself a root, CA or not", () => {
    const self = issue({ subject: "CN=self", extensions: signer });
    assert.deepEqual(verify({ leaf: self, roots: [root, self] }), ["CN=self"]);
    assert.deepEqual(verify({ leaf, roots: [leaf] }), ["CN=leaf"]);
  });

  it("takes a leaf that is a CA, and one named like its issuer", () => {
    const extensions = [...caExtensions(), extendedKeyUsage(["codeSigning"])];
    const both = issue({ subject: "CN=middle", issuer: middle, keys: keyPair("p384"), extensions });
    assert.deepEqual(verify({ leaf: both, intermediates: [middle] }), ["CN=middle", "CN=middle", "CN=root"]);
  });

  it("takes the last instant of validity and not the one after", () => {
    const [first, last] = [new Date("2026-05-01T00:00:00Z"), new Date("2027-05-01T00:00:00Z")];
    assert.equal(verify({ leaf, intermediates: [middle], at: first }).length, 3);
    assert.equal(verify({ leaf, intermediates: [middle], at: last }).length, 3);
    const [before, after] = [new Date(first.getTime() - 1), new Date(last.getTime() + 1)];
    refuses({ leaf, intermediates: [middle], at: before }, "CERTIFICATE_NOT_YET_VALID", /CN=leaf/);
    refuses({ leaf, intermediates: [middle], at: after }, "CERTIFICATE_EXPIRED", /CN=leaf/);
    refuses({ leaf, intermediates: [middle], at: new Date(Number.NaN) }, "CERTIFICATE_NOT_YET_VALID");
  });

  it("does not ask for the signature of a root: SHA-1 there proves nothing either way", () => {
    const old = { signing: signing(keyPair("rsa2048"), "sha1"), keys: keyPair("rsa2048") };
    assert.equal(verify(three({ root: old })).length, 3);
  });
});

describe("trust", () => {
  it("comes from the caller's roots alone", () => {
    refuses({ leaf, intermediates: [middle, root], roots: [] }, "CERTIFICATE_UNTRUSTED", /CN=root/);
    const stranger = issue({ subject: "CN=stranger", extensions: caExtensions() });
    refuses({ leaf, intermediates: [middle, root], roots: [stranger] }, "CERTIFICATE_UNTRUSTED");
    refuses({ leaf }, "CERTIFICATE_UNTRUSTED", /CN=middle/);
    const self = issue({ subject: "CN=self", extensions: signer });
    refuses({ leaf: self, intermediates: [self] }, "CERTIFICATE_UNTRUSTED");
  });

  it("is not given to a namesake of a root", () => {
    const namesake = issue({ subject: "CN=root", keys: keyPair("p256", "evil"), extensions: caExtensions() });
    const forged = issue({ subject: "CN=leaf", issuer: namesake, extensions: signer });
    refuses({ leaf: forged, intermediates: [namesake] }, "CERTIFICATE_SIGNATURE_INVALID");
  });

  it("is not given to a self-signed namesake of a leaf that is a root", () => {
    const pinned = issue({ subject: "CN=self", extensions: signer });
    const forged = issue({ subject: "CN=self", keys: keyPair("p256", "evil"), extensions: signer });
    refuses({ leaf: forged, roots: [pinned] }, "CERTIFICATE_SIGNATURE_INVALID");
  });

  it("is denied with the name that a certificate has, be it its subject or another", () => {
    const name = subjectAltNames([generalName.uri("https://example.com/x")]);
    const nameless = issue({ subject: "", issuer: middle, extensions: [...signer, name] });
    refuses({ leaf: nameless }, "CERTIFICATE_UNTRUSTED", /of https:\/\/example\.com\/x leads/);
    const blank = issue({ subject: "", issuer: middle, serialNumber: 255, extensions: signer });
    refuses({ leaf: blank }, "CERTIFICATE_UNTRUSTED", /of serial number ff leads/);
  });

  it("needs the name of the issuer, byte for byte", () => {
    refuses(three({ leaf: { issuerName: "CN=middlf" } }), "CERTIFICATE_UNTRUSTED", /CN=middlf/);
    refuses(three({ leaf: { issuerName: "CN=Middle" } }), "CERTIFICATE_UNTRUSTED");
  });
});

describe("signatures", () => {
  it("refuses a changed one, and one by another key", () => {
    const spoilSignature = (signature: Uint8Array): Uint8Array =>
      signature.map((byte, index) => (index === signature.length - 1 ? byte ^ 1 : byte));
    refuses(three({ leaf: { spoilSignature } }), "CERTIFICATE_SIGNATURE_INVALID", /CN=leaf .* CN=middle/);
    refuses(three({ middle: { spoilSignature } }), "CERTIFICATE_SIGNATURE_INVALID", /CN=middle .* CN=root/);
    const evil = signing(keyPair("p256", "evil"));
    refuses(three({ leaf: { signing: evil } }), "CERTIFICATE_SIGNATURE_INVALID");
    refuses(three({ leaf: { spoilSignature: () => new Uint8Array() } }), "CERTIFICATE_SIGNATURE_INVALID");
  });

  it("refuses MD5, SHA-1 and SHA-224", () => {
    const keys = keyPair("rsa2048");
    for (const digest of ["md5", "sha1", "sha224"] as const) {
      const how = signing(keys, digest);
      refuses(
        three({ middle: { keys }, leaf: { signing: how } }),
        "CERTIFICATE_SIGNATURE_ALGORITHM",
        /RSA with/,
      );
    }
    for (const digest of ["sha1", "sha224"] as const) {
      const how = signing(middle.keys, digest);
      refuses(three({ leaf: { signing: how } }), "CERTIFICATE_SIGNATURE_ALGORITHM", /ECDSA with/);
    }
    const how = signing(keys, "sha1", "pss");
    refuses(three({ middle: { keys }, leaf: { signing: how } }), "CERTIFICATE_SIGNATURE_ALGORITHM", /PSS/);
  });

  it("refuses algorithms with wrong parameters, PSS with mixed hashes or defaults, and unknown ones", () => {
    const keys = keyPair("rsa2048");
    const sign = signing(keys, "sha256", "pss").sign;
    const pss = "1.2.840.113549.1.1.10";
    const algorithms = [
      pssAlgorithm("sha256", "sha1", 32),
      pssAlgorithm("sha1", "sha256", 32),
      pssAlgorithm("sha256", "sha256", 5000),
      pssAlgorithm("sha256", "sha256", 32, 2),
      sequence(oid(pss)),
      sequence(oid(pss), sequence()),
      sequence(oid("1.2.840.113549.1.1.11"), integer(1)),
      sequence(oid("1.2.840.113549.1.1.1"), nullValue()),
      sequence(oid("1.2.3.4")),
    ];
    for (const algorithm of algorithms) {
      const how = { algorithm, sign };
      refuses(three({ middle: { keys }, leaf: { signing: how } }), "CERTIFICATE_SIGNATURE_ALGORITHM");
    }
    const wrongSalt = { algorithm: pssAlgorithm("sha256", "sha256", 20), sign };
    refuses(three({ middle: { keys }, leaf: { signing: wrongSalt } }), "CERTIFICATE_SIGNATURE_INVALID");
    const { sign: ecdsa } = signing(middle.keys);
    const withNull = { algorithm: sequence(oid("1.2.840.10045.4.3.2"), nullValue()), sign: ecdsa };
    refuses(three({ leaf: { signing: withNull } }), "CERTIFICATE_SIGNATURE_ALGORITHM");
    const wrongFamily = { algorithm: signing(keys).algorithm, sign: ecdsa };
    refuses(three({ leaf: { signing: wrongFamily } }), "CERTIFICATE_SIGNATURE_INVALID");
  });

  it("refuses weak and unusual keys anywhere in the chain", () => {
    const weak = { keys: keyPair("rsa1024") };
    refuses(three({ root: weak }), "CERTIFICATE_KEY_WEAK", /CN=root/);
    refuses(three({ middle: weak }), "CERTIFICATE_KEY_WEAK", /CN=middle/);
    refuses(three({ leaf: weak }), "CERTIFICATE_KEY_WEAK", /CN=leaf .* 1024 bits/);
    refuses(three({ leaf: { keys: keyPair("secp256k1") } }), "CERTIFICATE_KEY_UNSUPPORTED", /secp256k1/);
    const rsa = (modulus: bigint, exponent: number): Partial<CertificateSpec> => ({
      spki: sequence(
        sequence(oid("1.2.840.113549.1.1.1"), nullValue()),
        bitString(sequence(integer(modulus), integer(exponent))),
      ),
    });
    const modulus = 2n ** 2047n + 1n;
    refuses(three({ leaf: rsa(modulus, 1) }), "CERTIFICATE_KEY_WEAK", /exponent 1,/);
    refuses(three({ leaf: rsa(modulus, 4) }), "CERTIFICATE_KEY_WEAK", /exponent 4,/);
    refuses(three({ leaf: rsa(2n ** 16_384n + 1n, 3) }), "CERTIFICATE_KEY_WEAK", /16385 bits/);
    assert.equal(verify(three({ leaf: rsa(modulus, 3) })).length, 3);
    refuses(three({ middle: { keys: keyPair("ed448") } }), "CERTIFICATE_KEY_UNSUPPORTED", /ed448/);
  });
});

describe("rules for issuers", () => {
  it("refuses an issuer that is no CA", () => {
    const noCa = [basicConstraints(false), keyUsage(["keyCertSign"])];
    refuses(three({ middle: { extensions: noCa } }), "CERTIFICATE_ISSUER_NOT_CA", /CN=middle/);
    refuses(three({ middle: { extensions: [] } }), "CERTIFICATE_ISSUER_NOT_CA");
    refuses(three({ middle: { extensions: signer } }), "CERTIFICATE_ISSUER_NOT_CA");
    refuses(three({ root: { extensions: [] } }), "CERTIFICATE_ISSUER_NOT_CA", /CN=root/);
    refuses(three({ root: { version: 1, extensions: [] } }), "CERTIFICATE_ISSUER_NOT_CA");
  });

  it("refuses an issuer whose key usage lacks keyCertSign", () => {
    const extensions = [basicConstraints(true), keyUsage(["digitalSignature", "cRLSign"])];
    refuses(three({ middle: { extensions } }), "CERTIFICATE_ISSUER_KEY_USAGE", /CN=middle/);
    refuses(three({ root: { extensions } }), "CERTIFICATE_ISSUER_KEY_USAGE", /CN=root/);
    assert.equal(verify(three({ middle: { extensions: [basicConstraints(true)] } })).length, 3);
  });

  it("counts the authorities below a path length", () => {
    refuses(
      three({ root: { extensions: caExtensions(0) } }),
      "CERTIFICATE_PATH_LENGTH",
      /below CN=root are 1/,
    );
    assert.equal(verify(three({ root: { extensions: caExtensions(1) } })).length, 3);
    assert.equal(verify(three({ middle: { extensions: caExtensions(0) } })).length, 3);
    const lower = issue({ subject: "CN=lower", issuer: middle, extensions: caExtensions() });
    const last = issue({ subject: "CN=last", issuer: lower, extensions: signer });
    assert.equal(verify({ leaf: last, intermediates: [middle, lower] }).length, 4);
    const narrow = issue({ subject: "CN=root", keys: root.keys, extensions: caExtensions(1) });
    refuses({ leaf: last, intermediates: [middle, lower], roots: [narrow] }, "CERTIFICATE_PATH_LENGTH");
  });

  it("does not count an authority's certificate for its own next key", () => {
    const narrow = issue({ subject: "CN=root", keys: root.keys, extensions: caExtensions(0) });
    const keys = keyPair("p256", "rollover");
    const rollover = issue({ subject: "CN=root", issuer: narrow, keys, extensions: caExtensions(0) });
    const last = issue({ subject: "CN=last", issuer: rollover, extensions: signer });
    assert.equal(verify({ leaf: last, intermediates: [rollover], roots: [narrow] }).length, 3);
  });

  it("wants every certificate valid at the time", () => {
    const past = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2026-10-31T00:00:00Z") };
    const future = { notBefore: new Date("2026-11-02T00:00:00Z") };
    for (const part of ["root", "middle", "leaf"] as const) {
      refuses(three({ [part]: past }), "CERTIFICATE_EXPIRED", new RegExp(`CN=${part}`));
      refuses(three({ [part]: future }), "CERTIFICATE_NOT_YET_VALID", new RegExp(`CN=${part}`));
    }
    const pinned = issue({ subject: "CN=self", extensions: signer, ...past });
    refuses({ leaf: pinned, roots: [pinned] }, "CERTIFICATE_EXPIRED");
  });

  it("refuses critical extensions that are not understood, anywhere", () => {
    const unknown = extension("1.2.3.4", nullValue(), true);
    const parts = { root: caExtensions(), middle: caExtensions(), leaf: signer };
    for (const [part, extensions] of Object.entries(parts)) {
      const request = three({ [part]: { extensions: [...extensions, unknown] } });
      refuses(request, "CERTIFICATE_CRITICAL_EXTENSION", new RegExp(`CN=${part} .* 1\\.2\\.3\\.4`));
    }
    const harmless = extension("1.2.3.4", nullValue());
    assert.equal(verify(three({ leaf: { extensions: [...signer, harmless] } })).length, 3);
    // A precertificate is not a certificate, and constraints on policies are not evaluated.
    for (const type of ["1.3.6.1.4.1.11129.2.4.3", "2.5.29.36", "2.5.29.54", "2.5.29.33"]) {
      const critical = extension(type, sequence(), true);
      refuses(three({ leaf: { extensions: [critical] } }), "CERTIFICATE_CRITICAL_EXTENSION");
    }
    const policies = extension("2.5.29.32", sequence(sequence(oid("1.2.3"))), true);
    assert.equal(verify(three({ leaf: { extensions: [...signer, policies] } })).length, 3);
  });
});

describe("purposes", () => {
  const codeSigning = purposes.codeSigning;

  it("wants the purpose in the leaf by name", () => {
    assert.equal(verify({ leaf, intermediates: [middle], extendedKeyUsage: codeSigning }).length, 3);
    for (const extensions of [[], [extendedKeyUsage(["any"])], [extendedKeyUsage(["serverAuth"], true)]]) {
      const request = { ...three({ leaf: { extensions } }), extendedKeyUsage: codeSigning };
      refuses(request, "CERTIFICATE_EXTENDED_KEY_USAGE", /CN=leaf is not for codeSigning/);
    }
    const pinned = issue({ subject: "CN=self" });
    refuses(
      { leaf: pinned, roots: [pinned], extendedKeyUsage: codeSigning },
      "CERTIFICATE_EXTENDED_KEY_USAGE",
    );
  });

  it("wants it in every issuer that is limited to purposes", () => {
    const limited = (...names: Parameters<typeof extendedKeyUsage>[0][number][]) => ({
      extensions: [...caExtensions(), extendedKeyUsage(names)],
    });
    for (const part of ["root", "middle"] as const) {
      const refusing = { ...three({ [part]: limited("serverAuth") }), extendedKeyUsage: codeSigning };
      refuses(refusing, "CERTIFICATE_EXTENDED_KEY_USAGE", new RegExp(`CN=${part}`));
      for (const names of [["codeSigning"], ["any"], ["serverAuth", "codeSigning"]] as const) {
        const request = { ...three({ [part]: limited(...names) }), extendedKeyUsage: codeSigning };
        assert.equal(verify(request).length, 3);
      }
    }
    assert.equal(verify(three({ middle: limited("serverAuth") })).length, 3);
  });

  it("has two rules for leaves that sign artifacts", () => {
    const usage = (...extensions: ExtensionSpec[]) => issue({ subject: "CN=x", extensions }).certificate;
    const both = usage(...signer);
    const keyOnly = usage(keyUsage(["digitalSignature"]));
    const purposeOnly = usage(extendedKeyUsage(["codeSigning"]));
    const server = usage(keyUsage(["keyEncipherment"]), extendedKeyUsage(["serverAuth"]));
    const anything = usage(extendedKeyUsage(["any"]));
    for (const certificate of [both, keyOnly, purposeOnly]) {
      requireModelSigningUsage(certificate);
    }
    requireCodeSigningUsage(both);
    for (const certificate of [server, anything, usage()]) {
      assert.throws(() => requireModelSigningUsage(certificate), { code: "CERTIFICATE_USAGE" });
    }
    for (const certificate of [keyOnly, purposeOnly, server, anything, usage()]) {
      assert.throws(() => requireCodeSigningUsage(certificate), { code: "CERTIFICATE_USAGE" });
    }
  });
});

describe("limits", () => {
  /** A line of `count` authorities below the root. */
  function line(count: number): readonly Issued[] {
    const authorities: Issued[] = [];
    for (let number = 0; number < count; number += 1) {
      const issuer = authorities.at(-1) ?? root;
      authorities.push(issue({ subject: `CN=ca ${number}`, issuer, extensions: caExtensions() }));
    }
    return authorities;
  }

  it("bounds the length of a chain", () => {
    const longest = line(limits.maxChainLength - 2);
    const last = issue({ subject: "CN=last", issuer: longest.at(-1) ?? root, extensions: signer });
    assert.equal(verify({ leaf: last, intermediates: longest }).length, limits.maxChainLength);
    const longer = line(limits.maxChainLength - 1);
    const deep = issue({ subject: "CN=last", issuer: longer.at(-1) ?? root, extensions: signer });
    refuses({ leaf: deep, intermediates: longer }, "CERTIFICATE_CHAIN_TOO_LONG");
  });

  it("bounds the number of candidates and roots", () => {
    const intermediates = Array.from({ length: limits.maxChainCandidates + 1 }, () => middle);
    refuses({ leaf, intermediates }, "CERTIFICATE_TOO_MANY", /intermediate/);
    const roots = Array.from({ length: limits.maxChainRoots + 1 }, () => root);
    refuses({ leaf, intermediates: [middle], roots }, "CERTIFICATE_TOO_MANY", /roots/);
  });

  it("bounds the work on authorities that all issued each other", () => {
    const ring = Array.from({ length: 8 }, (_, number) =>
      issue({ subject: "CN=ring", keys: keyPair("p256", `ring ${number}`), extensions: caExtensions() }),
    );
    const crossed = ring.flatMap((issuer) =>
      ring
        .filter((subject) => subject !== issuer)
        .map(({ keys }, number) =>
          issue({ subject: "CN=ring", issuer, keys, serialNumber: number + 1, extensions: caExtensions() }),
        ),
    );
    const last = issue({ subject: "CN=last", issuer: ring[0] ?? root, extensions: signer });
    const start = performance.now();
    refuses({ leaf: last, intermediates: crossed }, "CERTIFICATE_CHAIN_WORK");
    assert.ok(performance.now() - start < 5000);
    // Many certificates for one name and key are one authority.
    const copies = Array.from({ length: 60 }, (_, number) =>
      issue({
        subject: "CN=ring",
        keys: keyPair("p256", "ring 0"),
        serialNumber: number,
        extensions: caExtensions(),
      }),
    );
    refuses({ leaf: last, intermediates: copies }, "CERTIFICATE_UNTRUSTED");
  });

  it("reports the failure of the chain that came farthest", () => {
    const expired = issue({
      subject: "CN=middle",
      issuer: root,
      keys: middle.keys,
      notAfter: new Date("2026-06-01T00:00:00Z"),
      extensions: caExtensions(),
    });
    const lower = issue({ subject: "CN=lower", issuer: middle, extensions: caExtensions() });
    const stranger = issue({ subject: "CN=lower", keys: keyPair("p256", "x"), extensions: caExtensions() });
    const last = issue({ subject: "CN=last", issuer: lower, extensions: signer });
    refuses({ leaf: last, intermediates: [stranger, lower, expired] }, "CERTIFICATE_EXPIRED", /CN=middle/);
  });

  it("turns malformed extensions of an issuer into a reason", () => {
    const broken = extension("2.5.29.30", octetString(new Uint8Array(1)), true);
    const request = three({ middle: { extensions: [...caExtensions(), broken] } });
    refuses(request, "DER_TAG");
  });
});
