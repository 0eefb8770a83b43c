// SPDX-License-Identifier: Apache-2.0
// The shape of bundles: what each version needs and forbids, limits, spellings. A bundle that is not exactly one is
// refused before any cryptography.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fulcio, rekor1, rekor2, sigstoreBundle, statement, toBytes } from "../../../fixtures/sigstore.ts";
import { AibomError } from "../../../src/errors.ts";
import { parseSigstoreBundle } from "../../../src/verifiers/sigstore/bundle.ts";

/** Changed at will, also to what no type allows. */
type Loose = Record<string, unknown>;

/** What lies at a path inside the bundle. */
function at(bundle: Loose, path: string): Loose {
  return path.split(".").reduce<Loose>((inner, key) => inner[key] as Loose, bundle);
}

const material = "verificationMaterial";
const firstEntry = `${material}.tlogEntries.0`;
const stampList = `${material}.timestampVerificationData.rfc3161Timestamps`;

function codeOf(change: (bundle: Loose) => void, spec: Parameters<typeof sigstoreBundle>[0] = {}): string {
  const bundle = sigstoreBundle({
    entries: [{ log: rekor1 }],
    timestamps: [{}],
    ...spec,
  }) as unknown as Loose;
  change(bundle);
  try {
    parseSigstoreBundle(toBytes(bundle), "x.json", 1_000_000);
    return "parsed";
  } catch (error) {
    assert.ok(error instanceof AibomError, (error as Error).stack);
    return error.code;
  }
}

const version = (number: string): string => `application/vnd.dev.sigstore.bundle+json;version=${number}`;

test("the four media types and no other", () => {
  for (const mediaType of [
    version("0.1"),
    version("0.2"),
    version("0.3"),
    "application/vnd.dev.sigstore.bundle.v0.3+json",
  ]) {
    assert.equal(
      codeOf((bundle) => Object.assign(bundle, { mediaType })),
      "parsed",
    );
  }
  for (const mediaType of [
    version("0.4"),
    version("99.9"),
    `${version("0.3")} `,
    "application/vnd.dev.sigstore.bundle.v0.2+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json; charset=utf-8",
    "toString",
    "",
    null,
    3,
  ]) {
    assert.equal(
      codeOf((bundle) => Object.assign(bundle, { mediaType })),
      "BUNDLE_MEDIA_TYPE",
    );
  }
});

test("version 0.1 needs promises, later ones proofs with checkpoints", () => {
  const noProof = (bundle: Loose) => {
    delete at(bundle, firstEntry)["inclusionProof"];
  };
  const noPromise = (bundle: Loose) => {
    delete at(bundle, firstEntry)["inclusionPromise"];
  };
  assert.equal(codeOf(noProof, { mediaType: version("0.1") }), "parsed");
  assert.equal(codeOf(noPromise, { mediaType: version("0.1") }), "BUNDLE_MALFORMED");
  for (const mediaType of [version("0.2"), version("0.3")]) {
    assert.equal(codeOf(noProof, { mediaType }), "BUNDLE_MALFORMED");
    assert.equal(codeOf(noPromise, { mediaType }), "parsed");
  }
  const noCheckpoint = (bundle: Loose) => {
    delete at(bundle, `${firstEntry}.inclusionProof`)["checkpoint"];
  };
  assert.equal(codeOf(noCheckpoint), "BUNDLE_MALFORMED");
});

test("version 0.3 holds one certificate, earlier ones chains", () => {
  assert.equal(
    codeOf(() => {}, { mediaType: version("0.2"), chain: [fulcio] }),
    "parsed",
  );
  assert.equal(
    codeOf(() => {}, { mediaType: version("0.3"), chain: [] }),
    "BUNDLE_MALFORMED",
  );
  const empty = (bundle: Loose) => {
    at(bundle, `${material}.x509CertificateChain`)["certificates"] = [];
  };
  assert.equal(codeOf(empty, { mediaType: version("0.2"), chain: [] }), "BUNDLE_MALFORMED");
  const seventeen = Array.from({ length: 16 }, () => fulcio);
  assert.equal(
    codeOf(() => {}, { mediaType: version("0.2"), chain: seventeen }),
    "BUNDLE_TOO_MANY",
  );
});

test("an unknown field anywhere", () => {
  const places = [
    "",
    material,
    `${material}.certificate`,
    firstEntry,
    `${firstEntry}.logId`,
    `${firstEntry}.kindVersion`,
    `${firstEntry}.inclusionPromise`,
    `${firstEntry}.inclusionProof`,
    `${firstEntry}.inclusionProof.checkpoint`,
    `${material}.timestampVerificationData`,
    `${stampList}.0`,
    "messageSignature",
    "messageSignature.messageDigest",
  ];
  for (const place of places) {
    for (const field of ["extra", "media_type", "constructor"]) {
      assert.equal(
        codeOf((bundle) => Object.assign(place === "" ? bundle : at(bundle, place), { [field]: "" })),
        "BUNDLE_UNKNOWN_FIELD",
      );
    }
  }
  const inEnvelope = (bundle: Loose) => Object.assign(at(bundle, "dsseEnvelope.signatures.0"), { cert: "" });
  assert.equal(codeOf(inEnvelope, { payload: statement() }), "BUNDLE_UNKNOWN_FIELD");
});

test("every text cut, missing, or of another type", () => {
  const walk = (value: unknown, path: readonly (string | number)[]): (readonly (string | number)[])[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [
          [...path, Array.isArray(value) ? Number(key) : key],
          ...walk(inner, [...path, Array.isArray(value) ? Number(key) : key]),
        ])
      : [];
  const optional = new Set(["keyid", "integratedTime", "logIndex", "hashes", "treeSize", "tlogEntries"]);
  for (const spec of [{}, { payload: statement() }]) {
    const paths = walk(sigstoreBundle({ entries: [{ log: rekor1 }], timestamps: [{}], ...spec }), []);
    assert.ok(paths.length > 30);
    for (const path of paths) {
      for (const value of [true, 1.5, [1], "\u0000\u0000!"]) {
        const set = (bundle: Loose) => {
          const holder = path.length === 1 ? bundle : at(bundle, path.slice(0, -1).join("."));
          holder[path.at(-1) ?? ""] = value;
        };
        const code = codeOf(set, spec);
        const isFreeText = ["kind", "version", "envelope", "payloadType", "keyid"].includes(
          String(path.at(-1)),
        );
        assert.ok(
          code !== "parsed" || (isFreeText && typeof value === "string"),
          `${path.join(".")}: ${code}`,
        );
      }
      const remove = (bundle: Loose) => {
        const holder = path.length === 1 ? bundle : at(bundle, path.slice(0, -1).join("."));
        Reflect.deleteProperty(holder, path.at(-1) ?? "");
      };
      const isOptional =
        optional.has(String(path.at(-1))) || path.some((key) => key === "timestampVerificationData");
      if (!isOptional && typeof path.at(-1) === "string" && path.at(-1) !== "inclusionPromise") {
        assert.notEqual(codeOf(remove, spec), "parsed", path.join("."));
      }
    }
  }
});

test("limits: entries, time stamps, hashes, signatures, sizes", () => {
  const many = (path: string, count: number) => (bundle: Loose) => {
    const list = at(bundle, path) as unknown as unknown[];
    while (list.length < count) {
      list.push(list[0]);
    }
  };
  const entries = `${material}.tlogEntries`;
  const hashes = `${firstEntry}.inclusionProof.hashes`;
  const signatures = "dsseEnvelope.signatures";
  assert.equal(codeOf(many(entries, 32)), "parsed");
  assert.equal(codeOf(many(entries, 33)), "BUNDLE_TOO_MANY");
  assert.equal(codeOf(many(stampList, 32)), "parsed");
  assert.equal(codeOf(many(stampList, 33)), "BUNDLE_TOO_MANY");
  assert.equal(codeOf(many(hashes, 64)), "parsed");
  assert.equal(codeOf(many(hashes, 65)), "BUNDLE_TOO_MANY");
  assert.equal(codeOf(many(signatures, 2), { payload: statement() }), "BUNDLE_SIGNATURE_COUNT");
  const none = (bundle: Loose) => Object.assign(at(bundle, "dsseEnvelope"), { signatures: [] });
  assert.equal(codeOf(none, { payload: statement() }), "BUNDLE_SIGNATURE_COUNT");
  const checkpoint = (size: number) => (bundle: Loose) => {
    at(bundle, `${firstEntry}.inclusionProof.checkpoint`)["envelope"] = "x".repeat(size);
  };
  assert.equal(codeOf(checkpoint(65_536)), "parsed");
  assert.equal(codeOf(checkpoint(65_537)), "BUNDLE_MALFORMED");
  const certificate = (size: number) => (bundle: Loose) => {
    at(bundle, `${material}.certificate`)["rawBytes"] = Buffer.alloc(size).toString("base64");
  };
  assert.equal(codeOf(certificate(262_144)), "parsed");
  assert.equal(codeOf(certificate(262_145)), "BUNDLE_MALFORMED");
});

test("digests and ids of the wrong length, numbers that a double cannot hold", () => {
  const short = Buffer.alloc(31).toString("base64");
  for (const change of [
    (bundle: Loose) => Object.assign(at(bundle, "messageSignature.messageDigest"), { digest: short }),
    (bundle: Loose) => Object.assign(at(bundle, "messageSignature.messageDigest"), { algorithm: "SHA3_256" }),
    (bundle: Loose) => Object.assign(at(bundle, "messageSignature.messageDigest"), { algorithm: "toString" }),
    (bundle: Loose) => Object.assign(at(bundle, `${firstEntry}.logId`), { keyId: short }),
    (bundle: Loose) => Object.assign(at(bundle, `${firstEntry}.inclusionProof`), { rootHash: short }),
    (bundle: Loose) => Object.assign(at(bundle, `${firstEntry}.inclusionProof.hashes`), [short]),
    (bundle: Loose) => Object.assign(at(bundle, firstEntry), { logIndex: "9007199254740993" }),
    (bundle: Loose) => Object.assign(at(bundle, firstEntry), { integratedTime: "9007199254740993" }),
    (bundle: Loose) => Object.assign(at(bundle, firstEntry), { integratedTime: "-1" }),
  ]) {
    assert.equal(codeOf(change), "BUNDLE_MALFORMED");
  }
});

test("both kinds of content, and neither", () => {
  const both = sigstoreBundle({ payload: statement() }).dsseEnvelope;
  assert.equal(
    codeOf((bundle) => Object.assign(bundle, { dsseEnvelope: both })),
    "BUNDLE_MALFORMED",
  );
  const neither = (bundle: Loose) => {
    delete bundle["messageSignature"];
  };
  assert.equal(codeOf(neither), "BUNDLE_MALFORMED");
});

test("cut at every byte", () => {
  const bytes = toBytes(sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}] }));
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => parseSigstoreBundle(bytes.subarray(0, length), "x", 1_000_000), AibomError);
  }
});
