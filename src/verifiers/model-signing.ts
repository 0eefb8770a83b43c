// SPDX-License-Identifier: Apache-2.0
// Model signatures: OpenSSF Model Signing v1.0. First the signature is opened, which needs no file of the
// model; then the hashing pass computes what the signed manifest asks for; then all differences are reported.
// Nothing of a statement steers the hashing before its signature is good: a manifest with shards of one byte
// would exhaust memory.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import { keyAlgorithms } from "../trust/public-key.ts";
import { parseLegacyManifest, verifyLegacyEnvelope } from "./legacy-model-signature.ts";
import { mintSignatureEvidence } from "./mint.ts";
import { compareModel, type ModelComparison, type ModelOnDisk } from "./model-comparison.ts";
import {
  legacyPredicateType,
  type ModelManifest,
  modelPredicateType,
  parseModelManifest,
} from "./model-manifest.ts";
import { openSignature } from "./open-signature.ts";
import { type HashingPlan, type OpenedSignature, rejectedSignature } from "./opened-signature.ts";
import { singleFileName } from "./resource-name.ts";
import { proofOf, type SignatureContext, type SignatureRules, type SignedPayload } from "./signature.ts";
import {
  type About,
  attemptAsync,
  rejectedOnly,
  rejection,
  type SignatureVerification,
} from "./verification.ts";

/** A model signature after its signature was looked at. */
export interface OpenedModelSignature extends OpenedSignature {
  /**
   * Compares the model with the signed manifest.
   * @throws {AibomError} OMS_DIGEST_NOT_COMPUTED
   */
  verify(model: ModelOnDisk): SignatureVerification;
}

/** Opens the signature of the model named `subject`. A bad signature is not thrown but answered by `verify`. */
export async function openModelSignature(
  context: SignatureContext,
  subject: string,
): Promise<OpenedModelSignature> {
  const about = { subject, signature: context.signature };
  const opened = await attemptAsync(about, () =>
    context.allowLegacyUnsafe === true ? openAnyManifest(context) : openManifest(context),
  );
  if ("rejection" in opened) {
    return rejectedSignature(opened.rejection);
  }
  const { value } = opened;
  return {
    plan: planOf(value.manifest),
    verify: (model) => judge(about, value, model),
  };
}

/** A signed manifest, and whether it has the form from before OMS v1.0. */
interface SignedManifest {
  readonly signed: SignedPayload;
  readonly manifest: ModelManifest;
  readonly isLegacy: boolean;
}

const modelRules: SignatureRules = {
  usage: "model",
  maxBytes: limits.maxBundleBytes,
  isAlgorithmAllowed: (algorithm) => keyAlgorithms[algorithm].curve !== undefined,
};

async function openManifest(context: SignatureContext): Promise<SignedManifest> {
  const signed = await openSignature(context, modelRules);
  return { signed, manifest: parseModelManifest(signed.payload, context.signature), isLegacy: false };
}

/** As signed today, else in the legacy form; the legacy encoding is good for the legacy statement only. */
async function openAnyManifest(context: SignatureContext): Promise<SignedManifest> {
  try {
    return await openManifest(context);
  } catch (error) {
    const code = error instanceof AibomError ? error.code : undefined;
    if (code !== "SIGNATURE_INVALID" && code !== "OMS_PREDICATE_LEGACY") {
      throw error;
    }
    const rules = code === "SIGNATURE_INVALID" ? { verifyContent: verifyLegacyEnvelope } : {};
    const signed = await openSignature(context, { ...modelRules, ...rules });
    return { signed, manifest: parseLegacyManifest(signed.payload, context.signature), isLegacy: true };
  }
}

function planOf(manifest: ModelManifest): HashingPlan {
  const { algorithm, shardSizeBytes, files } = manifest;
  return {
    algorithms: [algorithm],
    signs: (path) => files.has(path) || [...files.keys()].some((each) => each.startsWith(`${path}/`)),
    shardsFor(path, sizeBytes) {
      const signed = files.get(path) ?? files.get(singleFileName);
      if (shardSizeBytes === undefined || signed === undefined || "hex" in signed) {
        return undefined;
      }
      return signed.shards.at(-1)?.end === sizeBytes ? { algorithm, sizeBytes: shardSizeBytes } : undefined;
    },
  };
}

function judge(
  about: About,
  { signed, manifest, isLegacy }: SignedManifest,
  model: ModelOnDisk,
): SignatureVerification {
  const compared = compareModel(manifest, model, about.subject);
  const findings = [...oldFormFindings(about, signed, isLegacy), ...compared.findings];
  const { identity } = signed.signer;
  // Changed and extra files show in `covers`. What is absent or unreadable shows nowhere, so it costs the
  // signature: otherwise a model with a file taken away would look completely signed.
  if (compared.missing > 0 || compared.refused > 0 || compared.equal.length === 0) {
    return rejectedOnly(rejection(about, differs(identity, compared)), findings);
  }
  const evidence = mintSignatureEvidence({
    scheme: "oms",
    usage: "model",
    ...proofOf(signed),
    signature: about.signature,
    subject: about.subject,
    covers: compared.equal,
    ...(compared.changed.length === 0 ? {} : { contradicts: compared.changed }),
    predicateType: isLegacy ? legacyPredicateType : modelPredicateType,
    claims: [],
    algorithms: [manifest.algorithm],
  });
  return { evidence: [evidence], rejected: [], findings };
}

function oldFormFindings(about: About, signed: SignedPayload, isLegacy: boolean): Finding[] {
  const place = { path: about.signature };
  const options = { subject: about.subject };
  return [
    ...(signed.isOldBundle ? [finding("OMS_BUNDLE_OLD", place, {}, options)] : []),
    ...(isLegacy ? [finding("OMS_LEGACY_ACCEPTED", place, {}, options)] : []),
  ];
}

function differs(identity: string, compared: ModelComparison): AibomError {
  const { changed, missing, refused, equal } = compared;
  return AibomError.of("OMS_MODEL_DIFFERS", {
    identity,
    changed: changed.length,
    missing,
    refused,
    matching: equal.length,
  });
}
