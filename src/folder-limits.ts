// SPDX-License-Identifier: Apache-2.0
// Ceilings for checking an audit folder, with unit and reason. verify.mjs, which shares no code with this program, has its own.

const MiB = 1024 * 1024;

export const folderLimits = {
  /** Files of a folder: ten thousand receipts with a dozen files each. */
  maxFolderFiles: 250_000,
  /** Directories below each other; tiles of a log lie seven deep. */
  maxFolderDepth: 24,
  /** Bytes of a path. */
  maxFolderPathBytes: 1024,
  /** Bytes of a file that is hashed. */
  maxFolderFileBytes: 4096 * MiB,
  /** Bytes of a file that is read into memory: a BOM of 100,000 components. */
  maxFolderDocumentBytes: 256 * MiB,
  /** Bytes of an archive (.tar.zst), packed and unpacked: it is held in memory. */
  maxFolderArchiveBytes: 512 * MiB,
  maxFolderUnpackedBytes: 2000 * MiB,
  /** Levels of JSON of the record and of receipts. */
  maxFolderJsonDepth: 32,
  /** Lines that are kept of one kind of failure; the others are as many as there are files. */
  maxSameFailures: 20,
} as const;
