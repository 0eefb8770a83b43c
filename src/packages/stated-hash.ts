// SPDX-License-Identifier: Apache-2.0
// Digests as package managers write them: hexadecimal, or base64 in npm's `integrity` (W3C Subresource Integrity).

import type { StatedAlgorithm, StatedHash } from "../model/package.ts";

const hexLengths: Readonly<Record<StatedAlgorithm, number>> = {
  sha512: 128,
  sha384: 96,
  sha256: 64,
  sha1: 40,
  md5: 32,
};

/** A digest in hexadecimal digits; undefined for other functions and malformed values. */
export function statedHash(algorithm: string, hex: string): StatedHash | undefined {
  const name = algorithm.toLowerCase().replace("sha-", "sha");
  const value = hex.toLowerCase();
  return isStated(name) && value.length === hexLengths[name] && /^[0-9a-f]+$/.test(value)
    ? { algorithm: name, hex: value }
    : undefined;
}

/** `sha256:…`, as uv, poetry and pip write it. */
export function prefixedHash(text: string): StatedHash | undefined {
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : statedHash(text.slice(0, colon), text.slice(colon + 1));
}

/** The hashes of an `integrity` attribute: `sha512-<base64>`, several apart by spaces. */
export function integrityHashes(text: string): readonly StatedHash[] {
  return text.split(/\s+/).flatMap((each) => {
    const dash = each.indexOf("-");
    const [base64 = ""] = each.slice(dash + 1).split("?");
    return dash < 0
      ? []
      : (statedHash(each.slice(0, dash), Buffer.from(base64, "base64").toString("hex")) ?? []);
  });
}

function isStated(name: string): name is StatedAlgorithm {
  return Object.hasOwn(hexLengths, name);
}
