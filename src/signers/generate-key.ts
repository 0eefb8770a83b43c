// SPDX-License-Identifier: Apache-2.0
// Makes a key pair: PKCS#8 (RFC 5958) and SubjectPublicKeyInfo, both in PEM.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describePublicKey } from "../trust/public-key.ts";
import { encryptPkcs8 } from "./pkcs8.ts";

/** Types of keys that can be made, as typed on the command line. */
export const keyTypes = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65"] as const;
export type KeyType = (typeof keyTypes)[number];

export interface GeneratedKey {
  /** To be written with mode 0600. Encrypted if a passphrase was given. */
  readonly privatePem: string;
  readonly publicPem: string;
  readonly keyId: string;
}

const curves = { "ecdsa-p256": "P-256", "ecdsa-p384": "P-384", "ecdsa-p521": "P-521" } as const;

/** Makes a key pair of `type`. An empty passphrase would be no protection and counts as none. */
export function generateKey(type: KeyType, passphrase?: string): GeneratedKey {
  const { privateKey, publicKey } = generatePair(type);
  const { pem, keyId } = describePublicKey(publicKey);
  const privatePem =
    passphrase === undefined || passphrase === ""
      ? privateKey.export({ type: "pkcs8", format: "pem" }).toString()
      : encryptPkcs8(privateKey.export({ type: "pkcs8", format: "der" }), passphrase);
  return { privatePem, publicPem: pem, keyId };
}

function generatePair(type: KeyType): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  switch (type) {
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "ml-dsa-65":
      return generateKeyPairSync("ml-dsa-65");
    default:
      return generateKeyPairSync("ec", { namedCurve: curves[type] });
  }
}
