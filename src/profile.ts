// SPDX-License-Identifier: Apache-2.0
// The profile use-case: targets, a trust root, perhaps a BOM, a supplier register and a perimeter in; the sovereignty profile out. It
// verifies as `verify` does and decides nothing.

import { refuseJudgesInside } from "./judges-outside.ts";
import type { SignatureEvidence } from "./model/evidence.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import { buildProfile, type Profile } from "./profile/build-profile.ts";
import type { EvidenceClass } from "./profile/check.ts";
import { openPerimeter, openSuppliers } from "./signed-documents.ts";
import { loadTrustRoot } from "./trust/load.ts";
import type { VerifyOptions } from "./verify-options.ts";
import { type TargetContext, verifyTarget } from "./verify-target.ts";

/** What people say, and the log. */
export interface ProfileDocuments {
  /** Register, with its signature beside it. */
  readonly suppliers?: string;
  /** Perimeter, with its signature beside it. */
  readonly perimeter?: string;
  /** Directory of a custody log. */
  readonly custodyLog?: string;
  /** Keys of the log and its witnesses (C2SP tlog-policy), from elsewhere. Without it the log's own is believed, which proves less. */
  readonly custodyPolicy?: string;
}

export interface ProfileOptions
  extends Pick<VerifyOptions, "trustRoot" | "bom" | "ignore" | "at" | "jobs" | "signal">,
    ProfileDocuments {}

/**
 * Answers every check of the profile.
 * @throws {AibomError} SOURCE_*, TRUST_*, BOM_*, SUPPLIERS_*, PERIMETER_*, CUSTODY_*
 */
export async function profile(targets: readonly string[], options: ProfileOptions): Promise<Profile> {
  refuseJudgesInside(targets, options);
  const trustRoot = loadTrustRoot(options.trustRoot);
  const { perimeter, custodyLog, custodyPolicy, ...verifyOptions } = options;
  const bom = options.bom === undefined ? undefined : await openBom(options.bom, trustRoot, verifyOptions);
  const context: TargetContext = {
    options: verifyOptions,
    trustRoot,
    revocationLists: [],
    bomArtifacts: bom?.artifacts,
  };
  const artifacts: GatedArtifact[] = [];
  for (const target of targets) {
    artifacts.push(...(await verifyTarget(target, context)).gated);
  }
  return profileOf(artifacts, context, options);
}

/**
 * The same of what was verified already.
 * @throws {AibomError} SOURCE_*, SUPPLIERS_*, PERIMETER_*, CUSTODY_*
 */
export async function profileOf(
  artifacts: readonly GatedArtifact[],
  context: TargetContext,
  { suppliers: suppliersPath, perimeter: perimeterPath, custodyLog, custodyPolicy }: ProfileDocuments,
): Promise<Profile> {
  const { at } = context.options;
  const suppliers = suppliersPath === undefined ? undefined : await openSuppliers(suppliersPath, context);
  const perimeter = perimeterPath === undefined ? undefined : await openPerimeter(perimeterPath, context);
  const custody =
    custodyLog === undefined
      ? undefined
      : await (await import("./profile-custody.ts")).custodyRecord(
          custodyLog,
          custodyPolicy,
          context.trustRoot,
          at,
        );
  return buildProfile({
    artifacts,
    gate: { artifacts, at },
    hasBom: context.bomArtifacts !== undefined,
    at,
    suppliers: suppliers?.suppliers ?? [],
    suppliersEvidence: documentEvidence(suppliers?.signatures),
    perimeterEvidence: documentEvidence(perimeter?.signatures),
    ...(perimeter === undefined ? {} : { perimeter }),
    ...(custody === undefined ? {} : { custody }),
  });
}

async function openBom(...given: Parameters<typeof import("./verify-bom.ts").openBom>) {
  const { openBom: open } = await import("./verify-bom.ts");
  return open(...given);
}

/** Signed by somebody in the trust root, or merely said. */
function documentEvidence(signatures: readonly SignatureEvidence[] | undefined): EvidenceClass {
  return signatures !== undefined && signatures.length > 0 ? 3 : 1;
}
