// SPDX-License-Identifier: Apache-2.0
// Files of attestations: every form is split into its parts, and every other form is refused with a code.

import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/limits.ts";
import {
  isAttestationFileName,
  parseAttestationFile,
} from "../../../src/verifiers/attestation/attestation-file.ts";
import { parseSigstoreBundle } from "../../../src/verifiers/sigstore/bundle.ts";
import {
  bundle,
  bytesOf,
  codeOf,
  envelope,
  envelopeKey,
  outcomes,
  parse,
  payloadOf,
  pep740,
  statement,
} from "./material.ts";

const key = envelopeKey("P-256");
const dsse = envelope(bytesOf(statement("https://example.com/x", {})), [key]);

test("a bundle, an envelope, an attestation of PyPI: one entry each", () => {
  const bytes = bytesOf(bundle());
  const [entry] = parseAttestationFile(bytes, "a.sigstore.json");
  assert.deepEqual(entry, { kind: "bundle", bytes, place: { path: "a.sigstore.json" } });
  assert.deepEqual(outcomes(parse(dsse, "a.json")), ["envelope"]);
  assert.deepEqual(outcomes(parse(pep740(), "a.whl.publish.attestation")), ["bundle"]);
});

test("a file of lines keeps what is good and says which line is not", () => {
  const lines = [bundle(), "", "{oops", dsse, '{"a":1,"a":2}', "  \r", pep740(), "[]"];
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  const entries = parse(text, "multiple.intoto.jsonl");
  assert.deepEqual(outcomes(entries), [
    "bundle",
    "JSON_INVALID",
    "envelope",
    "JSON_DUPLICATE_KEY",
    "bundle",
    "ATTESTATION_UNRECOGNISED",
  ]);
  assert.deepEqual(
    entries.map(({ place }) => place.line),
    [1, 3, 4, 5, 7, 8],
  );
  const [, invalid, , , , unrecognised] = entries;
  assert.ok(invalid?.kind === "rejected" && unrecognised?.kind === "rejected");
  assert.equal(invalid.error.where?.offset, text.indexOf("{oops") + 1);
  assert.deepEqual(unrecognised.error.where, { path: "multiple.intoto.jsonl", member: "line 8" });
  // The same bytes under another name are one document, which they are not.
  assert.deepEqual(outcomes(parse(text, "multiple.json")), ["JSON_INVALID"]);
});

test("answers of GitHub and npm", () => {
  const answer = {
    attestations: [
      { repository_id: 1, bundle: bundle() },
      { bundle: null, bundle_url: "https://example.com/b.sn" },
      { bundle_url: 1 },
      { predicateType: "https://slsa.dev/provenance/v1", bundle: { ...bundle(), extra: 1 } },
      "text",
      { bundle: dsse },
      {},
      { bundle: [] },
    ],
  };
  const entries = parse(answer, "attestations.json");
  assert.deepEqual(outcomes(entries), [
    "bundle",
    "ATTESTATION_BUNDLE_ELSEWHERE",
    "ATTESTATION_BUNDLE_ELSEWHERE",
    "bundle",
    "ATTESTATION_MALFORMED",
    "ATTESTATION_UNRECOGNISED",
    "ATTESTATION_MALFORMED",
    "ATTESTATION_MALFORMED",
  ]);
  assert.equal(entries[3]?.place.pointer, "/attestations/3/bundle");
  const [first, , , npm] = entries;
  assert.ok(first?.kind === "bundle" && npm?.kind === "bundle");
  assert.deepEqual(first.bytes, bytesOf(bundle()));
  assert.match(Buffer.from(npm.bytes).toString(), /"extra":1/, "stray fields reach the bundle's verifier");
});

test("members called __proto__ reach the bundle's verifier, which refuses them", () => {
  const text = JSON.stringify({ attestations: [{ bundle: bundle() }] }).replace(
    '"dsseEnvelope"',
    '"__proto__":{"mediaType":"x"},"dsseEnvelope"',
  );
  const [entry] = parse(text, "x.json");
  assert.ok(entry?.kind === "bundle");
  assert.match(Buffer.from(entry.bytes).toString(), /"__proto__"/);
  assert.match(
    codeOf(() => parseSigstoreBundle(entry.bytes, "x", limits.maxBundleBytes)),
    /^BUNDLE_/,
  );
});

test("attestations of PyPI say the same as a bundle", () => {
  const answer = {
    version: 1,
    attestation_bundles: [
      { publisher: { kind: "GitHub" }, attestations: [pep740(), { ...pep740(), version: 2 }] },
      { publisher: {}, attestations: 7 },
      null,
    ],
  };
  const entries = parse(answer, "x.provenance");
  assert.deepEqual(outcomes(entries), [
    "bundle",
    "ATTESTATION_MALFORMED",
    "ATTESTATION_MALFORMED",
    "ATTESTATION_MALFORMED",
  ]);
  const [first] = entries;
  assert.ok(first?.kind === "bundle");
  const value = statement("https://docs.pypi.org/attestations/publish/v1", null);
  assert.deepEqual(JSON.parse(Buffer.from(first.bytes).toString()), bundle(value));
  assert.equal(first.place.pointer, "/attestation_bundles/0/attestations/0");
  assert.equal(outcomes(parse({ ...answer, version: 2 }, "x.provenance"))[0], "ATTESTATION_MALFORMED");
});

test("time stamps of PyPI's attestations are carried over", () => {
  const stamped = pep740();
  Object.assign(stamped.verification_material, { timestamps: ["MEUC"] });
  const [entry] = parse(stamped, "x.attestation");
  assert.ok(entry?.kind === "bundle");
  assert.deepEqual(
    JSON.parse(Buffer.from(entry.bytes).toString()).verificationMaterial.timestampVerificationData,
    { rfc3161Timestamps: [{ signedTimestamp: "MEUC" }] },
  );
});

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const brokenPep740: [string, (attestation: any) => void][] = [
  ["/version", (a) => Object.assign(a, { version: "1" })],
  ["/extra", (a) => Object.assign(a, { extra: 1 })],
  ["/verification_material", (a) => Object.assign(a, { verification_material: [] })],
  ["/verification_material/certificate", (a) => Object.assign(a.verification_material, { certificate: 1 })],
  ["/verification_material/certificate", (a) => delete a.verification_material.certificate],
  ["/verification_material/x", (a) => Object.assign(a.verification_material, { x: 1 })],
  [
    "/verification_material/transparency_entries",
    (a) => Object.assign(a.verification_material, { transparency_entries: [] }),
  ],
  [
    "/verification_material/transparency_entries/0",
    (a) => Object.assign(a.verification_material, { transparency_entries: ["x"] }),
  ],
  [
    "/verification_material/timestamps/0",
    (a) => Object.assign(a.verification_material, { timestamps: [{}] }),
  ],
  ["/envelope/statement", (a) => Object.assign(a.envelope, { statement: {} })],
  ["/envelope/signature", (a) => Object.assign(a.envelope, { signature: "" })],
  ["/envelope/payloadType", (a) => Object.assign(a.envelope, { payloadType: "x" })],
];

for (const [pointer, change] of brokenPep740) {
  test(`a broken attestation of PyPI is refused at ${pointer}`, () => {
    const attestation = pep740();
    change(attestation);
    const [entry] = parse(attestation, "x.attestation");
    assert.ok(entry?.kind === "rejected");
    assert.equal(entry.error.code, "ATTESTATION_MALFORMED");
    assert.equal(entry.error.args["pointer"], pointer);
  });
}

const refused: [string, unknown, string][] = [
  ["an empty file", "", "ATTESTATION_FILE_EMPTY"],
  ["white space", " \r\n\t", "ATTESTATION_FILE_EMPTY"],
  ["an empty answer", { attestations: [] }, "ATTESTATION_FILE_EMPTY"],
  ["an empty answer of PyPI", { version: 1, attestation_bundles: [] }, "ATTESTATION_FILE_EMPTY"],
  ["a list", [bundle()], "ATTESTATION_UNRECOGNISED"],
  ["an empty object", {}, "ATTESTATION_UNRECOGNISED"],
  ["something else", { name: "package", version: "1" }, "ATTESTATION_UNRECOGNISED"],
  ["null", "null", "ATTESTATION_UNRECOGNISED"],
  ["a bare statement", statement("https://slsa.dev/provenance/v1", {}), "ATTESTATION_UNSIGNED"],
  [
    "an old bundle of cosign",
    { base64Signature: "", cert: "", rekorBundle: {} },
    "ATTESTATION_COSIGN_LEGACY",
  ],
  ["an old log entry of cosign", { SignedEntryTimestamp: "AA==", Payload: {} }, "ATTESTATION_COSIGN_LEGACY"],
  ["an old signature of cosign", { base64Signature: "MEUC" }, "ATTESTATION_COSIGN_LEGACY"],
  ["attestations that are no list", { attestations: {} }, "ATTESTATION_MALFORMED"],
  ["duplicate keys", '{"mediaType":"a","mediaType":"b"}', "JSON_DUPLICATE_KEY"],
  ["NaN", '{"mediaType":NaN}', "JSON_INVALID"],
  ["a number beyond 2^53", '{"attestations":[{"id":9007199254740993}]}', "JSON_NUMBER_UNSAFE"],
  ["half a surrogate pair", '{"mediaType":"\\ud800"}', "JSON_INVALID"],
  ["a byte order mark", "\ufeff{}", "JSON_INVALID"],
  ["deep nesting", `{"attestations":${"[".repeat(30)}${"]".repeat(30)}}`, "JSON_TOO_DEEP"],
  ["two documents", "{}\n{}", "JSON_INVALID"],
  ["an envelope without signatures", { ...dsse, signatures: undefined }, "ENVELOPE_MALFORMED"],
  ["an envelope with an empty list", { ...dsse, signatures: [] }, "ENVELOPE_SIGNATURE_COUNT"],
  ["an envelope with a stray field", { ...dsse, extra: 1 }, "ENVELOPE_MALFORMED"],
];

for (const [what, value, code] of refused) {
  test(`${what}: ${code}`, () => {
    assert.deepEqual(outcomes(parse(value, "x.json")), [code]);
  });
}

test("bytes that are no text", () => {
  const entries = parseAttestationFile(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), "x.sigstore");
  assert.deepEqual(outcomes(entries), ["TEXT_NOT_UTF8"]);
  assert.deepEqual(outcomes(parse("\n \n", "x.jsonl")), ["ATTESTATION_FILE_EMPTY"]);
});

test("size and number are bounded, and checked first", () => {
  const big = new Uint8Array(limits.maxAttestationFileBytes + 1);
  assert.equal(
    codeOf(() => parseAttestationFile(big, "x.json")),
    "ATTESTATION_FILE_TOO_LARGE",
  );
  const bounds = { maxBytes: 1 << 20, maxEntries: 3 };
  const line = JSON.stringify(bundle());
  const lines = (count: number) => Buffer.from(`${line}\n`.repeat(count));
  assert.equal(parseAttestationFile(lines(3), "x.jsonl", bounds).length, 3);
  assert.equal(
    codeOf(() => parseAttestationFile(lines(4), "x.jsonl", bounds)),
    "ATTESTATION_TOO_MANY",
  );
  const rubbish = Buffer.from("x\n".repeat(4));
  assert.equal(
    codeOf(() => parseAttestationFile(rubbish, "x.jsonl", bounds)),
    "ATTESTATION_TOO_MANY",
  );
  const answer = bytesOf({ attestations: Array.from({ length: 4 }, () => ({ bundle: bundle() })) });
  assert.equal(
    codeOf(() => parseAttestationFile(answer, "x.json", bounds)),
    "ATTESTATION_TOO_MANY",
  );
});

test("names under which attestations lie beside an artifact", () => {
  const hex = "0".repeat(64);
  for (const name of [
    "a/model.sigstore.json",
    "model.sigstore",
    "multiple.intoto.jsonl",
    "x.whl.publish.attestation",
    "x.tar.gz.provenance",
    `sha256:${hex}.jsonl`,
    `sub/sha256-${hex}.jsonl`,
  ]) {
    assert.equal(isAttestationFileName(name), true, name);
  }
  for (const name of ["train.jsonl", "config.json", "sigstore", "attestation", `xsha256:${hex}.jsonl`, ""]) {
    assert.equal(isAttestationFileName(name), false, name);
  }
});

test("an entry's payload is the signed one", () => {
  const [entry] = parse(dsse, "x.json");
  assert.ok(entry !== undefined);
  assert.equal(Buffer.from(payloadOf(entry).payload).toString("base64"), dsse.payload);
});

test("a file of empty lists is refused before they take memory", () => {
  const text = Buffer.from(`{"attestations":[${"[],".repeat(1_100_000)}[]]}`);
  const before = process.memoryUsage().heapUsed;
  const [entry] = parseAttestationFile(text, "x.json");
  assert.ok(entry?.kind === "rejected");
  assert.equal(entry.error.code, "JSON_TOO_MANY_VALUES");
  assert.ok(process.memoryUsage().heapUsed - before < 50_000_000);
});
