// SPDX-License-Identifier: Apache-2.0
// Ceilings of the custody log, with unit and reason.

export const custodyLimits = {
  /** Bytes of a log's policy file: 1,000 lines with a key each. */
  maxLogPolicyBytes: 256 * 1024,
  /** Bytes of a proof or a request to a witness: 63 hashes and a checkpoint. */
  maxTlogProofBytes: 96 * 1024,
  /** Bytes of the answer of a witness: a line for each of its keys. */
  maxCosignatureBytes: 16 * 1024,
  /** Bytes of a bundle of 256 entries, each of 65,535 bytes with its length in front. */
  maxEntryBundleBytes: 256 * (2 + 0xffff),
  /** Bytes of JSON that the resources of one entry take. In base64, with a key and a signature of ML-DSA-65, they fit. */
  maxEntryResourceBytes: 32 * 1024,
  /** Levels of an entry: an event nests 4 deep. */
  maxEntryDepth: 8,
  /** Bytes of the settings of a log, and of the names behind its pseudonyms: 10,000 people. */
  maxCustodySettingsBytes: 4 * 1024 * 1024,
} as const;
