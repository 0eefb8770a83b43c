// SPDX-License-Identifier: Apache-2.0
// Every ceiling, with its unit and its reason. Bounds are checked before memory is taken (CWE-770).

const MiB = 1024 * 1024;

export const limits = {
  /** Bytes. One bounded read of a format reader: the largest legal header (safetensors) and no more. */
  maxReadBytes: 100_000_000,
  /** Bytes. safetensors' own limit for its JSON header (safetensors 0.4, MAX_HEADER_SIZE). */
  maxSafetensorsHeaderBytes: 100_000_000,
  /** Levels. Configuration files of real models nest below 12; engines overflow their stack near 7,000. */
  maxJsonDepth: 64,
  /** Bytes. Largest JSON side file of real models: tokenizer.json with 260,000 tokens, 35 MB. */
  maxJsonBytes: 128 * MiB,
  /** Bytes. A BOM of 450,000 components; above it V8's string limit is near. */
  maxBomBytes: 480 * MiB,
  /** Levels. Nested components of real BOMs stay below 10; the schema validator recurses. */
  maxBomDepth: 96,
  /** Bytes. A signature bundle over 300,000 files is 30 MB (GHSA-cq38-jh5f-37mq asks for a cap). */
  maxBundleBytes: 64 * MiB,
  /** Bytes. A policy, trust root or waiver file is written by people. */
  maxPolicyBytes: 4 * MiB,
  /** Bytes. A PEM key file. */
  maxKeyBytes: 64 * 1024,
  /** Files in one artifact. 1,000,000 is ten times the largest model repository we know of. */
  maxFiles: 1_000_000,
  /** Directory levels below the target. */
  maxDirectoryDepth: 128,
  /** Bytes of one relative path; PATH_MAX is 4,096 on Linux. */
  maxPathBytes: 4096,
  /** Symbolic links followed for one path; Linux stops at 40. */
  maxSymlinks: 40,
} as const;
