// SPDX-License-Identifier: Apache-2.0
// The verdict: what the gate decided, and everything it decided it from. Same inputs, same bytes.

import type { Digest } from "./digest.ts";
import type { Evidence, Rejection, Signer } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import type { WaiverUse } from "./waiver.ts";

export type Outcome = "allow" | "deny" | "undecided";

/** `waived`: it failed, and somebody who may decide so accepted it for a time. */
export type RuleStatus = "pass" | "waived" | "fail" | "undecided" | "not-applicable";

/** How one rule ended for one artifact. */
export interface RuleSubject {
  readonly name: string;
  readonly status: RuleStatus;
}

/** How one rule ended. A rule that matched nothing is `fail`, never `pass`. */
export interface RuleResult {
  /** The rule's id in the policy. */
  readonly rule: string;
  readonly kind: string;
  readonly status: RuleStatus;
  /** `warn` results are reported and do not decide. */
  readonly mode: "enforce" | "warn";
  /** The policy author's words about the rule. */
  readonly message?: string;
  /** How many artifacts or files were in the rule's scope. */
  readonly matched: number;
  /** How it ended for each artifact in its scope. Absent for the gate itself. */
  readonly subjects?: readonly RuleSubject[];
  /** The findings that decided it. */
  readonly findings: readonly Finding[];
  /** What would make it pass; empty when it passed. Data for the report's last lines. */
  readonly remedy: readonly Remedy[];
}

/** One thing the user can do so that a rule passes. Rendered by the reporters. */
export interface Remedy {
  readonly action:
    | "sign"
    | "sign-again"
    | "attest"
    | "restore-file"
    | "add-trust"
    | "allow-usage"
    | "import-clock"
    | "check-time"
    | "give-file"
    | "regenerate-bom"
    | "give-bom"
    | "sign-bom"
    | "replace-format"
    | "fix-policy"
    | "license"
    | "inspect"
    | "state"
    | "fill-bom"
    | "give-suppliers"
    | "replace-artifact"
    | "fix-vulnerability"
    /** The policy author's own words. */
    | "author";
  readonly args: Readonly<Record<string, string>>;
}

/** A check that was not made, and why. Nothing is skipped silently. */
export interface SkippedCheck {
  readonly check: string;
  readonly reason: string;
}

/** An artifact as the verdict names it. */
export interface VerdictArtifact {
  readonly name: string;
  readonly kind: string;
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of the file manifest (`bom/file-manifest.ts`). */
  readonly manifest: Digest;
  /** Its files by digest, for statements about the verdict; JSON reports leave them out. */
  readonly contents: readonly { readonly path: string; readonly digests: readonly Digest[] }[];
  /** True if every file was read to its end. */
  readonly isRead: boolean;
}

export interface Verdict {
  readonly outcome: Outcome;
  /** The instant the checks were made for, RFC 3339 in UTC. */
  readonly at: string;
  readonly artifacts: readonly VerdictArtifact[];
  readonly rules: readonly RuleResult[];
  /** Every finding, those of the rules included, gravest first, then by code and place. */
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
  readonly rejected: readonly Rejection[];
  readonly skipped: readonly SkippedCheck[];
  /** The verified waivers that were given; absent if none were. */
  readonly waivers?: readonly WaiverUse[];
  readonly inputs: VerdictInputs;
}

export interface PolicyInput {
  readonly name: string;
  readonly version?: number;
  readonly digest: Digest;
  /** Who signed it, where the trust root asks for that. */
  readonly signer?: Signer;
}

export interface VerdictInputs {
  /** SHA-256 of the BOM file, if one was given. */
  readonly bom?: Digest;
  /** SHA-256 of the policy file; `builtin:baseline` has the digest of its own text. */
  readonly policy: PolicyInput;
  readonly trustRoot: Digest;
  /** SHA-256 of the supplier register, if one was given. */
  readonly suppliers?: Digest;
  /** SHA-256 of the OSV export (of the file manifest, if it is a directory), if one was given. */
  readonly osv?: Digest;
  /** SHA-256 of each VEX document, sorted; absent if none was given. */
  readonly vex?: readonly Digest[];
  /** Where the check was made, by the policy's environments. With `audit` the outcome decides no exit code. */
  readonly environment?: { readonly name: string; readonly mode: "enforce" | "warn" | "audit" };
  /** Flags that weaken a check, as typed: `--unsafe-digest-cache`. */
  readonly unsafe: readonly string[];
}
