// SPDX-License-Identifier: Apache-2.0
// Signs with a private key file: PKCS#8 in PEM, plain or encrypted (PBES2). Traditional formats (SEC 1,
// OpenSSH, PKCS#12) are left out on purpose.

import { createPrivateKey, createPublicKey, createSign, type KeyObject, sign } from "node:crypto";
import { AibomError } from "../errors.ts";
import { readPrivateKeyFile } from "../trust/private-key-file.ts";
import { algorithmOf, describePublicKey, keyAlgorithms, keyTypeName } from "../trust/public-key.ts";
import type { Message, Signer } from "./signer.ts";

/**
 * Loads a private key as a signer.
 * @throws {AibomError} KEY_*, SOURCE_*
 */
export function loadPrivateKey(path: string, passphrase?: string): Signer {
  const bytes = readPrivateKeyFile(path);
  try {
    return keySigner(parsePrivateKey(Buffer.from(bytes).toString("latin1"), passphrase));
  } catch (cause) {
    throw cause instanceof AibomError ? cause.at({ path }) : cause;
  } finally {
    bytes.fill(0);
  }
}

/**
 * True if the key file needs a passphrase, so that it is asked for only then.
 * @throws {AibomError} KEY_PERMISSIONS, SOURCE_*
 */
export function isEncryptedKey(path: string): boolean {
  const bytes = readPrivateKeyFile(path);
  const isEncrypted = Buffer.from(bytes).includes(encryptedLabel);
  bytes.fill(0);
  return isEncrypted;
}

const encryptedLabel = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const plainLabel = "-----BEGIN PRIVATE KEY-----";

/**
 * Decodes the private key of a PEM text.
 * @throws {AibomError} KEY_INVALID, KEY_PASSPHRASE_NEEDED, KEY_PASSPHRASE_WRONG
 */
export function parsePrivateKey(pem: string, passphrase?: string): KeyObject {
  const isEncrypted = pem.includes(encryptedLabel);
  if (!isEncrypted && !pem.includes(plainLabel)) {
    // A label is shown only if it is one: the file may hold anything, a password among it.
    const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(pem)?.[1];
    const reason = label === undefined ? "there is no PEM block" : `the PEM block is a ${label}`;
    throw AibomError.of("KEY_INVALID", { reason });
  }
  if (isEncrypted && (passphrase === undefined || passphrase === "")) {
    throw AibomError.of("KEY_PASSPHRASE_NEEDED", {});
  }
  try {
    return isEncrypted && passphrase !== undefined
      ? createPrivateKey({ key: pem, format: "pem", passphrase })
      : createPrivateKey({ key: pem, format: "pem" });
  } catch {
    // The cause is dropped: messages of the decoder may quote what they could not decode.
    throw isEncrypted
      ? AibomError.of("KEY_PASSPHRASE_WRONG", {})
      : AibomError.of("KEY_INVALID", { reason: "the PEM block cannot be decoded" });
  }
}

/**
 * A signer over a decoded key.
 * @throws {AibomError} KEY_UNSUPPORTED
 */
export function keySigner(privateKey: KeyObject): Signer {
  const algorithm = algorithmOf(privateKey);
  if (algorithm === undefined) {
    throw AibomError.of("KEY_UNSUPPORTED", { found: keyTypeName(privateKey) });
  }
  const { keyId, pem } = describePublicKey(createPublicKey(privateKey));
  const { hash } = keyAlgorithms[algorithm];
  return {
    algorithm,
    keyId,
    publicKeyPem: pem,
    sign: (data) => Promise.resolve(sign(hash ?? null, data, privateKey)),
    signMessage: (message) => signChunks(hash, message, privateKey),
  };
}

/**
 * An ECDSA signature over bytes that need not fit into memory.
 * @param hash undefined for keys that want the whole message at once, which must not come here.
 */
export async function signChunks(
  hash: string | undefined,
  message: Message,
  privateKey: KeyObject,
): Promise<Uint8Array> {
  if (hash === undefined) {
    throw new Error("this key signs whole messages only");
  }
  const signing = createSign(hash);
  for await (const chunk of message.chunks()) {
    signing.update(chunk);
  }
  return signing.sign(privateKey);
}
