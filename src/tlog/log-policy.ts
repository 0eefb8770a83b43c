// SPDX-License-Identifier: Apache-2.0
// Policies of logs (C2SP tlog-policy): which logs are believed, which witnesses there are, and how many of them must have
// cosigned. Read strictly: a line that is not understood could be the one that asked for more.

import { type NoteKey, parseVerifierKey } from "./verifier-key.ts";

export interface PolicyWitness {
  readonly name: string;
  readonly key: NoteKey;
}

interface Group {
  readonly threshold: number;
  readonly members: readonly string[];
}

export interface LogPolicy {
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: ReadonlyMap<string, Group>;
  /** Name of a witness or group; undefined: no cosignature is needed. */
  readonly quorum: string | undefined;
}

/** Logs, witnesses and groups, each; the specification asks for 32 at least. */
const maxLines = 1024;

type Fail = (reason: string) => Error;

/**
 * Reads a policy.
 * @throws what `malformed` makes
 */
export function parseLogPolicy(text: string, malformed: Fail): LogPolicy {
  const reader = new PolicyReader(malformed);
  const lines = text.split("\n");
  if (lines.length > maxLines) {
    throw malformed(`it has more than ${maxLines} lines`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the format forbids
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(text)) {
    throw malformed("it has control characters");
  }
  for (const [index, line] of lines.entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words.length > 0 && words[0]?.startsWith("#") !== true) {
      reader.line(words, index + 1);
    }
  }
  return reader.policy();
}

class PolicyReader {
  readonly #malformed: Fail;
  readonly #logs: NoteKey[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #names = new Set<string>();
  readonly #grouped = new Set<string>();
  #quorum: string | undefined;

  constructor(malformed: Fail) {
    this.#malformed = malformed;
  }

  policy(): LogPolicy {
    if (this.#quorum === undefined) {
      throw this.#malformed("there is no line quorum");
    }
    return {
      logs: this.#logs,
      witnesses: this.#witnesses,
      groups: this.#groups,
      quorum: this.#quorum === "none" ? undefined : this.#quorum,
    };
  }

  line([keyword = "", ...words]: readonly string[], number: number): void {
    const fail: Fail = (reason) => this.#malformed(`line ${number}: ${reason}`);
    switch (keyword) {
      case "log":
        this.#log(words, fail);
        return;
      case "witness":
        this.#witness(words, fail);
        return;
      case "group":
        this.#group(words, fail);
        return;
      case "quorum":
        this.#setQuorum(words, fail);
        return;
      default:
        throw fail("it is none of log, witness, group and quorum");
    }
  }

  #log(words: readonly string[], fail: Fail): void {
    const [vkey = "", , ...rest] = words;
    if (rest.length > 0) {
      throw fail("log has a key and at most a URL");
    }
    const key = parseVerifierKey(vkey, "log", fail);
    refuseSameKey(this.#logs, key, fail);
    this.#logs.push(key);
  }

  #witness(words: readonly string[], fail: Fail): void {
    const [name = "", vkey = "", , ...rest] = words;
    if (rest.length > 0) {
      throw fail("witness has a name, a key and at most a URL");
    }
    const key = parseVerifierKey(vkey, "witness", fail);
    refuseSameKey(
      this.#witnesses.map((each) => each.key),
      key,
      fail,
    );
    this.#define(name, fail);
    this.#witnesses.push({ name, key });
  }

  #group([name = "", threshold = "", ...members]: readonly string[], fail: Fail): void {
    if (members.length === 0) {
      throw fail("group has a name, a threshold and members");
    }
    for (const member of members) {
      if (!this.#names.has(member)) {
        throw fail("a member of the group was not defined before");
      }
      if (this.#grouped.has(member)) {
        throw fail("a member is in a group already");
      }
      this.#grouped.add(member);
    }
    const all = members.length;
    const count = threshold === "all" ? all : threshold === "any" ? 1 : parseThreshold(threshold);
    if (!(count >= 1 && count <= all)) {
      throw fail(`the threshold is not all, any or a number from 1 to ${all}`);
    }
    this.#define(name, fail);
    this.#groups.set(name, { threshold: count, members });
  }

  #setQuorum([name = "", ...rest]: readonly string[], fail: Fail): void {
    if (this.#quorum !== undefined || rest.length > 0) {
      throw fail("there is more than one quorum");
    }
    if (name !== "none" && !this.#names.has(name)) {
      throw fail("the quorum was not defined before");
    }
    this.#quorum = name;
  }

  #define(name: string, fail: Fail): void {
    if (name === "none" || this.#names.has(name)) {
      throw fail("the name is taken");
    }
    this.#names.add(name);
  }
}

function parseThreshold(text: string): number {
  return /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0;
}

function refuseSameKey(keys: readonly NoteKey[], added: NoteKey, fail: Fail): void {
  if (keys.some(({ raw }) => Buffer.compare(raw, added.raw) === 0)) {
    throw fail("the same key is there twice");
  }
}

/** True if the witnesses in `cosigners` (names of the policy) are enough. */
export function isQuorum({ quorum, groups }: LogPolicy, cosigners: ReadonlySet<string>): boolean {
  // Members are defined before their groups and are in one group only: this ends.
  const counts = (name: string): boolean => {
    const group = groups.get(name);
    return group === undefined ? cosigners.has(name) : group.members.filter(counts).length >= group.threshold;
  };
  return quorum === undefined || counts(quorum);
}
