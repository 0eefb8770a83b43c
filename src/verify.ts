// SPDX-License-Identifier: Apache-2.0
// The verify use-case: targets, a trust root, perhaps a BOM and a policy in; one verdict out. Everything is
// verified again from the bytes: nothing that an earlier run wrote is believed.

import { basename } from "node:path";
import type { BomArtifact } from "./bom/read.ts";
import { AibomError } from "./errors.ts";
import { refuseJudgesInside } from "./judges-outside.ts";
import { limits } from "./limits.ts";
import type { SkippedCheck, Verdict } from "./model/verdict.ts";
import { openPolicy, type PolicyChoice } from "./open-policy.ts";
import { evaluatePolicy } from "./policy/evaluate.ts";
import { unknownSigners } from "./policy/named-signers.ts";
import type { Policy } from "./policy/policy.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import type { SupplierRegister } from "./policy/suppliers.ts";
import { buildVerdict } from "./report/build-verdict.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { SystemMember } from "./system/system.ts";
import { loadTrustRoot } from "./trust/load.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import type { OpenedBom } from "./verify-bom.ts";
import type { VerifyOptions } from "./verify-options.ts";
import { readByItself, type TargetContext, type VerifiedTarget, verifyTarget } from "./verify-target.ts";
import type { OpenedWaivers } from "./verify-waivers.ts";
import type { VulnerabilityData } from "./vulnerabilities/data.ts";
import { parseRevocationLists, type RevocationList } from "./x509/revocation-list.ts";

/** A verdict with what it was made of. */
export interface Examination {
  readonly verdict: Verdict;
  /** In the order in which they were given. */
  readonly targets: readonly ExaminedTarget[];
  readonly trustRoot: TrustRoot;
  readonly policy: Policy;
  readonly bom?: OpenedBom;
}

export interface ExaminedTarget extends Pick<VerifiedTarget, "gated" | "whole" | "bomArtifacts"> {
  /** As it was given. */
  readonly target: string;
}

/**
 * Verifies the targets and gates them.
 * @throws {AibomError} whatever could not be checked at all: SOURCE_*, TRUST_*, POLICY_*, BOM_*
 */
export async function verify(targets: readonly string[], options: VerifyOptions): Promise<Verdict> {
  return (await examine(targets, options)).verdict;
}

/**
 * The same for whoever keeps the proof beside the verdict.
 * @throws {AibomError} as `verify`
 */
export async function examine(targets: readonly string[], options: VerifyOptions): Promise<Examination> {
  const named = [...(options.signatures ?? []), ...(options.attestations ?? [])];
  if (named.length > 0 && targets.length > 1) {
    throw AibomError.of("SIGNATURE_FOR_ONE_TARGET", { count: targets.length });
  }
  refuseJudgesInside(targets, options);
  const trustRoot = loadTrustRoot(options.trustRoot);
  const policy = await openPolicy(policyChoice(options), trustRoot);
  const bom = options.bom === undefined ? undefined : await loadBom(options.bom, trustRoot, options);
  const context: TargetContext = {
    options,
    trustRoot,
    revocationLists: (options.revocationLists ?? []).flatMap((path) =>
      readRevocationLists(path, options.onDocument),
    ),
    bomArtifacts: bom?.artifacts,
    ...(bom === undefined ? {} : { componentsIn: bom.componentsIn }),
  };
  const examined: ExaminedTarget[] = [];
  const compared = new Set<BomArtifact>();
  for (const [index, target] of targets.entries()) {
    const verified = await verifyTarget(target, context);
    const member = options.members?.[index];
    examined.push({ target, ...(member === undefined ? verified : await asMember(verified, member)) });
    for (const each of verified.bomArtifacts) {
      compared.add(each);
    }
  }
  const artifacts = examined.flatMap(({ gated }) => gated);
  const suppliers =
    options.suppliers === undefined ? undefined : await readSuppliers(options.suppliers, context);
  const vulnerabilities = await readVulnerabilities(artifacts, bom, context);
  const { waivers, findings: refusedWaivers } = await loadWaivers(trustRoot, options);
  const input = {
    artifacts,
    at: options.at,
    waivers,
    ...(bom === undefined ? {} : { bom: bom.gated }),
    ...(suppliers === undefined ? {} : { suppliers }),
    ...(vulnerabilities === undefined ? {} : { vulnerabilities }),
  };
  const verdict = buildVerdict({
    input,
    policy,
    decision: evaluatePolicy(policy, input),
    trustRootDigest: trustRoot.digest,
    notices: [...unknownSigners(policy, [...trustRoot.byName.keys()]), ...refusedWaivers],
    skipped: [
      ...(bom?.artifacts ?? []).filter((each) => !isCompared(each, compared)).map(notATarget),
      ...artifacts.filter(({ artifact }) => artifact.isGivenByDigest === true).map(notRead),
      ...artifacts.flatMap(leftOut),
      ...(options.isAtChosen === true ? [clockCheck] : []),
    ],
    unsafe: unsafeFlags(options),
  });
  return { verdict, targets: examined, trustRoot, policy, ...(bom === undefined ? {} : { bom }) };
}

/** @throws {AibomError} SYSTEM_DIGEST_DIFFERS */
async function asMember(
  { gated, whole, bomArtifacts }: VerifiedTarget,
  member: SystemMember,
): Promise<VerifiedTarget> {
  const { checkMember } = await import("./check-member.ts");
  return {
    bomArtifacts,
    gated: gated.map((each) => ({ ...each, artifact: checkMember(member, each.artifact) })),
    whole: checkMember(member, whole),
  };
}

/** @throws {AibomError} SOURCE_*, CERTIFICATE_REVOCATION_LIST, DER_* */
function readRevocationLists(
  path: string,
  onDocument: VerifyOptions["onDocument"],
): readonly RevocationList[] {
  try {
    const bytes = readBounded(path, limits.maxRevocationListBytes);
    onDocument?.({ role: "revocation-list", name: basename(path), bytes });
    return parseRevocationLists(bytes);
  } catch (cause) {
    throw cause instanceof AibomError ? cause.at({ path }) : cause;
  }
}

/** The BOM's machinery (schemas, package URLs, SPDX) is loaded only when there is a BOM. */
async function loadBom(path: string, trustRoot: TrustRoot, options: VerifyOptions): Promise<OpenedBom> {
  const { openBom } = await import("./verify-bom.ts");
  return openBom(path, trustRoot, options);
}

async function readSuppliers(path: string, context: TargetContext): Promise<SupplierRegister> {
  const { openSuppliers } = await import("./signed-documents.ts");
  return openSuppliers(path, context);
}

/** The data is read last: only what is about the components that are there is kept. */
async function readVulnerabilities(
  artifacts: readonly GatedArtifact[],
  bom: OpenedBom | undefined,
  context: TargetContext,
): Promise<VulnerabilityData | undefined> {
  const { osv, vex = [] } = context.options;
  if (osv === undefined && vex.length === 0) {
    return undefined;
  }
  const { openVulnerabilities } = await import("./verify-vulnerabilities.ts");
  const components = [
    ...(bom?.gated.components ?? []),
    ...artifacts.flatMap((each) => [
      ...(each.components ?? []),
      ...(each.labels?.purls ?? []).map((purl) => ({ name: each.artifact.name, purl, isSoftware: false })),
    ]),
  ];
  return openVulnerabilities({ ...(osv === undefined ? {} : { osv }), vex }, components, context);
}

/** As is the machinery of statements for waivers. */
async function loadWaivers(
  trustRoot: TrustRoot,
  { waivers = [], ...options }: VerifyOptions,
): Promise<OpenedWaivers> {
  if (waivers.length === 0) {
    return { waivers: [], findings: [] };
  }
  const { openWaivers } = await import("./verify-waivers.ts");
  return openWaivers(waivers, trustRoot, options);
}

function policyChoice(options: VerifyOptions): PolicyChoice {
  const { policy, policySignature, environment, at, onDocument } = options;
  return {
    at,
    ...(onDocument === undefined ? {} : { onDocument }),
    ...(policySignature === undefined ? {} : { signature: policySignature }),
    ...(policy === undefined ? {} : { path: policy }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function unsafeFlags(options: VerifyOptions): string[] {
  return [
    ...(options.digestCacheDirectoryUnsafe === undefined ? [] : ["--unsafe-digest-cache"]),
    ...(options.allowLegacyUnsafe === true ? ["--allow-legacy"] : []),
  ];
}

/** Whoever chooses the instant can choose one at which what has expired was still good. */
export const clockCheck: SkippedCheck = {
  check: "the current time",
  reason: "--at: everything was checked for the instant that was given instead",
};

function notRead({ artifact }: GatedArtifact): SkippedCheck {
  return { check: `bytes of ${artifact.name}`, reason: "given by digest: no file was read or hashed" };
}

/** What the walk left out by rule. Files that the verification reads by themselves (signatures, the BOM) are not. */
function leftOut({ artifact }: GatedArtifact): readonly SkippedCheck[] {
  return artifact.ignored
    .filter(({ rule }) => !readByItself.some((reason) => rule.endsWith(`(${reason})`)))
    .map(({ path, rule, isDirectory }) => ({
      check: `${isDirectory === true ? "directory" : "file"} ${path} of ${artifact.name}`,
      reason: `left out by rule: ${rule}`,
    }));
}

/** The files of one model of a store were compared with those of the store. */
function isCompared(artifact: BomArtifact, compared: ReadonlySet<BomArtifact>): boolean {
  return compared.has(artifact) || (artifact.outer !== undefined && compared.has(artifact.outer));
}

function notATarget({ name }: { readonly name: string }): SkippedCheck {
  return { check: `files of ${name}`, reason: "in the BOM, not among the targets" };
}
