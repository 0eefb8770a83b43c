// SPDX-License-Identifier: Apache-2.0
// Ceilings for records of software packages, with unit and reason. Part of `limits`.

const MiB = 1024 * 1024;

export const packageLimits = {
  /** Symbolic links on the way to one file of a root file system: the kernel's own limit (path_resolution(7)). */
  maxLinkHops: 40,
  /** Bytes of one text record of packages. dpkg's status of a full desktop is 10 MB, a RECORD of 100,000 files 12 MB. */
  maxPackageRecordBytes: 64 * MiB,
  /** Bytes of an rpm database; that of a full workstation is below 200 MB. */
  maxPackageDatabaseBytes: 512 * MiB,
  /** Packages of one record. Debian has 70,000 in all. */
  maxPackagesPerRecord: 200_000,
  /** Bytes of one header in an rpm database (rpm's own limit). */
  maxRpmHeaderBytes: 256 * MiB,
  /** Index entries of one rpm header (rpm's own limit). */
  maxRpmHeaderEntries: 65_535,
  /** Bytes of the build record of a Go or Rust binary, unpacked; kubectl's is 30 kB. */
  maxBuildRecordBytes: 16 * MiB,
  /** Bytes that a jar and the jars in it unpack to; a Spring Boot server is 200 MB. */
  maxJarUnpackedBytes: 512 * MiB,
  /** Sections of an ELF file; the format's own limit without an extension. */
  maxElfSections: 65_535,
  /** Levels and values of a TOML document; lock files nest four deep. */
  maxTomlDepth: 32,
  maxTomlValues: 2_000_000,
  /** Bytes of a file of weights that counts as a library's own test data. Larger ones make a model of an environment. */
  maxLibraryWeightBytes: 64 * MiB,
} as const;
