// SPDX-License-Identifier: Apache-2.0
// Scores a document by a list of elements. Readiness says how much of what is asked for can be found; it says nothing about whether
// it is true, and never that anything complies.

import type { JsonObject } from "../bytes/json.ts";
import { text, viewOf } from "./bom-view.ts";
import type {
  BomView,
  Element,
  ElementList,
  ForeignScore,
  Place,
  Probe,
  ScoreProfileId,
  Source,
  Subject,
  SubjectKind,
} from "./element.ts";
import { listAt, worthOf } from "./look.ts";
import { elementLists } from "./profiles/index.ts";

/** Subjects that lack an element and are named one by one. */
const maxNamed = 20;

export type ElementStatus = "present" | "declared-unknown" | "absent" | "not-applicable";

/** A subject that lacks an element. */
export interface Lacking {
  readonly name: string;
  /** Where it should stand. */
  readonly pointer: string;
  readonly status: "absent" | "declared-unknown";
}

export interface ElementScore {
  readonly id: string;
  readonly notation?: string;
  readonly title: string;
  readonly group: string;
  readonly of: SubjectKind;
  /** `present`: of every subject that it is asked of. `absent`: of one or more it is not there, or there is none of that kind. */
  readonly status: ElementStatus;
  readonly subjects: {
    readonly asked: number;
    readonly present: number;
    readonly declaredUnknown: number;
    readonly absent: number;
  };
  /** Where it was found, of the first subjects. */
  readonly found: readonly string[];
  readonly lacking: readonly Lacking[];
  /** How many more lack it. */
  readonly lackingMore: number;
  readonly fill: string;
}

/** `percent` = floor(100 × (sum of present ÷ asked over the applicable elements) ÷ number of applicable elements). */
export interface Readiness {
  readonly percent: number;
  /** Elements that are asked of something, or of a kind that has to be there. */
  readonly applicable: number;
  /** Elements that every subject has. */
  readonly present: number;
  readonly declaredUnknown: number;
  readonly absent: number;
  readonly notApplicable: number;
}

export interface Score {
  readonly profile: ScoreProfileId;
  readonly title: string;
  readonly standing: string;
  readonly sources: readonly Source[];
  readonly specVersion: string;
  readonly readiness: Readiness;
  readonly elements: readonly ElementScore[];
  readonly foreignScore?: ForeignScore;
}

/** Scores a parsed CycloneDX document of 1.2 to 1.7. Pure: no clock, no disk. */
export function scoreBom(document: JsonObject, profile: ScoreProfileId): Score {
  return scoreView(viewOf(document), elementLists[profile]);
}

function scoreView(bom: BomView, list: ElementList): Score {
  const elements = list.elements.map((element) => scoreElement(element, bom, list));
  return {
    profile: list.id,
    title: list.title,
    standing: list.standing,
    sources: list.sources,
    specVersion: bom.specVersion,
    readiness: readinessOf(elements),
    elements,
    ...(list.foreignScore === undefined ? {} : { foreignScore: list.foreignScore(bom) }),
  };
}

interface Judged {
  readonly subject: Subject;
  readonly status: "present" | "declared-unknown" | "absent";
  readonly pointers: readonly string[];
}

function scoreElement(element: Element, bom: BomView, { expects }: ElementList): ElementScore {
  const { id, notation, title, group, probe } = element;
  const { of, expected, fill } = probe;
  const asked = bom.subjects[of].filter((subject) => probe.applies?.(subject, bom) ?? true);
  const judged = asked.map((subject) => judge(probe, subject, bom));
  const count = (status: Judged["status"]): number => judged.filter((each) => each.status === status).length;
  const subjects = {
    asked: asked.length,
    present: count("present"),
    declaredUnknown: count("declared-unknown"),
    absent: count("absent"),
  };
  const isMissing = bom.subjects[of].length === 0 && expects.includes(of);
  const lacking = isMissing
    ? [
        {
          name: `no ${of}`,
          pointer: of === "system" ? "/metadata/component" : "/components",
          status: "absent" as const,
        },
      ]
    : judged.flatMap(({ subject, status }) =>
        status === "present" ? [] : [{ name: subject.name, pointer: subject.pointer + expected, status }],
      );
  return {
    id,
    ...(notation === undefined ? {} : { notation }),
    title,
    group,
    of,
    status: isMissing ? "absent" : statusOf(subjects),
    subjects,
    found: judged.flatMap(({ pointers }) => pointers).slice(0, maxNamed),
    lacking: lacking.slice(0, maxNamed),
    lackingMore: Math.max(0, lacking.length - maxNamed),
    fill,
  };
}

function judge(probe: Probe, subject: Subject, bom: BomView): Judged {
  const places = probe.find(subject, bom);
  const good = places.filter(({ value }) => worthOf(value) === "something");
  if (good.length > 0) {
    return { subject, status: "present", pointers: good.map(({ pointer }) => pointer) };
  }
  const unknown = [
    ...places,
    ...(probe.findUnknown?.(subject, bom) ?? []),
    ...declaredUnknown(probe, subject),
  ];
  return {
    subject,
    status: unknown.length > 0 ? "declared-unknown" : "absent",
    pointers: unknown.map(({ pointer }) => pointer),
  };
}

/** `aibom:unknown` names the place that nobody can fill; `aibom:disagreement` a field that aibom left out. */
function declaredUnknown({ expected, fact }: Probe, subject: Subject): readonly Place[] {
  return marksOf(subject)
    .filter(({ name, value }) =>
      name === "aibom:unknown" ? value === expected || expected.startsWith(`${value}/`) : value === fact,
    )
    .map(({ pointer, value }) => ({ pointer, value }));
}

interface Mark {
  readonly name: string;
  readonly value: string;
  readonly pointer: string;
}

/** By the object that has them: every element that a subject lacks asks again. */
const knownMarks = new WeakMap<object, readonly Mark[]>();
const propertyLists = [listAt("/properties"), listAt("/metadata/properties")];

function marksOf(subject: Subject): readonly Mark[] {
  let marks = knownMarks.get(subject.value);
  if (marks === undefined) {
    marks = propertyLists
      .flatMap((list) => list(subject))
      .map(({ value, pointer }) => ({
        name: text(value, "name") ?? "",
        value: text(value, "value") ?? "",
        pointer,
      }))
      .filter(({ name }) => name === "aibom:unknown" || name === "aibom:disagreement");
    knownMarks.set(subject.value, marks);
  }
  return marks;
}

function statusOf({ asked, declaredUnknown: unknown, absent }: ElementScore["subjects"]): ElementStatus {
  if (asked === 0) {
    return "not-applicable";
  }
  return absent > 0 ? "absent" : unknown > 0 ? "declared-unknown" : "present";
}

function readinessOf(elements: readonly ElementScore[]): Readiness {
  const count = (status: ElementStatus): number => elements.filter((each) => each.status === status).length;
  const applicable = elements.length - count("not-applicable");
  // Exact in whole numbers would need a common denominator of all counts; the small addend undoes rounding below a whole percent.
  const share = elements.reduce(
    (sum, { subjects }) => sum + (subjects.asked === 0 ? 0 : subjects.present / subjects.asked),
    0,
  );
  const isAll = count("present") === applicable && applicable > 0;
  const percent = applicable === 0 ? 0 : Math.floor((100 * share) / applicable + 1e-9);
  return {
    // A hundred means every element of every subject, whatever rounding does.
    percent: isAll ? 100 : Math.min(percent, 99),
    applicable,
    present: count("present"),
    declaredUnknown: count("declared-unknown"),
    absent: count("absent"),
    notApplicable: count("not-applicable"),
  };
}
