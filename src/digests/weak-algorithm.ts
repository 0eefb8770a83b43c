// SPDX-License-Identifier: Apache-2.0
// Hash functions that manifests of others use and that no longer resist an attacker: computed only where a manifest
// states one, to be compared with it. They are no `DigestAlgorithm`: none enters a BOM, and no policy can ask for one.

import { type DigestAlgorithm, digestHexLengths } from "../model/digest.ts";

/** `git-sha1` is what git names a file's content by: SHA-1 over `blob SIZE`, a NUL byte and the bytes. */
export const weakHexLengths = { md5: 32, sha1: 40, "git-sha1": 40 } as const;

export type WeakAlgorithm = keyof typeof weakHexLengths;

/** Any hash function that the engine computes. */
export type HashAlgorithm = DigestAlgorithm | WeakAlgorithm;

/** A weak digest in lower-case hexadecimal. */
export interface WeakDigest {
  readonly algorithm: WeakAlgorithm;
  readonly hex: string;
}

/** Hexadecimal digits of a digest of any function. */
export const hashHexLengths: Readonly<Record<HashAlgorithm, number>> = {
  ...digestHexLengths,
  ...weakHexLengths,
};

/** True for the functions that only manifests use. */
export function isWeakAlgorithm(algorithm: HashAlgorithm): algorithm is WeakAlgorithm {
  return Object.hasOwn(weakHexLengths, algorithm);
}
