// SPDX-License-Identifier: Apache-2.0
// The ceilings of audit folders. They are part of `limits`, which all code uses.

const MiB = 1024 * 1024;

export const auditLimits = {
  /** Bytes of record.json when it is read back. One of 10,000 components is 6 MB. */
  maxAuditRecordBytes: 256 * MiB,
  /** Bytes of a manifest of a bag. 10,000 artifacts have 30,000 receipts, 130 bytes each. */
  maxBagManifestBytes: 64 * MiB,
  /** Paths of one kind that are listed for one artifact among what was not covered; its receipt lists all. */
  maxNotCoveredPaths: 20,
  /** Files of a seal: the statement, its token and proof, and two for each renewal. One a year for 30 years is 60. */
  maxSealFiles: 200,
  /** Bytes of one file of a seal: as large as the bundle of a statement may be. */
  maxSealFileBytes: 4 * MiB,
  /** Bytes of a file with pseudonyms. */
  maxEscrowBytes: 16 * MiB,
  /** Entries of a custody log, from the newest backwards, whose signatures are verified one by one: ten seconds. */
  maxReportedEvents: 50_000,
  /** Bytes of a folder that is packed into one archive: Node compresses it in memory. */
  maxArchiveBytes: 1900 * MiB,
} as const;
