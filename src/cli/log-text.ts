// SPDX-License-Identifier: Apache-2.0
// Entries and reports of a custody log as text and JSON. A key and a claim never share a word: `key` is who signed, `says the
// system` is what anybody who runs the machine can change.

import { escapeText } from "../codes/escape.ts";
import type {
  Actor,
  CustodyEntry,
  CustodyLog,
  LogReport,
  Person,
  Resource,
  ShownEntry,
} from "../custody-log.ts";
import { counted } from "../report/counted.ts";
import { renderFindings } from "../report/finding-text.ts";
import { findingJson } from "../report/json-shape.ts";
import type { TextOptions } from "../report/style.ts";

export interface EntryTextOptions extends Required<TextOptions> {
  readonly people: readonly Person[];
  /** By key id. */
  readonly keyNames: ReadonlyMap<string, string>;
  /** Everything about one entry. */
  readonly isOne: boolean;
}

function entries(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}

/** Entries, the oldest first. */
export function renderEntries(
  { checkpoint }: CustodyLog,
  shown: readonly ShownEntry[],
  options: EntryTextOptions,
): string {
  if (shown.length === 0) {
    return `no such entries; ${escapeText(checkpoint.origin)} has ${entries(checkpoint.size)}\n`;
  }
  return shown.map((each) => renderEntry(each, options)).join("");
}

function renderEntry({ index, entry }: ShownEntry, options: EntryTextOptions): string {
  const { style } = options;
  const what = `${entry.type}${entry.outcome === undefined ? "" : ` ${entry.outcome}`}`;
  const part = entry.part === undefined ? "" : `, part ${entry.part.number} of ${entry.part.of}`;
  const lines = [
    `${style.bold(String(index))}  ${entry.time}  ${style.bold(what)}${part}`,
    `    by ${actorText(entry.actor, options)}`,
    ...(["subject", "inputs", "outputs"] as const).flatMap((list) => resourceLines(list, entry, options)),
    ...(entry.policy === undefined ? [] : [`    policy ${resourceText(entry.policy, options.isOne)}`]),
    ...(entry.reason === undefined ? [] : [`    reason: ${escapeText(entry.reason)}`]),
    ...(options.isOne ? [`    with ${escapeText(`${entry.tool.name} ${entry.tool.version}`)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Names listed of each kind unless one entry is shown. */
const maxListed = 3;

function resourceLines(
  list: "subject" | "inputs" | "outputs",
  entry: CustodyEntry,
  { isOne }: EntryTextOptions,
): readonly string[] {
  const resources = entry[list];
  const listed = isOne ? resources : resources.slice(0, maxListed);
  const label = list === "subject" ? "about" : list === "inputs" ? "read" : "made";
  const rest = resources.length - listed.length;
  return [
    ...listed.map((each) => `    ${label} ${resourceText(each, isOne)}`),
    ...(rest > 0 ? [`    ${label} ${rest} more`] : []),
  ];
}

function resourceText({ name, digest }: Resource, isWhole: boolean): string {
  const digests = Object.entries(digest).map(
    ([algorithm, hex]) => `${algorithm}:${isWhole ? hex : hex.slice(0, 16)}`,
  );
  return `${escapeText(name)} ${digests.join(" ")}`;
}

function actorText({ authenticated, claimed }: Actor, { people, keyNames }: EntryTextOptions): string {
  const name = authenticated === undefined ? undefined : keyNames.get(authenticated.keyId);
  const person = people.find((each) => each.person === claimed?.person);
  const parts = [
    ...(authenticated === undefined
      ? ["no key"]
      : [`key ${authenticated.keyId.slice(0, 16)}${name === undefined ? "" : ` (${escapeText(name)})`}`]),
    ...(claimed === undefined
      ? []
      : [
          `says the system: ${person === undefined ? claimed.person : escapeText(`${person.user} at ${person.host}`)}`,
        ]),
  ];
  return parts.join("; ");
}

/** The same as JSON. Names behind pseudonyms never are in it. */
export function entriesJson({ checkpoint }: CustodyLog, shown: readonly ShownEntry[]): string {
  const { origin, size, root } = checkpoint;
  const log = { origin, size, rootHash: Buffer.from(root).toString("base64") };
  return `${JSON.stringify({ log, entries: shown }, undefined, 2)}\n`;
}

/** What `aibom log verify` says. */
export function renderLogReport(report: LogReport, options: Required<TextOptions>): string {
  const { log, byActor, withoutKey, timesBackwards, witnessed, findings, hasMore } = report;
  const { checkpoint, policy, isOwnPolicy } = log;
  const keys = [...byActor.values()].reduce((sum, count) => sum + count, 0);
  const outcome = findings.length === 0 ? "HOLDS" : "DOES NOT HOLD";
  const lines = [
    `${(findings.length === 0 ? options.style.allow : options.style.deny)(outcome)}  ${escapeText(checkpoint.origin)}, ${entries(checkpoint.size)}`,
    `  root ${Buffer.from(checkpoint.root).toString("base64")}`,
    `  signed by an actor's key: ${keys}${byActor.size === 0 ? "" : `, by ${counted(byActor.size, "key")}`}`,
    `  written down by the log without an actor's key: ${withoutKey}`,
    ...(timesBackwards === 0 ? [] : [`  times that go backwards: ${timesBackwards}`]),
    ...witnessLines(policy.quorum !== undefined, witnessed, checkpoint.size),
    ...(isOwnPolicy
      ? [
          "  by the policy file in the log itself: bring your own with --policy, or it proves only that files fit",
        ]
      : []),
    ...(hasMore ? ["  there are more findings than these"] : []),
  ];
  return `${lines.join("\n")}\n${findings.length === 0 ? "" : renderFindings(findings, options.style, options.width)}`;
}

function witnessLines(isAsked: boolean, witnessed: LogReport["witnessed"], size: number): readonly string[] {
  if (!isAsked) {
    return ["  witnesses: the policy asks for none"];
  }
  if (witnessed === undefined) {
    return [];
  }
  const who = witnessed.cosigners.map(
    ({ name, at }) => `${escapeText(name)} at ${at.toISOString().slice(0, 19)}Z`,
  );
  const since = size - witnessed.size;
  return [
    `  witnessed up to ${entries(witnessed.size)} by ${who.join(", ")}`,
    ...(since === 0 ? [] : [`  not witnessed yet: ${entries(since)} since`]),
  ];
}

/** The same as JSON. */
export function logReportJson(report: LogReport): string {
  const { log, byActor, withoutKey, timesBackwards, witnessed, findings, hasMore } = report;
  const { origin, size, root } = log.checkpoint;
  return `${JSON.stringify(
    {
      holds: findings.length === 0,
      origin,
      size,
      rootHash: Buffer.from(root).toString("base64"),
      policyIsOfTheLog: log.isOwnPolicy,
      entriesByKey: Object.fromEntries(byActor),
      entriesWithoutKey: withoutKey,
      timesBackwards,
      witnessed: witnessed ?? null,
      findings: findings.map(findingJson),
      hasMoreFindings: hasMore,
    },
    undefined,
    2,
  )}\n`;
}
