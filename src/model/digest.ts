// SPDX-License-Identifier: Apache-2.0
// A digest: the value of a hash function over bytes, with the function's name.

/** Every hash function aibom knows, with the length of its value in hexadecimal digits. */
export const digestHexLengths = {
  sha256: 64,
  sha384: 96,
  sha512: 128,
  "blake2b-512": 128,
  blake3: 64,
} as const;

/** Name of a hash function, as aibom spells it in reports and policies. */
export type DigestAlgorithm = keyof typeof digestHexLengths;

export const digestAlgorithms = Object.keys(digestHexLengths) as readonly DigestAlgorithm[];

/** A hash value. `hex` is lower case and has exactly `digestHexLengths[algorithm]` digits. */
export interface Digest {
  readonly algorithm: DigestAlgorithm;
  readonly hex: string;
}

/** CycloneDX names of the algorithms (`hash-alg` of the 1.7 schema). */
export const cycloneDxHashNames = {
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
  "blake2b-512": "BLAKE2b-512",
  blake3: "BLAKE3",
} as const satisfies Record<DigestAlgorithm, string>;

const lowerHex = /^[0-9a-f]+$/;

/** True if `hex` is a well-formed value of `algorithm`: lower case and of the right length. */
export function isDigestHex(algorithm: DigestAlgorithm, hex: string): boolean {
  return hex.length === digestHexLengths[algorithm] && lowerHex.test(hex);
}

/** True if `name` names a hash function that aibom knows. */
export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return Object.hasOwn(digestHexLengths, name);
}

/** The digest as `algorithm:hex`, the form used in reports and on the command line. */
export function formatDigest(digest: Digest): string {
  return `${digest.algorithm}:${digest.hex}`;
}

/** The value for one algorithm, or undefined if it was not computed. */
export function digestOf(digests: readonly Digest[], algorithm: DigestAlgorithm): string | undefined {
  return digests.find((digest) => digest.algorithm === algorithm)?.hex;
}
