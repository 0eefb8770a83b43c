// SPDX-License-Identifier: Apache-2.0
// An assessment as CycloneDX attestations (CDXA, 1.6 and 1.7: definitions.standards and declarations). A requirement that is met has a
// claim with evidence, one that is not has a counter-claim, and confidence follows the class of the evidence, never the wish.

import { cleanText } from "../bom/clean-text.ts";
import type { Document } from "../bom/document.ts";
import { contentKey } from "../bom/refs.ts";
import type { Evidence, SignatureEvidence } from "../model/evidence.ts";
import type { Verdict } from "../model/verdict.ts";
import type { EvidenceClass } from "../profile/check.ts";
import {
  type AssessedRequirement,
  type AssessedStandard,
  type AssessmentInput,
  assessedStandards,
} from "./assessed.ts";
import { type AssessmentContext, evidenceNames, timeText } from "./context.ts";

/** The two members that hold it. */
export interface Declarations {
  readonly definitions: Document;
  readonly declarations: Document;
}

export interface DeclarationTarget {
  /** bom-ref of what the claims are about, if the document has it; else it is described among the targets. */
  readonly ref?: string;
}

/** Subjects that a reasoning names. */
const maxSubjects = 20;

/** Names that one piece of evidence lists. */
const maxListed = 1000;

/** How sure a class of evidence makes, in CycloneDX's number from 0 to 1. A scale of ours. */
export const confidenceOf: Readonly<Record<EvidenceClass, number>> = { 1: 0.25, 2: 0.5, 3: 0.75, 4: 1 };

/** Builds both members. Every bom-ref in them starts with `declared:`. Pure. */
export function declarationsOf(
  input: AssessmentInput,
  context: AssessmentContext,
  target: DeclarationTarget = {},
): Declarations {
  const standards = assessedStandards(input);
  const key = contentKey(context.subject.sha256, timeText(context), context.toolVersion);
  const refs = new DeclaredRefs(key, target.ref ?? `declared:${key}:target`);
  const signatures = input.verdict === undefined ? [] : signatureEvidence(input.verdict, refs, context);
  const evidence = [...signatures, ...standards.map((standard) => runEvidence(standard, refs, context))];
  const claims = standards.flatMap((standard) => claimsOf(standard, refs, signatures));
  return {
    definitions: { standards: standards.map((standard) => standardOf(standard, refs)) },
    declarations: {
      assessors: [
        {
          "bom-ref": refs.of("assessor"),
          thirdParty: false,
          ...(context.assessor === undefined ? {} : { organization: { name: cleanText(context.assessor) } }),
        },
      ],
      attestations: standards.map((standard) => attestation(standard, refs)),
      ...(claims.length === 0 ? {} : { claims }),
      evidence,
      ...(target.ref === undefined ? { targets: { components: [targetComponent(context, refs)] } } : {}),
      affirmation: { statement: affirmation(context) },
    },
  };
}

class DeclaredRefs {
  readonly #key: string;
  readonly target: string;

  constructor(key: string, target: string) {
    this.#key = key;
    this.target = target;
  }

  of(...parts: readonly string[]): string {
    return ["declared", this.#key, ...parts].join(":");
  }
}

function affirmation({ toolVersion, at }: AssessmentContext): string {
  return (
    `aibom ${toolVersion} wrote these declarations from what it verified, profiled and scored at ${at.toISOString()}. ` +
    "A program found them and no person has affirmed them here: who stands behind them signs this document."
  );
}

function targetComponent({ subject }: AssessmentContext, refs: DeclaredRefs): Document {
  return {
    type: "application",
    "bom-ref": refs.target,
    name: cleanText(subject.name),
    ...(subject.version === undefined ? {} : { version: cleanText(subject.version) }),
    hashes: [{ alg: "SHA-256", content: subject.sha256 }],
  };
}

function standardOf(standard: AssessedStandard, refs: DeclaredRefs): Document {
  return {
    "bom-ref": refs.of(standard.id),
    name: cleanText(standard.name),
    version: cleanText(standard.version),
    description: cleanText(standard.standing),
    owner: cleanText(standard.owner),
    requirements: standard.requirements.map(({ id, text, group }) => ({
      "bom-ref": refs.of(standard.id, id),
      identifier: id,
      title: cleanText(text),
      ...(group === undefined ? {} : { properties: [{ name: "aibom:group", value: cleanText(group) }] }),
    })),
  };
}

function attestation(standard: AssessedStandard, refs: DeclaredRefs): Document {
  return {
    summary: cleanText(`${standard.name}: ${standard.summary}`),
    assessor: refs.of("assessor"),
    map: standard.requirements.map((requirement) => mapEntry(standard, requirement, refs)),
  };
}

function mapEntry(
  standard: AssessedStandard,
  requirement: AssessedRequirement,
  refs: DeclaredRefs,
): Document {
  const { id, status, share, evidence } = requirement;
  const side = sideOf(status);
  return {
    requirement: refs.of(standard.id, id),
    ...(side === undefined ? {} : { [side]: [refs.of(standard.id, id, "claim")] }),
    conformance: {
      ...(share === undefined ? {} : { score: Math.round(share * 10_000) / 10_000 }),
      rationale: reasoning(requirement),
    },
    confidence: {
      score: evidence === undefined ? 0 : confidenceOf[evidence],
      rationale: evidence === undefined ? "nothing is known" : evidenceNames[evidence],
    },
  };
}

/** What is not known, or does not apply, is neither claimed nor denied. */
function sideOf(status: AssessedRequirement["status"]): "claims" | "counterClaims" | undefined {
  return status === "met"
    ? "claims"
    : status === "not-met" || status === "waived"
      ? "counterClaims"
      : undefined;
}

function reasoning({ reason, subjects }: AssessedRequirement): string {
  const more = subjects.length > maxSubjects ? ` and ${subjects.length - maxSubjects} more` : "";
  const named = subjects.length === 0 ? "" : `: ${subjects.slice(0, maxSubjects).join(", ")}${more}`;
  return cleanText(`${reason}${named}`);
}

function claimsOf(
  standard: AssessedStandard,
  refs: DeclaredRefs,
  signatures: readonly Document[],
): readonly Document[] {
  return standard.requirements.flatMap((requirement) => {
    const side = sideOf(requirement.status);
    if (side === undefined) {
      return [];
    }
    const isMet = side === "claims";
    const restsOnSignatures = isMet && standard.id === "policy" && requirement.evidence === 3;
    const evidence = [
      refs.of(standard.id, "run"),
      ...(restsOnSignatures ? signatures.map((each) => String(each["bom-ref"])) : []),
    ];
    return [
      {
        "bom-ref": refs.of(standard.id, requirement.id, "claim"),
        target: refs.target,
        predicate: cleanText(`${isMet ? "met" : "not met"}: ${requirement.text}`),
        reasoning: reasoning(requirement),
        evidence,
      },
    ];
  });
}

/** The run itself as evidence: what it said in a line. The report in full lies beside the document. */
function runEvidence(standard: AssessedStandard, refs: DeclaredRefs, context: AssessmentContext): Document {
  return {
    "bom-ref": refs.of(standard.id, "run"),
    propertyName: `aibom:${standard.id}`,
    description: cleanText(`${standard.name}: ${standard.summary}`),
    data: [
      attached("summary", { standard: standard.name, version: standard.version, summary: standard.summary }),
    ],
    created: timeText(context),
    author: { name: `aibom-cli ${context.toolVersion}` },
  };
}

function attached(name: string, content: object): Document {
  return {
    name,
    contents: { attachment: { contentType: "application/json", content: cleanJson(content) } },
  };
}

/** Text inside is cleaned before it becomes JSON, so that the JSON stays whole. */
function cleanJson(content: object): string {
  return JSON.stringify(content, (_key, value: unknown) =>
    typeof value === "string" ? cleanText(value) : value,
  );
}

/** What signers vouched for, a piece per signer and way of signing. */
function signatureEvidence(
  verdict: Verdict,
  refs: DeclaredRefs,
  context: AssessmentContext,
): readonly Document[] {
  const groups = new Map<string, SignatureEvidence[]>();
  for (const each of verdict.evidence.filter(isSignature)) {
    const { signer, scheme, usage } = each;
    const key = JSON.stringify([signer.identity, signer.keyId, scheme, usage]);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [each]);
    } else {
      group.push(each);
    }
  }
  return [...groups].map(([key, all]) => signedBy(contentKey(key), all, refs, context));
}

function isSignature(evidence: Evidence): evidence is SignatureEvidence {
  return evidence.kind === "signature";
}

function signedBy(
  key: string,
  all: readonly SignatureEvidence[],
  refs: DeclaredRefs,
  context: AssessmentContext,
): Document {
  const [first] = all;
  const subjects = [...new Set(all.map(({ subject }) => subject))];
  const identity = cleanText(first?.signer.identity ?? "");
  return {
    "bom-ref": refs.of("signature", key),
    propertyName: "aibom:signature",
    description: `signed by ${identity}: ${subjects.length} subjects`,
    data: [
      attached("signatures", {
        scheme: first?.scheme,
        usage: first?.usage,
        signer: first?.signer,
        subjects: subjects.slice(0, maxListed),
        subjectsLeftOut: Math.max(0, subjects.length - maxListed),
      }),
    ],
    created: timeText(context),
    author: { name: identity },
  };
}
