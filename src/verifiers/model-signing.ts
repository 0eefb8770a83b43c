// SPDX-License-Identifier: Apache-2.0
// Model signatures: OpenSSF Model Signing v1.0, method `key`. First the signature is opened, which needs no
// file of the model; then the hashing pass computes what the signed manifest asks for; then all differences
// are reported. Nothing of a statement steers the hashing before its signature is good: a manifest with
// shards of one byte would exhaust memory. Certificates and Sigstore identities are other openers.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { DigestAlgorithm } from "../model/digest.ts";
import { type Finding, finding } from "../model/finding.ts";
import { keyAlgorithms } from "../trust/public-key.ts";
import { openKeySignature, type SignatureContext, type SignedPayload } from "./key-signature.ts";
import { mintSignatureEvidence } from "./mint.ts";
import { compareModel, type ModelComparison, type ModelOnDisk } from "./model-comparison.ts";
import { type ModelManifest, modelPredicateType, parseModelManifest } from "./model-manifest.ts";
import { singleFileName } from "./resource-name.ts";
import { attempt, rejectedOnly, rejection, type SignatureVerification } from "./verification.ts";

/** What the hashing pass must compute so that a model can be compared with its signature. */
export interface ModelSignaturePlan {
  readonly algorithm: DigestAlgorithm;
  /** Paths that the signer left out. */
  readonly ignorePaths: ReadonlySet<string>;
  /** True if the signature names the path or a file below it: no ignore rule may hide it. */
  signs(path: string): boolean;
  /**
   * The shards to compute of a file, or undefined: for the `files` method, and for a file that is not signed
   * or whose size alone shows that it changed.
   */
  shardsFor(
    path: string,
    sizeBytes: number,
  ): { readonly algorithm: DigestAlgorithm; readonly sizeBytes: number } | undefined;
}

/** A model signature after its signature was looked at. */
export interface OpenedModelSignature {
  /** Undefined if the signature was rejected: nothing needs to be hashed for it. */
  readonly plan: ModelSignaturePlan | undefined;
  /**
   * Compares the model with the signed manifest.
   * @throws {AibomError} OMS_DIGEST_NOT_COMPUTED
   */
  verify(model: ModelOnDisk): SignatureVerification;
}

/** Opens the signature of the model named `subject`. A bad signature is not thrown but answered by `verify`. */
export function openModelSignature(context: SignatureContext, subject: string): OpenedModelSignature {
  const about = { subject, signature: context.signature };
  const opened = attempt(about, () => {
    const signed = openKeySignature(context, "model", {
      maxBytes: limits.maxBundleBytes,
      isAlgorithmAllowed: (algorithm) => keyAlgorithms[algorithm].curve !== undefined,
    });
    return { signed, manifest: parseModelManifest(signed.payload, context.signature) };
  });
  if ("rejection" in opened) {
    return { plan: undefined, verify: () => rejectedOnly(opened.rejection) };
  }
  const { signed, manifest } = opened.value;
  return {
    plan: planOf(manifest),
    verify: (model) => judge(about, signed, manifest, model),
  };
}

function planOf(manifest: ModelManifest): ModelSignaturePlan {
  const { algorithm, shardSizeBytes, ignorePaths, files } = manifest;
  return {
    algorithm,
    ignorePaths,
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
  about: { readonly subject: string; readonly signature: string },
  signed: SignedPayload,
  manifest: ModelManifest,
  model: ModelOnDisk,
): SignatureVerification {
  const compared = compareModel(manifest, model, about.subject);
  const findings = [...oldBundleFindings(about, signed), ...compared.findings];
  const { identity } = signed.signer;
  // Changed and extra files show in `covers`. What is absent or unreadable shows nowhere, so it costs the
  // signature: otherwise a model with a file taken away would look completely signed.
  if (compared.missing > 0 || compared.refused > 0 || compared.equal.length === 0) {
    return rejectedOnly(rejection(about, differs(identity, compared)), findings);
  }
  const evidence = mintSignatureEvidence({
    scheme: "oms",
    usage: "model",
    signer: signed.signer,
    signature: about.signature,
    subject: about.subject,
    covers: compared.equal,
    predicateType: modelPredicateType,
    algorithms: [manifest.algorithm],
  });
  return { evidence: [evidence], rejected: [], findings };
}

function oldBundleFindings(
  about: { readonly subject: string; readonly signature: string },
  signed: SignedPayload,
): Finding[] {
  return signed.isOldBundle
    ? [finding("OMS_BUNDLE_OLD", { path: about.signature }, {}, { subject: about.subject })]
    : [];
}

function differs(identity: string, compared: ModelComparison): AibomError {
  const { changed, missing, refused, equal } = compared;
  return AibomError.of("OMS_MODEL_DIFFERS", { identity, changed, missing, refused, matching: equal.length });
}
