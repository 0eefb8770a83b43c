// SPDX-License-Identifier: Apache-2.0
// Reads the file of a private key, if nobody else can. Links are followed: secret mounts are made of links,
// and the mode that counts is that of the file itself.

import { statSync } from "node:fs";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded, readStart } from "../sources/read-bounded.ts";

const groupOrOthers = 0o077;
const publicKeyStart = "-----BEGIN PUBLIC KEY-----";

/**
 * The bytes of a private key file.
 * @throws {AibomError} KEY_PERMISSIONS, KEY_INVALID, SOURCE_NOT_FOUND, SOURCE_NOT_READABLE, SOURCE_NOT_REGULAR, SOURCE_TOO_LARGE
 */
export function readPrivateKeyFile(path: string): Uint8Array {
  const mode = modeOf(path);
  if (process.platform !== "win32" && (mode & groupOrOthers) !== 0) {
    // Whoever mistypes release.pub for release.key must not hear that a private key has leaked.
    if (Buffer.from(readStart(path, publicKeyStart.length)).toString("latin1") === publicKeyStart) {
      throw AibomError.of("KEY_INVALID", { reason: "it is a public key" }, { where: { path } });
    }
    const shown = (mode & 0o7777).toString(8).padStart(4, "0");
    throw AibomError.of("KEY_PERMISSIONS", { mode: shown }, { where: { path } });
  }
  return readBounded(path, limits.maxKeyBytes);
}

function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch (cause) {
    throw fileError(cause, path);
  }
}
