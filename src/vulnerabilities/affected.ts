// SPDX-License-Identifier: Apache-2.0
// Whether a version is affected (OSV schema 1.7, "Evaluation"). Three answers: what cannot be ordered is unknown.

import { versionOrder } from "./ecosystems.ts";
import type { OsvAdvisory, OsvEvent, OsvRange } from "./osv.ts";
import type { VersionOrder } from "./versions/order.ts";

export type Affectedness = "affected" | "unaffected" | "unknown";

/** What an advisory says about one version of the package that it is about. */
export function affectedness(advisory: OsvAdvisory, ecosystem: string, version: string): Affectedness {
  const { versions, ranges } = advisory;
  const order = versionOrder(ecosystem, "ECOSYSTEM");
  if (versions.some((each) => each === version || order?.(each, version) === 0)) {
    return "affected";
  }
  // Commits cannot be compared without their repository; they matter only if nothing else tells.
  const comparable = ranges.filter(({ type }) => type !== "GIT");
  if (comparable.length === 0) {
    return versions.length > 0 ? "unaffected" : "unknown";
  }
  const answers = comparable.map((range) => inRange(range, versionOrder(ecosystem, range.type), version));
  return answers.includes("affected") ? "affected" : answers.includes("unknown") ? "unknown" : "unaffected";
}

/** The first version without the vulnerability that the advisory names; undefined if there is none yet. */
export function fixOf({ ranges }: OsvAdvisory): string | undefined {
  const events = ranges.filter(({ type }) => type !== "GIT").flatMap((range) => range.events);
  return events.findLast(({ kind }) => kind === "fixed")?.version;
}

function inRange({ events }: OsvRange, order: VersionOrder | undefined, version: string): Affectedness {
  if (order === undefined || events.length === 0) {
    return "unknown";
  }
  const compare = (event: OsvEvent): number | undefined =>
    event.version === "0" && event.kind === "introduced" ? 1 : order(version, event.version);
  const placed = events.map((event) => ({ event, place: compare(event) }));
  if (placed.some(({ event, place }) => place === undefined && event.version !== "*")) {
    return "unknown";
  }
  // The event that comes last before or at the version decides; `last_affected` begins right behind its version.
  const before = placed.filter(({ event, place = 0 }) =>
    event.kind === "last_affected" ? place > 0 : place >= 0,
  );
  const isCut = placed.some(
    ({ event, place = -1 }) => event.kind === "limit" && event.version !== "*" && place >= 0,
  );
  const nearest = before
    .filter(({ event }) => event.kind !== "limit")
    .map(({ event }) => event)
    .sort((left, right) => compareEvents(left, right, order))
    .at(-1);
  return nearest?.kind === "introduced" && !isCut ? "affected" : "unaffected";
}

/** At one version, being introduced comes last: data that contradicts itself counts against the package. */
function compareEvents(left: OsvEvent, right: OsvEvent, order: VersionOrder): number {
  const isStart = ({ kind, version }: OsvEvent): boolean => kind === "introduced" && version === "0";
  if (isStart(left) || isStart(right)) {
    return Number(isStart(right)) - Number(isStart(left));
  }
  const rank = ({ kind }: OsvEvent): number => (kind === "introduced" ? 1 : 0);
  return order(left.version, right.version) || rank(left) - rank(right);
}
