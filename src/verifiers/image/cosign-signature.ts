// SPDX-License-Identifier: Apache-2.0
// Verifies what cosign before version 3 signed, by what it wrote beside: a Fulcio certificate (judged by the Sigstore
// instances of the trust root), a certificate of a private CA, or a key of the trust root. The log entry must be about this
// signature, these bytes and this key on each of these ways (CVE-2022-36056, CVE-2026-22703): it is bound first, whoever
// vouches afterwards.

import { createHash, verify } from "node:crypto";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { determinesAlgorithm, keyAlgorithms, type SignatureKey } from "../../trust/public-key.ts";
import { type Certificate, parseCertificate } from "../../x509/certificate.ts";
import type { BundleContent, ChainBundle, KeyBundle } from "../bundle.ts";
import type { ContentCheck } from "../content.ts";
import { preAuthenticationEncoding } from "../dsse.ts";
import { checkEcdsaDer } from "../ecdsa-encoding.ts";
import { openOwnSignature } from "../open-signature.ts";
import type { ProvenSigner, SignatureContext, SignatureRules } from "../signature.ts";
import type { LogEntry, SigstoreBundle } from "../sigstore/bundle.ts";
import type { CosignMaterial } from "./cosign-material.ts";

/** What was signed: bytes, or an envelope with one signature. */
export type CosignContent =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly signature: Uint8Array }
  | {
      readonly kind: "dsse";
      readonly payloadType: string;
      readonly payload: Uint8Array;
      readonly signature: Uint8Array;
      /** The envelope as it is: what its time stamp covers. */
      readonly envelope: Uint8Array;
    };

/**
 * Who signed. Nothing of what was signed is read.
 * @throws {AibomError} IMAGE_SIGNATURE_*, SIGSTORE_*, CERTIFICATE_*, TIMESTAMP_*, TRUST_*, SIGNATURE_*, DSSE_*
 */
export async function openCosignSignature(
  content: CosignContent,
  material: CosignMaterial,
  context: SignatureContext,
  rules: SignatureRules,
): Promise<ProvenSigner> {
  const [der] = material.certificates;
  const leaf = der === undefined ? undefined : parseCertificate(der);
  if (leaf !== undefined && isFromFulcio(leaf)) {
    return openBySigstore(content, material, { kind: "certificate", der: leaf.der }, context, rules);
  }
  if (leaf !== undefined) {
    await requireBinding(content, material.logEntry, { kind: "certificate", der: leaf.der });
    const { certificates } = material;
    return openOwnSignature(
      { method: "certificate", certificates, ...ownBundle(content, material) },
      context,
      {
        ...rules,
        verifyContent: contentCheck(content),
      },
    );
  }
  return openByKey(content, material, context, rules);
}

/** Fulcio writes the issuer of the identity into each certificate (fulcio, docs/oid-info.md); a private CA does not. */
function isFromFulcio({ extensions }: Certificate): boolean {
  return extensions.has("1.3.6.1.4.1.57264.1.1") || extensions.has("1.3.6.1.4.1.57264.1.8");
}

async function openBySigstore(
  content: CosignContent,
  material: CosignMaterial,
  signer: SigstoreBundle["signer"],
  context: SignatureContext,
  rules: SignatureRules,
): Promise<ProvenSigner> {
  const { openSigstoreBytes, openSigstoreStatement } = await import("../sigstore-signature.ts");
  const { logEntry, timestamps } = material;
  // Bundles 0.1 hold what cosign wrote before there were bundles: an entry with a promise and no proof.
  const bundle: SigstoreBundle = {
    mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
    version: "0.1",
    signer,
    content: sigstoreContent(content),
    logEntries: logEntry === undefined ? [] : [logEntry],
    timestamps,
    ...(content.kind === "dsse" ? { stampedBytes: content.envelope } : {}),
  };
  return content.kind === "bytes"
    ? openSigstoreBytes(context, rules, bundle, content.bytes)
    : openSigstoreStatement(context, rules, bundle);
}

function sigstoreContent(content: CosignContent): SigstoreBundle["content"] {
  if (content.kind === "dsse") {
    const { kind, payloadType, payload, signature } = content;
    // Some tools write a name of their own into the envelope; it is not signed, and nothing is found by it.
    return { kind, payloadType, payload, signature, keyid: "" };
  }
  const value = createHash("sha256").update(content.bytes).digest();
  return { kind: "message", digest: { algorithm: "sha256", value }, signature: content.signature };
}

/**
 * cosign names no key, so the keys of the trust root are tried. With an instance of Sigstore in the trust root the log
 * entry is judged by it; without one it must still be about this signature, and counts for nothing.
 */
async function openByKey(
  content: CosignContent,
  material: CosignMaterial,
  context: SignatureContext,
  rules: SignatureRules,
): Promise<ProvenSigner> {
  const key = signingKey(content, context, rules);
  const der = new Uint8Array(key.key.export({ type: "spki", format: "der" }));
  if (material.logEntry !== undefined && context.trustRoot.authorities.sigstore.length > 0) {
    return openBySigstore(content, material, { kind: "key", hint: key.keyId }, context, rules);
  }
  await requireBinding(content, material.logEntry, { kind: "key", der });
  return openOwnSignature(
    { method: "key", key: { hint: key.keyId }, ...ownBundle(content, material) },
    context,
    {
      ...rules,
      verifyContent: contentCheck(content),
    },
  );
}

/** @throws {AibomError} IMAGE_SIGNATURE_NO_KEY, ENVELOPE_KEYS_TOO_MANY */
function signingKey(
  content: CosignContent,
  { trustRoot }: SignatureContext,
  { usage }: SignatureRules,
): SignatureKey {
  const keys = [...trustRoot.byKeyId.values()]
    .filter(({ identity }) => identity.usages.includes(usage))
    .map(({ key }) => key)
    .filter(determinesAlgorithm);
  const limit = limits.maxKeysPerSignature;
  if (keys.length > limit) {
    throw AibomError.of("ENVELOPE_KEYS_TOO_MANY", { count: keys.length, keyid: "(none)", limit });
  }
  const found = keys.find((key) => isSignedBy(content, key));
  if (found === undefined) {
    throw AibomError.of("IMAGE_SIGNATURE_NO_KEY", { count: keys.length });
  }
  return found;
}

function isSignedBy(content: CosignContent, { algorithm, key }: SignatureKey): boolean {
  try {
    return verify(keyAlgorithms[algorithm].hash ?? null, signedBytes(content), key, content.signature);
  } catch {
    // OpenSSL throws where a signature cannot even be decoded with the key.
    return false;
  }
}

function signedBytes(content: CosignContent): Uint8Array {
  return content.kind === "bytes"
    ? content.bytes
    : preAuthenticationEncoding(content.payloadType, content.payload);
}

function contentCheck(content: CosignContent): ContentCheck {
  return (_, key) => {
    if (keyAlgorithms[key.algorithm].curve !== undefined) {
      checkEcdsaDer(content.signature);
    }
    return isSignedBy(content, key);
  };
}

/** The parts of a bundle of our own methods. */
function ownBundle(
  content: CosignContent,
  { timestamps }: CosignMaterial,
): Omit<KeyBundle, "method" | "key"> & Omit<ChainBundle, "method" | "certificates"> {
  const { signature } = content;
  const own: BundleContent =
    content.kind === "bytes"
      ? { kind: "message", message: { digest: { algorithm: "", value: new Uint8Array() }, signature } }
      : {
          kind: "dsse",
          envelope: {
            payloadType: content.payloadType,
            payload: content.payload,
            signature,
            keyid: "",
          },
        };
  return { content: own, timestamps, stampedBytes: content.kind === "dsse" ? content.envelope : signature };
}

/** That the entry records this signature over these bytes by this key. @throws {AibomError} IMAGE_SIGNATURE_LOG, SIGSTORE_LOG_ENTRY */
async function requireBinding(
  content: CosignContent,
  entry: LogEntry | undefined,
  signer: { readonly kind: "certificate" | "key"; readonly der: Uint8Array },
): Promise<void> {
  if (entry === undefined) {
    return;
  }
  const { isSameKey, parseLogBody } = await import("../sigstore/log-body.ts");
  const { signature, digest, verifier } = parseLogBody(entry);
  const mismatch = (what: string): AibomError => AibomError.of("IMAGE_SIGNATURE_LOG", { what });
  if (Buffer.compare(signature, content.signature) !== 0) {
    throw mismatch("signature");
  }
  const logged = digest.of === "payload" && content.kind === "dsse" ? content.payload : signedBytes(content);
  if (Buffer.compare(createHash(digest.algorithm).update(logged).digest(), digest.value) !== 0) {
    throw mismatch("payload");
  }
  const isSame =
    verifier.kind === signer.kind &&
    (signer.kind === "certificate"
      ? Buffer.compare(verifier.der, signer.der) === 0
      : isSameKey(verifier.der, signer.der));
  if (!isSame) {
    throw mismatch(signer.kind);
  }
}
