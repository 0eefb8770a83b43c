// SPDX-License-Identifier: Apache-2.0
// Flags that several `aibom trust` commands share.

import { type Command, Option } from "commander";
import { type Usage, usages } from "../../../model/evidence.ts";
import { addLogFlags, type LogFlags } from "../../custody.ts";
import { instantOrDay, nameList } from "../../option-values.ts";

export interface RootFlags extends LogFlags {
  readonly trustRoot: string;
}

export interface WindowFlags {
  readonly validFrom?: Date;
  readonly validUntil?: Date;
}

/** Exit codes of the commands that only edit or show. */
export const exits = [
  [0, "done"],
  [2, "usage: no such identity, unusable key or file, missing or invalid trust root"],
] as const;

export function rootOption(): Option {
  return new Option("--trust-root <dir>", "local trust root").default(".aibom/trust");
}

export function usageOption(preset: readonly Usage[]): Option {
  return new Option("--usage <list>", `what the identity may vouch for: ${usages.join(", ")}`)
    .default(preset, preset.join(","))
    .argParser(nameList("--usage", usages));
}

/** The flags of a command that changes a trust root: where it lies, and where the change is logged. */
export function addChangeFlags(command: Command): Command {
  return addLogFlags(command.addOption(rootOption()));
}

/** `--valid-from` and `--valid-until`. */
export function addWindowOptions(command: Command): Command {
  const last = "last instant of validity: RFC 3339, or a day (to its end in UTC)";
  const first = "first instant of validity: RFC 3339, or a day (from its start in UTC)";
  return command
    .addOption(new Option("--valid-from <time>", first).argParser(instantOrDay("--valid-from", "first")))
    .addOption(new Option("--valid-until <time>", last).argParser(instantOrDay("--valid-until", "last")));
}

/** RFC 3339 in UTC, whole seconds. */
export function utcSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** The window as trust.json writes it. */
export function windowOf({ validFrom, validUntil }: WindowFlags): {
  validFrom?: string;
  validUntil?: string;
} {
  return {
    ...(validFrom === undefined ? {} : { validFrom: utcSeconds(validFrom) }),
    ...(validUntil === undefined ? {} : { validUntil: utcSeconds(validUntil) }),
  };
}
