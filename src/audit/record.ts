// SPDX-License-Identifier: Apache-2.0
// data/record.json, the index of an audit folder: what was examined, what was decided, what it rests on and where in the
// folder the proof lies. Plain JSON with sorted lists: same inputs, same bytes. Nothing in it needs to be believed: each
// statement names the file of the folder that shows it. Shape: schemas/audit-record.schema.json, docs/audit.md.

import type { ArtifactKind } from "../model/artifact.ts";
import type { SigningMethod, Usage } from "../model/evidence.ts";
import type { Severity } from "../model/severity.ts";
import type { TimeSource } from "../model/trusted-time.ts";
import type { Outcome, RuleStatus } from "../model/verdict.ts";

/** The `$id` of schemas/audit-record.schema.json. */
export const auditRecordSchemaId = "https://aibom.dev/schemas/audit-record/v1";

/** Paths in this record are relative to the folder, `/` separated: `data/bom/aibom.cdx.json`. */
export interface AuditRecord {
  readonly $schema: typeof auditRecordSchemaId;
  /** What the folder is about, for people: the system's name, else the artifact's. */
  readonly title: string;
  /** The instant the checks were made for, RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  readonly tool: { readonly name: "aibom"; readonly version: string };
  readonly verdict: RecordedVerdict;
  /** Whether the folder is meant to carry a seal. An unsealed one proves nothing about who made it, or when. */
  readonly seal: "signed" | "unsealed";
  /** Documents that the verdict was decided from; sorted by kind, then name. */
  readonly inputs: readonly RecordedInput[];
  /** What was gated. Sorted by name, then manifest. */
  readonly artifacts: readonly RecordedArtifact[];
  /** What belongs to the supply chain and was not gated by itself: the system, libraries, base models, datasets. */
  readonly components: readonly RecordedComponent[];
  /** Edges between the refs of artifacts and components. Sorted by from, to, kind. */
  readonly relations: readonly RecordedRelation[];
  /** Gravest first, then by code and place; all of them are in data/decisions/verdict.json in full. */
  readonly findings: readonly RecordedFinding[];
  /** Signatures and statements that were offered and not accepted. */
  readonly rejected: readonly RecordedRejection[];
  readonly rules: readonly RecordedRule[];
  readonly waivers: readonly RecordedWaiver[];
  /** One for each profile that the BOM was scored by; readiness, never compliance. */
  readonly completeness: readonly RecordedScore[];
  /** What nobody looked at, or could look at; the same list as data/not-covered.json. */
  readonly notCovered: readonly NotCovered[];
  /** Who signed, approved or touched, as identities of the trust root or as pseudonyms. */
  readonly people: readonly RecordedPerson[];
  /** Absent if no custody log is configured. */
  readonly custody?: RecordedCustody;
  readonly trustRoot: RecordedTrustRoot;
  readonly redaction: RecordedRedaction;
  /** Where the rest lies; absent if the folder has none. */
  readonly files: RecordedFiles;
}

export interface RecordedVerdict {
  readonly outcome: Outcome;
  /** One sentence without markup. */
  readonly summary: string;
  /** Where the check was made, by the policy's environments. With `audit` the outcome decided nothing. */
  readonly environment?: { readonly name: string; readonly mode: "enforce" | "warn" | "audit" };
  /** Flags that weaken a check, as typed. */
  readonly unsafe: readonly string[];
  readonly path: string;
}

export const recordedInputKinds = [
  "bom",
  "previous-bom",
  "policy",
  "policy-signature",
  "trust-root",
  "suppliers",
  "osv",
  "vex",
  "waiver",
  "system",
  "perimeter",
] as const;

export interface RecordedInput {
  readonly kind: (typeof recordedInputKinds)[number];
  readonly name: string;
  /** `sha256:HEX`. */
  readonly digest: string;
  /** Where its copy lies; absent for what is too large or not ours to copy (an OSV export). */
  readonly path?: string;
}

/**
 * How good the proof is. `recomputed`: the digest of every file was computed from its bytes and equals what a trusted
 * identity signed, itself or in a BOM. `signed`: a trusted identity vouches for it, and not for all of its bytes. `claim`:
 * nothing but words; a BOM that nobody signed is words.
 */
export const evidenceGrades = ["recomputed", "signed", "claim"] as const;
export type EvidenceGrade = (typeof evidenceGrades)[number];

export interface RecordedArtifact {
  /** Unique in the record; the bom-ref if the BOM lists it. */
  readonly ref: string;
  readonly name: string;
  readonly kind: ArtifactKind;
  readonly version?: string;
  readonly purl?: string;
  /** SPDX expressions and names, as claimed or found. */
  readonly licenses: readonly string[];
  readonly supplier?: string;
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of its file manifest: `sha256:HEX`. */
  readonly manifest: string;
  /** Where everything about it lies: `data/receipts/HEX`. */
  readonly receipt: string;
  readonly evidence: RecordedEvidence;
  /** How the enforcing rules ended for it, the worst of them. */
  readonly status: RuleStatus;
  readonly signers: readonly RecordedSigner[];
  /** Its findings, by severity; only those that occur. */
  readonly findings: Readonly<Partial<Record<Severity, number>>>;
}

export interface RecordedEvidence {
  readonly grade: EvidenceGrade;
  /** Files that a signature of a trusted identity covers with the digests that were recomputed. */
  readonly signedFiles: number;
  /** Files whose recomputed digests equal the BOM's. */
  readonly bomFiles: number;
  /** True if every file was read to its end. */
  readonly isRead: boolean;
}

export interface RecordedSigner {
  /** Name in the trust root. */
  readonly identity: string;
  readonly usage: Usage;
  readonly method: SigningMethod;
  readonly keyId: string;
  readonly algorithm: string;
  readonly certificate?: { readonly authority: string; readonly fingerprint: string };
  /** Of an in-toto statement; empty for others. */
  readonly predicateType: string;
  /** The file of the signature, in the folder. */
  readonly path?: string;
  readonly times: readonly RecordedTime[];
  readonly logEntries: number;
}

export interface RecordedTime {
  readonly time: string;
  readonly source: TimeSource;
  readonly authority: string;
}

export const componentKinds = [
  "system",
  "model",
  "dataset",
  "image",
  "environment",
  "library",
  "service",
  "file-set",
] as const;

export interface RecordedComponent {
  readonly ref: string;
  readonly name: string;
  readonly kind: (typeof componentKinds)[number];
  readonly version?: string;
  readonly purl?: string;
  readonly licenses: readonly string[];
}

/**
 * `contains`: a system its members, an artifact its libraries. `base-model`, `trained-on`: what a model says it came
 * from. `depends-on`: what the BOM says that it needs.
 */
export const relationKinds = ["contains", "base-model", "trained-on", "depends-on"] as const;

export interface RecordedRelation {
  readonly from: string;
  readonly to: string;
  readonly kind: (typeof relationKinds)[number];
}

export interface RecordedFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  /** The artifact, the BOM or the rule. */
  readonly subject: string;
  readonly path: string;
  /** What in the file: a tensor, an archive member, a JSON pointer. */
  readonly member?: string;
}

export interface RecordedRejection {
  readonly subject: string;
  readonly signature: string;
  readonly code: string;
  readonly message: string;
  /** The file of it, in the folder. */
  readonly path?: string;
}

export interface RecordedRule {
  readonly rule: string;
  readonly kind: string;
  readonly status: RuleStatus;
  readonly mode: "enforce" | "warn";
  readonly message?: string;
  readonly matched: number;
  /** Codes of the findings that decided it, sorted, each once. */
  readonly codes: readonly string[];
  /** What would make it pass, each once, with commands to type; only of rules that made the verdict what it is. */
  readonly remedies?: readonly string[];
}

export interface RecordedWaiver {
  readonly rule: string;
  /** `sha256:HEX` of what it is about. */
  readonly digest: string;
  readonly reason: string;
  readonly ticket: string;
  readonly issuedAt: string;
  readonly notAfter: string;
  readonly signer: string;
  /** Artifacts whose failure it covers; empty if it was not applied. */
  readonly applied: readonly string[];
  readonly path?: string;
}

export interface RecordedScore {
  /** `g7-ai`, `cisa-2025` … */
  readonly profile: string;
  readonly present: number;
  readonly unknown: number;
  readonly notApplicable: number;
  readonly absent: number;
  /** Where each element stands with its pointer. */
  readonly path: string;
}

export const notCoveredKinds = [
  "unread", // a file that no reader could read completely
  "opaque", // a file of a format that nobody knows: hashed, not looked into
  "ignored", // a path that a rule left out
  "skipped", // a check that was not made
  "unknown", // something that has no answer: a licence, a digest
  "expired", // evidence whose time is over
  "out-of-scope", // what the folder does not claim to cover
] as const;
export type NotCoveredKind = (typeof notCoveredKinds)[number];

export interface NotCovered {
  readonly kind: NotCoveredKind;
  /** Name of the artifact, or of what else it is about. */
  readonly subject: string;
  readonly path?: string;
  readonly reason: string;
  /** How many more of the same there are, where a list was cut short. The file of the receipt has them all. */
  readonly more?: number;
}

export interface RecordedPerson {
  /** The identity's name in the trust root, else `person-1`, `person-2` … */
  readonly name: string;
  /** True if a signature proved it; false for what an operating system or a document claims. */
  readonly isAuthenticated: boolean;
  /** What was done: `signed`, `approved`, `waived`, and the types of custody events. Sorted. */
  readonly roles: readonly string[];
}

export interface RecordedCustody {
  readonly origin: string;
  readonly entries: number;
  /** Base64, of the checkpoint. */
  readonly rootHash: string;
  readonly firstAt?: string;
  readonly lastAt?: string;
  readonly witnesses: readonly string[];
  /** How many events of each type. */
  readonly events: Readonly<Record<string, number>>;
  /** `data/custody`. */
  readonly path: string;
}

export interface RecordedTrustRoot {
  /** `sha256:HEX` of trust.json. */
  readonly digest: string;
  readonly path: string;
  readonly identities: readonly RecordedIdentity[];
  readonly authorities: readonly { readonly name: string; readonly kind: string }[];
  readonly revocations: number;
}

export interface RecordedIdentity {
  readonly name: string;
  readonly kind: string;
  readonly usages: readonly Usage[];
  readonly keyId?: string;
  readonly authority?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface RecordedRedaction {
  /** How many different values of each kind were replaced; only those that occur. */
  readonly replaced: Readonly<Record<string, number>>;
  /** `sha256:HEX` of the file that maps pseudonyms to people. Absent if none was asked for. */
  readonly escrow?: string;
}

export interface RecordedFiles {
  readonly bom: string;
  readonly bomSignatures: readonly string[];
  readonly previousBom?: string;
  readonly bomDiff?: string;
  readonly vsa?: string;
  readonly svr?: string;
  readonly profile?: string;
  readonly policy: string;
  readonly policySignature?: string;
  readonly notCovered: string;
  readonly declarations?: string;
  readonly oscal?: string;
}

/** Fixed places in the folder. */
export const auditPaths = {
  record: "data/record.json",
  bom: "data/bom/aibom.cdx.json",
  previousBom: "data/bom/previous.cdx.json",
  bomDiff: "data/bom/diff.json",
  receipts: "data/receipts",
  verdict: "data/decisions/verdict.json",
  vsa: "data/decisions/vsa.intoto.jsonl",
  svr: "data/decisions/svr.intoto.jsonl",
  profile: "data/decisions/profile.json",
  waivers: "data/decisions/waivers",
  policy: "data/policy",
  trustRoot: "data/trust-root",
  custody: "data/custody",
  declarations: "data/declarations.cdx.json",
  oscal: "data/oscal/assessment-results.json",
  notCovered: "data/not-covered.json",
  startHere: "START-HERE.html",
  verifier: "verify.mjs",
  verifierText: "VERIFY.md",
  seal: "seal",
  sealStatement: "seal/statement.sigstore.json",
  sealToken: "seal/token.tsr",
  sealProof: "seal/event.tlog-proof",
  sealEvent: "seal/event.dsse.json",
} as const;
