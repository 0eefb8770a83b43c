// SPDX-License-Identifier: Apache-2.0
// The policy document as rules see it: schemas/policy.schema.json in types. A new rule kind is one
// interface here, one definition in the schema, one file in rules/ and one line in its index.

import type { Digest, DigestAlgorithm } from "../model/digest.ts";
import type { SignatureScheme, Signer } from "../model/evidence.ts";
import type { KillSwitchClass } from "../model/kill-switch.ts";
import type { LicenseClause } from "../model/license-clause.ts";
import type { PackageRole } from "../model/package.ts";
import type { Severity } from "../model/severity.ts";
import type { TimeSource } from "../model/trusted-time.ts";
import type { ScoreProfileId } from "../score/element.ts";
import type { PolicyTest } from "./policy-test.ts";

/** `enforce` decides, `warn` is reported and does not decide. */
type Mode = "enforce" | "warn";

/** What the place of a check makes of the policy. `audit`: it decides, and the exit code says nothing of it. */
export type EnvironmentMode = Mode | "audit";

/** What a rule looks at. Without a `kind` it is every artifact; the BOM is looked at only when named. */
interface RuleScope {
  readonly kind?: "any" | "model" | "dataset" | "image" | "environment" | "file-set" | "bom";
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
interface FilePack {
  /** Relative to the file that names it, in or below its directory; or `aibom:NAME@VERSION`. */
  readonly path: string;
  /** `sha256:HEX` of its bytes. */
  readonly digest: string;
}

/** One of the packs that aibom ships: the bytes of a version never change. */
interface ShippedPack {
  readonly name: string;
  readonly version: number;
  readonly digest?: string;
}

export type PackReference = FilePack | ShippedPack;

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

/** A span of time: `180d`, `12h`. */
export type Span = string;

/** What a single signature needs besides its signer, so that it counts. */
export interface SignatureDemands {
  /** A proven time is required, from these sources. */
  readonly trustedTime?: "any" | readonly TimeSource[];
  /** An entry of a transparency log is required. */
  readonly transparencyLog?: boolean;
  /** The earliest proven time of the signature lies at most this long before the check. */
  readonly maxAge?: Span;
  readonly schemes?: readonly SignatureScheme[];
}

/** A verification summary that is accepted in the place of the evidence. There are no defaults: a pin that is left out
 * would let somebody else's word pass. */
export interface SummaryDemand {
  /** Identities of the trust root with the usage `statement`, by name. */
  readonly signers: readonly string[];
  /** `verifier.id`, compared exactly. */
  readonly verifiers: readonly string[];
  /** Globs over `resourceUri`. */
  readonly resources: readonly string[];
  /** All of them must be verified. */
  readonly levels: readonly string[];
  /** Of `timeVerified`. */
  readonly maxAge: Span;
}

export interface SignatureRule extends RuleCommon, SignatureDemands {
  readonly kind: "signature";
  readonly orSummary?: SummaryDemand;
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
  /** Licence texts that were read and accepted: a licence that no list decides is allowed beside them. */
  readonly texts?: readonly string[];
  /** Clauses that neither a claimed licence nor a licence text may have. */
  readonly denyClauses?: readonly LicenseClause[];
}

/** Where a base model has to be: anywhere, among what is verified, or there and signed. */
export type BasePlace = "anywhere" | "inventory" | "signed";

export interface LineageRule extends RuleCommon, EvidenceDemand {
  readonly kind: "lineage";
  /** Globs over names of base models: each that is stated must match. */
  readonly allow?: readonly string[];
  /** None that is stated, also by base models among what is verified, may match. */
  readonly deny?: readonly string[];
  /** Steps down to a model without a base; all of them have to be among what is verified. */
  readonly maxDepth?: number;
  readonly bases?: BasePlace;
  /** What it means that no base is stated; `fail` unless stated. */
  readonly onNone?: "fail" | "pass";
}

export interface DatasetRule extends RuleCommon, EvidenceDemand {
  readonly kind: "dataset";
  readonly require?: readonly ("present" | "classified" | "licensed")[];
  /** Globs over classifications that are let through. */
  readonly classification?: readonly string[];
  /** `deny`, or globs over the kinds of sensitive data that are let through. */
  readonly sensitiveData?: "deny" | readonly string[];
  /** Globs over names of datasets: none may match. */
  readonly deny?: readonly string[];
  /** What it means that a model names no dataset; `fail` unless stated. */
  readonly onNone?: "fail" | "pass";
}

export interface OriginRule extends RuleCommon {
  readonly kind: "origin";
  /** Countries (ISO 3166-1 alpha-2) of suppliers and of those who control them. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** `claim` takes package names and addresses, and a register that nobody signed. */
  readonly evidence?: "signed" | "claim";
  /** Who must have signed the supplier register; any identity of the trust root unless stated. */
  readonly registerSignedBy?: Signers;
}

export interface ImportsRule extends RuleCommon {
  readonly kind: "imports";
  /** Globs over `module.name`, beside those that aibom knows as harmless. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** `ignore`: only what `allow` lists is allowed; `accept` unless stated. */
  readonly builtin?: "accept" | "ignore";
}

export type CompletenessProfile = "minimum" | "model" | "dataset";

export type CompletenessField =
  | "name"
  | "version"
  | "supplier"
  | "license"
  | "description"
  | "address"
  | "task"
  | "architecture"
  | "base-model"
  | "datasets"
  | "metrics"
  | "limitations"
  | "use-cases"
  | "inputs"
  | "created"
  | "classification"
  | "sensitive-data"
  | "governance"
  | "origin";

export interface CompletenessRule extends RuleCommon, EvidenceDemand {
  readonly kind: "completeness";
  readonly profile?: CompletenessProfile;
  readonly require?: readonly CompletenessField[];
}

export interface ReadinessRule extends RuleCommon {
  readonly kind: "readiness";
  readonly profile: ScoreProfileId;
  /** Percent. */
  readonly minimum?: number;
  /** Ids of elements that have to be present. */
  readonly require?: readonly string[];
}

export interface FreshnessRule extends RuleCommon {
  readonly kind: "freshness";
  readonly signers: Signers;
  readonly maxAge: Span;
}

/** What a version has to be, by the order of the package's ecosystem. */
export interface VersionBounds {
  readonly min?: string;
  readonly max?: string;
  /** Globs: one of them matches. */
  readonly allow?: readonly string[];
}

export interface PackageRule extends RuleCommon {
  readonly kind: "package";
  /** Globs over package URLs without version: the packages that the rule is about; all unless stated. */
  readonly packages?: readonly string[];
  /** Only packages of this role. */
  readonly role?: PackageRole;
  /** Globs over package URLs without version. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly versions?: VersionBounds;
  /** Its files are there and have the digests that the package states. */
  readonly ownsFiles?: true;
  /** Somebody of these attested the archive that a record pins for it, by name, version and digest. */
  readonly attestedBy?: { readonly signers: Signers; readonly predicateType?: string };
  /** What it means that there is no such package; `fail` unless stated. */
  readonly onNone?: "fail" | "pass";
}

/** Where known vulnerabilities come from. */
export type VulnerabilitySource = "osv" | "vex";

export interface VulnerabilityRule extends RuleCommon {
  readonly kind: "vulnerability";
  /** What must be given, signed and recent; `osv` unless stated. What else is given counts, too. */
  readonly sources?: readonly VulnerabilitySource[];
  /** How old the data may be. */
  readonly maxAge: Span;
  /** Vulnerabilities of this severity and above fail the rule; `high` unless stated. Unknown ones always do. */
  readonly failAt?: "low" | "medium" | "high" | "critical";
  /** Identifiers that are let through. */
  readonly except?: readonly string[];
  /** What a vulnerability without a fix means; `fail` unless stated. */
  readonly onNoFix?: "fail" | "warn";
  /** What it means that a component cannot be looked up; `undecided` unless stated. */
  readonly onUnknown?: "undecided" | "warn";
  /** What it means that there is no component to look up; `fail` unless stated. */
  readonly onNone?: "fail" | "pass";
  /** Whose VEX may let a vulnerability through, and with which words; nobody's unless stated. */
  readonly vex?: {
    readonly signedBy: readonly string[];
    readonly status?: readonly ("not_affected" | "fixed")[];
    readonly justifications?: readonly string[];
  };
  /** `claim` takes data that nobody signed. */
  readonly evidence?: "signed" | "claim";
  /** Who must have signed the data; any identity of the trust root unless stated. */
  readonly dataSignedBy?: Signers;
}

export interface KillSwitchRule extends RuleCommon {
  readonly kind: "kill-switch";
  /** Classes that are not let through; all unless stated. */
  readonly deny?: readonly KillSwitchClass[];
  /** Globs over names (hosts, products, references, variables) that are let through all the same. */
  readonly allow?: readonly string[];
  /** Countries (ISO 3166-1 alpha-2) whose operators are let through. */
  readonly seats?: readonly string[];
  /** What it means that no configuration is among what is verified; `fail` unless stated. */
  readonly onNone?: "fail" | "pass";
}

export interface ImageRule extends RuleCommon, EvidenceDemand {
  readonly kind: "image";
  /** What configurations name: by digest, or an image that is itself among what is verified. */
  readonly references?: "pinned" | "verified";
  /** Globs over name or digest of the image that one was built on, as its labels and annotations state it. */
  readonly bases?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] };
  /** Globs over `os/architecture` and, if there is one, `/variant`. */
  readonly platforms?: readonly string[];
  /** `numeric`: a number, since a name may stand for root in the image's own list of users. */
  readonly user?: "non-root" | "numeric";
  /** What it means that nothing that is verified is an image or names one; `fail` unless stated. */
  readonly onNone?: "fail" | "pass";
}

/** CEL, for what no other kind can say. */
export interface AssertRule extends RuleCommon {
  readonly kind: "assert";
  /** The rule is about artifacts of which this is true; about all in its scope unless stated. */
  readonly when?: string;
  readonly assert: string;
}

export interface FormatRule extends RuleCommon {
  readonly kind: "format";
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

export interface DigestRule extends RuleCommon {
  readonly kind: "digest";
  /** Hash functions that evidence may rest on. */
  readonly allow?: readonly DigestAlgorithm[];
  /** Every file has one of these digests, or the artifact's manifest has. `ALGORITHM:HEX`. */
  readonly pinned?: readonly string[];
  /** No file has one of these, nor has the artifact's manifest. */
  readonly deny?: readonly string[];
}

/** How well something must be supported. */
export type EvidenceGrade = "recomputed" | "signed" | "claim";

/** What is enough for what the artifact states about itself. */
export interface EvidenceDemand {
  /** `signed` unless stated. */
  readonly evidence?: EvidenceGrade;
  /** Whose signature counts; any identity of the trust root unless stated. */
  readonly signedBy?: Signers;
}

export interface ComponentRule extends RuleCommon, EvidenceDemand {
  readonly kind: "component";
  /** Numbers between dots. */
  readonly minVersion?: string;
  readonly minAge?: Span;
  readonly maxAge?: Span;
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

export interface AttestationRule
  extends RuleCommon,
    Pick<SignatureDemands, "trustedTime" | "transparencyLog" | "maxAge"> {
  readonly kind: "attestation";
  readonly orSummary?: SummaryDemand;
  /** Type URI, compared exactly. */
  readonly predicateType: string;
  readonly signers: Signers;
  /** What the predicate must say, by the names of docs/attestations.md: one of the values for each name. */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
  /** Globs over `slsa.builder.id`. */
  readonly builder?: readonly string[];
  /** Globs over `slsa.source.uri` and `slsa.source.ref`. */
  readonly source?: { readonly repository?: readonly string[]; readonly ref?: readonly string[] };
  /** A summary that passed states at least this level of the SLSA build track; for verification summaries only. */
  readonly minBuildLevel?: number;
  /** The claim that holds the instant which `maxAge` is about, instead of the signature's proven time. */
  readonly ageOf?: string;
  /** By claim name: patterns and bounds that every value must keep to, or its absence. */
  readonly fields?: Readonly<Record<string, FieldDemand>>;
}

/** What each value of a claim must be; at least one value is needed unless it must be absent. */
export interface FieldDemand {
  readonly matches?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly absent?: true;
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
  | CompleteRule
  | ComponentRule
  | LineageRule
  | DatasetRule
  | OriginRule
  | ImportsRule
  | CompletenessRule
  | ReadinessRule
  | FreshnessRule
  | VulnerabilityRule
  | PackageRule
  | KillSwitchRule
  | ImageRule
  | AssertRule;

/** A policy that was validated, with the rules of its packs and the digest of the bytes it was read from. */
export interface Policy {
  readonly apiVersion: "aibom/policy/v1";
  readonly name: string;
  readonly version?: number;
  /** What it is for, and what its demands rest on; for people. */
  readonly description?: string;
  readonly sources?: readonly string[];
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
