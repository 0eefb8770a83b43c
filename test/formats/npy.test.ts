// SPDX-License-Identifier: Apache-2.0
// The reader of NumPy's arrays: the grammar of the header, sizes, and pickles in place of objects.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calls } from "../../fixtures/pickle.ts";
import { npyFile, npyHeader } from "../../fixtures/pytorch.ts";
import { concat } from "../../fixtures/safetensors.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { npy } from "../../src/formats/npy.ts";
import { readFile } from "../../src/formats/read-file.ts";
import { alone, codesOf, inspect, mutationRun } from "./hostile.ts";

const sample = npyFile(npyHeader("'<f4'", "(2, 3)"), new Uint8Array(24));

function facts(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  const { facts: all } = npy.describe(memorySource(bytes, "a.npy"), alone);
  return new Map(all.map(({ name, value }) => [name, value]));
}

/** Codes of an array of `length` bytes whose header spells this type. */
function codesOfType(descr: string, length: number, shape = "(2,)"): readonly string[] {
  return codesOf(npy, npyFile(npyHeader(descr, shape), new Uint8Array(length)));
}

test("reads type, shape and size, in all three versions", () => {
  for (const version of [1, 2, 3]) {
    const bytes = npyFile(npyHeader("'<f4'", "(2, 3)"), new Uint8Array(24), { version });
    assert.deepEqual(codesOf(npy, bytes), []);
    assert.deepEqual(facts(bytes).get("dtypes"), { F32: "6" });
    assert.deepEqual(facts(bytes).get("metadata"), { key: "shape", value: "[2, 3]" });
    assert.equal(facts(bytes).get("format.version"), `${version}.0`);
  }
});

test("every kind of element has its size", () => {
  for (const [descr, length] of [
    ["'|b1'", 2],
    ["'>i8'", 16],
    ["'<c16'", 32],
    ["'<U5'", 40],
    ["'|S3'", 6],
    ["'|V7'", 14],
    ["'<M8[ns]'", 16],
    ["'<m8[25s]'", 16],
    ["[('a', '<f4'), ('b', '<i2', (3,))]", 20],
    ["[(('title', 'a'), '<f4'), ('b', [('c', '|u1')])]", 10],
  ] as const) {
    assert.deepEqual(codesOfType(descr, length), [], descr);
    assert.deepEqual(codesOfType(descr, length - 1), ["NPY_SIZE_MISMATCH"], descr);
    assert.deepEqual(codesOfType(descr, length + 1), ["NPY_TRAILING_BYTES"], descr);
  }
  assert.deepEqual(codesOfType("'<f4'", 4, "()"), []);
  assert.deepEqual(codesOfType("'<f4'", 0, "(0, 5)"), []);
  assert.deepEqual(codesOfType("'<f4'", 8, "(2L,)"), []);
});

test("a header that is no such literal is refused, and nothing is evaluated", () => {
  const header = (text: string): readonly string[] => codesOf(npy, npyFile(text, new Uint8Array(8)));
  for (const text of [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } or 1",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740993, 9007199254740993), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 2, }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': 'q9', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2.5,)}",
    "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2,)}",
    `{'descr': ${"[".repeat(50)}${"]".repeat(50)}, 'fortran_order': False, 'shape': (2,)}`,
    "[1, 2]",
    "{",
    "",
  ]) {
    assert.deepEqual(header(text), ["NPY_HEADER_INVALID"], text);
  }
});

test("a header that calls something is dangerous; parentheses of a literal and texts are not", () => {
  const header = (text: string): readonly string[] => codesOf(npy, npyFile(text, new Uint8Array(8)));
  const rest = "'fortran_order': False, 'shape': (2,)}";
  for (const descr of ["__import__('os').system('true')", "eval ('1')", "[f][0]('x')", "(f)('x')"]) {
    assert.deepEqual(header(`{'descr': ${descr}, ${rest}`), ["NPY_HEADER_CODE"], descr);
  }
  assert.deepEqual(header(`{'descr': [('eval(1)', '<f4')], ${rest}`), []);
  assert.deepEqual(header(`{'descr': os.system, ${rest}`), ["NPY_HEADER_INVALID"]);
});

test("lengths at their extremes, and truncation at every byte", () => {
  assert.deepEqual(codesOf(npy, npyFile("{}", new Uint8Array(0), { length: 0xffff })), [
    "BYTES_OUT_OF_RANGE",
  ]);
  for (const length of [0x10001, 0xffffffff]) {
    assert.deepEqual(codesOf(npy, npyFile("{}", new Uint8Array(0), { version: 2, length })), [
      "NPY_HEADER_INVALID",
    ]);
  }
  assert.deepEqual(codesOf(npy, npyFile("{}", new Uint8Array(0), { version: 4 })), ["NPY_HEADER_INVALID"]);
  for (let length = 0; length < sample.length; length += 1) {
    assert.notDeepEqual(inspect("a.npy", sample.subarray(0, length)).codes, [], `cut to ${length} bytes`);
  }
});

test("objects are a pickle, of whatever protocol, and its imports are listed", () => {
  const object = npyHeader("'|O'", "(1,)");
  for (const pickle of [
    calls("os", "system", "true"),
    new TextEncoder().encode("cos\nsystem\n(S'true'\ntR."),
  ]) {
    const bytes = npyFile(object, pickle);
    assert.deepEqual(codesOf(npy, bytes), ["NPY_HOLDS_PICKLE", "PICKLE_DANGEROUS_IMPORT"]);
    assert.equal((facts(bytes).get("import") as Record<string, unknown>)["module"], "os");
  }
  const broken = npy.describe(memorySource(npyFile(object, new Uint8Array(4)), "a.npy"), alone);
  assert.equal(broken.incomplete, true);
});

test("an archive of arrays is npz", () => {
  const bytes = buildZip({
    "a.npy": sample,
    "b.npy": npyFile(npyHeader("'<i8'", "(1,)"), new Uint8Array(8)),
  });
  const head = { bytes: bytes.subarray(0, 64), path: "a.npz", size: bytes.length };
  const { format, findings, holdsWeights } = readFile(head, memorySource(bytes, "a.npz"));
  assert.equal(format, "npz");
  assert.deepEqual(findings, []);
  assert.equal(holdsWeights, true);
});

test("an archive behind the array is found", () => {
  const bytes = concat([sample, buildZip({ "a.txt": "text" })]);
  const head = { bytes: bytes.subarray(0, 64), path: "a.npy", size: bytes.length };
  const codes = readFile(head, memorySource(bytes, "a.npy")).findings.map(({ code }) => code);
  assert.ok(codes.includes("FORMAT_POLYGLOT") && codes.includes("NPY_TRAILING_BYTES"), codes.join(" "));
});

test("ten thousand mutations: a description or an AibomError, quickly", () => {
  const object = npyFile(
    npyHeader("[('a', '|O'), ('b', '<f4', (2,))]", "(1,)"),
    calls("os", "system", "true"),
  );
  for (const [seed, bytes] of [sample, object].entries()) {
    assert.ok(mutationRun(npy, bytes, 5000, seed).slowestMs < 500);
  }
});
