// SPDX-License-Identifier: Apache-2.0
// What the checks about files look at: models and datasets, parts of stores among them, and what configurations show.

import type { ArtifactKind } from "../model/artifact.ts";
import type { KillSwitchClass } from "../model/kill-switch.ts";
import { isSigned, type NamedSubject } from "../policy/named-subjects.ts";
import { textOf } from "../policy/subject-facts.ts";
import { type Answer, allOf, type EvidenceClass, type ProfileInput, unknown } from "./check.ts";

/** Models or datasets: the artifacts of that kind, and of stores their parts. */
export function subjectsOf({ artifacts }: ProfileInput, kind: ArtifactKind): readonly NamedSubject[] {
  return artifacts.flatMap((gated) => {
    const { artifact } = gated;
    const parts = (artifact.parts ?? []).filter((part) => part.kind === kind);
    const own = artifact.kind === kind && parts.length === 0 ? [artifact] : parts;
    return own.map(({ name, files, facts }) => ({ gated, kind, name, files, facts }));
  });
}

/** A statement in a subject's files: signed with them, or somebody's word. */
export function statedEvidence(subject: NamedSubject): EvidenceClass {
  return isSigned(subject, {}) ? 3 : 1;
}

/** The weakest of all. */
export function weakest(classes: readonly EvidenceClass[]): EvidenceClass {
  return Math.min(4, ...classes) as EvidenceClass;
}

/** Asks about every subject of a kind; about none, nothing is known. */
export function everyOf(
  input: ProfileInput,
  kind: "model" | "dataset",
  judge: (all: readonly NamedSubject[]) => Answer,
): Answer {
  const all = subjectsOf(input, kind);
  return all.length === 0 ? unknown(`no ${kind} is among the targets`) : judge(all);
}

export interface SeenSwitch {
  readonly name: string;
  readonly path: string;
  readonly line: unknown;
}

/** Kill switches of one class, without hosts of one's own. */
export function switchesOf(input: ProfileInput, kind: KillSwitchClass): readonly SeenSwitch[] {
  return factValues(input, "kill_switch")
    .filter(({ value }) => value["class"] === kind)
    .map(({ value, path }) => ({ name: String(value["name"]), path, line: value["line"] }))
    .filter(({ name }) => !isOwnHost(name, input));
}

export function factValues(
  { artifacts }: ProfileInput,
  name: "kill_switch" | "endpoint" | "image" | "configuration",
): readonly { readonly value: Readonly<Record<string, unknown>>; readonly path: string }[] {
  return artifacts.flatMap(({ artifact }) =>
    artifact.facts
      .filter((fact) => fact.name === name && fact.grade === "computed")
      .map(({ value, source }) => ({ value: value as Readonly<Record<string, unknown>>, path: source.path })),
  );
}

/** Asks about configurations. Nothing found is an answer only if there were some, and everything was read. */
export function configured(input: ProfileInput, judge: () => Answer): Answer {
  const answer = judge();
  if (answer.holds === false) {
    return answer;
  }
  if (factValues(input, "configuration").length === 0) {
    return unknown("no configuration of a deployment is among the targets");
  }
  const unread = input.artifacts
    .filter(({ artifact }) => !artifact.complete)
    .map(({ artifact }) => artifact.name);
  return unread.length > 0 ? unknown("not everything could be read", unread) : answer;
}

/** What stands in the way, with its place. */
export function noneOf(switches: readonly SeenSwitch[], reason: string): Answer {
  return allOf(
    switches.map(({ name, path, line }) => `${name} (${path}:${String(line)})`),
    2,
    reason,
  );
}

/** `*` stands for one label or more at the front. */
export function isOwnHost(host: string, { perimeter }: ProfileInput): boolean {
  const own = [...(perimeter?.hosts ?? []), ...(perimeter?.registries ?? [])];
  return own.some((pattern) =>
    pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern,
  );
}

/** The texts of the facts of one name. */
export function textsOf({ facts }: NamedSubject, ...names: readonly string[]): readonly string[] {
  return facts.filter(({ name }) => names.includes(name)).map(textOf);
}
