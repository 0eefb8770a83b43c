// SPDX-License-Identifier: Apache-2.0
// One target's part of a verification: find its signature, hash the bytes once for everything that anybody
// will compare, then let the verifiers speak.

import { basename } from "node:path";
import { fileManifest } from "./bom/file-manifest.ts";
import type { BomArtifact } from "./bom/read.ts";
import { environmentLinks } from "./environment-links.ts";
import { AibomError } from "./errors.ts";
import { type InventoryOptions, inventoryTarget } from "./inventory.ts";
import { limits } from "./limits.ts";
import { withPackages } from "./listed-packages.ts";
import type { Artifact } from "./model/artifact.ts";
import type { Digest } from "./model/digest.ts";
import type { ImageContent } from "./model/image.ts";
import type { ListedComponent } from "./model/listed-component.ts";
import { packagePurl } from "./model/package-url.ts";
import type { ArtifactLabels, GatedArtifact } from "./policy/rule.ts";
import {
  attestationPaths,
  type CompanionFile,
  canBeSignature,
  defaultSignaturePaths,
  holdsSignature,
  pathInside,
  readCompanion,
} from "./sources/companions.ts";
import { gitIgnoreRules, type IgnoreRule } from "./sources/ignore.ts";
import { targetExists, targetName } from "./sources/target.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { type BomMatch, digestAlgorithmsOf, matchBom } from "./verifiers/bom-match.ts";
import { isMessageSignature } from "./verifiers/bundle.ts";
import { comparedContainers, matchImages } from "./verifiers/image-match.ts";
import { chainManifests } from "./verifiers/manifest-chain.ts";
import type { ModelOnDisk } from "./verifiers/model-comparison.ts";
import { openModelSignature } from "./verifiers/model-signing.ts";
import type { OpenedSignature } from "./verifiers/opened-signature.ts";
import type { SignatureContext } from "./verifiers/signature.ts";
import type { SignatureVerification } from "./verifiers/verification.ts";
import { artifactOfDigest, digestTarget, modelOfDigest } from "./verify-digest.ts";
import type { DocumentRole, VerifyOptions } from "./verify-options.ts";
import type { RevocationList } from "./x509/revocation-list.ts";

const signatureReason = "signature file";
const bomReason = "the BOM that is verified on its own";

/** Why files are left out of the walk that the verification reads by themselves. */
export const readByItself: readonly string[] = [signatureReason, bomReason];

/** What all targets of one verification share. */
export interface TargetContext {
  readonly options: VerifyOptions;
  readonly trustRoot: TrustRoot;
  readonly revocationLists: readonly RevocationList[];
  /** Undefined without a BOM. */
  readonly bomArtifacts: readonly BomArtifact[] | undefined;
  /** What the BOM lists inside of one of its artifacts. */
  readonly componentsIn?: (artifact: BomArtifact) => readonly ListedComponent[];
}

export interface VerifiedTarget {
  /** One, or each image of a target that holds several. */
  readonly gated: readonly GatedArtifact[];
  /** The BOM components that it was compared with: its own, and those of the images in it. */
  readonly bomArtifacts: readonly BomArtifact[];
  /** All that lies in the target, as an inventory lists it. */
  readonly whole: Artifact;
}

/**
 * Verifies one target.
 * @throws {AibomError} SOURCE_*
 */
export async function verifyTarget(target: string, context: TargetContext): Promise<VerifiedTarget> {
  const { options, bomArtifacts } = context;
  const digest = targetExists(target) ? undefined : digestTarget(target);
  if (digest !== undefined) {
    return verifyDigestTarget(target, digest, context);
  }
  const opened = await openSignatures(target, targetName(target), context, {
    signatures: defaultSignaturePaths(target),
    attestations: attestationPaths(target),
  });
  const plans = opened.map(({ signature }) => signature.plan).filter((plan) => plan !== undefined);
  const signs = (path: string): boolean => plans.some((plan) => plan.signs(path));
  const allBomRules = bomIgnoreRules(target, options);
  const bomRules = allBomRules.filter((rule) => !signs(rule.path));
  const inventoried = await inventoryTarget(target, {
    ...inventoryOptions(options),
    algorithms: [...plans.flatMap((plan) => plan.algorithms), ...digestAlgorithmsOf(bomArtifacts ?? [])],
    // What a signature names is compared, whatever the usual rules leave out.
    defaultRules: gitIgnoreRules.filter((rule) => !signs(rule.path)),
    ignore: [...(options.ignore ?? []), ...bomRules, ...signatureIgnoreRules(opened)],
    shardsFor: (path, sizeBytes) => firstDefined(plans, (plan) => plan.shardsFor(path, sizeBytes)),
  });
  const { artifact, tree } = inventoried;
  const bomPaths = new Set(bomRules.map((rule) => rule.path));
  const links = new Set(tree.files.filter((each) => each.isLink).map((each) => each.path));
  const files = inventoried.hashed.map((each) => ({ ...each, isLink: links.has(each.path) }));
  const others = new Set([...bomPaths, ...opened.map((each) => each.pathInside)]);
  const ignored = tree.ignored.filter((each) => !others.has(each.path));
  const { isSingleFile, refused } = tree;
  const images = artifact.kind === "image" ? gatedImages(artifact) : [];
  const settled = artifact.kind === "environment" ? environmentLinks(tree).settled : undefined;
  const signed = await compareSignatures(opened, {
    ...{ isSingleFile, files, ignored, refused },
    ...(settled === undefined ? {} : { settled }),
    packages: [artifact, ...images].flatMap(({ packages = [] }) => packages),
  });
  const match = compareWithBom(artifact, bomArtifacts, outsideBom(allBomRules));
  const whole = verified(artifact, fileManifest(artifact.files), signed, match, context);
  return images.length === 0 ? withoutImages(target, whole, options) : eachImage(target, whole, context);
}

/** Those that are gated by themselves: indexes are what leads to them, BuildKit's attestations are about them. */
function gatedImages({ images = [] }: Artifact): readonly ImageContent[] {
  return images.filter(({ role }) => role === "image" || role === "artifact");
}

/** Options that have no effect are refused: somebody meant to limit something with them. */
function withoutImages(target: string, whole: VerifiedTarget, options: VerifyOptions): VerifiedTarget {
  if (options.imageRepository !== undefined || options.imageEvidence !== undefined) {
    const reason = "an option about images was given";
    throw AibomError.of("IMAGE_CARRIER_INVALID", { reason }, { where: { path: target } });
  }
  return whole;
}

async function eachImage(
  target: string,
  whole: VerifiedTarget,
  { options, trustRoot, revocationLists }: TargetContext,
): Promise<VerifiedTarget> {
  // Loaded only when there are images.
  const { gateImages } = await import("./verify-images.ts");
  const trust = {
    trustRoot,
    revocationLists,
    at: options.at,
    evidence: options.imageEvidence ?? [],
    repository: options.imageRepository,
    onSignature: (image: string, name: string, bytes: Uint8Array) =>
      options.onDocument?.({ role: "image-signature", name, bytes, target, image }),
  };
  const gated = await Promise.all(whole.gated.map((each) => gateImages(target, each, trust)));
  return { ...whole, gated: gated.flat() };
}

/**
 * Of a digest there are no files: signatures and attestations must be named.
 * @throws {AibomError} DIGEST_TARGET_UNSIGNED without any: nothing could be verified
 */
async function verifyDigestTarget(
  target: string,
  digest: Digest,
  context: TargetContext,
): Promise<VerifiedTarget> {
  const opened = await openSignatures(target, target, context, { signatures: [], attestations: [] });
  if (opened.length === 0) {
    throw AibomError.of("DIGEST_TARGET_UNSIGNED", { target });
  }
  const artifact = artifactOfDigest(target, digest);
  const signed = await compareSignatures(opened, modelOfDigest(target, digest));
  return verified(artifact, digest, signed, compareWithBom(artifact, context.bomArtifacts), context);
}

/** What the verifiers said about one artifact. */
function verified(
  artifact: Artifact,
  manifest: Digest,
  signed: readonly SignatureVerification[],
  match: BomMatch,
  { bomArtifacts = [], componentsIn }: TargetContext,
): VerifiedTarget {
  const labels = labelsOf(artifact, match.component);
  const signatures = signed.flatMap((each) => each.evidence);
  const manifests = chainManifests(artifact, signatures);
  const attestedPackages = signed.flatMap(({ packages = [] }) => packages);
  const listed = match.component === undefined ? [] : (componentsIn?.(match.component) ?? []);
  const components = withPackages(listed, artifact.packages);
  const gated: GatedArtifact = {
    artifact,
    manifest,
    signatures,
    digests: match.evidence === undefined ? [] : [match.evidence],
    ...(manifests.length === 0 ? {} : { manifests }),
    ...(attestedPackages.length === 0 ? {} : { attestedPackages }),
    rejected: signed.flatMap((each) => each.rejected),
    findings: [...signed.flatMap((each) => each.findings), ...match.findings],
    ...(labels === undefined ? {} : { labels }),
    ...(components.length === 0 ? {} : { components }),
  };
  const own = match.component === undefined ? [] : [match.component];
  const compared = [...own, ...comparedContainers(artifact, bomArtifacts)];
  return { gated: [gated], bomArtifacts: compared, whole: artifact };
}

/** Package URLs of the store and of the BOM's component, and that component's properties. */
function labelsOf(artifact: Artifact, component: BomArtifact | undefined): ArtifactLabels | undefined {
  const { package: known, packages = [] } = artifact;
  if (known === undefined && packages.length === 0 && component === undefined) {
    return undefined;
  }
  // An environment is in the scope of each package in it.
  const purls = [
    known === undefined ? undefined : packagePurl(known),
    component?.purl,
    ...packages.map(({ purl }) => purl),
  ].filter((purl) => purl !== undefined);
  return { purls: [...new Set(purls)], properties: component?.properties ?? [] };
}

/** Without a BOM there is nothing to compare with. */
function compareWithBom(
  artifact: Artifact,
  bomArtifacts: readonly BomArtifact[] | undefined,
  mayBeOutside?: (path: string) => boolean,
): BomMatch {
  if (bomArtifacts === undefined) {
    return { findings: [] };
  }
  const match = matchBom(artifact, bomArtifacts, mayBeOutside);
  const images = matchImages(artifact, bomArtifacts);
  if (images.length === 0) {
    return match;
  }
  // What was compared is not what is here: no evidence of it.
  const { evidence: _, ...rest } = match;
  return { ...rest, findings: [...match.findings, ...images] };
}

/** A signature with what it says, and where its file is left out of the target, if it lies inside. */
interface FoundSignature {
  readonly signature: OpenedSignature;
  readonly pathInside: string | undefined;
}

/** Where signatures lie if none were named. */
interface DefaultPlaces {
  readonly signatures: readonly string[];
  readonly attestations: readonly string[];
}

/** The signatures and attestations that were named, else those at their default places, else none. */
async function openSignatures(
  target: string,
  subject: string,
  context: TargetContext,
  defaults: DefaultPlaces,
): Promise<readonly FoundSignature[]> {
  const { signatures = [], attestations = [], onDocument } = context.options;
  const found: FoundSignature[] = [];
  for (const file of companions(signatures, defaults.signatures)) {
    const inside = pathInside(target, file.path);
    const given = signatureContext(file, inside, context);
    onDocument?.({ role: "signature", name: given.signature, bytes: file.bytes, target });
    const signature = await openSignatureFile(given, subject, file.path, (role, name, bytes) =>
      onDocument?.({ role, name, bytes, target }),
    );
    found.push({ signature, pathInside: leftOutAt(file, inside) });
  }
  for (const file of companions(attestations, defaults.attestations)) {
    const inside = pathInside(target, file.path);
    const given = signatureContext(file, inside, context);
    onDocument?.({ role: "attestation", name: given.signature, bytes: file.bytes, target });
    const opened = await openAttestationFile(given, subject);
    found.push(...opened.map((signature) => ({ signature, pathInside: leftOutAt(file, inside) })));
  }
  return found;
}

/** A signature cannot cover itself. What cannot be one is a file of the target like any other. */
function leftOutAt({ bytes }: CompanionFile, inside: string | undefined): string | undefined {
  return inside !== undefined && canBeSignature(bytes) ? inside : undefined;
}

/** Those that the user named must exist; without any, whatever lies at the default places. */
function companions(given: readonly string[], defaults: readonly string[]): readonly CompanionFile[] {
  const paths = given.length === 0 ? defaults.map((path) => [undefined, path] as const) : named(given);
  return paths
    .map(([path, fallback]) => readCompanion(path, fallback, limits.maxBundleBytes))
    .filter((file) => file !== undefined);
}

function named(given: readonly string[]): readonly (readonly [string, string])[] {
  return [...new Set(given)].map((path) => [path, path] as const);
}

/** A bare signature over the file, or one over a statement about the model. */
async function openSignatureFile(
  context: SignatureContext,
  subject: string,
  path: string,
  onDocument: (role: DocumentRole, name: string, bytes: Uint8Array) => void,
): Promise<OpenedSignature> {
  const { isBareSignature, notaryFormOf, openBareSignature, openNotaryBlob } = await import(
    "./verifiers/blob-signature.ts"
  );
  const form = notaryFormOf(path);
  if (form !== undefined) {
    return openNotaryBlob(form, context, subject);
  }
  if (isBareSignature(context.bundle)) {
    const certificate = readCompanion(undefined, path.replace(/\.sig$/, ".pem"), limits.maxKeyBytes);
    if (certificate !== undefined) {
      onDocument("certificate", basename(certificate.path), certificate.bytes);
    }
    return openBareSignature(context, subject, certificate?.bytes);
  }
  return isMessageSignature(context.bundle, context.signature)
    ? openMessageFile(context, subject)
    : openModelSignature(context, subject);
}

async function openAttestationFile(
  context: SignatureContext,
  subject: string,
): Promise<readonly OpenedSignature[]> {
  // A message signature over the file lies where attestations do.
  if (isMessageSignature(context.bundle, context.signature)) {
    return [await openMessageFile(context, subject)];
  }
  const { openAttestationFile: open } = await import("./verifiers/attestation-signature.ts");
  return open(context, subject);
}

async function openMessageFile(context: SignatureContext, subject: string): Promise<OpenedSignature> {
  const { openMessageSignature } = await import("./verifiers/message-signature.ts");
  return openMessageSignature(context, subject);
}

function firstDefined<T, R>(items: readonly T[], pick: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = pick(item);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function signatureContext(
  file: CompanionFile,
  inside: string | undefined,
  context: TargetContext,
): SignatureContext {
  return {
    bundle: file.bytes,
    signature: inside ?? basename(file.path),
    trustRoot: context.trustRoot,
    at: context.options.at,
    revocationLists: context.revocationLists,
    allowLegacyUnsafe: context.options.allowLegacyUnsafe === true,
  };
}

function inventoryOptions(options: VerifyOptions): InventoryOptions {
  const { jobs, signal, onProgress, digestCacheDirectoryUnsafe, rootFileSystems } = options;
  return {
    ...(rootFileSystems === undefined ? {} : { rootFileSystems }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(digestCacheDirectoryUnsafe === undefined ? {} : { digestCacheDirectory: digestCacheDirectoryUnsafe }),
  };
}

/**
 * A BOM inside the target cannot list itself, nor be covered by a signature made before it. The same for its
 * signatures: those that are read and can be some, and files only, since anything could lie in a directory of that name.
 */
function bomIgnoreRules(target: string, { bom, bomSignatures = [] }: VerifyOptions): IgnoreRule[] {
  if (bom === undefined) {
    return [];
  }
  const signatures = bomSignatures.length === 0 ? [`${bom}.sigstore.json`] : bomSignatures;
  return [bom, ...signatures].flatMap((file) => {
    const path = pathInside(target, file);
    // A signature holds the whole BOM: of those outside nothing is read, once for each of a thousand targets.
    const isLeftOut = path !== undefined && (file === bom || holdsSignature(file));
    return isLeftOut ? [{ path, reason: bomReason, isFileOnly: true }] : [];
  });
}

/**
 * Paths that an inventory leaves out and a signature may name: they are not missing from the BOM. The BOM and
 * its signature cannot list themselves; git's own files are left out by rule.
 */
function outsideBom(bomRules: readonly IgnoreRule[]): (path: string) => boolean {
  const rules = [...gitIgnoreRules, ...bomRules];
  return (path) =>
    rules.some(
      (rule) => path === rule.path || (rule.isFileOnly !== true && path.startsWith(`${rule.path}/`)),
    );
}

function signatureIgnoreRules(opened: readonly FoundSignature[]): IgnoreRule[] {
  return opened
    .map((each) => each.pathInside)
    .filter((path) => path !== undefined)
    .map((path) => ({ path, reason: signatureReason, isFileOnly: true }));
}

async function compareSignatures(
  opened: readonly FoundSignature[],
  model: ModelOnDisk,
): Promise<readonly SignatureVerification[]> {
  const signed: SignatureVerification[] = [];
  for (const { signature, pathInside: signaturePath } of opened) {
    signed.push(await signature.verify(signaturePath === undefined ? model : { ...model, signaturePath }));
  }
  return signed;
}
