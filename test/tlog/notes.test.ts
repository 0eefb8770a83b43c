// SPDX-License-Identifier: Apache-2.0
// Notes, keys, checkpoints, cosignatures, proofs, requests and policies: the specifications' own examples, round trips, and what
// must be refused.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import test from "node:test";
import { checkpointText, parseCheckpoint } from "../../src/tlog/checkpoint.ts";
import { cosignature, cosignedAt, cosignedMessage } from "../../src/tlog/cosignature.ts";
import { parseEntryBundle } from "../../src/tlog/entry-bundle.ts";
import { isQuorum, parseLogPolicy } from "../../src/tlog/log-policy.ts";
import { formatNote, noteSignature, parseNote, parseSignatureLines } from "../../src/tlog/note.ts";
import { formatTlogProof, parseTlogProof } from "../../src/tlog/tlog-proof.ts";
import {
  formatVerifierKey,
  isSignedByLog,
  noteKey,
  parseVerifierKey,
  rawEd25519,
} from "../../src/tlog/verifier-key.ts";
import { formatWitnessRequest, parseWitnessRequest } from "../../src/tlog/witness-request.ts";
import { mutate, seeded } from "../random.ts";

class Malformed extends Error {}
const malformed = (reason: string): Error => new Malformed(reason);

/** The example of C2SP tlog-cosignature. */
const published = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

/** The example of golang.org/x/mod/sumdb/note. */
const goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const goNote =
  "If you think cryptography is the answer to your problem,\n" +
  "then you don't know what your problem is.\n\n" +
  "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

function logPair(name = "log.example/x", role: "log" | "witness" = "log") {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, key: noteKey(name, role, rawEd25519(publicKey) ?? new Uint8Array(32)) };
}

function signedNote(text: string, pair: ReturnType<typeof logPair>): string {
  const signature = sign(null, Buffer.from(text), pair.privateKey);
  return formatNote({ text, signatures: [noteSignature(pair.key.name, pair.key.id, signature)] });
}

const root = new Uint8Array(32).fill(7);

test("the published checkpoint is read, and written as it was", () => {
  const checkpoint = parseCheckpoint(published, malformed);
  assert.equal(checkpoint.origin, "example.com/behind-the-sofa");
  assert.equal(checkpoint.size, 20_852_163n);
  assert.deepEqual(
    checkpoint.signatures.map(({ name, keyId }) => [name, keyId]),
    [
      ["example.com/behind-the-sofa", "033de0ae"],
      ["witness.example.com/w1", "8d66cf3f"],
    ],
  );
  assert.equal(formatNote(checkpoint), published);
});

test("the note of Go's package verifies with its key, and with no bit changed", () => {
  const key = parseVerifierKey(goKey, "log", malformed);
  assert.equal(formatVerifierKey(key), goKey);
  assert.ok(isSignedByLog(key, parseNote(goNote, malformed)));
  const bytes = Buffer.from(goNote);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      assert.ok(!isSignedByLog(key, parseNote(flipped.toString(), malformed)), `bit ${bit}`);
    } catch (error) {
      assert.ok(error instanceof Malformed, `bit ${bit}`);
    }
  }
});

test("a signature in a known key's name that does not hold spoils the note", () => {
  const pair = logPair();
  const good = parseNote(signedNote("a\n", pair), malformed);
  const bad = noteSignature(pair.key.name, pair.key.id, new Uint8Array(64));
  assert.ok(isSignedByLog(pair.key, good));
  assert.ok(!isSignedByLog(pair.key, { ...good, signatures: [...good.signatures, bad] }));
  const stranger = noteSignature("somebody.example", "00000000", new Uint8Array(64));
  assert.ok(isSignedByLog(pair.key, { ...good, signatures: [...good.signatures, stranger] }));
});

test("notes that could be read in two ways are refused", () => {
  const pair = logPair();
  const good = signedNote(checkpointText("log.example/x", 5, root), pair);
  assert.equal(parseCheckpoint(good, malformed).size, 5n);
  for (const bad of [
    "",
    "\n\n",
    good.slice(0, -1),
    `${good}\n`,
    good.replace("\n5\n", "\n05\n"),
    good.replace("\n5\n", "\n-5\n"),
    good.replace("\n5\n", "\n\n5\n"),
    good.replace("\n5\n", "\n5\r\n"),
    good.replace("\n5\n", "\n99999999999999999999\n"),
    good.replace("\u2014 ", "- "),
    good.replace("\u2014 ", "\u2014  "),
    good.replace("\u2014 log.example/x", "\u2014 log+example/x"),
    good.replace("\u2014 log.example/x", "\u2014 log\u00a0example/x"),
    good.replace("=\n\n", "\n\n"),
    `\u0000${good}`,
    good + good.slice(good.indexOf("\u2014")).repeat(128),
  ]) {
    assert.throws(() => parseCheckpoint(bad, malformed), Malformed, JSON.stringify(bad.slice(0, 80)));
  }
});

test("keys say what they are, or are refused", () => {
  const { key } = logPair();
  const vkey = formatVerifierKey(key);
  assert.equal(parseVerifierKey(vkey, "log", malformed).id, key.id);
  for (const bad of [
    vkey.replace("+", "-"),
    vkey.replace(key.id, "00000000"),
    `${vkey}=`,
    vkey.slice(0, -2),
    `other${vkey}`,
    "",
    "a+b+",
  ]) {
    assert.throws(() => parseVerifierKey(bad, "log", malformed), Malformed, bad);
  }
  assert.throws(() => parseVerifierKey(vkey, "witness", malformed), Malformed);
});

test("a cosignature is for one text, one time and one key", () => {
  const pair = logPair("witness.example/w", "witness");
  const text = checkpointText("log.example/x", 5, root);
  const line = cosignature(
    pair.key,
    1_700_000_000,
    sign(null, cosignedMessage(text, 1_700_000_000), pair.privateKey),
  );
  assert.equal(cosignedAt(pair.key, { text, signatures: [line] }), 1_700_000_000);
  assert.equal(cosignedAt(pair.key, { text: `${text}x\n`, signatures: [line] }), undefined);
  assert.equal(
    cosignedAt(logPair("witness.example/w", "witness").key, { text, signatures: [line] }),
    undefined,
  );
  const [parsed] = parseSignatureLines(line.line, malformed);
  assert.deepEqual(parsed, { ...line, signature: Buffer.from(line.signature) });
  for (let bit = 0; bit < line.signature.length * 8; bit += 1) {
    const signature = Buffer.from(line.signature);
    signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const changed = noteSignature(pair.key.name, pair.key.id, signature);
    assert.equal(cosignedAt(pair.key, { text, signatures: [changed] }), undefined);
  }
  const far = cosignature(pair.key, 2 ** 52, sign(null, cosignedMessage(text, 2 ** 52), pair.privateKey));
  assert.equal(cosignedAt(pair.key, { text, signatures: [far] }), undefined, "no date has this time");
});

test("proofs and requests come back as they were written; what deviates is refused", () => {
  const checkpoint = parseCheckpoint(published, malformed);
  const hashes = [root, new Uint8Array(32)];
  const proof = formatTlogProof(3, hashes, checkpoint);
  const read = parseTlogProof(proof, malformed);
  assert.deepEqual([read.index, read.hashes.length, read.extra], [3, 2, undefined]);
  assert.equal(formatNote(read.checkpoint), published);
  const extra = parseTlogProof(proof.replace("index", "extra YWJj\nindex"), malformed);
  assert.equal(Buffer.from(extra.extra ?? []).toString(), "abc");
  const request = formatWitnessRequest(2, hashes, checkpoint);
  assert.equal(parseWitnessRequest(request, malformed).oldSize, 2);
  for (const bad of [
    proof.replace("@v1", "@v2"),
    proof.replace("index 3", "index 03"),
    proof.replace("index 3\n", ""),
    proof.replace("index 3", "index 99999999999999999999"),
    proof.replace("AAA", "A"),
    proof.replace(/\n(AAAA[^\n]*)/, (line) => line.repeat(63)),
    proof.slice(0, 40),
  ]) {
    assert.throws(() => parseTlogProof(bad, malformed), Malformed, bad.slice(0, 60));
  }
  assert.throws(() => parseWitnessRequest(request.replace("old 2", "old"), malformed), Malformed);
  const next = seeded(1);
  for (let round = 0; round < 3000; round += 1) {
    for (const [parse, sample] of [
      [parseTlogProof, proof],
      [parseWitnessRequest, request],
      [parseCheckpoint, published],
    ] as const) {
      try {
        parse(Buffer.from(mutate(Buffer.from(sample), next)).toString(), malformed);
      } catch (error) {
        assert.ok(error instanceof Malformed, String(error));
      }
    }
  }
});

test("bundles have exactly their entries", () => {
  const bundle = Buffer.from("000161000262630000", "hex");
  assert.deepEqual(
    parseEntryBundle(bundle, 3, malformed).map((entry) => Buffer.from(entry).toString()),
    ["a", "bc", ""],
  );
  for (const [bytes, count] of [
    [bundle, 2],
    [bundle, 4],
    [bundle.subarray(0, 4), 2],
    [bundle.subarray(0, 6), 2],
  ] as const) {
    assert.throws(() => parseEntryBundle(bytes, count, malformed), Malformed);
  }
});

test("policies: groups of groups, and lines that are not understood", () => {
  const witnesses = ["X1", "X2", "X3", "Y1", "Y2"].map(
    (name) => `witness ${name} ${formatVerifierKey(logPair(name, "witness").key)}`,
  );
  const log = `log ${formatVerifierKey(logPair().key)} https://log.example/`;
  const text = [
    "# a comment",
    `  ${log}\t`,
    "",
    ...witnesses,
    "group X 2 X1 X2 X3",
    "group Y any Y1 Y2",
    "group both all X Y",
    "quorum both",
    "",
  ].join("\n");
  const policy = parseLogPolicy(text, malformed);
  assert.equal(policy.logs.length, 1);
  for (const [cosigners, expected] of [
    ["X1 X2 Y1", true],
    ["X1 X3 Y2", true],
    ["X1 X2 X3", false],
    ["X1 Y1 Y2", false],
    ["", false],
  ] as const) {
    assert.equal(isQuorum(policy, new Set(cosigners.split(" "))), expected, cosigners);
  }
  assert.ok(isQuorum(parseLogPolicy("quorum none\n", malformed), new Set()));
  for (const bad of [
    "",
    text.replace("quorum both", ""),
    `${text}quorum both\n`,
    text.replace("quorum both", "quorum nobody"),
    text.replace("group X 2", "group X 4"),
    text.replace("group X 2", "group X 0"),
    text.replace("X1 X2 X3", "X1 X1"),
    text.replace("group Y any Y1", "group Y any X1"),
    text.replace("group both", "group none"),
    text.replace("group both", "group X1"),
    `${log}\n${text}`,
    text.replace("witness X1", "wittness X1"),
    text.replace("# a comment", "\u0001"),
    text.replace("witness X1", "log"),
  ]) {
    assert.throws(() => parseLogPolicy(bad, malformed), Malformed, bad.slice(0, 120));
  }
});
