// SPDX-License-Identifier: Apache-2.0
// What lies on the symbolic stack. Nothing is built: a literal is its place in the file and is read when somebody asks
// for it; an object is what is known about how the unpickler would make it.

/** A literal (text, bytes, number, None, a set …), as the offset of the opcode that pushes it. */
type Place = number;

export type Value = Place | Import | Call | Tuple | List | Dict | Persistent;

/** Something that loading imports: a module and a (dotted) name in it. */
export class Import {
  readonly module: string;
  readonly name: string;
  /** Offset of the first opcode that imports it. */
  readonly offset: number;
  /** How often the pickle imports it. */
  count = 0;
  /** How often it is fetched from the memo or doubled on the stack. */
  copies = 0;

  constructor(module: string, name: string, offset: number) {
    this.module = module;
    this.name = name;
    this.offset = offset;
  }

  /** True if it is `module.name` for one of the modules. */
  is(name: string, ...modules: readonly string[]): boolean {
    return this.name === name && modules.includes(this.module);
  }
}

/** The result of a call: REDUCE, NEWOBJ, NEWOBJ_EX, OBJ, INST. */
export class Call {
  readonly callee: Value;
  readonly args: Value;
  /** What BUILD hands to it. */
  state: Value | undefined = undefined;
  /** Keys and values set on it, one after the other. */
  entries: Value[] | undefined = undefined;

  constructor(callee: Value, args: Value) {
    this.callee = callee;
    this.args = args;
  }
}

export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

export class List {
  items: Value[];

  constructor(items: Value[]) {
    this.items = items;
  }
}

export class Dict {
  /** Keys and values, one after the other. */
  entries: Value[];

  constructor(entries: Value[]) {
    this.entries = entries;
  }
}

/** An object that lies outside the pickle, named by an id: a tensor's storage. */
export class Persistent {
  readonly id: Value;

  constructor(id: Value) {
    this.id = id;
  }
}

/** Items of a tuple or list; none of anything else. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  return value instanceof Tuple || value instanceof List ? value.items : [];
}

/** The import that a call calls, if it calls one. */
export function calleeOf(value: Value | undefined): Import | undefined {
  return value instanceof Call && value.callee instanceof Import ? value.callee : undefined;
}
