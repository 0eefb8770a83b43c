// SPDX-License-Identifier: Apache-2.0
// The public library API. The command line uses nothing else to do its work, so what a command can do, a
// program can. Everything here follows Semantic Versioning; modules behind it do not.

/** An assessment as OSCAL assessment results. */
export type { AssessmentInput } from "./assessment/assessed.ts";
export type { AssessmentContext } from "./assessment/context.ts";
/** An assessment as CycloneDX `definitions` and `declarations`. */
export { type Declarations, declarationsOf } from "./assessment/declarations.ts";
export { oscalResults } from "./assessment/oscal-results.ts";
/** What changed from one audit folder to the next. */
export type { RecordChange, RecordDiff } from "./audit/compare-records.ts";
export type { FolderFile } from "./audit/folder-file.ts";
export type { AuditRecord } from "./audit/record.ts";
/** Verifies targets and makes the folder for auditors of what came out; writing its files is the caller's. */
export { type AuditReport, auditReport } from "./audit-report.ts";
export type { ReportOptions } from "./audit-report-options.ts";
/** Writes a CycloneDX AI bill of materials of artifacts: deterministic, validated before it is returned. */
export { type BomOptions, buildBom, type Lifecycle } from "./bom/build.ts";
/** The SHA-256 of an artifact's `sha256sum` listing. */
export { fileManifest } from "./bom/file-manifest.ts";
/** Reads any CycloneDX JSON document of 1.2 to 1.7: findings, and the artifacts that it names. */
export { type Bom, type BomArtifact, type BomFile, readBom } from "./bom/read.ts";
/** Checks a CycloneDX JSON document: schema and meaning. */
export { type BomValidation, validateBom } from "./bom/validate.ts";
/** Every code with its message, hint and explanation. */
export { type Code, type CodeEntry, codes, type ExitCode, isCode } from "./codes/index.ts";
/** The message of a code with its arguments, safe to print. */
export { renderMessage } from "./codes/render.ts";
/** What changed from one BOM, or one verdict, to the next. */
export { changesOf, compareBoms, compareFiles, compareVerdicts } from "./compare-boms.ts";
/** Compares two audit folders on disk. */
export { compareReports } from "./compare-reports.ts";
/** Converts a CycloneDX document, and says what the other format could not hold. */
export { type Conversion, type ConvertOptions, convertBom, convertFile } from "./convert.ts";
/** The custody log: opens and verifies one, proves an entry, checks a proof. */
export {
  type CustodyLog,
  type LogReport,
  loadLogPolicy,
  openLog,
  proofOfEntry,
  readEntry,
  type VerifiedProof,
  verifyLog,
  verifyTlogProof,
} from "./custody-log.ts";
/** Verifies targets and writes what came out into their BOM, or beside it, as declarations. */
export { type Declared, type DeclareOptions, declare } from "./declare.ts";
/** The one error class: something could not be checked. */
export { AibomError } from "./errors.ts";
/** Reads targets: artifacts with digests, facts and findings. */
export { type InventoryOptions, inventory, type Progress } from "./inventory.ts";
export type { Artifact, ArtifactFile, ArtifactKind, FileStatus, IgnoredPath } from "./model/artifact.ts";
export type { Change, ChangeKind, ChangeSubject, Diff, DiffSide } from "./model/bom-diff.ts";
export type { ConversionNotes, ConversionTarget, Gap, Loss, Move } from "./model/conversion.ts";
export type { Digest, DigestAlgorithm } from "./model/digest.ts";
export type {
  DigestEvidence,
  Evidence,
  Rejection,
  SignatureEvidence,
  Signer,
  Usage,
} from "./model/evidence.ts";
export type { Claim, Computed, Fact, FactName, FactSource, JsonValue } from "./model/fact.ts";
export type { Finding, Location } from "./model/finding.ts";
export type { ScannedImport, ScannedTarget, ScanOutcome, ScanReport } from "./model/scan-report.ts";
export { type Severity, severities } from "./model/severity.ts";
export type { Outcome, Remedy, RuleResult, RuleStatus, SkippedCheck, Verdict } from "./model/verdict.ts";
export type { Waiver, WaiverUse } from "./model/waiver.ts";
export type { CheckResult, CheckStatus, Level, Profile } from "./profile/build-profile.ts";
/** Answers the checks of the sovereignty profile. */
export { type ProfileOptions, profile } from "./profile.ts";
/** Recomputes a verdict from its inputs and compares the bytes. */
export { type Replay, replay } from "./replay.ts";
/** A diff as JSON (schemas/diff.schema.json). */
export { renderDiffJson } from "./report/diff-json.ts";
export type { Reporter } from "./report/reporter.ts";
/** Renders a verdict: `text` for people, `json` for machines (schemas/verdict.schema.json), `sarif` for code scanning. */
export { reporters } from "./report/reporters/index.ts";
/** Reads targets as an inventory does and says what is dangerous in them; nothing is hashed. */
export { type ScanOptions, scan } from "./scan.ts";
/** Scores a parsed CycloneDX document by a list of elements. */
export {
  type ElementScore,
  type ElementStatus,
  type Readiness,
  type Score,
  scoreBom,
} from "./score/score-bom.ts";
/** Signs a model or a BOM; returns the bytes of the signature file. */
export { type SignedArtifact, type SignOptions, sign } from "./sign.ts";
/** Signs a policy file; returns the bytes of its signature. */
export { type SignedPolicy, signPolicy } from "./sign-policy.ts";
export type { IgnoreRule } from "./sources/ignore.ts";
/** Verifies targets against the local trust root and gates them on a policy. */
export { verify } from "./verify.ts";
/** Verifies that an authority of the trust root stamped a file (RFC 3161). */
export { type FileStampOptions, verifyFileStamp } from "./verify-file-stamp.ts";
export type { VerifyOptions } from "./verify-options.ts";
/** Writes and signs a waiver: one failure of one rule about certain bytes, accepted for a time. */
export { type SignedWaiver, type WaiveOptions, waive } from "./waive.ts";
