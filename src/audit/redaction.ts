// SPDX-License-Identifier: Apache-2.0
// Pseudonyms for what is personal: home directories, the directories that this run was started in or told of, names of
// operating system users, and mail addresses that documents claim. Identities of the trust root stay: who signed is the
// point. The same value always has the same pseudonym, numbered in the order in which values are met, so that the same
// inputs give the same bytes. What is copied byte for byte as proof is not touched; `mentionsLocal` finds it.

/** What is personal about this run. */
export interface LocalNames {
  /** Absolute. */
  readonly homeDirectory?: string;
  readonly user?: string;
  /** Absolute paths of directories that say where things lie on this machine. */
  readonly directories?: readonly string[];
}

/** A pseudonym's kind and what it stands for, as an escrow file keeps it. */
export interface Pseudonym {
  readonly name: string;
  readonly value: string;
}

const homeOfUser = /(?<![\w.-])(?:\/home|\/Users|\/var\/home)\/([^/\s"'`\\:;,<>|()]{1,255})/g;
const homeOnWindows = /(?<![\w.-])[A-Za-z]:\\{1,2}Users\\{1,2}([^/\s"'`\\:;,<>|()]{1,255})/g;
/** Not after a slash or in a word: package URLs and registry references have an `@`, too. */
const mailAddress =
  /(?<![\w/.%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g;

export class Redactor {
  readonly #keep: ReadonlySet<string>;
  readonly #user: string | undefined;
  readonly #local: RegExp | undefined;
  readonly #needles: readonly Buffer[];
  /** By kind and value; the order is that of the numbers. */
  readonly #names = new Map<string, Pseudonym>();
  readonly #counts = new Map<string, number>();

  /** @param keep texts that stay as they are: identities of the trust root */
  constructor(local: LocalNames, keep: Iterable<string> = [], earlier: readonly Pseudonym[] = []) {
    this.#keep = new Set(keep);
    this.#user = local.user === undefined || local.user.length < 2 ? undefined : local.user;
    const { homeDirectory, directories = [] } = local;
    const paths = [...directories, ...(homeDirectory === undefined ? [] : [homeDirectory])]
      .map((path) => path.replace(/[/\\]+$/, ""))
      .filter((path) => path.length > 1);
    // The longest first: of nested directories the whole one is replaced.
    const sorted = [...new Set(paths)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    this.#local =
      sorted.length === 0
        ? undefined
        : new RegExp(`(?<![\\w.-])(?:${sorted.map(escapeForRegExp).join("|")})(?![\\w-])`, "g");
    this.#needles = sorted.map((path) => Buffer.from(path));
    // Those of a custody log have no number: they are the log's.
    for (const { name, value } of earlier.filter((each) => /-[1-9]\d{0,9}$/.test(each.name))) {
      const kind = name.replace(/-\d+$/, "");
      this.#names.set(`${kind}\0${value}`, { name, value });
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    }
  }

  /** How many different values of each kind were replaced, those of earlier runs among them. */
  get replaced(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** In the order of kinds and numbers. */
  get pseudonyms(): readonly Pseudonym[] {
    return [...this.#names.values()];
  }

  /** A name for a person that no key stands for. */
  person(value: string): string {
    return this.#pseudonym("person", value);
  }

  /** The text with pseudonyms. */
  text(text: string): string {
    if (this.#keep.has(text)) {
      return text;
    }
    if (text === this.#user) {
      return this.#pseudonym("user", text);
    }
    let changed = text;
    if (text.includes("/") || text.includes("\\")) {
      if (this.#local !== undefined) {
        changed = changed.replace(this.#local, (path) => this.#pseudonym("path", path));
      }
      changed = changed
        .replace(homeOfUser, (path) => this.#pseudonym("home", path))
        .replace(homeOnWindows, (path) => this.#pseudonym("home", path));
    }
    if (text.includes("@") && !text.startsWith("pkg:")) {
      changed = changed.replace(mailAddress, (address) =>
        this.#keep.has(address) ? address : this.#pseudonym("person", address),
      );
    }
    return changed;
  }

  /** A copy of plain data with pseudonyms in its texts; keys, dates and numbers stay. The same object if nothing changed. */
  value<T>(value: T): T {
    return this.#value(value) as T;
  }

  /** True if bytes that may not be changed hold a local directory or the home directory. */
  mentionsLocal(bytes: Uint8Array): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#needles.some((needle) => buffer.includes(needle));
  }

  #value(value: unknown): unknown {
    if (typeof value === "string") {
      return this.text(value);
    }
    if (Array.isArray(value)) {
      const mapped = value.map((each) => this.#value(each));
      return mapped.some((each, index) => each !== value[index]) ? mapped : value;
    }
    if (typeof value === "object" && value !== null && isPlain(value)) {
      const entries = Object.entries(value);
      const mapped = entries.map(([key, each]) => [key, this.#value(each)] as const);
      return mapped.some(([, each], index) => each !== entries[index]?.[1])
        ? Object.fromEntries(mapped)
        : value;
    }
    return value;
  }

  #pseudonym(kind: string, value: string): string {
    const key = `${kind}\0${value}`;
    const known = this.#names.get(key);
    if (known !== undefined) {
      return known.name;
    }
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const name = `${kind}-${number}`;
    this.#names.set(key, { name, value });
    return name;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
