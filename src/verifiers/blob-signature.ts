// SPDX-License-Identifier: Apache-2.0
// Signatures over the bytes of one file in forms of their own: Notary Project (`notation blob sign`: .jws, .cose), and the
// bare signature in base64 that `cosign sign-blob` writes without a bundle (.sig, with a certificate in .pem). The file is
// not read again: its digests from the hashing pass stand for it.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type DigestAlgorithm, digestOf } from "../model/digest.ts";
import { determinesAlgorithm, keyAlgorithms } from "../trust/public-key.ts";
import { parseCertificates } from "../x509/certificate.ts";
import type { BundleContent } from "./bundle.ts";
import type { ContentCheck } from "./content.ts";
import { checkEcdsaDer } from "./ecdsa-encoding.ts";
import { mintSignatureEvidence } from "./mint.ts";
import type { ModelFileOnDisk, ModelOnDisk } from "./model-comparison.ts";
import { verifyNotarySignature } from "./notary/verify-notary.ts";
import { openOwnSignature } from "./open-signature.ts";
import { type OpenedSignature, wholeFilePlan } from "./opened-signature.ts";
import { type ProvenSigner, proofOf, type SignatureContext, type SignatureRules } from "./signature.ts";
import { attemptAsync, rejectedOnly } from "./verification.ts";

const algorithms = ["sha256", "sha384", "sha512"] as const;

const rules: SignatureRules = { usage: "model", maxBytes: limits.maxBundleBytes };

/** What a check of one file shows. */
interface Checked {
  readonly proven: ProvenSigner;
  readonly scheme: "notary" | "sigstore";
  readonly algorithm: DigestAlgorithm;
}

/** The envelope that a file name means; undefined for any other. */
export function notaryFormOf(path: string): "jws" | "cose" | undefined {
  return path.endsWith(".jws") ? "jws" : path.endsWith(".cose") ? "cose" : undefined;
}

/** Opens a Notary Project signature over a file. */
export function openNotaryBlob(
  form: "jws" | "cose",
  context: SignatureContext,
  subject: string,
): OpenedSignature {
  return openBlob(context, subject, async (file) => {
    const { proven, target } = verifyNotarySignature(form, context, rules);
    const algorithm = algorithms.find((each) => `${each}:${digestOf(file.digests, each)}` === target.digest);
    if (algorithm === undefined || target.size !== file.size) {
      const got = `${target.digest} (${target.size} bytes)`.slice(0, 200);
      const expected = `sha256:${digestOf(file.digests, "sha256") ?? ""}`;
      throw AibomError.of("IMAGE_SIGNATURE_OTHER_IMAGE", { got, expected });
    }
    return { proven, scheme: "notary", algorithm };
  });
}

/** True for a file that holds nothing but base64, as bare signatures do. */
export function isBareSignature(bytes: Uint8Array): boolean {
  return bytes.length <= 8192 && /^[A-Za-z0-9+/]{16,}={0,2}\s*$/.test(Buffer.from(bytes).toString("latin1"));
}

/**
 * Opens a bare signature.
 * @param certificate PEM beside it, if there is any; else the keys of the trust root are tried, since it names none.
 */
export function openBareSignature(
  context: SignatureContext,
  subject: string,
  certificate: Uint8Array | undefined,
): OpenedSignature {
  return openBlob(context, subject, async (file) => {
    const text = Buffer.from(context.bundle).toString("latin1").trim();
    const signature = Buffer.from(text, "base64");
    if (signature.toString("base64") !== text) {
      throw AibomError.of("BUNDLE_BASE64", { field: "the signature" });
    }
    const proven = await openBare(context, signature, certificate, file);
    const algorithm = proven.signer.algorithm as keyof typeof keyAlgorithms;
    return { proven, scheme: "sigstore", algorithm: keyAlgorithms[algorithm].hash ?? "sha256" };
  });
}

function openBlob(
  context: SignatureContext,
  subject: string,
  check: (file: ModelFileOnDisk) => Promise<Checked>,
): OpenedSignature {
  return {
    plan: wholeFilePlan(algorithms),
    verify: async (model: ModelOnDisk) => {
      const [file] = model.files;
      const checked = await attemptAsync({ subject, signature: context.signature }, () => {
        if (!model.isSingleFile || file === undefined) {
          throw AibomError.of("SIGNATURE_OF_ONE_FILE", {});
        }
        return check(file);
      });
      if ("rejection" in checked) {
        return rejectedOnly(checked.rejection);
      }
      const { proven, scheme, algorithm } = checked.value;
      const evidence = mintSignatureEvidence({
        scheme,
        usage: "model",
        ...proofOf(proven),
        signature: context.signature,
        subject,
        covers: model.standsFor ?? [file?.path ?? ""],
        predicateType: "",
        claims: [],
        algorithms: [algorithm],
      });
      return { evidence: [evidence], rejected: [], findings: [] };
    },
  };
}

async function openBare(
  context: SignatureContext,
  signature: Uint8Array,
  certificate: Uint8Array | undefined,
  file: ModelFileOnDisk,
): Promise<ProvenSigner> {
  const { verifyEcdsaDigest } = await import("./sigstore/ecdsa-prehash.ts");
  const verifyContent: ContentCheck = (_, key) => {
    const { hash } = keyAlgorithms[key.algorithm];
    if (hash === undefined) {
      throw AibomError.of("SIGNATURE_NEEDS_BYTES", { algorithm: key.algorithm });
    }
    checkEcdsaDer(signature);
    return verifyEcdsaDigest(Buffer.from(digestOf(file.digests, hash) ?? "", "hex"), key.key, signature);
  };
  const content: BundleContent = {
    kind: "message",
    message: { digest: { algorithm: "", value: new Uint8Array() }, signature },
  };
  const parts = { content, timestamps: [] };
  if (certificate !== undefined) {
    const certificates = parseCertificates(certificate, limits.maxChainCertificates).map(({ der }) => der);
    const chain = { method: "certificate", certificates, ...parts } as const;
    return openOwnSignature(chain, context, { ...rules, verifyContent });
  }
  const keys = [...context.trustRoot.byKeyId.values()]
    .filter(({ identity }) => identity.usages.includes(rules.usage))
    .map(({ key }) => key)
    .filter(determinesAlgorithm)
    .filter(({ algorithm }) => keyAlgorithms[algorithm].hash !== undefined);
  if (keys.length > limits.maxKeysPerSignature) {
    const limit = limits.maxKeysPerSignature;
    throw AibomError.of("ENVELOPE_KEYS_TOO_MANY", { count: keys.length, keyid: "(none)", limit });
  }
  const key = keys.find((each) => verifyContent(content, each));
  if (key === undefined) {
    throw AibomError.of("IMAGE_SIGNATURE_NO_KEY", { count: keys.length });
  }
  return openOwnSignature({ method: "key", key: { hint: key.keyId }, ...parts }, context, {
    ...rules,
    verifyContent,
  });
}
