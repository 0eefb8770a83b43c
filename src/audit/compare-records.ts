// SPDX-License-Identifier: Apache-2.0
// What changed from one audit folder to the next, by their records. Artifacts are the same by name and kind; everything is
// data, sorted, so that the same two folders give the same bytes.

import { compareText } from "../policy/finding-order.ts";
import type { AuditRecord, RecordedArtifact } from "./record.ts";

/** In the order of reports. */
export const recordChangeKinds = [
  "verdict",
  "artifact-removed",
  "artifact-added",
  "digest",
  "version",
  "license",
  "evidence",
  "status",
  "signer",
  "rule",
  "finding",
  "waiver",
  "policy",
  "trust-root",
  "identity",
  "input",
  "not-covered",
  "seal",
] as const;
export type RecordChangeKind = (typeof recordChangeKinds)[number];

export interface RecordChange {
  readonly kind: RecordChangeKind;
  /** An artifact, a rule, an input; empty for the folder as a whole. */
  readonly subject: string;
  /** Values that only the earlier folder has, sorted. */
  readonly before: readonly string[];
  /** Values that only the later folder has, sorted. */
  readonly after: readonly string[];
}

export interface RecordDiff {
  readonly before: RecordSide;
  readonly after: RecordSide;
  /** Artifacts that are in both. */
  readonly matched: number;
  /** In the order of `recordChangeKinds`, then by subject. */
  readonly changes: readonly RecordChange[];
}

interface RecordSide {
  readonly title: string;
  readonly at: string;
  readonly verdict: string;
  readonly artifacts: number;
}

/** Compares two records. */
export function compareRecords(before: AuditRecord, after: AuditRecord): RecordDiff {
  const [old, young] = [byKey(before.artifacts), byKey(after.artifacts)];
  const keys = [...new Set([...old.keys(), ...young.keys()])];
  const changes = [
    change("verdict", "", [before.verdict.outcome], [after.verdict.outcome]),
    change("seal", "", [before.seal], [after.seal]),
    change("trust-root", "", [before.trustRoot.digest], [after.trustRoot.digest]),
    ...keys.flatMap((key) => artifactChanges(old.get(key), young.get(key))),
    ...listChanges("identity", identitiesOf(before), identitiesOf(after)),
    ...listChanges("rule", rulesOf(before), rulesOf(after)),
    ...listChanges("finding", findingsOf(before), findingsOf(after)),
    ...listChanges("waiver", waiversOf(before), waiversOf(after)),
    ...listChanges("policy", inputsOf(before, "policy"), inputsOf(after, "policy")),
    ...listChanges("input", inputsOf(before), inputsOf(after)),
    ...listChanges("not-covered", uncoveredOf(before), uncoveredOf(after)),
  ].filter((each) => each.before.length + each.after.length > 0);
  return {
    before: sideOf(before),
    after: sideOf(after),
    matched: keys.filter((key) => old.has(key) && young.has(key)).length,
    changes: changes.sort(
      (a, b) =>
        recordChangeKinds.indexOf(a.kind) - recordChangeKinds.indexOf(b.kind) ||
        compareText(a.subject, b.subject),
    ),
  };
}

/** True if a kind of change that must not be is among them. */
export function hasChange({ changes }: RecordDiff, failOn: readonly (RecordChangeKind | "any")[]): boolean {
  return changes.some(({ kind }) => failOn.includes("any") || failOn.includes(kind));
}

function sideOf({ title, at, verdict, artifacts }: AuditRecord): RecordSide {
  return { title, at, verdict: verdict.outcome, artifacts: artifacts.length };
}

/** Several artifacts of one name and kind are compared in the order of their digests. */
function byKey(artifacts: readonly RecordedArtifact[]): ReadonlyMap<string, RecordedArtifact> {
  const counts = new Map<string, number>();
  return new Map(
    artifacts.map((artifact) => {
      const key = JSON.stringify([artifact.kind, artifact.name]);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return [`${key}${count}`, artifact];
    }),
  );
}

function artifactChanges(
  old: RecordedArtifact | undefined,
  young: RecordedArtifact | undefined,
): readonly RecordChange[] {
  const subject = young?.name ?? old?.name ?? "";
  if (old === undefined || young === undefined) {
    return [
      old === undefined
        ? change("artifact-added", subject, [], [young?.manifest ?? ""])
        : change("artifact-removed", subject, [old.manifest], []),
    ];
  }
  const signers = ({ signers: each }: RecordedArtifact) =>
    each.map(({ identity, keyId, usage }) => `${identity} (${usage}, key ${keyId.slice(0, 16)})`);
  return [
    change("digest", subject, [old.manifest], [young.manifest]),
    change("version", subject, present(old.version), present(young.version)),
    change("license", subject, old.licenses, young.licenses),
    change("evidence", subject, [old.evidence.grade], [young.evidence.grade]),
    change("status", subject, [old.status], [young.status]),
    change("signer", subject, signers(old), signers(young)),
  ];
}

/** By subject: the values of each. */
type Values = readonly (readonly [subject: string, value: string])[];

function listChanges(kind: RecordChangeKind, before: Values, after: Values): readonly RecordChange[] {
  const [old, young] = [grouped(before), grouped(after)];
  const subjects = new Set([...old.keys(), ...young.keys()]);
  return [...subjects].map((subject) =>
    change(kind, subject, old.get(subject) ?? [], young.get(subject) ?? []),
  );
}

function grouped(values: Values): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [subject, value] of values) {
    groups.set(subject, [...(groups.get(subject) ?? []), value]);
  }
  return groups;
}

function identitiesOf({ trustRoot }: AuditRecord): Values {
  return trustRoot.identities.map(
    ({ name, kind, usages, keyId, authority }) =>
      [
        name,
        `${kind} ${keyId?.slice(0, 16) ?? authority ?? ""} for ${[...usages].sort().join(", ")}`,
      ] as const,
  );
}

function rulesOf({ rules }: AuditRecord): Values {
  return rules.map(({ rule, status, mode }) => [rule, `${status} (${mode})`] as const);
}

function findingsOf({ findings }: AuditRecord): Values {
  return findings.map(
    ({ subject, code, severity, path }) => [subject, `${severity} ${code} at ${path}`] as const,
  );
}

function waiversOf({ waivers }: AuditRecord): Values {
  return waivers.map(
    ({ rule, ticket, signer, notAfter, applied }) =>
      [
        rule,
        `${ticket} by ${signer} until ${notAfter}${applied.length === 0 ? ", not applied" : ""}`,
      ] as const,
  );
}

function inputsOf({ inputs }: AuditRecord, only?: "policy"): Values {
  const isWanted = (kind: string): boolean =>
    only === undefined
      ? !["policy", "policy-signature", "trust-root", "bom", "waiver"].includes(kind)
      : kind === only;
  return inputs
    .filter(({ kind }) => isWanted(kind))
    .map(({ kind, name, digest }) => [`${kind} ${name}`, digest] as const);
}

function uncoveredOf({ notCovered }: AuditRecord): Values {
  return notCovered
    .filter(({ kind }) => kind !== "out-of-scope")
    .map(({ kind, subject, path, more }) => [
      subject,
      `${kind}${path === undefined ? "" : ` ${path}`}${more === undefined ? "" : `, and ${more} more`}`,
    ]);
}

/** What only one side has; both empty if nothing differs. */
function change(
  kind: RecordChangeKind,
  subject: string,
  before: readonly string[],
  after: readonly string[],
): RecordChange {
  const [old, young] = [new Set(before), new Set(after)];
  return {
    kind,
    subject,
    before: [...old].filter((each) => !young.has(each)).sort(compareText),
    after: [...young].filter((each) => !old.has(each)).sort(compareText),
  };
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
