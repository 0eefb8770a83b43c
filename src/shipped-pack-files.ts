// SPDX-License-Identifier: Apache-2.0
// The files of the shipped packs: beside dist/ in the published package, beside src/ for the sources. What is read is
// compared with the digest in the program before anybody parses it.

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { findShippedPack, parseShippedPath } from "./policy/shipped-packs.ts";
import { readBounded } from "./sources/read-bounded.ts";

/**
 * The bytes of `aibom:NAME@VERSION`.
 * @throws {AibomError} POLICY_PACK_UNKNOWN, POLICY_PACK_DAMAGED, SOURCE_*
 */
export function readShippedPack(path: string): Uint8Array {
  const { name, version, digest } = findShippedPack(parseShippedPath(path) ?? { name: path });
  const file = fileURLToPath(new URL(`../packs/${name}-${version}.yaml`, import.meta.url));
  const bytes = readBounded(file, limits.maxPolicyBytes);
  const got = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (got !== digest) {
    const args = { pack: `${name} ${version}`, got, expected: digest };
    throw AibomError.of("POLICY_PACK_DAMAGED", args, { where: { path: file } });
  }
  return bytes;
}
