// SPDX-License-Identifier: Apache-2.0
// The list of commands: what `aibom --help` shows of each, and where its flags and its work are. Start-up costs
// the same however long the list gets, because the file of a command is loaded only when it is asked for.

import type { Command } from "commander";
import type { Register } from "../session.ts";

/** Gives a command its description, arguments, flags, help and action. */
export type DefineCommand = (command: Command, register: Register) => void;

/** One command. Sub-commands of a command are its own affair. */
export interface CommandEntry {
  /** Name, then what follows it: a line of the list of commands. */
  readonly term: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Loads the command's file. */
  readonly load: () => Promise<DefineCommand>;
  /** It shows the flags of all commands: they are loaded with it. */
  readonly showsAll?: true;
}

export const commands: readonly CommandEntry[] = [
  {
    term: "init [options]",
    summary: "create a local trust root and a starter policy",
    load: async () => (await import("./init.ts")).defineInit,
  },
  {
    term: "keygen [options]",
    summary: "make a signing key",
    load: async () => (await import("./keygen.ts")).defineKeygen,
  },
  {
    term: "trust",
    summary: "say whom you trust: identities, authorities, revocations, updates",
    load: async () => (await import("./trust.ts")).defineTrust,
  },
  {
    term: "inventory [options] [target...]",
    summary: "write a CycloneDX BOM of models and environments",
    load: async () => (await import("./inventory.ts")).defineInventory,
  },
  {
    term: "scan [options] [target...]",
    summary: "look for what is dangerous in models and data",
    load: async () => (await import("./scan.ts")).defineScan,
  },
  {
    term: "fetch [options] <reference>",
    summary: "copy an image and its signatures out of a registry (goes online)",
    load: async () => (await import("./fetch.ts")).defineFetch,
  },
  {
    term: "sign [options] <target>",
    summary: "sign a model or a BOM: key, program, certificate or keyless",
    load: async () => (await import("./sign.ts")).defineSign,
  },
  {
    term: "timestamp [options] <signature>",
    summary: "add an RFC 3161 time stamp to a signature",
    load: async () => (await import("./timestamp.ts")).defineTimestamp,
  },
  {
    term: "verify [options] [target...]",
    summary: "verify hashes and signatures and gate on a policy",
    load: async () => (await import("./verify.ts")).defineVerify,
  },
  {
    term: "replay [options] <verdict> <target...>",
    summary: "recompute a verdict from its inputs and compare",
    load: async () => (await import("./replay.ts")).defineReplay,
  },
  {
    term: "profile [options] <target...>",
    summary: "say how far a deployment is in one's own hands",
    load: async () => (await import("./profile.ts")).defineProfile,
  },
  {
    term: "score [options] <bom>",
    summary: "say how much of what a list of elements asks for a BOM holds",
    load: async () => (await import("./score.ts")).defineScore,
  },
  {
    term: "declare [options] <target...>",
    summary: "write what was verified as CycloneDX declarations",
    load: async () => (await import("./declare.ts")).defineDeclare,
  },
  {
    term: "policy",
    summary: "write, check, test, sign and explain policies",
    load: async () => (await import("./policy.ts")).definePolicy,
  },
  {
    term: "log",
    summary: "keep a custody log: who did what to which bytes",
    load: async () => (await import("./log.ts")).defineLog,
  },
  {
    term: "merge [options] <bom...>",
    summary: "merge BOMs into one",
    load: async () => (await import("./merge.ts")).defineMerge,
  },
  {
    term: "validate [options] <bom...>",
    summary: "check CycloneDX JSON documents: schema and meaning",
    load: async () => (await import("./validate.ts")).defineValidate,
  },
  {
    term: "explain [options] [code]",
    summary: "say what a code means and what to do",
    load: async () => (await import("./explain.ts")).defineExplain,
  },
  {
    term: "completion <shell>",
    summary: "print a completion script for bash, zsh or fish",
    load: async () => (await import("./completion.ts")).defineCompletion,
    showsAll: true,
  },
];

/** What is typed to run a command. */
export function nameOf(entry: CommandEntry): string {
  return entry.term.split(" ", 1)[0] ?? entry.term;
}
