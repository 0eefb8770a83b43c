// SPDX-License-Identifier: Apache-2.0
// ZIP archives: what is listed, what is compared, what is found inside.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { buildGguf } from "../../fixtures/gguf.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { readZip } from "../../src/bytes/zip.ts";
import { AibomError } from "../../src/errors.ts";
import { type ArchiveKind, describeArchive } from "../../src/formats/archive-kind.ts";
import { FindingList } from "../../src/formats/finding-list.ts";
import type { Description } from "../../src/formats/format.ts";
import { zip } from "../../src/formats/zip.ts";
import type { Finding } from "../../src/model/finding.ts";
import { corpus } from "../corpora.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

const gguf = buildGguf({});
const pickle = Buffer.from("\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.", "latin1");

test("a good archive has no finding, stored, deflated, zstd, with descriptors, zip64, prefixed", () => {
  for (const method of [0, 8, 93]) {
    const entries = [
      { name: "a/", unixMode: 0o40755 },
      { name: "a/config.json", data: "{}", method },
      { name: "model.gguf", data: gguf, method, hasDescriptor: method === 8 },
    ];
    for (const spec of [{}, { isZip64: true }, { comment: Buffer.from("hello") }]) {
      assert.deepEqual(codesOf(zip, buildZip(entries, spec)), []);
    }
    const prefix = Buffer.from("#!/bin/sh\n");
    for (const isPrefixCounted of [true, false]) {
      const report: Finding[] = [];
      const file = memorySource(buildZip(entries, { prefix, isPrefixCounted, isZip64: true }), "a.zip");
      const archive = readZip(file, (each) => report.push(each));
      assert.deepEqual(report, []);
      assert.equal(archive.start, prefix.length);
      assert.deepEqual(
        archive.entries.map(({ name }) => name),
        entries.map(({ name }) => name),
      );
    }
  }
  const read = readNamed("a.zip", buildZip({ "m.gguf": gguf }));
  assert.equal(read.holdsWeights, true);
  assert.equal(read.status, "described");
});

/** Codes with their severity, and the member where there is one. */
function found(bytes: Uint8Array, path = "a.zip"): readonly string[] {
  return readNamed(path, bytes).findings.map(({ code, severity, location }) => {
    return `${severity} ${code}${location.member === undefined ? "" : ` ${location.member}`}`;
  });
}

const text = { name: "a.txt", data: "hello" };
const hidden = { name: "data.pkl", data: pickle, isHidden: true };

const attacks: readonly (readonly [name: string, bytes: Uint8Array, codes: readonly string[]])[] = [
  ["a name that leads out", buildZip({ "../a": "" }), ["ARCHIVE_NAME_UNSAFE"]],
  ["a name with a zero", buildZip({ "a\0.txt": "" }), ["ARCHIVE_NAME_UNSAFE"]],
  ["an absolute name", buildZip({ "/etc/a": "" }), ["ARCHIVE_NAME_UNSAFE"]],
  ["a drive", buildZip({ "C:\\a": "" }), ["ARCHIVE_NAME_UNSAFE"]],
  [
    "a link that leads out",
    buildZip([{ name: "a", data: "../../etc", unixMode: 0o120777 }]),
    ["ARCHIVE_LINK_ESCAPES"],
  ],
  ["one name twice with the same content", buildZip([text, text]), ["ARCHIVE_DUPLICATE_NAME"]],
  [
    "one name twice with other content",
    buildZip([text, { ...text, data: "other" }]),
    ["ARCHIVE_DUPLICATE_NAME"],
  ],
  // CVE-2025-1944: another name at the data than in the directory.
  ["two names", buildZip([{ ...text, local: { name: "b.txt" } }]), ["ZIP_HEADERS_DISAGREE"]],
  ["two methods", buildZip([{ ...text, method: 8, local: { method: 0 } }]), ["ZIP_HEADERS_DISAGREE"]],
  ["two sizes", buildZip([{ ...text, local: { size: 1 } }]), ["ZIP_HEADERS_DISAGREE"]],
  // CVE-2025-10156: a wrong checksum stops scanners and not loaders.
  [
    "a wrong checksum",
    buildZip([{ ...text, central: { crc32: 1 }, local: { crc32: 1 } }]),
    ["ZIP_CHECKSUM_MISMATCH"],
  ],
  [
    "a wrong size",
    buildZip([{ ...text, method: 8, central: { size: 2 }, local: { size: 2 } }]),
    ["ZIP_SIZE_MISMATCH"],
  ],
  // CVE-2025-1945: a mark of encryption stops scanners and not loaders.
  ["a false mark of encryption", buildZip([{ ...text, flags: 1 }]), ["ZIP_ENCRYPTION_FLAG_FALSE"]],
  [
    "a mark of encryption in one header",
    buildZip([{ ...text, central: { flags: 1 } }]),
    ["ZIP_HEADERS_DISAGREE", "ZIP_ENCRYPTION_FLAG_FALSE"],
  ],
  [
    "an encrypted entry",
    buildZip([{ ...text, flags: 1, central: { crc32: 5 }, local: { crc32: 5 } }]),
    ["ARCHIVE_ENCRYPTED"],
  ],
  [
    "an encrypted and packed entry",
    buildZip([{ ...text, method: 8, packed: Buffer.alloc(20, 0xfe), flags: 1 }]),
    ["ARCHIVE_ENCRYPTED"],
  ],
  [
    "an unknown method",
    buildZip([{ ...text, method: 98, packed: Buffer.from("x") }]),
    ["COMPRESSED_METHOD_UNKNOWN"],
  ],
  [
    "broken data",
    buildZip([{ ...text, method: 8, packed: Buffer.alloc(20, 0xfe) }]),
    ["COMPRESSED_DATA_INVALID"],
  ],
  ["a gap", buildZip([text], { gap: Buffer.alloc(100) }), ["ZIP_GAP"]],
  [
    "an entry that is not there",
    buildZip([text, { name: "b", isListedOnly: true, central: { headerOffset: 2 } }]),
    ["ZIP_LOCAL_HEADER_MISSING", "ARCHIVE_OVERLAP", "ZIP_LOCAL_HEADER_MISSING"],
  ],
  [
    "an entry beyond the file",
    buildZip([{ ...text, central: { packedSize: 9999 } }]),
    ["ZIP_ENTRY_OUT_OF_FILE", "ZIP_HEADERS_DISAGREE", "ZIP_SIZE_MISMATCH", "ZIP_CHECKSUM_MISMATCH"],
  ],
  [
    "two entries of the same bytes",
    buildZip([text, { ...text, name: "b", isListedOnly: true, central: { headerOffset: 0 } }]),
    ["ZIP_HEADERS_DISAGREE", "ARCHIVE_OVERLAP"],
  ],
  ["a wrong count", buildZip([text], { end: { count: 2 } }), ["ZIP_HEADERS_DISAGREE"]],
  ["two counts", buildZip([text], { isZip64: true, end: { count: 2 } }), ["ZIP_HEADERS_DISAGREE"]],
  [
    "a directory beyond the file",
    buildZip([text], { end: { size: 0xfffffff0 } }),
    ["ZIP_DIRECTORY_INVALID", "ZIP_NO_DIRECTORY"],
  ],
  ["bytes behind the end", buildZip([text], { tail: Buffer.from("abc") }), ["ARCHIVE_TRAILING_BYTES"]],
];
for (const [name, bytes, codes] of attacks) {
  test(`catches ${name}`, () => {
    assert.deepEqual(codesOf(zip, bytes, "a.zip"), codes);
  });
}

test("two directories in one file are found, whichever way they are hidden", () => {
  const inner = buildZip([{ name: "data.pkl", data: pickle }]);
  // The end record of one archive in the comment of another: the last and the one that fits differ.
  const outer = buildZip([text], { comment: inner });
  assert.ok(found(outer).some((each) => each.startsWith("high ZIP_TWO_DIRECTORIES")));
  assert.ok(found(outer).some((each) => each.endsWith("data.pkl")));
});

test("entries that the directory does not list are found and read", () => {
  const codes = found(buildZip([text, hidden]));
  assert.ok(codes.includes("medium ZIP_HIDDEN_MEMBER data.pkl"));
  assert.equal(codes.length, 2, "and what is in it");
  const behind = buildZip([{ ...hidden, hasDescriptor: true }, text]);
  assert.ok(found(behind).includes("medium ZIP_HIDDEN_MEMBER data.pkl"));
});

test("an archive without its directory is read by its local headers, and unverified", () => {
  const whole = buildZip([text, { name: "data.pkl", data: pickle, method: 8 }]);
  const cut = whole.subarray(0, whole.length - 100);
  const { status, findings } = readNamed("a.zip", cut);
  assert.equal(status, "unverified");
  assert.equal(findings[0]?.code, "ZIP_NO_DIRECTORY");
  assert.ok(findings.some(({ location }) => location.member === "data.pkl"));
});

test("a wrong checksum, a false mark and a wrong size do not hide a pickle", () => {
  for (const entry of [
    { flags: 1 },
    { central: { crc32: 1 } },
    { central: { size: 3 }, method: 8 },
    { local: { name: "other" } },
    {
      method: 8,
      packed: Buffer.concat([
        deflateRawSync(pickle, { finishFlush: constants.Z_SYNC_FLUSH }),
        Buffer.from([7]),
      ]),
    },
  ]) {
    const bytes = buildZip([{ name: "archive/data.pkl", data: pickle, ...entry }]);
    assert.ok(
      found(bytes).some(
        (each) => each.endsWith("FORMAT_RUNS_CODE archive/data.pkl") || each.includes("PICKLE"),
      ),
      JSON.stringify(entry),
    );
  }
});

test("bombs: overlapping entries, nested archives, high ratios", () => {
  const zeros = new Uint8Array(20 * 1024 * 1024);
  assert.ok(found(buildZip([{ name: "a", data: zeros, method: 8 }])).includes("medium CONTAINER_RATIO a"));
  const kernel = { name: "0", data: zeros, method: 8 };
  const many = Array.from({ length: 3000 }, (_, index) => ({
    ...kernel,
    data: "",
    name: String(index + 1),
    isListedOnly: true,
    central: { headerOffset: 0, size: zeros.length, packedSize: 20_000, method: 8 },
  }));
  const start = performance.now();
  const { status, findings } = readNamed("a.zip", buildZip([kernel, ...many]));
  assert.equal(status, "unverified");
  assert.ok(findings.some(({ code }) => code === "ARCHIVE_OVERLAP"));
  assert.ok(findings.some(({ code }) => code === "CONTAINER_UNPACKS_TOO_MUCH"));
  assert.ok(performance.now() - start < 20_000);
  let nested = buildZip([{ name: "0", data: "x" }]);
  for (let level = 0; level < 6; level += 1) {
    nested = buildZip(
      Array.from({ length: 4 }, (_, index) => ({ name: `${index}.zip`, data: nested, method: 8 })),
    );
  }
  assert.ok(readNamed("a.zip", nested).findings.some(({ code }) => code === "CONTAINER_TOO_DEEP"));
});

test("cut at every byte it is unverified", () => {
  const bytes = buildZip([text, { ...text, name: "b", method: 8 }], { isZip64: true });
  for (let length = 4; length < bytes.length; length += 1) {
    assert.equal(readNamed("a.zip", bytes.subarray(0, length)).status, "unverified", String(length));
  }
});

test("10,000 mutations, zip64 and plain", () => {
  for (const isZip64 of [true, false]) {
    const sample = buildZip([text, { ...text, name: "b", method: 8, hasDescriptor: true }], { isZip64 });
    const { slowestMs } = mutationRun(zip, sample, 5000, 4);
    assert.ok(slowestMs < 2000, `${slowestMs} ms`);
  }
});

test("a kind of archive adds what it knows, drops raw numbers, and cannot hide the members", () => {
  const file = memorySource(buildZip({ "a/data": "" }), "a.zip");
  const raw = {
    name: "a/data",
    size: 4,
    format: "pickle",
    status: "unverified",
    holdsWeights: true,
    facts: [],
    findings: [],
  } as const;
  const entries = [
    { name: "a/data", size: 4 },
    { name: "a/config", size: 0 },
  ];
  const [first] = entries;
  assert.ok(first);
  const describe = (kind: Partial<ArchiveKind<{ name: string; size: number }>>): Description =>
    describeArchive(
      {
        file,
        entries,
        described: new Map([[first, raw]]),
        links: new Map(),
        findings: new FindingList("a"),
        isIncomplete: false,
        open: () => file,
      },
      [
        {
          id: "kind",
          holdsWeights: true,
          extensions: [],
          recognises: (names) => names.has("a/config"),
          describe: () => ({ facts: [], findings: [], references: [] }),
          ...kind,
        },
      ],
      alone,
    );
  assert.equal(describe({}).incomplete, true);
  assert.equal(describe({}).format, "kind");
  const kept = describe({ keeps: ({ name }) => name !== "a/data" });
  assert.equal(kept.incomplete, undefined);
  assert.equal(describe({ recognises: () => false }).format, undefined);
  const failed = describe({
    describe: () => {
      throw AibomError.of("JSON_INVALID", { reason: "x" });
    },
  });
  assert.deepEqual([failed.incomplete, failed.findings[0]?.code], [true, "JSON_INVALID"]);
});

test("the corpus's archives are read without a finding of high severity", {
  skip: corpus("formats").missing,
}, () => {
  const root = corpus("formats").path;
  for (const path of ["python/monotonic-1.6-py2.py3-none-any.whl", "numpy/py3-objarr.npz"]) {
    const { format, findings } = readNamed(path, readFileSync(join(root, path)));
    assert.notEqual(format, "file");
    assert.deepEqual(
      findings.filter(({ severity }) => severity === "high" || severity === "critical"),
      [],
    );
  }
});
