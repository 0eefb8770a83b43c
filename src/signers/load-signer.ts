// SPDX-License-Identifier: Apache-2.0
// From what the user says about the signer to a signer: a key file, a program with a public key, either with a
// certificate chain, either with a time stamp; or a Sigstore instance.

import { decodeUtf8 } from "../bytes/utf8.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FetchOptions } from "../net/fetch-bytes.ts";
import { readBounded } from "../sources/read-bounded.ts";
import {
  describePublicKey,
  parsePublicKey,
  requireSignatureKey,
  type SignatureKey,
} from "../trust/public-key.ts";
import { readPublicKeyFile } from "../trust/public-key-file.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";
import { requireModelSigningUsage } from "../x509/signing-usage.ts";
import { externalSigner } from "./external-command.ts";
import { parseIdentityToken } from "./identity-token.ts";
import { isEncryptedKey, loadPrivateKey } from "./key.ts";
import type { KeylessSigner, Signer, SignerInput } from "./signer.ts";

/** A private key in a file. */
export interface KeyFileChoice {
  readonly kind: "key";
  /** PKCS#8 PEM, mode 0600. */
  readonly key: string;
  /** Asked for only if the key is encrypted. */
  readonly passphrase?: () => Promise<string>;
  /** PEM chain of the key's certificate, leaf first: the OMS method `certificate`. */
  readonly certificateChain?: string;
}

/** A private key that only a program can use. */
export interface ProgramChoice {
  readonly kind: "program";
  readonly command: string;
  readonly input: SignerInput;
  /** PEM file of the public key; not needed with a certificate. */
  readonly publicKey?: string;
  readonly certificateChain?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** A Sigstore instance, which certifies an identity for one signature. */
export interface KeylessChoice {
  readonly kind: "keyless";
  /** signing_config.v0.2.json, or a client trust config. */
  readonly signingConfig: string;
  /** Where the identity token is: a file, the token itself, or with the CI service that runs this. */
  readonly identityToken: { readonly file: string } | { readonly token: string } | { readonly ambient: true };
  /** `online` must be true. */
  readonly fetch: FetchOptions;
}

export type SignerChoice = KeyFileChoice | ProgramChoice | KeylessChoice;

/**
 * Loads the signer. `at` is the time of signing: an expired certificate would sign for nobody.
 * @throws {AibomError} KEY_*, SOURCE_*, CERTIFICATE_*, TRUST_KEY_*, SIGNER_*, SIGNING_CONFIG_*, KEYLESS_OFFLINE,
 *   IDENTITY_TOKEN_*
 */
export async function loadSigner(choice: SignerChoice, at: Date): Promise<Signer | KeylessSigner> {
  if (choice.kind === "keyless") {
    return loadKeylessSigner(choice, at);
  }
  const chain = choice.certificateChain === undefined ? [] : readChain(choice.certificateChain);
  const [leaf, ...issuers] = chain;
  const signer = await loadPlainSigner(choice, leaf);
  return leaf === undefined ? signer : certified(signer, leaf, issuers, at);
}

/**
 * Loads the key alone, for whoever has its own rules about certificates. `leaf`: where the key of a program may come from.
 * @throws {AibomError} KEY_*, SOURCE_*, TRUST_KEY_*, SIGNER_*
 */
export async function loadPlainSigner(
  choice: KeyFileChoice | ProgramChoice,
  leaf: Certificate | undefined,
): Promise<Signer> {
  return choice.kind === "key" ? keySigner(choice) : programSigner(choice, leaf);
}

/** A token that is at hand is checked now: nobody should hash for an hour to learn that it has expired. */
async function loadKeylessSigner(choice: KeylessChoice, at: Date): Promise<KeylessSigner> {
  const { signingConfig, identityToken, fetch } = choice;
  const { keylessSigner } = await import("./keyless.ts");
  const { parseSigningConfig } = await import("./signing-config.ts");
  const bytes = readBounded(signingConfig, limits.maxSigningConfigBytes);
  const services = parseSigningConfig(bytes, signingConfig, at);
  const { requestAmbientToken } = await import("../net/ambient-token.ts");
  const given =
    "file" in identityToken
      ? decodeUtf8(readBounded(identityToken.file, limits.maxIdentityTokenBytes), identityToken.file)
      : "token" in identityToken
        ? identityToken.token
        : undefined;
  const token = () => (given === undefined ? requestAmbientToken(fetch) : Promise.resolve(given));
  const signer = keylessSigner({ services, fetch, at, token });
  if (given !== undefined) {
    parseIdentityToken(given, at);
  }
  return signer;
}

async function keySigner({ key, passphrase }: KeyFileChoice): Promise<Signer> {
  return loadPrivateKey(key, isEncryptedKey(key) ? await passphrase?.() : undefined);
}

function programSigner(choice: ProgramChoice, leaf: Certificate | undefined): Signer {
  const { command, input, environment, signal, publicKey } = choice;
  return externalSigner({
    command,
    input,
    environment,
    publicKey: publicKeyOf(publicKey, leaf),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The key that the user names, else that of the certificate. */
function publicKeyOf(path: string | undefined, leaf: Certificate | undefined): SignatureKey {
  if (path !== undefined) {
    return requireSignatureKey(parsePublicKey(readPublicKeyFile(path)));
  }
  if (leaf === undefined) {
    const reason = "its public key is needed: give --public-key or --certificate-chain";
    throw AibomError.of("SIGNER_COMMAND_INVALID", { reason });
  }
  return requireSignatureKey(describePublicKey(leaf.publicKey));
}

function readChain(path: string): readonly Certificate[] {
  const certificates = parseAt(path, readBounded(path, limits.maxPolicyBytes));
  if (certificates.length === 0) {
    throw AibomError.of("SIGNER_CERTIFICATE", { reason: "there is no certificate" }, { where: { path } });
  }
  return certificates;
}

/** A file that is no chain is a wrong argument, not a denied signature. */
function parseAt(path: string, bytes: Uint8Array): readonly Certificate[] {
  try {
    return parseCertificates(bytes, limits.maxChainCertificates);
  } catch (error) {
    if (error instanceof AibomError) {
      throw AibomError.of("SIGNER_CERTIFICATE", { reason: error.message }, { where: { path }, cause: error });
    }
    throw error;
  }
}

/** Checked now, so that nobody signs for hours what every verifier will refuse. The root stays at home. */
function certified(signer: Signer, leaf: Certificate, issuers: readonly Certificate[], at: Date): Signer {
  const refuse = (reason: string): AibomError => AibomError.of("SIGNER_CERTIFICATE", { reason });
  if (leaf.keyId !== signer.keyId) {
    throw refuse("the first certificate is of another key; the chain goes from the leaf to its issuers");
  }
  requireModelSigningUsage(leaf);
  if (!(at >= leaf.notBefore && at <= leaf.notAfter)) {
    throw refuse(`it is valid from ${leaf.notBefore.toISOString()} to ${leaf.notAfter.toISOString()}`);
  }
  const certificates = [leaf, ...issuers.filter((each) => each.subject !== each.issuer)];
  return { ...signer, certificates: certificates.map((each) => each.der) };
}
