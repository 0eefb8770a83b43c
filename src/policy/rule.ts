// SPDX-License-Identifier: Apache-2.0
// What rules see and what they answer. A rule kind is one file in `rules/` and one line in its index.

import type { JsonObject } from "../bytes/json.ts";
import type { Artifact, ArtifactFile } from "../model/artifact.ts";
import type { Digest } from "../model/digest.ts";
import type {
  DigestEvidence,
  ManifestEvidence,
  PackageEvidence,
  Rejection,
  SignatureEvidence,
} from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { ListedComponent } from "../model/listed-component.ts";
import type { Remedy, RuleStatus } from "../model/verdict.ts";
import type { Waiver } from "../model/waiver.ts";
import type { VulnerabilityData } from "../vulnerabilities/data.ts";
import type { PolicyRule } from "./policy.ts";
import type { SupplierRegister } from "./suppliers.ts";

/** One artifact with what verifiers proved about it. Claims are in `artifact.facts`, evidence is apart. */
export interface GatedArtifact {
  readonly artifact: Artifact;
  /** SHA-256 over the file manifest (bom/file-manifest.ts). */
  readonly manifest: Digest;
  readonly signatures: readonly SignatureEvidence[];
  /** Present if every file equals the BOM's. */
  readonly digests: readonly DigestEvidence[];
  /** What signed manifests list. No rule rests on it: a list is not all that lies there. */
  readonly manifests?: readonly ManifestEvidence[];
  /** What was signed about the archives of its packages. Only a rule about packages rests on it. */
  readonly attestedPackages?: readonly PackageEvidence[];
  readonly rejected: readonly Rejection[];
  /** The artifact's own findings and those of the verifiers about it. */
  readonly findings: readonly Finding[];
  /** Components inside it, by the BOM's or the packages' own word. */
  readonly components?: readonly ListedComponent[];
  /** What the BOM, or the store, calls it. */
  readonly labels?: ArtifactLabels;
}

/** Names that scopes select by. They are claims: an artifact that a scope misses must fail by other rules. */
export interface ArtifactLabels {
  readonly purls: readonly string[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

/** The BOM that was given, if any. */
export interface GatedBom {
  readonly path: string;
  /** As it was read and found valid. */
  readonly document: JsonObject;
  /** Every component that it lists. */
  readonly components?: readonly ListedComponent[];
  readonly digest: Digest;
  readonly signatures: readonly SignatureEvidence[];
  readonly rejected: readonly Rejection[];
  readonly findings: readonly Finding[];
}

/** Everything a policy is evaluated on. No clock, no disk, no network. */
export interface GateInput {
  readonly artifacts: readonly GatedArtifact[];
  readonly bom?: GatedBom;
  /** The supplier register, if one was given. */
  readonly suppliers?: SupplierRegister;
  /** The OSV export and the VEX documents, if any were given. */
  readonly vulnerabilities?: VulnerabilityData;
  /** Verified ones only. */
  readonly waivers?: readonly Waiver[];
  readonly at: Date;
}

/** An artifact in a rule's scope, with the files that the scope selects: by their paths, or the models they belong to. */
export interface ArtifactSubject {
  readonly gated: GatedArtifact;
  readonly files: readonly ArtifactFile[];
  /** True if the scope selected the files; false if they are all. */
  readonly isPartial: boolean;
}

/** What a rule kind says about one subject. */
export interface Judgement {
  readonly status: RuleStatus;
  readonly findings: readonly Finding[];
  readonly remedy: readonly Remedy[];
}

/** A rule kind. Both methods are pure functions of their arguments. */
export interface RuleKind<R extends PolicyRule = PolicyRule> {
  readonly kind: R["kind"];
  /** It looks at digests and signatures only: an artifact that is known by its digest can pass. */
  readonly restsOnDigests?: true;
  judgeArtifact(rule: R, subject: ArtifactSubject, input: GateInput): Judgement;
  /** Only kinds whose scope may be `kind: bom` have it. */
  judgeBom?(rule: R, bom: GatedBom, input: GateInput): Judgement;
}

/** A subject that meets the rule. */
export const passed: Judgement = { status: "pass", findings: [], remedy: [] };
