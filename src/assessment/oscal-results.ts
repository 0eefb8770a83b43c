// SPDX-License-Identifier: Apache-2.0
// An assessment as OSCAL assessment results (NIST, model version 1.1.3, a subset that later versions read): a result per standard, a
// finding per requirement with the observation that it rests on. UUIDs come from content: the same assessment gives the same bytes.

import { cleanText } from "../bom/clean-text.ts";
import type { Document } from "../bom/document.ts";
import { uuidOf } from "../bom/refs.ts";
import {
  type AssessedRequirement,
  type AssessedStandard,
  type AssessmentInput,
  assessedStandards,
} from "./assessed.ts";
import { type AssessmentContext, evidenceNames, timeText } from "./context.ts";

const oscalVersion = "1.1.3";

/** Namespace of our properties; OSCAL's own names have none. */
const ns = "https://aibom.dev/ns/oscal";

/** Subjects that an observation names. */
const maxSubjects = 100;

/** Builds the document. Pure. */
export function oscalResults(input: AssessmentInput, context: AssessmentContext): Document {
  const standards = assessedStandards(input);
  const key = ["assessment", context.subject.sha256, timeText(context), context.toolVersion];
  const planUuid = idOf(...key, "plan");
  const time = timeText(context);
  return {
    "assessment-results": {
      uuid: idOf(...key),
      metadata: {
        title: oneLine(`Assessment of ${context.subject.name}`),
        "last-modified": time,
        version: "1",
        "oscal-version": oscalVersion,
        props: [property("tool", `aibom-cli ${context.toolVersion}`)],
        ...parties(context, key),
      },
      "import-ap": { href: `#${planUuid}` },
      results: standards.map((standard) => result(standard, context, key)),
      "back-matter": { resources: [planResource(planUuid, standards)] },
    },
  };
}

/** The document as it is written. */
export function renderOscal(input: AssessmentInput, context: AssessmentContext): string {
  return `${JSON.stringify(oscalResults(input, context), null, 2)}\n`;
}

function idOf(...parts: readonly string[]): string {
  return uuidOf(`${ns}/${parts.map(encodeURIComponent).join("/")}`);
}

const property = (name: string, value: string): Document => ({ name, ns, value: oneLine(value) });

/** OSCAL's strings have no blank ends and no line breaks. */
function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/gu, " ").trim() || "-";
}

function parties({ assessor }: AssessmentContext, key: readonly string[]): Document {
  return assessor === undefined
    ? {}
    : { parties: [{ uuid: idOf(...key, "assessor"), type: "organization", name: oneLine(assessor) }] };
}

/** There is no assessment plan of OSCAL's kind: what was asked is told in words. */
function planResource(uuid: string, standards: readonly AssessedStandard[]): Document {
  return {
    uuid,
    title: "What was asked",
    description: oneLine(
      `No OSCAL assessment plan was written. Asked were: ${standards.map(({ name, version }) => `${name} ${version}`).join("; ")}.`,
    ),
  };
}

function result(standard: AssessedStandard, context: AssessmentContext, key: readonly string[]): Document {
  const own = [...key, standard.id];
  const asked = standard.requirements.filter(({ status }) => status !== "not-applicable");
  const time = timeText(context);
  return {
    uuid: idOf(...own),
    title: oneLine(standard.name),
    description: oneLine(`${standard.standing}. ${standard.summary}.`),
    start: time,
    end: time,
    props: [property("standard-version", standard.version), property("summary", standard.summary)],
    "reviewed-controls": {
      "control-selections": [{ description: oneLine(standard.name), "include-all": {} }],
      ...(standard.requirements.length === 0
        ? {}
        : {
            "control-objective-selections": [
              {
                "include-objectives": standard.requirements.map(({ id }) => ({
                  "objective-id": objectiveId(standard, id),
                })),
              },
            ],
          }),
    },
    ...(asked.length === 0
      ? {}
      : {
          observations: asked.map((each) => observation(each, context, own)),
          findings: asked.map((each) => findingOf(standard, each, own)),
        }),
  };
}

/** An XML name (OSCAL's token): it starts with a letter. */
function objectiveId({ id }: AssessedStandard, requirement: string): string {
  return `${id}_${requirement}`;
}

function observation(
  requirement: AssessedRequirement,
  context: AssessmentContext,
  own: readonly string[],
): Document {
  const { id, text, reason, subjects, evidence } = requirement;
  const more =
    subjects.length > maxSubjects
      ? [property("subjects-left-out", String(subjects.length - maxSubjects))]
      : [];
  return {
    uuid: idOf(...own, id, "observation"),
    title: oneLine(text),
    description: oneLine(reason),
    props: [
      property("evidence-class", evidence === undefined ? "none" : `E${evidence}`),
      ...subjects.slice(0, maxSubjects).map((subject) => property("subject", subject)),
      ...more,
    ],
    // TEST: a program looked; nobody was asked and nothing was examined by hand.
    methods: ["TEST"],
    types: ["finding"],
    "relevant-evidence": [{ description: evidence === undefined ? "no evidence" : evidenceNames[evidence] }],
    collected: timeText(context),
  };
}

/** OSCAL has two states. What is not known is not satisfied, and says so as its reason. */
function findingOf(
  standard: AssessedStandard,
  requirement: AssessedRequirement,
  own: readonly string[],
): Document {
  const { id, text, status, reason } = requirement;
  const isMet = status === "met";
  return {
    uuid: idOf(...own, id, "finding"),
    title: oneLine(text),
    description: oneLine(reason),
    target: {
      type: "objective-id",
      "target-id": objectiveId(standard, id),
      title: oneLine(text),
      status: {
        state: isMet ? "satisfied" : "not-satisfied",
        reason: isMet ? "pass" : status === "not-met" ? "fail" : "other",
        ...(isMet || status === "not-met"
          ? {}
          : { remarks: status === "waived" ? "waived: not met, and accepted for a time" : "not known" }),
      },
    },
    "related-observations": [{ "observation-uuid": idOf(...own, id, "observation") }],
  };
}
