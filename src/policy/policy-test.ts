// SPDX-License-Identifier: Apache-2.0
// The cases that a policy holds, as `aibom policy test` runs them: artifacts that are made up, and how rules end on them.

import type { ArtifactKind, FileStatus } from "../model/artifact.ts";
import type { DigestAlgorithm } from "../model/digest.ts";
import type { FactName, JsonValue } from "../model/fact.ts";
import type { PackageRole } from "../model/package.ts";
import type { SignedClaim } from "../model/signed-claim.ts";
import type { Outcome, RuleStatus } from "../model/verdict.ts";
import type { Supplier } from "./suppliers.ts";

/** A case of `aibom policy test` (sample.ts). */
export interface PolicyTest {
  readonly name: string;
  readonly env?: string;
  readonly artifacts: readonly SampleArtifact[];
  readonly bom?: SampleBom;
  readonly suppliers?: SampleSuppliers;
  readonly osv?: SampleOsv;
  /** By rule id. */
  readonly expect?: Readonly<Record<string, RuleStatus>>;
  readonly outcome?: Outcome;
}

/** A BOM, for rules about it. */
export interface SampleBom {
  readonly signers?: readonly string[];
  /** CycloneDX, for rules of kind `readiness`; empty unless stated. */
  readonly document?: Readonly<Record<string, JsonValue>>;
}

/** An artifact as reading and verifying it might have shown it. */
export interface SampleArtifact {
  readonly name?: string;
  readonly kind?: ArtifactKind;
  readonly files?: readonly SampleFile[];
  readonly licenses?: readonly string[];
  readonly facts?: readonly SampleFact[];
  readonly purl?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly signatures?: readonly SampleSignature[];
  readonly inBom?: boolean;
  readonly packages?: readonly SamplePackage[];
  readonly image?: SampleImage;
}

export interface SamplePackage {
  readonly purl: string;
  readonly role?: PackageRole;
  /** Files of it that are not what it says. */
  readonly modified?: number;
  readonly missing?: number;
}

export interface SampleImage {
  readonly digest?: string;
  readonly platform?: string;
  readonly user?: string;
  /** Name of the image that it was built on. */
  readonly base?: string;
}

export interface SampleSuppliers {
  readonly signers?: readonly string[];
  /** As in a supplier register; looked at on the day of the test unless stated. */
  readonly entries: readonly (Omit<Supplier, "reviewed"> & { readonly reviewed?: string })[];
}

export interface SampleOsv {
  readonly signers?: readonly string[];
  /** Records in the OSV format. */
  readonly records: readonly Readonly<Record<string, JsonValue>>[];
}

export interface SampleFile {
  readonly path: string;
  readonly format?: string;
  readonly status?: FileStatus;
  readonly findings?: readonly string[];
}

/** Something that reading an artifact might have shown. */
export interface SampleFact {
  readonly name: FactName;
  readonly value: JsonValue;
  readonly path?: string;
  readonly grade?: "claim" | "computed";
}

export interface SampleSignature {
  readonly signer: string;
  readonly covers?: readonly string[];
  readonly hash?: DigestAlgorithm;
  readonly predicateType?: string;
  readonly claims?: Readonly<Record<string, SignedClaim["value"]>>;
}
