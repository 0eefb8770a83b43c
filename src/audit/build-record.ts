// SPDX-License-Identifier: Apache-2.0
// Puts the record together from what was examined. Pure: everything comes in as values, in an order that does not depend
// on how it was found.

import { codes, isCode } from "../codes/index.ts";
import { renderMessage } from "../codes/render.ts";
import type { Finding } from "../model/finding.ts";
import type { Outcome, RuleResult, Verdict } from "../model/verdict.ts";
import { compareText } from "../policy/finding-order.ts";
import type { GatedArtifact } from "../policy/rule.ts";
import { counted } from "../report/counted.ts";
import { decidingRules } from "../report/deciding.ts";
import { formatRemedy } from "../report/remedy-text.ts";
import type { TrustRoot } from "../trust/trust-root.ts";
import { notCovered } from "./not-covered.ts";
import {
  type AuditRecord,
  auditPaths,
  auditRecordSchemaId,
  type RecordedArtifact,
  type RecordedComponent,
  type RecordedCustody,
  type RecordedFiles,
  type RecordedIdentity,
  type RecordedInput,
  type RecordedPerson,
  type RecordedRedaction,
  type RecordedRule,
  type RecordedScore,
  type RecordedTrustRoot,
} from "./record.ts";
import { type PlaceOf, recordArtifacts } from "./record-artifacts.ts";
import { compareRelations, type SupplyChain } from "./supply-chain.ts";

export interface RecordParts {
  readonly title: string;
  readonly toolVersion: string;
  readonly seal: AuditRecord["seal"];
  readonly verdict: Verdict;
  readonly artifacts: readonly GatedArtifact[];
  readonly chain: SupplyChain;
  readonly isBomSigned: boolean;
  readonly trustRoot: TrustRoot;
  readonly inputs: readonly RecordedInput[];
  readonly files: RecordedFiles;
  readonly placeOf: PlaceOf;
  readonly comparedWith: (artifact: GatedArtifact) => string | undefined;
  readonly placeOfWaiver: (name: string) => string | undefined;
  readonly completeness: readonly RecordedScore[];
  /** Those of the custody log. */
  readonly loggedPeople: readonly RecordedPerson[];
  readonly custody?: RecordedCustody;
  readonly redaction: RecordedRedaction;
  /** Paths in the folder that hold local names and could not be changed. */
  readonly unredacted: readonly string[];
  readonly unreadEvents: number;
}

/** Builds the record. */
export function buildRecord(parts: RecordParts): AuditRecord {
  const { verdict, artifacts: gated, chain, placeOf } = parts;
  const recorded = recordArtifacts(gated, { ...parts, verdict });
  const artifacts = [...recorded].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.manifest, b.manifest) || compareText(a.ref, b.ref),
  );
  const deciding = new Set(decidingRules(verdict));
  const own = new Set(artifacts.map(({ ref }) => ref));
  const manifests = new Map(gated.map(({ artifact, manifest }) => [artifact.name, manifest.hex]));
  return {
    $schema: auditRecordSchemaId,
    title: parts.title,
    at: verdict.at,
    tool: { name: "aibom", version: parts.toolVersion },
    verdict: {
      outcome: verdict.outcome,
      summary: summaryOf(verdict, artifacts),
      ...(verdict.inputs.environment === undefined ? {} : { environment: verdict.inputs.environment }),
      unsafe: verdict.inputs.unsafe,
      path: auditPaths.verdict,
    },
    seal: parts.seal,
    inputs: parts.inputs,
    artifacts,
    components: [...chain.nodes.values()].filter(({ ref }) => !own.has(ref)).map(componentOf),
    relations: [...chain.relations].sort(compareRelations),
    findings: verdict.findings.map(findingOf),
    rejected: verdict.rejected.map(({ subject, signature, code, args }) => {
      const path = placeOf(manifests.get(subject) ?? "", signature);
      return {
        subject,
        signature,
        code,
        message: isCode(code) ? renderMessage(code, args) : code,
        ...(path === undefined ? {} : { path }),
      };
    }),
    rules: verdict.rules.map((rule) => ruleOf(rule, deciding.has(rule))),
    waivers: (verdict.waivers ?? []).map(({ waiver, applied }) => {
      const path = parts.placeOfWaiver(waiver.path);
      const { rule, reason, ticket, issuedAt, notAfter, signer } = waiver;
      return {
        rule,
        digest: `sha256:${waiver.sha256}`,
        reason,
        ticket,
        issuedAt,
        notAfter,
        signer: signer.identity,
        applied,
        ...(path === undefined ? {} : { path }),
      };
    }),
    completeness: parts.completeness,
    notCovered: notCovered({
      verdict,
      artifacts: gated.flatMap(({ artifact }, index) => {
        const each = recorded[index];
        return each === undefined ? [] : [{ artifact, recorded: each }];
      }),
      inputs: parts.inputs,
      unredacted: parts.unredacted,
      unreadEvents: parts.unreadEvents,
    }),
    people: peopleOf(verdict, parts.loggedPeople),
    ...(parts.custody === undefined ? {} : { custody: parts.custody }),
    trustRoot: trustRootOf(parts.trustRoot),
    redaction: parts.redaction,
    files: parts.files,
  };
}

const sentences: Readonly<Record<Outcome, string>> = {
  allow: "Every rule that decides passed",
  deny: "The policy is violated",
  undecided: "It could not be decided",
};

/** One sentence: the outcome, then how many artifacts stand where. */
function summaryOf({ outcome }: Verdict, artifacts: readonly RecordedArtifact[]): string {
  const count = (...statuses: readonly string[]): number =>
    artifacts.filter(({ status }) => statuses.includes(status)).length;
  const parts = [
    [count("pass"), "passed"],
    [count("waived"), "waived"],
    [count("fail"), "failed"],
    [count("undecided"), "undecided"],
    [count("not-applicable"), "under no rule"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${sentences[outcome]}. ${counted(artifacts.length, "artifact")}: ${told.join(", ") || "none"}.`;
}

function componentOf({ ref, name, kind, version, purl, licenses }: RecordedComponent): RecordedComponent {
  return {
    ref,
    name,
    kind,
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    licenses,
  };
}

function findingOf({ code, severity, args, subject, location }: Finding): AuditRecord["findings"][number] {
  return {
    code,
    severity,
    message: renderMessage(code, args),
    hint: codes[code].hint,
    subject,
    path: location.path,
    ...(location.member === undefined ? {} : { member: location.member }),
  };
}

function ruleOf(result: RuleResult, hasDecided: boolean): RecordedRule {
  const { rule, kind, status, mode, message, matched, findings } = result;
  const remedies = hasDecided ? [...new Set(result.remedy.map((each) => formatRemedy(each, {})))] : [];
  return {
    rule,
    kind,
    status,
    mode,
    ...(message === undefined ? {} : { message }),
    matched,
    codes: [...new Set(findings.map(({ code }) => code))].sort(compareText),
    ...(remedies.length === 0 ? {} : { remedies }),
  };
}

/** Whom signatures prove, then those that an operating system merely names. */
function peopleOf(verdict: Verdict, logged: readonly RecordedPerson[]): readonly RecordedPerson[] {
  const roles = new Map<string, Set<string>>();
  const add = (name: string, role: string): void => {
    roles.set(name, (roles.get(name) ?? new Set()).add(role));
  };
  for (const each of verdict.evidence) {
    if (each.kind !== "digest") {
      add(
        each.signer.identity,
        each.kind === "signature" && each.usage === "statement" ? "attested" : "signed",
      );
    }
  }
  for (const { waiver } of verdict.waivers ?? []) {
    add(waiver.signer.identity, "waived");
  }
  if (verdict.inputs.policy.signer !== undefined) {
    add(verdict.inputs.policy.signer.identity, "approved the policy");
  }
  for (const { name, isAuthenticated, roles: logs } of logged) {
    for (const role of isAuthenticated ? logs : []) {
      add(name, `log entry: ${role}`);
    }
  }
  const proven = [...roles].map(([name, each]) => ({
    name,
    isAuthenticated: true,
    roles: [...each].sort(compareText),
  }));
  const claimed = logged.filter(({ isAuthenticated }) => !isAuthenticated);
  return [...proven.sort((a, b) => compareText(a.name, b.name)), ...claimed];
}

function trustRootOf({ digest, document }: TrustRoot): RecordedTrustRoot {
  return {
    digest: `${digest.algorithm}:${digest.hex}`,
    path: auditPaths.trustRoot,
    identities: document.identities.map((identity): RecordedIdentity => {
      const { name, kind, usages, validFrom, validUntil } = identity;
      return {
        name,
        kind,
        usages,
        ...("keyId" in identity ? { keyId: identity.keyId } : {}),
        ...("authority" in identity ? { authority: identity.authority } : {}),
        ...(validFrom === undefined ? {} : { validFrom }),
        ...(validUntil === undefined ? {} : { validUntil }),
      };
    }),
    authorities: document.authorities.map(({ name, kind }) => ({ name, kind })),
    revocations: document.revocations.length,
  };
}
