// SPDX-License-Identifier: Apache-2.0
// What every reader is put through: any bytes give a description or an AibomError, nothing else.

import { memorySource } from "../../src/bytes/byte-source.ts";
import { AibomError } from "../../src/errors.ts";
import { type Description, type Format, headBytes } from "../../src/formats/format.ts";
import { membersOf, type ReadFile, readFile } from "../../src/formats/read-file.ts";

/** What readers get that are tried without a file on disk. */
export const alone = membersOf("model.bin", 1024 * 1024);

/** Codes of a run: of the error if the file was refused, else of its findings. */
export function codesOf(format: Format, bytes: Uint8Array, path = "model.bin"): readonly string[] {
  const result = describeOrRefuse(format, bytes, path);
  return result instanceof AibomError ? [result.code] : result.findings.map(({ code }) => code);
}

/** Describes the bytes; any exception but an AibomError fails the test. */
export function describeOrRefuse(
  format: Format,
  bytes: Uint8Array,
  path = "model.bin",
): Description | AibomError {
  try {
    return format.describe(memorySource(bytes, path), alone);
  } catch (error) {
    if (error instanceof AibomError) {
      return error;
    }
    throw error;
  }
}

/** A file named `path` as `inventory` reads it: format and all codes. */
export function inspect(path: string, bytes: Uint8Array): { format: string; codes: readonly string[] } {
  const { format, findings } = readNamed(path, bytes);
  return { format, codes: findings.map(({ code }) => code) };
}

/** A file named `path` as `inventory` reads it. */
export function readNamed(path: string, bytes: Uint8Array): ReadFile {
  const head = { bytes: bytes.subarray(0, headBytes), path, size: bytes.length };
  return readFile(head, memorySource(bytes, path));
}

/** A random number generator with a seed (mulberry32): failures can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy of `sample` with 1 to 8 changes: bytes replaced, bits flipped, cut, doubled, filled. */
export function mutate(sample: Uint8Array, random: () => number): Uint8Array {
  let bytes = Uint8Array.from(sample);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let change = below(8) + 1; change > 0 && bytes.length > 0; change -= 1) {
    const at = below(bytes.length);
    const length = below(Math.min(16, bytes.length - at)) + 1;
    switch (below(6)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 2:
        bytes.fill(random() < 0.5 ? 0xff : 0, at, at + length);
        break;
      case 3:
        bytes.copyWithin(at, below(bytes.length), below(bytes.length));
        break;
      case 4:
        bytes = bytes.slice(0, random() < 0.1 ? at : bytes.length - below(4));
        break;
      default:
        bytes = Uint8Array.of(
          ...bytes.subarray(0, at),
          ...bytes.subarray(at, at + length),
          ...bytes.subarray(at),
        );
    }
  }
  return bytes;
}

/**
 * Runs the reader over `rounds` mutations of a sample.
 * @returns how many were described without a finding, with findings, and refused; and the slowest, in ms.
 */
export function mutationRun(
  format: Format,
  sample: Uint8Array,
  rounds: number,
  seed: number,
): { clean: number; found: number; refused: number; slowestMs: number } {
  const random = seededRandom(seed);
  const counts = { clean: 0, found: 0, refused: 0, slowestMs: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const bytes = mutate(sample, random);
    const start = performance.now();
    const result = describeOrRefuse(format, bytes);
    counts.slowestMs = Math.max(counts.slowestMs, performance.now() - start);
    if (result instanceof AibomError) {
      counts.refused += 1;
    } else if (result.findings.length > 0) {
      counts.found += 1;
    } else {
      counts.clean += 1;
    }
  }
  return counts;
}
