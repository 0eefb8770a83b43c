// SPDX-License-Identifier: Apache-2.0
// Whatever the bytes are, each parser answers with what it read, a rejection or an AibomError: nothing else, no
// hang, and no claim that is not documented.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AibomError } from "../../../src/errors.ts";
import { parseAttestationFile } from "../../../src/verifiers/attestation/attestation-file.ts";
import { judgeSignatures } from "../../../src/verifiers/attestation/envelope.ts";
import { predicateReaders } from "../../../src/verifiers/attestation/predicates/index.ts";
import { matchSubjects } from "../../../src/verifiers/attestation/subjects.ts";
import { mutate, type NextBelow, seeded } from "../../random.ts";
import { goodPredicates } from "./good-predicates.ts";
import {
  bundle,
  bytesOf,
  envelope,
  envelopeKey,
  open,
  payloadOf,
  pep740,
  sha256,
  statement,
} from "./material.ts";

const rounds = 10_000;
const documented = new Set(predicateReaders.flatMap(({ claims }) => Object.keys(claims)));
const keys = [envelopeKey("P-256"), envelopeKey("ed25519")];
const [provenance] = goodPredicates;
const good = bytesOf(statement(provenance?.type ?? "", provenance?.predicate));

/** Runs `read`; the code of the AibomError it throws, or `none`. Any other exception fails the test. */
function outcome(read: () => void): string {
  try {
    read();
    return "none";
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

function openAndCheck(value: unknown): void {
  const { claims, statement: opened } = open(value);
  for (const { name, value: claimed } of claims) {
    assert.ok(documented.has(name), name);
    assert.ok(["string", "number", "boolean"].includes(typeof claimed));
    assert.notEqual(claimed, "");
  }
  matchSubjects(opened, new Map([["f", { sha256 }]]));
}

const files: [string, string, Uint8Array][] = [
  ["a bundle", "x.sigstore.json", bytesOf(bundle(JSON.parse(Buffer.from(good).toString())))],
  ["an answer", "x.json", bytesOf({ attestations: [{ bundle: bundle() }, { bundle_url: "x" }] })],
  [
    "PyPI's answer",
    "x.provenance",
    bytesOf({ version: 1, attestation_bundles: [{ attestations: [pep740()] }] }),
  ],
  ["lines", "x.intoto.jsonl", bytesOf([bundle(), pep740()].map((line) => JSON.stringify(line)).join("\n"))],
  ["an envelope", "x.json", bytesOf(envelope(bytesOf({ a: 1 }), keys))],
];

for (const [what, name, sample] of files) {
  test(`${rounds} mutations of a file with ${what}`, (t) => {
    const next = seeded(what.length);
    const seen = new Map<string, number>();
    let slowest = 0;
    for (let round = 0; round < rounds; round += 1) {
      const bytes =
        round % 2 === 0 || name.endsWith(".jsonl") ? mutate(sample, next) : misshape(sample, next);
      const start = performance.now();
      const thrown = outcome(() => {
        for (const entry of parseAttestationFile(bytes, name)) {
          const code = entry.kind === "rejected" ? entry.error.code : entry.kind;
          seen.set(code, (seen.get(code) ?? 0) + 1);
          if (entry.kind === "envelope" && round % 10 === 0) {
            judgeSignatures(entry.envelope, () => keys.map((key) => key.publicKey));
          }
        }
      });
      assert.match(thrown, /^(?:none|ATTESTATION_TOO_MANY)$/);
      slowest = Math.max(slowest, performance.now() - start);
    }
    t.diagnostic(`${JSON.stringify(Object.fromEntries(seen))}, slowest ${slowest.toFixed(1)} ms`);
    assert.ok(seen.size > 3, "the mutations reach several outcomes");
    assert.ok(slowest < 2000);
  });
}

/** The document with values of the wrong kind. */
function misshape(sample: Uint8Array, next: NextBelow): Uint8Array {
  return bytesOf(disturb(JSON.parse(Buffer.from(sample).toString()), next));
}

test(`${rounds} mutations of the bytes of a statement`, (t) => {
  const next = seeded(1);
  const seen = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const code = outcome(() => openAndCheck(Buffer.from(mutate(good, next)).toString("latin1")));
    seen.set(code, (seen.get(code) ?? 0) + 1);
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)));
  assert.ok((seen.get("PREDICATE_MALFORMED") ?? 0) > 0 && (seen.get("JSON_INVALID") ?? 0) > 0);
});

const oddities: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  2 ** 53,
  "",
  "\u202e\u0000",
  "x".repeat(5000),
  [],
  [[]],
  [null],
  {},
  JSON.parse('{"__proto__":{"id":"x"},"constructor":1}'),
  Array.from({ length: 20_000 }, () => "x"),
];

/** A copy with one to three values replaced, removed or added anywhere. */
function disturb(value: unknown, next: NextBelow): unknown {
  const copy = structuredClone(value);
  for (let count = 1 + next(3); count > 0; count -= 1) {
    let at = copy as Record<string, unknown>;
    for (;;) {
      const names = Object.keys(at);
      const name = names[next(Math.max(names.length, 1))] ?? "x";
      const inner = at[name];
      if (typeof inner === "object" && inner !== null && Object.keys(inner).length > 0 && next(4) > 0) {
        at = inner as Record<string, unknown>;
        continue;
      }
      if (next(4) === 0) {
        delete at[name];
      } else {
        at[next(6) === 0 ? "extra" : name] = structuredClone(oddities[next(oddities.length)]);
      }
      break;
    }
  }
  return copy;
}

test(`${rounds} predicates with values of the wrong kind`, (t) => {
  const next = seeded(2);
  const seen = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const { type, predicate, changes } = goodPredicates[next(goodPredicates.length)] ?? assert.fail();
    const value =
      round % 4 === 0
        ? disturb(statement(type, predicate, changes), next)
        : statement(type, disturb(predicate ?? {}, next), changes);
    const code = outcome(() => openAndCheck(value));
    seen.set(code, (seen.get(code) ?? 0) + 1);
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)));
  assert.ok((seen.get("PREDICATE_MALFORMED") ?? 0) > rounds / 20);
});

test("the payload of every entry that is no rejection can be taken out", () => {
  for (const [, name, sample] of files) {
    for (const entry of parseAttestationFile(sample, name)) {
      if (entry.kind !== "rejected") {
        assert.ok(payloadOf(entry).payload.length > 0);
      }
    }
  }
});
