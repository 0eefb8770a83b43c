// SPDX-License-Identifier: Apache-2.0
// Verifies one signature or attestation of an image, whatever form it has, and compares what was signed with the digest
// computed of the image. A bad one is an answer, never an error. What accepts it covers all that the image names by hash, and
// nothing beside: not the sibling for another platform, not the index above.

import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Digest } from "../../model/digest.ts";
import type { SignatureEvidence, SignatureScheme } from "../../model/evidence.ts";
import type { SignedClaim } from "../../model/signed-claim.ts";
import { parseDsseEnvelope } from "../attestation/envelope.ts";
import {
  attestedBy,
  attestedSignature,
  isPlainSignature,
  openAttestationFile,
} from "../attestation-signature.ts";
import { mintSignatureEvidence } from "../mint.ts";
import type { ModelOnDisk } from "../model-comparison.ts";
import { verifyNotarySignature } from "../notary/verify-notary.ts";
import { type ProvenSigner, proofOf, type SignatureContext, type SignatureRules } from "../signature.ts";
import {
  type About,
  attemptAsync,
  rejectedOnly,
  rejection,
  type SignatureVerification,
} from "../verification.ts";
import { parseCosignMaterial } from "./cosign-material.ts";
import { openCosignSignature } from "./cosign-signature.ts";
import {
  type ImageSignature,
  type SignedImage,
  sha256Name,
  type UnreadableSignature,
} from "./signed-image.ts";
import { parseSimpleSigning, requireSignedImage } from "./simple-signing.ts";

type Trust = Pick<SignatureContext, "trustRoot" | "at" | "revocationLists">;

const modelRules: SignatureRules = { usage: "model", maxBytes: limits.maxImageSignatureBytes };

/** Verifies a signature against the image that it was found for. */
export async function verifyImageSignature(
  signature: ImageSignature,
  image: SignedImage,
  trust: Trust,
): Promise<SignatureVerification> {
  const answer = await verifyForm(signature, image, trust);
  return image.repository === undefined || signature.form === "simple-signing"
    ? answer
    : withoutUnplaced(answer, image.repository);
}

/**
 * Only simple signing names the repository that a signature was made for. Where one is asked for, the others do not count as
 * signatures: a constraint that cannot be checked must not count as met (CVE-2025-29778). Attestations stay: they state
 * something about the bytes, wherever these lie.
 */
function withoutUnplaced(answer: SignatureVerification, repository: string): SignatureVerification {
  const isKept = ({ usage }: SignatureEvidence): boolean => usage !== "model";
  const error = AibomError.of("IMAGE_SIGNATURE_OTHER_REPOSITORY", {
    got: "no repository",
    expected: repository,
  });
  return {
    ...answer,
    evidence: answer.evidence.filter(isKept),
    rejected: [
      ...answer.rejected,
      ...answer.evidence.filter((each) => !isKept(each)).map((each) => rejection(each, error)),
    ],
  };
}

async function verifyForm(
  signature: ImageSignature,
  image: SignedImage,
  trust: Trust,
): Promise<SignatureVerification> {
  const context: SignatureContext = { ...trust, bundle: signature.bytes, signature: signature.place };
  const about = { subject: image.artifact, signature: signature.place };
  const isAnnotated = [...signature.annotations.keys()].some((name) =>
    name.startsWith("dev.sigstore.cosign/"),
  );
  switch (signature.form) {
    case "simple-signing":
      return verifySimpleSigning(signature, image, context, about);
    case "jws":
    case "cose":
      return verifyNotary(signature.form, image, context, about);
    case "dsse":
      return isAnnotated
        ? verifyAnnotatedEnvelope(signature, image, context, about)
        : verifyStatements(image, context, about);
    case "bundle":
      return verifyStatements(image, context, about);
  }
}

/** An unreadable one is a rejection: damaged evidence must not look like none (cosign's GetBundles swallowed it). */
export function rejectUnreadable(
  { place, error }: UnreadableSignature,
  subject: string,
): SignatureVerification {
  return rejectedOnly(rejection({ subject, signature: place }, error));
}

async function verifySimpleSigning(
  { bytes, annotations, place }: ImageSignature,
  image: SignedImage,
  context: SignatureContext,
  about: About,
): Promise<SignatureVerification> {
  const checked = await attemptAsync(about, async () => {
    const material = parseCosignMaterial(annotations, place);
    const { signature } = material;
    if (signature === undefined) {
      throw AibomError.of("IMAGE_SIGNATURE_MALFORMED", {
        reason: "there is no signature beside the payload",
      });
    }
    const proven = await openCosignSignature(
      { kind: "bytes", bytes, signature },
      material,
      context,
      modelRules,
    );
    const payload = parseSimpleSigning(bytes, place);
    requireSignedImage(payload, image);
    return { proven, payload };
  });
  if ("rejection" in checked) {
    return rejectedOnly(checked.rejection);
  }
  const { proven, payload } = checked.value;
  const claims = payload.reference === "" ? [] : [{ name: "image.reference", value: payload.reference }];
  return accepted("simple-signing", proven, { image, about, claims, algorithm: algorithmOf(payload.digest) });
}

/** An attestation of cosign before version 3: a DSSE envelope, with the certificate and the log entry beside it. */
async function verifyAnnotatedEnvelope(
  { bytes, annotations, place }: ImageSignature,
  image: SignedImage,
  context: SignatureContext,
  about: About,
): Promise<SignatureVerification> {
  const opened = await attemptAsync(about, async () => {
    const { payload, payloadType, signatures } = parseEnvelope(bytes, place);
    const [only] = signatures;
    if (only === undefined || signatures.length !== 1) {
      throw AibomError.of("BUNDLE_SIGNATURE_COUNT", { count: signatures.length });
    }
    const { signature } = only;
    const usage = isPlainSignature(payload) ? "model" : "statement";
    const proven = await openCosignSignature(
      { kind: "dsse", payload, payloadType, signature, envelope: bytes },
      parseCosignMaterial(annotations, place),
      context,
      { ...modelRules, usage },
    );
    return attestedBy(proven, { payload, payloadType }, usage, context);
  });
  return attestedSignature(opened, about).verify(asModel(image));
}

function parseEnvelope(bytes: Uint8Array, path: string) {
  const root = parseJson(bytes, { path, maxBytes: limits.maxImageSignatureBytes, maxDepth: 16 });
  if (!isJsonObject(root)) {
    throw AibomError.of("IMAGE_SIGNATURE_MALFORMED", { reason: "the envelope is not an object" });
  }
  return parseDsseEnvelope(root);
}

/** Bundles and bare envelopes are what they are beside any artifact. */
async function verifyStatements(
  image: SignedImage,
  context: SignatureContext,
  about: About,
): Promise<SignatureVerification> {
  const answers: SignatureVerification[] = [];
  for (const opened of await openAttestationFile(context, about.subject)) {
    answers.push(await opened.verify(asModel(image)));
  }
  return {
    evidence: answers.flatMap((each) => each.evidence),
    rejected: answers.flatMap((each) => each.rejected),
    findings: answers.flatMap((each) => each.findings),
  };
}

/** The image as one file: the bytes of its manifest, which stand for all that it names. */
function asModel({ digests, size, covers }: SignedImage): ModelOnDisk {
  const known: Digest[] = (["sha256", "sha384", "sha512"] as const).flatMap((algorithm) => {
    const hex = digests.get(algorithm);
    return hex === undefined ? [] : [{ algorithm, hex }];
  });
  return {
    isSingleFile: true,
    files: [{ path: "manifest", size, digests: known, shards: [] }],
    ignored: [],
    refused: [],
    standsFor: covers,
  };
}

async function verifyNotary(
  form: "jws" | "cose",
  image: SignedImage,
  context: SignatureContext,
  about: About,
): Promise<SignatureVerification> {
  const checked = await attemptAsync(about, async () => {
    const { proven, target, expiry } = verifyNotarySignature(form, context, modelRules);
    const names = [...image.digests].map(([algorithm, hex]) => `${algorithm}:${hex}`);
    // The whole descriptor is compared: one digest with another media type is another reading of the same bytes.
    const isSame =
      names.includes(target.digest) &&
      target.size === image.size &&
      (image.mediaType === undefined || target.mediaType === image.mediaType);
    if (!isSame) {
      const got = `${target.digest} (${target.mediaType}, ${target.size} bytes)`.slice(0, 300);
      throw AibomError.of("IMAGE_SIGNATURE_OTHER_IMAGE", { got, expected: sha256Name(image) });
    }
    return { proven, expiry, digest: target.digest };
  });
  if ("rejection" in checked) {
    return rejectedOnly(checked.rejection);
  }
  const { proven, expiry, digest } = checked.value;
  const claims = expiry === undefined ? [] : [{ name: "notary.expiry", value: expiry.toISOString() }];
  return accepted("notary", proven, { image, about, claims, algorithm: algorithmOf(digest) });
}

interface Acceptance {
  readonly image: SignedImage;
  readonly about: About;
  readonly claims: readonly SignedClaim[];
  readonly algorithm: Digest["algorithm"];
}

function accepted(
  scheme: SignatureScheme,
  proven: ProvenSigner,
  { image, about, claims, algorithm }: Acceptance,
): SignatureVerification {
  const evidence = mintSignatureEvidence({
    scheme,
    usage: "model",
    ...proofOf(proven),
    signature: about.signature,
    subject: about.subject,
    covers: image.covers,
    predicateType: "",
    claims,
    algorithms: [algorithm],
  });
  return { evidence: [evidence], rejected: [], findings: [] };
}

/** Of a digest that equals a computed one. */
function algorithmOf(digest: string): Digest["algorithm"] {
  return digest.startsWith("sha512:") ? "sha512" : digest.startsWith("sha384:") ? "sha384" : "sha256";
}
