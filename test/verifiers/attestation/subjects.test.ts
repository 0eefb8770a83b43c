// SPDX-License-Identifier: Apache-2.0
// Subjects are matched by strong digests and by nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type FileDigests,
  matchSubjects,
  neededAlgorithms,
  subjectDigests,
} from "../../../src/verifiers/attestation/subjects.ts";
import { codeOf, open, statement } from "./material.ts";

const hex = (pair: string, bytes: number): string => pair.repeat(bytes);
const [a256, b256] = [hex("aa", 32), hex("bb", 32)];
const [a384, a512, b512] = [hex("a3", 48), hex("a5", 64), hex("b5", 64)];

function match(subjects: readonly Record<string, string>[], files: Record<string, FileDigests>) {
  const opened = open(
    statement("https://example.com/x", {}, { subject: subjects.map((digest) => ({ name: "n", digest })) }),
  );
  const { covered, unmatched } = matchSubjects(opened.statement, new Map(Object.entries(files)));
  return { covered, unmatched: unmatched.length };
}

const cases: [string, Record<string, string>, FileDigests, boolean][] = [
  ["sha256", { sha256: a256 }, { sha256: a256 }, true],
  ["sha384", { sha384: a384 }, { sha256: a256, sha384: a384 }, true],
  ["sha512 alone, as npm has it", { sha512: a512 }, { sha256: a256, sha512: a512 }, true],
  ["another file", { sha256: b256 }, { sha256: a256 }, false],
  ["an algorithm that was not computed", { sha512: a512 }, { sha256: a256 }, false],
  ["two that agree", { sha256: a256, sha512: a512 }, { sha256: a256, sha512: a512 }, true],
  ["two, one of which differs", { sha256: a256, sha512: b512 }, { sha256: a256, sha512: a512 }, false],
  ["two, one of which was not computed", { sha256: a256, sha512: b512 }, { sha256: a256 }, true],
  ["strong and weak", { sha256: a256, sha1: "00", md5: "x" }, { sha256: a256 }, true],
  ["only sha1", { sha1: hex("aa", 20) }, { sha256: a256 }, false],
  ["only gitCommit", { gitCommit: a256 }, { sha256: a256 }, false],
  ["gitBlob and gitTree", { gitBlob: a256, gitTree: a256 }, { sha256: a256 }, false],
  ["dirHash1", { dirHash1: a256 }, { sha256: a256 }, false],
  ["a value under the wrong name", { sha384: a256 }, { sha256: a256 }, false],
  ["SHA256 as name", { SHA256: a256 }, { sha256: a256 }, true],
  ["SHA256 and sha256 that agree", { SHA256: a256, sha256: a256 }, { sha256: a256 }, true],
  ["SHA256 and sha256 that differ", { SHA256: b256, sha256: a256 }, { sha256: a256 }, false],
  ["sha-256 is no name", { "sha-256": a256 }, { sha256: a256 }, false],
  ["upper-case value", { sha256: a256.toUpperCase() }, { sha256: a256 }, false],
  ["short value", { sha256: a256.slice(2) }, { sha256: a256 }, false],
  ["empty value", { sha256: "" }, { sha256: a256 }, false],
  ["value with a prefix", { sha256: `sha256:${a256}` }, { sha256: a256 }, false],
  ["good value beside a malformed one", { sha256: a256, sha512: "" }, { sha256: a256 }, false],
  [
    "names of the prototype",
    { ["__proto__"]: a256, constructor: a256, toString: a256 },
    { sha256: a256 },
    false,
  ],
  ["a file without digests", { sha256: a256 }, {}, false],
];

for (const [what, digest, file, isCovered] of cases) {
  test(`${what}: ${isCovered ? "matches" : "does not match"}`, () => {
    const expected = { covered: isCovered ? ["f"] : [], unmatched: isCovered ? 0 : 1 };
    assert.deepEqual(match([digest], { f: file }), expected);
  });
}

test("names do not matter, equal files are all covered, in the order of the files", () => {
  const files = { z: { sha256: a256 }, b: { sha256: b256 }, a: { sha256: a256, sha512: a512 } };
  assert.deepEqual(match([{ sha256: a256 }], files), { covered: ["z", "a"], unmatched: 0 });
  // Where SHA-512 is known too, it must agree.
  assert.deepEqual(match([{ sha256: a256, sha512: b512 }], files), { covered: ["z"], unmatched: 0 });
  assert.deepEqual(match([{ sha256: b256 }, { sha1: "x" }], files), { covered: ["b"], unmatched: 1 });
  assert.deepEqual(match([{ sha256: a256 }], {}), { covered: [], unmatched: 1 });
});

test("digests of files, and the algorithms that a statement needs", () => {
  const files = [
    {
      path: "f",
      digests: [
        { algorithm: "blake3", hex: b256 },
        { algorithm: "sha512", hex: a512 },
      ] as const,
    },
    { path: "g", digests: [] },
  ];
  assert.deepEqual(
    [...subjectDigests(files)],
    [
      ["f", { sha512: a512 }],
      ["g", {}],
    ],
  );
  const subject = [
    { digest: { SHA512: "" } },
    { digest: { sha1: "", gitCommit: "" } },
    { digest: { sha256: "" } },
  ];
  const opened = open(statement("https://example.com/x", {}, { subject }));
  assert.deepEqual([...neededAlgorithms(opened.statement)], ["sha256", "sha512"]);
});

test("subjects and files in any number cost linear time", () => {
  const files = new Map<string, FileDigests>();
  for (let index = 0; index < 100_000; index += 1) {
    files.set(`empty/${index}`, index % 2 === 0 ? { sha256: a256 } : { sha256: a256, sha512: a512 });
  }
  const subjects = Array.from({ length: 100_000 }, (_, index) => ({
    name: "",
    digests: new Map([
      ["sha256", a256],
      ["sha512", index.toString(16).padStart(128, "0")],
      ["md5", String(index)],
    ]),
  }));
  const start = performance.now();
  const { covered, unmatched } = matchSubjects({ subjects }, files);
  const milliseconds = performance.now() - start;
  console.log(`100,000 subjects against 100,000 equal files: ${milliseconds.toFixed(0)} ms`);
  assert.equal(covered.length, 50_000);
  assert.equal(unmatched.length, 0);
  assert.ok(milliseconds < 5000);
});

const malformed: [string, object, string][] = [
  ["no subject", { subject: [] }, "STATEMENT_SUBJECT_COUNT"],
  ["subjects absent", { subject: undefined }, "STATEMENT_MALFORMED"],
  ["subjects are an object", { subject: {} }, "STATEMENT_MALFORMED"],
  ["a subject is null", { subject: [null] }, "STATEMENT_MALFORMED"],
  ["a subject has no digest", { subject: [{ name: "x" }] }, "STATEMENT_MALFORMED"],
  ["a subject has an empty digest", { subject: [{ digest: {} }] }, "STATEMENT_MALFORMED"],
  ["a digest is a number", { subject: [{ digest: { sha256: 1 } }] }, "STATEMENT_MALFORMED"],
  ["a digest is a list", { subject: [{ digest: [a256] }] }, "STATEMENT_MALFORMED"],
  ["another statement type", { _type: "https://in-toto.io/Statement/v2" }, "STATEMENT_TYPE"],
  ["no statement type", { _type: undefined }, "STATEMENT_MALFORMED"],
  ["no predicate type", { predicateType: "" }, "STATEMENT_MALFORMED"],
  ["predicate type is a list", { predicateType: [] }, "STATEMENT_MALFORMED"],
  ["predicate is a text", { predicate: "x" }, "STATEMENT_MALFORMED"],
  ["predicate is a list", { predicate: [] }, "STATEMENT_MALFORMED"],
];
for (const [what, changes, code] of malformed) {
  test(`malformed statement: ${what}`, () => {
    assert.equal(
      codeOf(() => open(statement("https://example.com/x", {}, changes))),
      code,
    );
  });
}
