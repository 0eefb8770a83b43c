// SPDX-License-Identifier: Apache-2.0
// Message signatures (sigstore_bundle.proto, MessageSignature): a bare signature over the bytes of one file, as
// `cosign sign-blob` writes it. The file is not read again: its digest from the hashing pass stands for it.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { digestOf } from "../model/digest.ts";
import { type KeyAlgorithm, keyAlgorithms, type SignatureKey } from "../trust/public-key.ts";
import { type BundleContent, type MessageSignature, parseBundle } from "./bundle.ts";
import type { ContentCheck } from "./content.ts";
import { checkEcdsaDer } from "./ecdsa-encoding.ts";
import { mintSignatureEvidence } from "./mint.ts";
import type { ModelFileOnDisk, ModelOnDisk } from "./model-comparison.ts";
import { openOwnSignature } from "./open-signature.ts";
import { type OpenedSignature, wholeFilePlan } from "./opened-signature.ts";
import { type ProvenSigner, proofOf, type SignatureContext, type SignatureRules } from "./signature.ts";
import { attemptAsync, rejectedOnly, type SignatureVerification } from "./verification.ts";

/** Hash functions of message signatures: that of the key's curve. */
const messageAlgorithms = ["sha256", "sha384", "sha512"] as const;

const rules: SignatureRules = { usage: "model", maxBytes: limits.maxBundleBytes };

/** Opens a message signature; whether it is good shows once the file is hashed. */
export function openMessageSignature(context: SignatureContext, subject: string): OpenedSignature {
  return {
    plan: wholeFilePlan(messageAlgorithms),
    verify: (model) => verifyMessage(context, subject, model),
  };
}

async function verifyMessage(
  context: SignatureContext,
  subject: string,
  model: ModelOnDisk,
): Promise<SignatureVerification> {
  const about = { subject, signature: context.signature };
  const checked = await attemptAsync(about, async () => {
    const file = onlyFile(model);
    return { file, proven: await openMessage(context, digestsOf(file)) };
  });
  if ("rejection" in checked) {
    return rejectedOnly(checked.rejection);
  }
  const { file, proven } = checked.value;
  const evidence = mintSignatureEvidence({
    scheme: "sigstore",
    usage: "model",
    ...proofOf(proven),
    signature: context.signature,
    subject,
    covers: model.standsFor ?? [file.path],
    predicateType: "",
    claims: [],
    algorithms: [keyAlgorithms[proven.signer.algorithm as KeyAlgorithm].hash ?? "sha256"],
  });
  return { evidence: [evidence], rejected: [], findings: [] };
}

/** A signature over one file says nothing about a directory of several. */
function onlyFile({ isSingleFile, files }: ModelOnDisk): ModelFileOnDisk {
  const [file] = files;
  if (!isSingleFile || file === undefined) {
    throw AibomError.of("SIGNATURE_OF_ONE_FILE", {});
  }
  return file;
}

function digestsOf(file: ModelFileOnDisk): ReadonlyMap<string, string> {
  return new Map(
    messageAlgorithms.flatMap((algorithm) => {
      const hex = digestOf(file.digests, algorithm);
      return hex === undefined ? [] : [[algorithm, hex] as const];
    }),
  );
}

async function openMessage(
  context: SignatureContext,
  digests: ReadonlyMap<string, string>,
): Promise<ProvenSigner> {
  const bundle = parseBundle(context.bundle, context.signature, rules.maxBytes);
  if (bundle.method === "sigstore") {
    const { openSigstoreMessage } = await import("./sigstore-signature.ts");
    return openSigstoreMessage(context, rules, digests);
  }
  const { verifyEcdsaDigest } = await import("./sigstore/ecdsa-prehash.ts");
  const verifyContent: ContentCheck = (content, key) => {
    const message = messageOf(content);
    const digest = Buffer.from(digestFor(key, message, digests), "hex");
    checkEcdsaDer(message.signature);
    return verifyEcdsaDigest(digest, key.key, message.signature);
  };
  return openOwnSignature(bundle, context, { ...rules, verifyContent });
}

function messageOf(content: BundleContent): MessageSignature {
  if (content.kind !== "message") {
    throw AibomError.of("BUNDLE_CONTENT_UNSUPPORTED", { content: "dsseEnvelope" });
  }
  return content.message;
}

/** Names in sigstore_common.proto, HashAlgorithm. */
const hashNames = { sha256: "SHA2_256", sha384: "SHA2_384", sha512: "SHA2_512" } as const;

/** The file's digest by the hash function of the key; the digest that the signer noted must be the same. */
function digestFor(
  key: SignatureKey,
  message: MessageSignature,
  digests: ReadonlyMap<string, string>,
): string {
  const { hash } = keyAlgorithms[key.algorithm];
  if (hash === undefined) {
    // Ed25519 and ML-DSA hash the message themselves, twice; a digest cannot stand for it.
    throw AibomError.of("SIGNATURE_NEEDS_BYTES", { algorithm: key.algorithm });
  }
  const hex = digests.get(hash) ?? "";
  const noted = Buffer.from(message.digest.value).toString("hex");
  if (message.digest.algorithm !== hashNames[hash] || noted !== hex) {
    throw AibomError.of("SIGNATURE_OF_OTHER_BYTES", { algorithm: hash, expected: noted, got: hex });
  }
  return hex;
}
