// SPDX-License-Identifier: Apache-2.0
// Loads a trust root from its directory. Reads one file and nothing else: no system store, no network.

import { createHash } from "node:crypto";
import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { parseTrustDocument } from "./document.ts";
import { buildTrustRoot, type TrustRoot } from "./trust-root.ts";

/** Name of the file inside a trust root's directory. */
export const trustFileName = "trust.json";

const groupOrOthersMayWrite = 0o022;

/**
 * Loads and validates the trust root in `directory`.
 * @throws {AibomError} TRUST_ROOT_MISSING, TRUST_ROOT_WRITABLE, SOURCE_*, and those of `parseTrustDocument`
 */
export function loadTrustRoot(directory: string): TrustRoot {
  const file = join(directory, trustFileName);
  checkMode(directory, statOf(directory, directory));
  checkMode(file, statOf(file, directory));
  const bytes = readBounded(file, limits.maxPolicyBytes);
  const digest = { algorithm: "sha256", hex: createHash("sha256").update(bytes).digest("hex") } as const;
  try {
    const { document, keys } = parseTrustDocument(bytes);
    return buildTrustRoot(directory, digest, document, keys);
  } catch (cause) {
    throw cause instanceof AibomError ? cause.at({ path: file }) : cause;
  }
}

function statOf(path: string, directory: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    const error = fileError(cause, path);
    throw error.code === "SOURCE_NOT_FOUND"
      ? AibomError.of("TRUST_ROOT_MISSING", { directory }, { where: { path }, cause })
      : error;
  }
}

/** Windows has no such mode bits; its access lists are not looked at. */
function checkMode(path: string, stat: Stats): void {
  if (process.platform !== "win32" && (stat.mode & groupOrOthersMayWrite) !== 0) {
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
    throw AibomError.of("TRUST_ROOT_WRITABLE", { mode }, { where: { path } });
  }
}
