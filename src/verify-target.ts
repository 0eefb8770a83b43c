// SPDX-License-Identifier: Apache-2.0
// One target's part of a verification: find its signature, hash the bytes once for everything that anybody
// will compare, then let the verifiers speak.

import { basename } from "node:path";
import { fileManifest } from "./bom/file-manifest.ts";
import type { BomArtifact } from "./bom/read.ts";
import { type InventoriedTarget, type InventoryOptions, inventoryTarget } from "./inventory.ts";
import { limits } from "./limits.ts";
import type { DigestAlgorithm } from "./model/digest.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import { type CompanionFile, defaultSignaturePath, pathInside, readCompanion } from "./sources/companions.ts";
import { gitIgnoreRules, type IgnoreRule } from "./sources/ignore.ts";
import { targetName } from "./sources/target.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { type BomMatch, digestAlgorithmsOf, matchBom } from "./verifiers/bom-match.ts";
import type { SignatureContext } from "./verifiers/key-signature.ts";
import { type OpenedModelSignature, openModelSignature } from "./verifiers/model-signing.ts";
import type { SignatureVerification } from "./verifiers/verification.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** What all targets of one verification share. */
export interface TargetContext {
  readonly options: VerifyOptions;
  readonly trustRoot: TrustRoot;
  /** Undefined without a BOM. */
  readonly bomArtifacts: readonly BomArtifact[] | undefined;
}

export interface VerifiedTarget {
  readonly gated: GatedArtifact;
  /** The BOM component that it was compared with. */
  readonly bomArtifact?: BomArtifact;
}

/**
 * Verifies one target.
 * @throws {AibomError} SOURCE_*
 */
export async function verifyTarget(target: string, context: TargetContext): Promise<VerifiedTarget> {
  const { options, bomArtifacts } = context;
  const file = readCompanion(options.signature, defaultSignaturePath(target), limits.maxBundleBytes);
  const signature = file && openModelSignature(signatureContext(target, file, context), targetName(target));
  const signs = signature?.plan?.signs ?? (() => false);
  const bomRules = bomIgnoreRules(target, options).filter((rule) => !signs(rule.path));
  const inventoried = await inventoryTarget(target, {
    ...inventoryOptions(options),
    algorithms: wantedAlgorithms(signature, bomArtifacts),
    // What the signature names is compared, whatever the usual rules leave out.
    defaultRules: gitIgnoreRules.filter((rule) => !signs(rule.path)),
    ignore: [...(options.ignore ?? []), ...bomRules, ...signatureIgnoreRules(target, file)],
    ...(signature?.plan === undefined ? {} : { shardsFor: signature.plan.shardsFor }),
  });
  const { artifact } = inventoried;
  const signed = verifySignature(signature, inventoried, file, bomRules);
  const match: BomMatch =
    bomArtifacts === undefined
      ? { findings: [] }
      : matchBom(artifact, bomArtifacts, outsideBom(target, options));
  return {
    gated: {
      artifact,
      manifest: fileManifest(artifact.files),
      signatures: signed.evidence,
      digests: match.evidence === undefined ? [] : [match.evidence],
      rejected: signed.rejected,
      findings: [...signed.findings, ...match.findings],
    },
    ...(match.component === undefined ? {} : { bomArtifact: match.component }),
  };
}

function signatureContext(target: string, file: CompanionFile, context: TargetContext): SignatureContext {
  return {
    bundle: file.bytes,
    signature: pathInside(target, file.path) ?? basename(file.path),
    trustRoot: context.trustRoot,
    at: context.options.at,
  };
}

function inventoryOptions(options: VerifyOptions): InventoryOptions {
  const { jobs, signal, onProgress, digestCacheDirectoryUnsafe } = options;
  return {
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(digestCacheDirectoryUnsafe === undefined ? {} : { digestCacheDirectory: digestCacheDirectoryUnsafe }),
  };
}

/** One pass over the bytes computes all that the signature and the BOM will be compared with. */
function wantedAlgorithms(
  signature: OpenedModelSignature | undefined,
  bomArtifacts: readonly BomArtifact[] | undefined,
): DigestAlgorithm[] {
  return [
    ...(signature?.plan === undefined ? [] : [signature.plan.algorithm]),
    ...digestAlgorithmsOf(bomArtifacts ?? []),
  ];
}

/** A BOM inside the target cannot list itself, nor be covered by a signature made before it. */
function bomIgnoreRules(target: string, options: VerifyOptions): IgnoreRule[] {
  const { bom } = options;
  const files = bom === undefined ? [] : [bom, options.bomSignature ?? `${bom}.sigstore.json`];
  return files
    .map((file) => pathInside(target, file))
    .filter((path) => path !== undefined)
    .map((path) => ({ path, reason: "the BOM that is verified on its own" }));
}

/**
 * Paths that an inventory leaves out and a signature may name: they are not missing from the BOM. The BOM and
 * its signature cannot list themselves; git's own files are left out by rule.
 */
function outsideBom(target: string, options: VerifyOptions): (path: string) => boolean {
  const rules = [...gitIgnoreRules, ...bomIgnoreRules(target, options)];
  return (path) => rules.some((rule) => path === rule.path || path.startsWith(`${rule.path}/`));
}

function signatureIgnoreRules(target: string, file: CompanionFile | undefined): IgnoreRule[] {
  const path = file && pathInside(target, file.path);
  return path === undefined ? [] : [{ path, reason: "signature file", isFileOnly: true }];
}

function verifySignature(
  signature: OpenedModelSignature | undefined,
  { target, tree, hashed }: InventoriedTarget,
  file: CompanionFile | undefined,
  bomRules: readonly IgnoreRule[],
): SignatureVerification {
  if (signature === undefined || file === undefined) {
    return { evidence: [], rejected: [], findings: [] };
  }
  const links = new Set(tree.files.filter((each) => each.isLink).map((each) => each.path));
  const signaturePath = pathInside(target, file.path);
  const bomPaths = new Set(bomRules.map((rule) => rule.path));
  return signature.verify({
    isSingleFile: tree.isSingleFile,
    files: hashed.map((each) => ({ ...each, isLink: links.has(each.path) })),
    ignored: tree.ignored.filter((each) => !bomPaths.has(each.path)),
    refused: tree.refused,
    ...(signaturePath === undefined ? {} : { signaturePath }),
  });
}
