// SPDX-License-Identifier: Apache-2.0
// Public keys as TUF writes them (The Update Framework 1.0, section 4.2), for publishing. Only the two schemes that
// every client verifies are written; what may be read is decided in `signatures.ts`.

import { createHash } from "node:crypto";
import { Key } from "@tufjs/models";
import { AibomError } from "../../errors.ts";
import { type PublicKey, parsePublicKey } from "../public-key.ts";
import { materialOf } from "./signatures.ts";

/** A key with the id that TUF gives it. */
export interface TufKey {
  readonly key: Key;
  /** One text per key, whatever its encoding. */
  readonly material: string;
}

/**
 * The TUF key of a public key in PEM.
 * @throws {AibomError} TUF_KEY_UNSUPPORTED, TRUST_KEY_*
 */
export function tufKey(pem: string): TufKey {
  const parsed = parsePublicKey(pem);
  const { keytype, scheme, value } = describe(parsed);
  // The canonical JSON of the key (section 4.2.1 of the specification): no character in it needs an escape.
  const canonical = `{"keytype":"${keytype}","keyval":{"public":"${value}"},"scheme":"${scheme}"}`;
  const keyID = createHash("sha256").update(canonical).digest("hex");
  const key = new Key({ keyID, keyType: keytype, scheme, keyVal: { public: value } });
  return { key, material: materialOf(parsed.key) };
}

function describe({ algorithm, pem, key }: PublicKey): { keytype: string; scheme: string; value: string } {
  switch (algorithm) {
    case "ecdsa-p256-sha256":
      return { keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256", value: pem };
    case "ed25519": {
      const { x = "" } = key.export({ format: "jwk" });
      return { keytype: "ed25519", scheme: "ed25519", value: Buffer.from(x, "base64url").toString("hex") };
    }
    default:
      throw AibomError.of("TUF_KEY_UNSUPPORTED", { algorithm });
  }
}
