// SPDX-License-Identifier: Apache-2.0
// The 68 opcodes of pickle protocols 0 to 5, with what each does to the symbolic machine.
// Source: CPython Lib/pickletools.py (descriptions) and Modules/_pickle.c (behaviour on odd input).

import type { Machine } from "./machine.ts";
import { Dict, List, Persistent, Tuple } from "./value.ts";

export interface Opcode {
  readonly name: string;
  /** The protocol that introduced it; 0 and 1 count as one, since neither is declared. */
  readonly protocol: number;
  readonly run: (machine: Machine) => void;
}

export const STOP = 0x2e;

type Run = Opcode["run"];

/** A literal of a fixed number of bytes. */
const literal =
  (bytes: number): Run =>
  (m) => {
    m.input.skip(bytes);
    m.pushLiteral();
  };

/** A text or byte string with its length in front. */
const string =
  (length: (m: Machine) => number): Run =>
  (m) => {
    const count = length(m);
    if (count < 0) {
      throw m.broken("a length is negative");
    }
    const start = m.input.offset;
    m.input.skip(count);
    m.pushLiteral();
    m.observer.onString?.(m.place, start, count);
  };

/** What a number starts with: a digit, a sign, a dot, `inf` and `nan`; CPython passes over white space in front. */
const numberStart: ReadonlySet<number> = new Set(
  Array.from("0123456789+-.inIN \t\v\f\r", (letter) => letter.charCodeAt(0)),
);

/** A number on a line of its own. */
const numberLine: Run = (m) => {
  const first = m.input.byteAt(m.input.offset);
  m.input.line();
  if (!numberStart.has(first)) {
    throw m.broken("a number is not a number");
  }
  m.pushLiteral();
};

const stringLine: Run = (m) => {
  const { input } = m;
  const start = input.offset;
  const lineEnd = input.line();
  const quote = input.byteAt(start);
  let last = lineEnd - 1;
  while (last > start && input.byteAt(last) <= 0x20) {
    last -= 1;
  }
  if ((quote !== 0x27 && quote !== 0x22) || last <= start || input.byteAt(last) !== quote) {
    throw m.broken("a string has no quotes");
  }
  m.pushLiteral();
  m.observer.onString?.(m.place, start + 1, last - start - 1);
};

const unicodeLine: Run = (m) => {
  const start = m.input.offset;
  const end = m.input.line();
  m.pushLiteral();
  m.observer.onString?.(m.place, start, end - start);
};

/** CPython reads no number of more digits. */
const maxIndexBytes = 4300;

/**
 * An index of the memo in all the spellings that CPython's `int` takes: with a sign, zeros in front, underscores between
 * digits, white space around; its unpickler in C stops at a zero byte.
 */
function indexLine(m: Machine): number {
  const start = m.input.offset;
  const length = Math.min(m.input.line() - start, maxIndexBytes);
  const [line = ""] = Buffer.from(m.input.bytesAt(start, length)).toString("latin1").split("\0", 1);
  const [, digits] = /^(?:\+|-(?=[0_]+$))?(\d[\d_]*)$/.exec(line.trim()) ?? [];
  const index = Number(digits?.replaceAll("_", ""));
  if (!Number.isSafeInteger(index)) {
    throw m.broken("a memo index is not a number");
  }
  return index;
}

/** A code of the copyreg extension registry: what it stands for depends on the process that loads. */
const extension =
  (code: (m: Machine) => number): Run =>
  (m) => {
    m.push(m.imports.named("<extension>", String(code(m)), m.place));
  };

const pushEmptyDict: Run = (m) => m.push(new Dict([]));

const table: readonly (readonly [code: number, name: string, protocol: number, run: Run])[] = [
  [0x28, "MARK", 0, (m) => m.mark()],
  [STOP, "STOP", 0, () => {}],
  [0x30, "POP", 0, (m) => m.discard()],
  [0x31, "POP_MARK", 0, (m) => m.popMark()],
  [0x32, "DUP", 0, (m) => m.pushAgain(m.top())],

  [0x46, "FLOAT", 0, numberLine],
  [0x49, "INT", 0, numberLine],
  [0x4c, "LONG", 0, numberLine],
  [0x4a, "BININT", 0, literal(4)],
  [0x4b, "BININT1", 0, literal(1)],
  [0x4d, "BININT2", 0, literal(2)],
  [0x47, "BINFLOAT", 0, literal(8)],
  [0x4e, "NONE", 0, literal(0)],
  [0x88, "NEWTRUE", 2, literal(0)],
  [0x89, "NEWFALSE", 2, literal(0)],
  [0x8a, "LONG1", 2, (m) => longNumber(m, m.input.u8())],
  [0x8b, "LONG4", 2, (m) => longNumber(m, m.input.i32())],

  [0x53, "STRING", 0, stringLine],
  [0x56, "UNICODE", 0, unicodeLine],
  [0x54, "BINSTRING", 0, string((m) => m.input.i32())],
  [0x55, "SHORT_BINSTRING", 0, string((m) => m.input.u8())],
  [0x58, "BINUNICODE", 0, string((m) => m.input.u32())],
  [0x8c, "SHORT_BINUNICODE", 4, string((m) => m.input.u8())],
  [0x8d, "BINUNICODE8", 4, string((m) => m.input.u64())],
  [0x42, "BINBYTES", 3, string((m) => m.input.u32())],
  [0x43, "SHORT_BINBYTES", 3, string((m) => m.input.u8())],
  [0x8e, "BINBYTES8", 4, string((m) => m.input.u64())],
  [0x96, "BYTEARRAY8", 5, string((m) => m.input.u64())],
  [0x97, "NEXT_BUFFER", 5, literal(0)],
  [0x98, "READONLY_BUFFER", 5, (m) => m.top()],

  [0x29, "EMPTY_TUPLE", 0, (m) => m.push(new Tuple([]))],
  [0x74, "TUPLE", 0, (m) => m.push(new Tuple(m.popMark()))],
  [0x85, "TUPLE1", 2, (m) => m.tuple(1)],
  [0x86, "TUPLE2", 2, (m) => m.tuple(2)],
  [0x87, "TUPLE3", 2, (m) => m.tuple(3)],
  [0x5d, "EMPTY_LIST", 0, (m) => m.push(new List([]))],
  [0x6c, "LIST", 0, (m) => m.push(new List(m.popMark()))],
  [0x61, "APPEND", 0, (m) => addOne(m)],
  [0x65, "APPENDS", 0, (m) => addMany(m)],
  [0x7d, "EMPTY_DICT", 0, pushEmptyDict],
  [0x64, "DICT", 0, (m) => makeDict(m)],
  [0x73, "SETITEM", 0, (m) => setOne(m)],
  [0x75, "SETITEMS", 0, (m) => setMany(m)],
  [0x8f, "EMPTY_SET", 4, literal(0)],
  [0x90, "ADDITEMS", 4, (m) => addMany(m)],
  [0x91, "FROZENSET", 4, (m) => makeFrozenSet(m)],

  [0x70, "PUT", 0, (m) => m.memoize(indexLine(m))],
  [0x71, "BINPUT", 0, (m) => m.memoize(m.input.u8())],
  [0x72, "LONG_BINPUT", 0, (m) => m.memoize(m.input.u32())],
  [0x94, "MEMOIZE", 4, (m) => m.memoize()],
  [0x67, "GET", 0, (m) => m.recall(indexLine(m))],
  [0x68, "BINGET", 0, (m) => m.recall(m.input.u8())],
  [0x6a, "LONG_BINGET", 0, (m) => m.recall(m.input.u32())],

  [0x63, "GLOBAL", 0, (m) => m.push(m.importFromLines())],
  [0x93, "STACK_GLOBAL", 4, (m) => m.importFromStack()],
  [0x82, "EXT1", 2, extension((m) => m.input.u8())],
  [0x83, "EXT2", 2, extension((m) => m.input.u16())],
  [0x84, "EXT4", 2, extension((m) => m.input.i32())],
  [0x52, "REDUCE", 0, (m) => reduce(m)],
  [0x81, "NEWOBJ", 2, (m) => reduce(m)],
  [0x92, "NEWOBJ_EX", 4, (m) => newWithKeywords(m)],
  [0x69, "INST", 0, (m) => instantiate(m)],
  [0x6f, "OBJ", 0, (m) => instantiateFromStack(m)],
  [0x62, "BUILD", 0, (m) => build(m)],
  [0x50, "PERSID", 0, (m) => persistentFromLine(m)],
  [0x51, "BINPERSID", 0, (m) => m.push(new Persistent(m.pop()))],

  [0x80, "PROTO", 0, (m) => readProtocol(m)],
  [0x95, "FRAME", 4, (m) => readFrame(m)],
];

/** By code; undefined where no opcode is. */
export const opcodes: readonly (Opcode | undefined)[] = table.reduce<(Opcode | undefined)[]>(
  (byCode, [code, name, protocol, run]) => {
    byCode[code] = { name, protocol, run };
    return byCode;
  },
  new Array<Opcode | undefined>(256).fill(undefined),
);

function longNumber(m: Machine, length: number): void {
  if (length < 0) {
    throw m.broken("a length is negative");
  }
  m.input.skip(length);
  m.pushLiteral();
}

function addOne(m: Machine): void {
  const value = m.pop();
  m.append(m.top(), [value]);
}

function addMany(m: Machine): void {
  const values = m.popMark();
  m.append(m.top(), values);
}

function makeDict(m: Machine): void {
  const entries = m.popMark();
  if (entries.length % 2 !== 0) {
    throw m.broken("a key has no value");
  }
  m.push(new Dict(entries));
}

function setOne(m: Machine): void {
  const value = m.pop();
  const key = m.pop();
  m.setItems(m.top(), [key, value]);
}

function setMany(m: Machine): void {
  const entries = m.popMark();
  m.setItems(m.top(), entries);
}

function makeFrozenSet(m: Machine): void {
  m.popMark();
  m.pushLiteral();
}

function reduce(m: Machine): void {
  const args = m.pop();
  m.call(m.pop(), args);
}

function newWithKeywords(m: Machine): void {
  const keywords = m.pop();
  const args = m.pop();
  m.call(m.pop(), new Tuple([args, keywords]));
}

function instantiate(m: Machine): void {
  const callee = m.importFromLines();
  m.call(callee, new Tuple(m.popMark()));
}

function instantiateFromStack(m: Machine): void {
  const [callee, ...args] = m.popMark();
  if (callee === undefined) {
    throw m.broken("nothing lies on the mark");
  }
  m.call(callee, new Tuple(args));
}

function build(m: Machine): void {
  const state = m.pop();
  m.build(m.top(), state);
}

function persistentFromLine(m: Machine): void {
  m.input.line();
  m.push(new Persistent(m.place));
}

function readProtocol(m: Machine): void {
  const protocol = m.input.u8();
  if (protocol > 5) {
    throw m.broken(`protocol ${protocol} does not exist`);
  }
  m.protocol = Math.max(m.protocol, protocol);
}

/**
 * A frame announces how many bytes follow. Where they are missing CPython's unpickler in C stops, the one in Python
 * (joblib uses it) goes on; so do we.
 */
function readFrame(m: Machine): void {
  const length = m.input.u64();
  if (length > m.input.end - m.input.offset) {
    m.observer.onLongFrame?.(length, m.place);
  }
}
