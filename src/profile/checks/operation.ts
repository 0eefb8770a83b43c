// SPDX-License-Identifier: Apache-2.0
// Applications and agents, operations, assurance: kill switches in configurations, and people, drills and evaluations by the word
// of the perimeter.

import type { GatedArtifact } from "../../policy/rule.ts";
import { type Answer, allOf, type Check, listed, type ProfileInput, unknown } from "../check.ts";
import { allWithin } from "../parties.ts";
import { configured, factValues, isOwnHost, noneOf, switchesOf } from "../subjects.ts";

const dayMs = 86_400_000;

/** True if the day lies at most a year before the check, and not after it. */
function isWithinYear(day: string, at: Date): boolean {
  const age = (at.getTime() - Date.parse(`${day}T00:00:00Z`)) / dayMs;
  return age >= 0 && age <= 366;
}

/** Files of agents' tool servers. */
function agentFiles(input: ProfileInput): ReadonlySet<string> {
  const kinds = factValues(input, "configuration");
  return new Set(kinds.filter(({ value }) => value["kind"] === "mcp").map(({ path }) => path));
}

function foreignHosts(input: ProfileInput, isLooked: (path: string) => boolean): readonly string[] {
  return factValues(input, "endpoint")
    .filter(({ value, path }) => isLooked(path) && !isOwnHost(String(value["host"]), input))
    .map(({ value, path }) => `${String(value["host"])} (${path}:${String(value["line"])})`);
}

const applicationChecks: readonly Check[] = [
  {
    id: "AP1",
    layer: "AP",
    gate: "partial",
    minEvidence: 2,
    question: "no model service of others answers",
    answer: (input) =>
      configured(input, () => noneOf(switchesOf(input, "maas-endpoint"), "uses model services of others")),
  },
  {
    id: "AP2",
    layer: "AP",
    gate: "partial",
    minEvidence: 2,
    question: "tool servers of agents are pinned",
    answer: (input) =>
      configured(input, () => {
        const files = agentFiles(input);
        const open = switchesOf(input, "mutable-reference").filter(({ path }) => files.has(path));
        return noneOf(open, "tool servers that fetch what is newest");
      }),
  },
  {
    id: "AP3",
    layer: "AP",
    gate: "full",
    minEvidence: 2,
    question: "tool servers of agents are inside the perimeter",
    answer: (input) =>
      configured(input, () => {
        const files = agentFiles(input);
        return allOf(
          foreignHosts(input, (path) => files.has(path)),
          2,
          "tool servers outside the perimeter",
        );
      }),
  },
  {
    id: "AP4",
    layer: "AP",
    gate: "full",
    minEvidence: 2,
    question: "every host that configurations name is inside the perimeter",
    answer: (input) =>
      configured(input, () =>
        allOf(
          foreignHosts(input, () => true),
          2,
          "hosts outside the perimeter",
        ),
      ),
  },
  {
    id: "AP5",
    layer: "AP",
    gate: "full",
    minEvidence: 3,
    question: "cards of agents are signed",
    answer: (input) =>
      configured(input, () => {
        const cards = input.artifacts.flatMap(({ artifact }) =>
          artifact.files
            .map(({ path }) => path)
            .filter((path) => /(?:^|\/)agent(?:-card)?\.json$/.test(path)),
        );
        return cards.length > 0
          ? unknown("aibom does not read agent cards yet", cards)
          : { holds: true, evidence: 3, reason: "" };
      }),
  },
];

const operationChecks: readonly Check[] = [
  {
    id: "OP1",
    layer: "OP",
    gate: "partial",
    minEvidence: 2,
    question: "nothing is fetched or proved outside when it starts",
    answer: (input) =>
      configured(input, () => noneOf(switchesOf(input, "assurance-service"), "stops if the line is cut")),
  },
  {
    id: "OP2",
    layer: "OP",
    gate: "partial",
    minEvidence: 2,
    question: "no software phones home",
    answer: (input) =>
      configured(input, () => noneOf(switchesOf(input, "phone-home"), "not told to keep to itself")),
  },
  {
    id: "OP3",
    layer: "OP",
    gate: "partial",
    minEvidence: 2,
    question: "images, models and packages are pinned",
    answer: (input) =>
      configured(input, () =>
        noneOf(switchesOf(input, "mutable-reference"), "may be something else tomorrow"),
      ),
  },
  {
    id: "OP4",
    layer: "OP",
    gate: "full",
    minEvidence: 3,
    question: "who answers for it is named, and employed at home",
    answer: (input) =>
      listed(input.perimeter?.responsible, "responsible people", (all) =>
        allWithin(
          all.map(({ employer }) => employer),
          input.perimeter?.home ?? [],
          input,
        ),
      ),
  },
  {
    id: "OP5",
    layer: "OP",
    gate: "full",
    minEvidence: 3,
    question: "running disconnected was tried within a year",
    answer: ({ perimeter, perimeterEvidence, at }) =>
      perimeter?.drill === undefined
        ? unknown("the perimeter names no drill")
        : allOf(
            isWithinYear(perimeter.drill.date, at) ? [] : [perimeter.drill.date],
            perimeterEvidence,
            "longer ago than a year",
          ),
  },
  {
    id: "OP6",
    layer: "OP",
    gate: "partial",
    minEvidence: 2,
    question: "nothing that others can revoke is needed to start",
    answer: (input) =>
      configured(input, () =>
        noneOf(switchesOf(input, "start-credential"), "needed to start, issued by others"),
      ),
  },
];

const assuranceChecks: readonly Check[] = [
  {
    id: "AS1",
    layer: "AS",
    gate: "partial",
    minEvidence: 2,
    question: "what is accepted rests on the local trust root",
    answer: ({ artifacts }) =>
      artifacts.some(({ signatures }) => signatures.length > 0)
        ? { holds: true, evidence: 4, reason: "" }
        : { holds: false, evidence: 4, reason: "nothing was accepted by the local trust root" },
  },
  {
    id: "AS2",
    layer: "AS",
    gate: "full",
    minEvidence: 4,
    question: "who touched what is written in a log that cannot be changed",
    answer: custodyAnswer,
  },
  {
    id: "AS3",
    layer: "AS",
    gate: "full",
    minEvidence: 3,
    question: "models were evaluated by oneself",
    answer: ({ perimeter, perimeterEvidence, at }) =>
      listed(perimeter?.evaluations, "evaluations", (all) => {
        const own = all.filter(({ by, date }) => by === "self" && isWithinYear(date, at));
        return own.length > 0
          ? { holds: true, evidence: perimeterEvidence, reason: "" }
          : { holds: false, evidence: perimeterEvidence, reason: "none by oneself within a year" };
      }),
  },
  {
    id: "AS4",
    layer: "AS",
    gate: "partial",
    minEvidence: 1,
    question: "suppliers were reviewed within a year",
    answer: ({ suppliers, suppliersEvidence, at }) =>
      suppliers.length === 0
        ? unknown("no supplier register was given")
        : allOf(
            suppliers.filter(({ reviewed }) => !isWithinYear(reviewed, at)).map(({ id }) => id),
            suppliersEvidence,
            "reviewed longer ago than a year",
          ),
  },
];

export const deploymentChecks: readonly Check[] = [
  ...applicationChecks,
  ...operationChecks,
  ...assuranceChecks,
];

/**
 * Every artifact is what an event of the log is about that somebody signed. Without witnesses the log's owner could write it anew: then
 * it is known by a key only.
 */
function custodyAnswer({ custody, artifacts }: ProfileInput): Answer {
  if (custody === undefined) {
    return unknown("no custody log was given");
  }
  if (custody.problems.length > 0) {
    return { holds: false, evidence: 4, reason: "the log does not verify", subjects: custody.problems };
  }
  if (artifacts.length === 0) {
    return unknown("nothing is among the targets");
  }
  const missingIn = (digests: ReadonlySet<string>): readonly string[] =>
    artifacts
      .filter((gated) => !digestsOf(gated).some((hex) => digests.has(hex)))
      .map(({ artifact }) => artifact.name);
  const isWitnessed = missingIn(custody.witnessed).length === 0;
  return allOf(
    missingIn(custody.digests),
    isWitnessed ? 4 : 3,
    "no event in the log, signed by a key of the trust root, is about these bytes",
  );
}

/** As events name an artifact: by its file manifest, or a single file by its own digest. */
function digestsOf({ artifact, manifest }: GatedArtifact): readonly string[] {
  const [only] = artifact.files.length === 1 ? artifact.files : [];
  const own = only?.digests.find(({ algorithm }) => algorithm === "sha256");
  return [manifest.hex, ...(own === undefined ? [] : [own.hex])];
}
