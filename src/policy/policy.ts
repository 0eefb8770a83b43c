// SPDX-License-Identifier: Apache-2.0
// The policy document as rules see it: schemas/policy.schema.json in types. A new rule kind is one
// interface here, one definition in the schema, one file in rules/ and one line in its index.

import type { ArtifactKind, FileStatus } from "../model/artifact.ts";
import type { Digest, DigestAlgorithm } from "../model/digest.ts";
import type { Signer } from "../model/evidence.ts";
import type { Severity } from "../model/severity.ts";
import type { Outcome, RuleStatus } from "../model/verdict.ts";

/** `enforce` decides, `warn` is reported and does not decide. */
type Mode = "enforce" | "warn";

/** What the place of a check makes of the policy. `audit`: it decides, and the exit code says nothing of it. */
export type EnvironmentMode = Mode | "audit";

/** What a rule looks at. Without a `kind` it is every artifact; the BOM is looked at only when named. */
interface RuleScope {
  readonly kind?: "any" | "model" | "dataset" | "file-set" | "bom";
  /** Glob over artifact names. */
  readonly name?: string;
  /** Glob over file paths relative to the artifact's root; the rule then looks at these files only. */
  readonly path?: string;
  /** Glob over the package URLs that the BOM or the store gives the artifact. */
  readonly purl?: string;
  /** A property of the artifact's component in the BOM; with any value unless a glob is stated. */
  readonly property?: { readonly name: string; readonly value?: string };
}

/** Another policy file whose rules belong to this one. */
export interface PackReference {
  /** Relative to the file that names it, in or below its directory. */
  readonly path: string;
  /** `sha256:HEX` of its bytes. */
  readonly digest: string;
}

/** What every rule may say. */
export interface RuleCommon {
  readonly id: string;
  readonly scope?: RuleScope;
  /** Artifacts (or files, with `scope.path`) that must be in scope; 1 unless stated. */
  readonly minMatches?: number;
  readonly mode?: Mode;
  /** Severity of the rule's own findings, instead of the code table's. */
  readonly severity?: Severity;
  /** The author's words, shown beside the result. */
  readonly message?: string;
  /** The author's words on what to do. */
  readonly remedy?: string;
}

/** Names of identities in the trust root, or `any` of them. */
export type Signers = "any" | readonly string[];

export interface SignatureRule extends RuleCommon {
  readonly kind: "signature";
  readonly signers: Signers;
  /** Distinct identities with distinct keys; 1 unless stated. */
  readonly minSigners?: number;
}

export interface BomMatchRule extends RuleCommon {
  readonly kind: "bom-match";
  /** What the absence of a BOM means; `fail` unless stated. */
  readonly onMissing?: "fail" | "skip";
  /** Who must have signed the BOM; nobody unless stated. */
  readonly signedBy?: Signers;
}

export interface LicenseRule extends RuleCommon {
  readonly kind: "license";
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** What a licence that is absent or not understood means; `fail` unless stated. */
  readonly onUnknown?: "fail" | "warn";
}

export interface FormatRule extends RuleCommon {
  readonly kind: "format";
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

export interface DigestRule extends RuleCommon {
  readonly kind: "digest";
  readonly allow: readonly DigestAlgorithm[];
}

export interface ContentRule extends RuleCommon {
  readonly kind: "content";
  /** Findings of this severity and above fail the rule; `high` unless stated. */
  readonly failAt?: Severity;
  /** Codes that are accepted, spelled exactly. */
  readonly except?: readonly string[];
}

export interface CompleteRule extends RuleCommon {
  readonly kind: "complete";
  /** What a file that no reader understands means; `allow` unless stated. */
  readonly opaque?: "allow" | "fail";
}

export interface AttestationRule extends RuleCommon {
  readonly kind: "attestation";
  /** Type URI, compared exactly. */
  readonly predicateType: string;
  readonly signers: Signers;
  /** What the predicate must say, by the names of docs/attestations.md: one of the values for each name. */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
}

/** A value that a signed claim must have, compared exactly. */
export type ClaimValue = string | number | boolean;

export type PolicyRule =
  | SignatureRule
  | AttestationRule
  | BomMatchRule
  | LicenseRule
  | FormatRule
  | DigestRule
  | ContentRule
  | CompleteRule;

/** A case of `aibom policy test` (sample.ts). */
export interface PolicyTest {
  readonly name: string;
  readonly env?: string;
  readonly artifacts: readonly SampleArtifact[];
  readonly bom?: { readonly signers?: readonly string[] };
  /** By rule id. */
  readonly expect?: Readonly<Record<string, RuleStatus>>;
  readonly outcome?: Outcome;
}

/** An artifact as reading and verifying it might have shown it. */
export interface SampleArtifact {
  readonly name?: string;
  readonly kind?: ArtifactKind;
  readonly files?: readonly SampleFile[];
  readonly licenses?: readonly string[];
  readonly purl?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly signatures?: readonly SampleSignature[];
  readonly inBom?: boolean;
}

export interface SampleFile {
  readonly path: string;
  readonly format?: string;
  readonly status?: FileStatus;
  readonly findings?: readonly string[];
}

export interface SampleSignature {
  readonly signer: string;
  readonly covers?: readonly string[];
  readonly hash?: DigestAlgorithm;
  readonly predicateType?: string;
  readonly claims?: Readonly<Record<string, ClaimValue>>;
}

/** A policy that was validated, with the rules of its packs and the digest of the bytes it was read from. */
export interface Policy {
  readonly apiVersion: "aibom/policy/v1";
  readonly name: string;
  readonly version?: number;
  /** Last day (`2027-06-30`, to its end in UTC) or last instant (`2027-06-30T12:00:00Z`) of validity. */
  readonly expires?: string;
  readonly mode: Mode;
  /** By name; `verify --env` must name one of them. */
  readonly environments?: Readonly<Record<string, EnvironmentMode>>;
  /** The one that was named (environment.ts). */
  readonly environment?: { readonly name: string; readonly mode: EnvironmentMode };
  /** `sha256:HEX` of the trust root that it was written for. */
  readonly trustRoot?: string;
  /** Rules of packs come first. */
  readonly rules: readonly PolicyRule[];
  readonly tests?: readonly PolicyTest[];
  /** SHA-256 of the policy file. */
  readonly digest: Digest;
  /** Who signed the file, where the trust root asks for that. */
  readonly signer?: Signer;
}
