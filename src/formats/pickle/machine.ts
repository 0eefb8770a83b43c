// SPDX-License-Identifier: Apache-2.0
// The unpickler's stack machine, run symbolically: CPython's rules for stack, marks and memo (Lib/pickle.py), with
// places in the file and descriptions of calls instead of objects. Each opcode costs a bounded amount of work and
// pushes references only, so that expansion by DUP or memo costs nothing.
// Leaves out everything that building would need: no class is looked up, nothing is called.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ImportTable } from "./import-table.ts";
import type { PickleInput } from "./input.ts";
import { textAt } from "./literal.ts";
import { Call, Dict, Import, List, Tuple, type Value } from "./value.ts";

/** What a run tells to whoever wants to look closer. All optional: the first bytes of a file are run without. */
export interface MachineObserver {
  /** A byte string or a text was pushed. */
  readonly onString?: (place: number, start: number, length: number) => void;
  /** A call was made. */
  readonly onCall?: (call: Call, place: number, machine: Machine) => void;
  /** BUILD was run; raw bytes may follow. */
  readonly onBuild?: (target: Value, machine: Machine) => void;
  /** Something was set on an imported object itself: the program that loads the pickle is changed. */
  readonly onPatch?: (target: Import, place: number) => void;
  /** A frame is longer than what is left of the file. */
  readonly onLongFrame?: (length: number, place: number) => void;
  /** An opcode of a newer protocol than the stream declares. */
  readonly onNewerOpcode?: (protocol: number, declared: number, place: number) => void;
}

/** The state of one stream while it runs (run-stream.ts). */
export class Machine {
  readonly input: PickleInput;
  readonly imports: ImportTable;
  readonly observer: MachineObserver;
  /** Offset of the opcode that is being run. */
  place = 0;
  /** Of PROTO; a stream without one is of protocol 0 or 1. */
  protocol = 1;
  /**
   * The stack, up to its height. What lies above is left over: shortening an array at each pop costs as much as all else
   * that an opcode does.
   */
  readonly #stack: Value[] = [];
  #height = 0;
  /** Stack heights at which a MARK lies. */
  readonly #marks: number[] = [];
  readonly #memo: Value[] = [];
  /** Memo entries whose index leaves a hole. */
  readonly #sparseMemo = new Map<number, Value>();
  #kept = 0;

  constructor(input: PickleInput, imports: ImportTable, observer: MachineObserver = {}) {
    this.input = input;
    this.imports = imports;
    this.observer = observer;
  }

  broken(reason: string): AibomError {
    const where = { path: this.input.path, offset: this.place };
    return AibomError.of("PICKLE_BROKEN", { reason }, { where });
  }

  tooLarge(what: string, limit: number): AibomError {
    const where = { path: this.input.path, offset: this.place };
    return AibomError.of("PICKLE_TOO_LARGE", { what, limit }, { where });
  }

  // Stack and marks

  push(value: Value): void {
    if (this.#height >= limits.maxPickleStack) {
      throw this.tooLarge("values on the stack", limits.maxPickleStack);
    }
    this.#stack[this.#height] = value;
    this.#height += 1;
  }

  /** Pushes what was pushed before: by DUP or from the memo. */
  pushAgain(value: Value): void {
    if (value instanceof Import) {
      value.copies += 1;
    }
    this.push(value);
  }

  /** Pushes the literal of the opcode that is being run. */
  pushLiteral(): void {
    this.push(this.place);
  }

  pop(): Value {
    const value = this.top();
    this.#height -= 1;
    return value;
  }

  top(): Value {
    const value = this.#stack[this.#height - 1];
    if (value === undefined || this.#height <= (this.#marks.at(-1) ?? 0)) {
      throw this.broken("the stack is empty");
    }
    return value;
  }

  /** POP: takes a value, or the mark if that is what lies on top. */
  discard(): void {
    if (this.#marks.at(-1) === this.#height) {
      this.#marks.pop();
    } else {
      this.pop();
    }
  }

  mark(): void {
    if (this.#marks.length >= limits.maxPickleStack) {
      throw this.tooLarge("marks", limits.maxPickleStack);
    }
    this.#marks.push(this.#height);
  }

  /** Everything above the topmost mark, which goes with it. */
  popMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) {
      throw this.broken("no mark on the stack");
    }
    const values = this.#stack.slice(mark, this.#height);
    this.#height = mark;
    return values;
  }

  // Memo

  memoize(index = this.#memo.length + this.#sparseMemo.size): void {
    const value = this.top();
    if (index < this.#memo.length || (index === this.#memo.length && !this.#sparseMemo.has(index))) {
      this.#memo[index] = value;
    } else {
      this.#sparseMemo.set(index, value);
    }
    if (this.#memo.length + this.#sparseMemo.size > limits.maxPickleMemo) {
      throw this.tooLarge("memo entries", limits.maxPickleMemo);
    }
  }

  recall(index: number): void {
    const value = this.#memo[index] ?? this.#sparseMemo.get(index);
    if (value === undefined) {
      throw this.broken(`memo entry ${index} does not exist`);
    }
    this.pushAgain(value);
  }

  // Objects

  /** Adds to a list, dict or object on the stack. What is over the limit is not kept: nothing is lost but names. */
  append(target: Value, values: Value[]): void {
    if (target instanceof List) {
      target.items = this.#keep(target.items, values);
    } else if (target instanceof Import) {
      this.observer.onPatch?.(target, this.place);
    }
  }

  setItems(target: Value, keysAndValues: Value[]): void {
    if (keysAndValues.length % 2 !== 0) {
      throw this.broken("a key has no value");
    }
    if (target instanceof Dict) {
      target.entries = this.#keep(target.entries, keysAndValues);
    } else if (target instanceof Call) {
      target.entries = this.#keep(target.entries ?? [], keysAndValues);
    } else if (target instanceof Import) {
      this.observer.onPatch?.(target, this.place);
    }
  }

  /** Both lists as one. What is put into an empty one, as most is, becomes the list: copying was a fifth of all work. */
  #keep(into: Value[], values: Value[]): Value[] {
    this.#kept += values.length;
    if (this.#kept > limits.maxPickleKeptValues) {
      return into;
    }
    if (into.length === 0) {
      return values;
    }
    for (const value of values) {
      into.push(value);
    }
    return into;
  }

  call(callee: Value, args: Value): void {
    const call = new Call(callee, args);
    this.push(call);
    this.observer.onCall?.(call, this.place, this);
  }

  /** Replaces the call on top by what it is known to return. */
  replaceTop(value: Value): void {
    this.#stack[this.#height - 1] = value;
  }

  build(target: Value, state: Value): void {
    if (target instanceof Call) {
      target.state = state;
    } else if (target instanceof Import) {
      this.observer.onPatch?.(target, this.place);
    }
    this.observer.onBuild?.(target, this);
  }

  /** STACK_GLOBAL: both names come from the stack; what is no text is an import of something unknown. */
  importFromStack(): void {
    const name = this.pop();
    const module = this.pop();
    this.push(this.imports.fromPlaces(this.input, module, name, this.place));
  }

  /** Imports by names that stand in the stream, each on a line. */
  importFromLines(): Import {
    const { input } = this;
    const moduleEnd = input.line();
    const nameStart = input.offset;
    const nameEnd = input.line();
    return this.imports.fromSpans(input, [this.place + 1, moduleEnd], [nameStart, nameEnd], this.place);
  }

  textOf(value: Value | undefined): string | undefined {
    return typeof value === "number" ? textAt(this.input, value) : undefined;
  }

  tuple(count: number): void {
    const items: Value[] = new Array(count);
    for (let index = count - 1; index >= 0; index -= 1) {
      items[index] = this.pop();
    }
    this.push(new Tuple(items));
  }
}
