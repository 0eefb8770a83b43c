// SPDX-License-Identifier: Apache-2.0
// Reads all the pickles of one file: one stream after the other up to the bytes that are no pickle, and notes on the
// way what the imports are used for. What was seen before a stream broke has run by then, so it is kept.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { skipArray } from "./array-bytes.ts";
import { type Embedded, embeddedIn } from "./embedded.ts";
import { ImportTable, unknownName } from "./import-table.ts";
import { PickleInput } from "./input.ts";
import { spanAt, textAt } from "./literal.ts";
import { Machine, type MachineObserver } from "./machine.ts";
import { runStream } from "./run-stream.ts";
import { type Call, calleeOf, Dict, Import, itemsOf, type Value } from "./value.ts";

/** One pickle of a file. */
export interface Stream {
  readonly start: number;
  readonly end: number;
  readonly result: Value;
  /** True if nothing was imported while it ran. */
  readonly isPlain: boolean;
}

/** What a file of pickles holds. */
export interface PickleScan {
  readonly input: PickleInput;
  readonly imports: ImportTable;
  readonly streams: readonly Stream[];
  /** Why reading stopped before the end of a stream. */
  readonly error?: AibomError;
  /** Where the bytes start that belong to no pickle; the file's size if there are none. */
  readonly end: number;
  readonly notes: PickleNotes;
}

/** Starts looking at `source` from its first byte. */
export function scanPickles(source: ByteSource): PickleScan {
  const input = new PickleInput(source);
  const imports = new ImportTable();
  const notes = new PickleNotes(input, imports);
  const streams: Stream[] = [];
  let left = limits.maxPickleOpcodes;
  let error: AibomError | undefined;
  let end = 0;
  // A file without a byte is a broken pickle, not one without imports.
  while ((end < source.size || streams.length === 0) && startsStream(input, end, streams.length)) {
    input.offset = end;
    const before = imports.size;
    try {
      const { result, opcodes } = runStream(new Machine(input, imports, notes), left);
      left -= opcodes;
      streams.push({ start: end, end: input.offset, result, isPlain: imports.size === before });
      end = input.offset;
    } catch (cause) {
      if (!(cause instanceof AibomError)) {
        throw cause;
      }
      // Bytes behind a pickle that only look like one at their start are no part of it.
      if (streams.length === 0 || imports.size > before || cause.code === "PICKLE_TOO_LARGE") {
        error = cause;
      }
      break;
    }
  }
  return { input, imports, streams, end, notes, ...(error !== undefined && { error }) };
}

/** The first stream may start with anything; later ones must say that they are pickles, or be text that imports. */
function startsStream(input: PickleInput, at: number, index: number): boolean {
  if (index === 0 || (input.byteAt(at) === 0x80 && input.byteAt(at + 1) <= 5)) {
    return true;
  }
  const head = input.bytesAt(at, Math.min(64, input.end - at));
  return /^[(\]}]{0,4}[ci]?[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n/.test(String.fromCharCode(...head));
}

/** Notes what happens to imports and strings while the machine runs. */
export class PickleNotes implements MachineObserver {
  /** Imported objects that the pickle changes, with the place where it does. */
  readonly patched = new Map<Import, number>();
  readonly embedded: Embedded[] = [];
  /** True if strings were not looked into because there are too many that look like pickles. */
  hasMoreEmbedded = false;
  /** The first opcode that is newer than the declared protocol. */
  newerOpcode: { readonly protocol: number; readonly declared: number; readonly place: number } | undefined;
  /** Calls made. */
  calls = 0;
  /** The first frame that is longer than the file. */
  longFrame: { readonly length: number; readonly place: number } | undefined;
  /** scikit-learn writes its version into the state of each estimator. */
  sklearnVersion: string | undefined;
  /** Functions that fetch an object by its name and were called with names that are known. */
  readonly #resolved = new Set<Import>();
  readonly #unresolved = new Set<Import>();
  readonly #input: PickleInput;
  readonly #imports: ImportTable;
  #isInsideArray = false;

  constructor(input: PickleInput, imports: ImportTable) {
    this.#input = input;
    this.#imports = imports;
  }

  /** Every call of this function named what it fetches, and that is among the imports. */
  isResolved(each: Import): boolean {
    return this.#resolved.has(each) && !this.#unresolved.has(each);
  }

  readonly onString = (place: number, start: number, length: number): void => {
    const found = embeddedIn(this.#input, place, start, length);
    if (found === undefined) {
      return;
    }
    if (this.embedded.length < limits.maxEmbeddedPickles) {
      this.embedded.push(found);
    } else {
      this.hasMoreEmbedded = true;
    }
  };

  readonly onCall = (call: Call, place: number, machine: Machine): void => {
    this.calls += 1;
    const { callee } = call;
    if (!(callee instanceof Import)) {
      return;
    }
    const fetch = fetchers.get(callee.name);
    if (fetch?.modules.has(callee.module) !== true) {
      return;
    }
    const names = fetch.names(itemsOf(call.args), machine);
    if (names === undefined) {
      this.#unresolved.add(callee);
      return;
    }
    this.#resolved.add(callee);
    if (names.name !== "") {
      machine.replaceTop(this.#imports.named(names.module, names.name, place));
    }
  };

  readonly onBuild = (target: Value, machine: Machine): void => {
    const callee = calleeOf(target);
    if (callee === undefined) {
      return;
    }
    if (callee.name === "NumpyArrayWrapper" && callee.module.endsWith("joblib.numpy_pickle")) {
      this.#readArray(target as Call, machine);
    } else if (this.sklearnVersion === undefined && callee.module.startsWith("sklearn.")) {
      this.sklearnVersion = lastTextUnder(target as Call, "_sklearn_version", this.#input);
    }
  };

  readonly onPatch = (target: Import, place: number): void => {
    if (!this.patched.has(target)) {
      this.patched.set(target, place);
    }
  };

  readonly onLongFrame = (length: number, place: number): void => {
    this.longFrame ??= { length, place };
  };

  readonly onNewerOpcode = (protocol: number, declared: number, place: number): void => {
    this.newerOpcode ??= { protocol, declared, place };
  };

  /** joblib writes an array's bytes, or the pickle of its objects, between the opcodes. */
  #readArray(wrapper: Call, machine: Machine): void {
    if (this.#isInsideArray) {
      return;
    }
    if (skipArray(wrapper, machine) === "objects") {
      this.#isInsideArray = true;
      runStream(new Machine(machine.input, this.#imports, this), limits.maxPickleOpcodes);
      this.#isInsideArray = false;
    }
  }
}

/** A function that fetches an object by a name. */
interface Fetcher {
  readonly modules: ReadonlySet<string>;
  /**
   * What the arguments fetch; an empty name if the call is known to fetch nothing that is not looked into; undefined
   * if it is not known.
   */
  readonly names: (
    args: readonly Value[],
    machine: Machine,
  ) => { readonly module: string; readonly name: string } | undefined;
}

const fetchers: ReadonlyMap<string, Fetcher> = new Map<string, Fetcher>([
  [
    "getattr",
    {
      modules: new Set(["builtins", "__builtin__"]),
      names: ([object, name], machine) => {
        const owner = object instanceof Import ? object : calleeOf(object);
        const attribute = machine.textOf(name);
        return owner === undefined || attribute === undefined || owner.name === unknownName
          ? undefined
          : { module: owner.module, name: `${owner.name}.${attribute}` };
      },
    },
  ],
  [
    "_ufunc_reconstruct",
    {
      modules: new Set(["numpy.core", "numpy._core", "numpy"]),
      names: ([module, name], machine) => {
        const [moduleText, nameText] = [machine.textOf(module), machine.textOf(name)];
        return moduleText === undefined || nameText === undefined
          ? undefined
          : { module: moduleText, name: nameText };
      },
    },
  ],
  [
    // Unpickles the bytes that it gets; they are looked into like any bytes.
    "_load_from_bytes",
    {
      modules: new Set(["torch.storage"]),
      names: ([bytes], machine) => {
        const isLiteral = typeof bytes === "number" && spanAt(machine.input, bytes) !== undefined;
        return isLiteral ? { module: "", name: "" } : undefined;
      },
    },
  ],
]);

/** The text that a state's last key has, if it is this key. */
function lastTextUnder(call: Call, key: string, input: PickleInput): string | undefined {
  const { state } = call;
  const [name, value] = state instanceof Dict ? state.entries.slice(-2) : [];
  const isKey = typeof name === "number" && textAt(input, name) === key;
  return isKey && typeof value === "number" ? textAt(input, value) : undefined;
}
