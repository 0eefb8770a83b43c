// SPDX-License-Identifier: Apache-2.0
// Writes trusted_root.json (sigstore_trustroot.proto, v0.1) for a private Sigstore instance, out of certificate
// chains and public keys in files, with the flags that users of `cosign trusted-root create` know.

import { createHash, type KeyObject } from "node:crypto";
import { AibomError } from "../errors.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";
import { parsePublicKey } from "./public-key.ts";

/** A certificate authority (Fulcio) or time-stamping authority. */
export interface NewChain {
  readonly url: string;
  /** PEM, issuer of the leaf first (or the time-stamping certificate itself), anchor last. */
  readonly chain: Uint8Array;
  /** RFC 3339; default: from when the first certificate is valid. */
  readonly start?: string;
  readonly end?: string;
}

/** A transparency log (Rekor) or certificate transparency log. */
export interface NewLog {
  readonly url: string;
  /** PEM. */
  readonly publicKey: Uint8Array;
  readonly start: string;
  readonly end?: string;
  /** Name in the log's checkpoints, for logs whose id follows from it (Rekor v2, C2SP signed-note). */
  readonly origin?: string;
}

export interface NewSigstoreRoot {
  readonly fulcio: readonly NewChain[];
  readonly rekor: readonly NewLog[];
  readonly ctfe: readonly NewLog[];
  readonly tsa: readonly NewChain[];
}

const maxCertificates = 16;

/**
 * The bytes of trusted_root.json.
 * @throws {AibomError} CERTIFICATE_*, TRUST_KEY_*, TRUST_IMPORT_INVALID
 */
export function createSigstoreRoot(instance: NewSigstoreRoot): Uint8Array {
  if (instance.fulcio.length === 0 && instance.rekor.length === 0) {
    const reason = "a trusted root needs a certificate authority (--fulcio) or a log (--rekor)";
    throw AibomError.of("TRUST_IMPORT_INVALID", { reason });
  }
  const root = {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: instance.rekor.map(logJson),
    certificateAuthorities: instance.fulcio.map((chain) => chainJson(chain, "root")),
    ctlogs: instance.ctfe.map(logJson),
    timestampAuthorities: instance.tsa.map((chain) => chainJson(chain, "signer")),
  };
  return Buffer.from(`${JSON.stringify(root, null, 2)}\n`);
}

/** Without a start it is that of the root or of the certificate that signs, as cosign has it. */
function chainJson({ url, chain, start, end }: NewChain, startOf: "root" | "signer") {
  const certificates = parseCertificates(chain, maxCertificates);
  const [first] = certificates;
  const last = certificates.at(-1);
  if (first === undefined || last === undefined) {
    throw AibomError.of("TRUST_IMPORT_INVALID", { reason: `the chain of ${url} is empty` });
  }
  return {
    subject: subjectOf(last),
    uri: url,
    certChain: { certificates: certificates.map((each) => ({ rawBytes: base64(each.der) })) },
    validFor: validFor(start ?? (startOf === "root" ? last : first).notBefore.toISOString(), end),
  };
}

/** For people only. */
function subjectOf({ x509 }: Certificate): { organization: string; commonName: string } {
  const lines = x509.subject.split("\n");
  const part = (name: string): string =>
    lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return { organization: part("O"), commonName: part("CN") };
}

function logJson({ url, publicKey, start, end, origin }: NewLog) {
  const { key } = parsePublicKey(Buffer.from(publicKey).toString("latin1"));
  const der = key.export({ type: "spki", format: "der" });
  return {
    baseUrl: url,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: base64(der), keyDetails: detailsOf(key), validFor: validFor(start, end) },
    logId: { keyId: base64(logId(key, der, origin)) },
  };
}

/** RFC 6962 for older logs; with an origin the key id of a signed note, of which the note shows four bytes. */
function logId(key: KeyObject, der: Uint8Array, origin: string | undefined): Uint8Array {
  if (origin === undefined) {
    return createHash("sha256").update(der).digest();
  }
  const named = createHash("sha256").update(`${origin}\n`);
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return named.update("\x01", "latin1").update(der.subarray(-32)).digest();
    case "rsa":
      return named.update("\xffPKIX-RSA-PKCS#1v1.5", "latin1").update(der).digest();
    default:
      // Signed notes by ECDSA keys have an id without the name in it.
      return createHash("sha256").update(der).digest();
  }
}

const curveDetails = new Map([
  ["prime256v1", "PKIX_ECDSA_P256_SHA_256"],
  ["secp384r1", "PKIX_ECDSA_P384_SHA_384"],
  ["secp521r1", "PKIX_ECDSA_P521_SHA_512"],
]);

function detailsOf(key: KeyObject): string {
  const { namedCurve = "", modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const details =
    key.asymmetricKeyType === "ed25519"
      ? "PKIX_ED25519"
      : key.asymmetricKeyType === "rsa" && [2048, 3072, 4096].includes(modulusLength)
        ? `PKIX_RSA_PKCS1V15_${modulusLength}_SHA256`
        : curveDetails.get(namedCurve);
  if (details === undefined) {
    const reason = `keys of type ${String(key.asymmetricKeyType)} ${namedCurve} are not used by logs`;
    throw AibomError.of("TRUST_KEY_INVALID", { reason });
  }
  return details;
}

function validFor(start: string, end: string | undefined) {
  return { start, ...(end === undefined ? {} : { end }) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
