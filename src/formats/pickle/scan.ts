// SPDX-License-Identifier: Apache-2.0
// Reads all the pickles of one file: one stream after the other up to the bytes that are no pickle, and notes on the
// way what the imports are used for. What was seen before a stream broke has run by then, so it is kept.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { skipArray } from "./array-bytes.ts";
import { holdsCode, mayRunState } from "./code-in-state.ts";
import { type Embedded, embeddedIn } from "./embedded.ts";
import { ImportTable, unknownName } from "./import-table.ts";
import { PickleInput } from "./input.ts";
import { legacyMagic } from "./legacy-magic.ts";
import { type Span, spanAt, textAt } from "./literal.ts";
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
  const scan = scanAs("joblib", source);
  if (scan.notes.wrappers.size > 0) {
    // joblib steps over the bytes of arrays, `pickle.load` takes them for opcodes: a file can be made for that. Numbers
    // break at once, because joblib puts an alignment in front of them that no pickle can begin with.
    addImportsOf(scanAs("pickle", source), scan.imports);
  }
  return scan;
}

/** Adds what another loader imports from the same bytes, and what it does with an import that this one does not. */
function addImportsOf({ imports, notes }: PickleScan, into: ImportTable): void {
  const known = new Set(into.all.map(({ module, name }) => `${module} ${name}`));
  for (const each of imports.all) {
    const { module, name, offset } = each;
    const isNew = !known.has(`${module} ${name}`) && (areNames(each) || module === unknownName);
    if (isNew || notes.isHandedOn(each)) {
      into.named(module, name, offset);
    }
  }
}

/** True if both names can be those of a module and of something in it. */
export function areNames({ module, name }: Import): boolean {
  return /^[A-Za-z_][\w.]{0,200}$/.test(module) && /^[A-Za-z_][\w.]{0,200}$/.test(name);
}

function scanAs(loader: "joblib" | "pickle", source: ByteSource): PickleScan {
  const input = new PickleInput(source);
  const imports = new ImportTable();
  const notes = new PickleNotes(input, imports, loader === "joblib");
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
  /** Functions that fetch an object by its name, and how often they were called with names that are known. */
  readonly #resolved = new Map<Import, number>();
  /** The first BUILD whose state holds a text that runs as code. */
  codeInState: number | undefined;
  /** Descriptions of arrays, behind each of which joblib reads the array's bytes. */
  readonly wrappers = new Set<Call>();
  readonly #input: PickleInput;
  readonly #imports: ImportTable;
  readonly #readsArrays: boolean;
  #isInsideArray = false;
  #importsSeen = 0;
  #runsState = false;

  constructor(input: PickleInput, imports: ImportTable, readsArrays: boolean) {
    this.#input = input;
    this.#imports = imports;
    this.#readsArrays = readsArrays;
  }

  /**
   * Whatever was done with this function was to call it, and each call named what it fetches, which is among the
   * imports. Handed to another function (`functools.partial`), it may be called with anything.
   */
  isResolved(each: Import): boolean {
    return this.#resolved.get(each) === each.count + each.copies;
  }

  /** It fetches objects by name, was called with known names, and something else was done with it as well. */
  isHandedOn(each: Import): boolean {
    return this.#resolved.has(each) && !this.isResolved(each);
  }

  /** Every description of an array was built where its bytes could be stepped over; else the loader reads on elsewhere. */
  knowsAllArrays(): boolean {
    const used = this.#imports.all
      .filter(isArrayWrapper)
      .reduce((sum, { count, copies }) => sum + count + copies, 0);
    return used === this.wrappers.size;
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
      return;
    }
    this.#resolved.set(callee, (this.#resolved.get(callee) ?? 0) + 1);
    if (names.name !== "") {
      machine.replaceTop(this.#imports.named(names.module, names.name, place));
    }
  };

  readonly onBuild = (target: Value, machine: Machine): void => {
    if (this.#mayRunState() && holdsCode(target, machine)) {
      this.codeInState ??= machine.place;
    }
    const callee = classOf(target);
    if (callee === undefined) {
      return;
    }
    if (isArrayWrapper(callee)) {
      this.wrappers.add(target as Call);
      if (this.#readsArrays) {
        this.#readArray(target as Call, machine);
      }
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

  /** Asked for every object, so that only new imports are looked at. */
  #mayRunState(): boolean {
    const { size } = this.#imports;
    if (!this.#runsState && size > this.#importsSeen) {
      this.#runsState = this.#imports.all.slice(this.#importsSeen).some(mayRunState);
      this.#importsSeen = size;
    }
    return this.#runsState;
  }

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

function isArrayWrapper({ module, name }: Import): boolean {
  return name === "NumpyArrayWrapper" && module.endsWith("joblib.numpy_pickle");
}

/** The class of an object that a call makes. Protocols 0 and 1 have no opcode for it and call a function. */
function classOf(value: Value): Import | undefined {
  const callee = calleeOf(value);
  const [made] = callee?.name === "_reconstructor" ? itemsOf((value as Call).args) : [];
  return made instanceof Import ? made : callee;
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
    // Unpickles the bytes that it gets; they are looked into like any bytes that begin as `torch.save` begins them.
    "_load_from_bytes",
    {
      modules: new Set(["torch.storage"]),
      names: ([bytes], machine) => {
        const span = typeof bytes === "number" ? spanAt(machine.input, bytes) : undefined;
        return span !== undefined && isSavedByTorch(machine.input, span)
          ? { module: "", name: "" }
          : undefined;
      },
    },
  ],
]);

/** A ZIP, or the magic number of the format before it. */
function isSavedByTorch(input: PickleInput, { start, length }: Span): boolean {
  const head = Buffer.from(input.bytesAt(start, Math.min(length, legacyMagic.length)));
  return head.equals(legacyMagic) || head.toString("latin1", 0, 4) === "PK\x03\x04";
}

/** The text that a state's last key has, if it is this key. */
function lastTextUnder(call: Call, key: string, input: PickleInput): string | undefined {
  const { state } = call;
  const [name, value] = state instanceof Dict ? state.entries.slice(-2) : [];
  const isKey = typeof name === "number" && textAt(input, name) === key;
  return isKey && typeof value === "number" ? textAt(input, value) : undefined;
}
