// SPDX-License-Identifier: Apache-2.0
// NPY: magic, version, length, header, the elements of one array. Spec: NumPy 2.4, numpy/lib/_format_impl.py.
// An array of objects has a pickle in place of its elements; it is read like any other pickle.
// Leaves out the elements.

import type { ByteSource } from "../bytes/byte-source.ts";
import { Cursor } from "../bytes/cursor.ts";
import { windowSource } from "../bytes/window-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Members } from "./format.ts";
import { type ElementType, elementCount, elementType } from "./numpy/element-type.ts";
import { callsSomething, parseNumpyLiteral } from "./numpy/literal.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

/** What an archive of arrays needs of one. */
export interface NpyDetail {
  readonly kind: "npy";
  readonly type: ElementType;
  readonly elements: number;
}

export const npy: Format = {
  id: "npy",
  holdsWeights: true,
  extensions: [".npy"],
  match: ({ bytes }: Head) => (magic.every((byte, at) => bytes[at] === byte) ? "certain" : "no"),
  describe,
};

interface HeaderText {
  readonly header: string;
  /** Offset of the header. */
  readonly start: number;
  readonly dataStart: number;
  readonly version: string;
}

interface Header {
  readonly type: ElementType;
  readonly shape: readonly unknown[];
  readonly elements: number;
}

function describe(file: ByteSource, members: Members): Description {
  const { path, size } = file;
  const text = readHeaderText(file);
  if (callsSomething(text.header)) {
    const code = finding("NPY_HEADER_CODE", { path, offset: text.start }, {});
    return { facts: [], findings: [code], references: [], incomplete: true };
  }
  const { version, dataStart } = text;
  const { type, shape, elements } = readHeader(text, path);
  const findings = new FindingList(path);
  const claims = new ClaimList(findings);
  claims.computed("tensors.count", 1, { path });
  claims.computed("dtypes", { [type.name]: String(elements) }, { path });
  if (members.depth === 0) {
    // An archive of a thousand arrays says nothing by a thousand of these.
    claims.claim("format.version", version, { path });
    claims.claim("metadata", { key: "shape", value: `[${shape.join(", ")}]` }, { path, pointer: "shape" });
  }
  const detail: NpyDetail = { kind: "npy", type, elements };
  if (type.holdsObjects) {
    return { ...describeObjects(file, dataStart, members, findings, claims), references: [], detail };
  }
  const expected = elements * type.bytes;
  const actual = size - dataStart;
  const where = { path, offset: dataStart };
  if (expected > actual) {
    throw AibomError.of("NPY_SIZE_MISMATCH", { expected, actual }, { where });
  }
  if (expected < actual) {
    const length = actual - expected;
    findings.add(finding("NPY_TRAILING_BYTES", { path, offset: dataStart + expected }, { length }));
  }
  return { facts: claims.facts, findings: findings.all(), references: [], detail };
}

/** Behind an array of objects stands a pickle, whatever it starts with. */
function describeObjects(
  file: ByteSource,
  dataStart: number,
  members: Members,
  findings: FindingList,
  claims: ClaimList,
): Pick<Description, "facts" | "findings" | "incomplete"> {
  findings.add(finding("NPY_HOLDS_PICKLE", { path: file.path, offset: dataStart }, {}));
  const member = members.describe("objects.pkl", windowSource(file, dataStart, file.size - dataStart));
  return {
    facts: [...claims.facts, ...member.facts.filter(({ name }) => name === "import")],
    findings: [...findings.all(), ...member.findings],
    ...(member.status === "unverified" && { incomplete: true as const }),
  };
}

function readHeaderText(file: ByteSource): HeaderText {
  const cursor = new Cursor(file);
  cursor.skip(magic.length);
  const [major, minor] = [cursor.u8(), cursor.u8()];
  const where = { path: file.path, offset: magic.length };
  if (major < 1 || major > 3) {
    throw AibomError.of("NPY_HEADER_INVALID", { what: `version ${major}` }, { where });
  }
  const length = major === 1 ? cursor.u16() : cursor.u32();
  if (length > limits.maxNpyHeaderBytes) {
    const what = `length ${length}, limit is ${limits.maxNpyHeaderBytes}`;
    throw AibomError.of("NPY_HEADER_INVALID", { what }, { where });
  }
  const start = cursor.offset;
  // Latin-1 up to version 2, UTF-8 in version 3; only names of fields can differ.
  const header = Buffer.from(cursor.bytes(length)).toString("latin1");
  return { header, start, dataStart: cursor.offset, version: `${major}.${minor}` };
}

function readHeader({ header: text, start }: HeaderText, path: string): Header {
  const header = parseNumpyLiteral(text);
  const invalid = (what: string): AibomError =>
    AibomError.of("NPY_HEADER_INVALID", { what }, { where: { path, offset: start } });
  if (!(header instanceof Map) || header.size !== 3) {
    throw invalid("dict of three entries");
  }
  const entries = header as ReadonlyMap<string, ReturnType<typeof parseNumpyLiteral>>;
  const type = elementType(entries.get("descr"));
  const shape = entries.get("shape");
  const elements = Array.isArray(shape) ? elementCount(shape) : undefined;
  if (type === undefined || typeof entries.get("fortran_order") !== "boolean") {
    throw invalid(type === undefined ? "descr" : "fortran_order");
  }
  if (elements === undefined || !Array.isArray(shape) || shape.length > limits.maxNpyRank) {
    throw invalid("shape");
  }
  return { type, shape, elements };
}
