// SPDX-License-Identifier: Apache-2.0
// The names in marshalled Python bytecode. CPython writes names as short ASCII texts (types `z` and `Z`, with or
// without the reference flag); they are found by looking at every byte, not by following the format, which differs
// between Python versions. A name too many makes a finding graver; none is missed because the bytes are broken.

import { limits } from "../../limits.ts";
import { hostNames, hostPackages, pythonModules } from "./known-names.ts";

const maxShownNames = 12;
const shortText = new Set([0x7a, 0x5a, 0xfa, 0xda]);
const identifier = /^[A-Za-z_][A-Za-z0-9_.]*$/u;

/** Modules of the standard library that compute, and that harmless functions use. */
const harmlessModules = new Set(
  "abc array bisect cmath collections copy dataclasses datetime decimal enum fractions functools heapq itertools json keyword math numbers operator random re statistics string struct time token types typing warnings code test".split(
    " ",
  ),
);

/** What a piece of bytecode shows. */
export interface Bytecode {
  readonly bytes: number;
  /** The names that matter most first. */
  readonly names: readonly string[];
  /** True if one of them leads to the host: a module of the system, a way to run code. */
  readonly reachesHost: boolean;
}

/** Reads bytecode in base64, as far as the limit. Never throws: what is no base64 has no names. */
export function readBytecode(base64: string): Bytecode {
  const bytes = Buffer.from(base64.slice(0, limits.maxKerasCodeBytes * 2), "base64");
  const names = new Set<string>();
  for (let at = 0; at + 1 < bytes.length; at += 1) {
    const length = bytes[at + 1] ?? 0;
    if (shortText.has(bytes[at] ?? 0) && length > 1 && at + 2 + length <= bytes.length) {
      const name = bytes.toString("latin1", at + 2, at + 2 + length);
      if (identifier.test(name)) {
        names.add(name);
      }
    }
  }
  const host = [...names].filter(leadsToHost);
  const others = [...names].filter((name) => !host.includes(name));
  return {
    bytes: bytes.length,
    names: [...host, ...others].slice(0, maxShownNames),
    reachesHost: host.length > 0,
  };
}

function leadsToHost(name: string): boolean {
  const [first = ""] = name.split(".");
  const isModule = pythonModules.has(first) && !harmlessModules.has(first);
  return isModule || hostNames.has(name) || hostPackages.has(first);
}
