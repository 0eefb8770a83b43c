// SPDX-License-Identifier: Apache-2.0
// What a catalog gathers while it reads: packages, findings, and the files that could not be read. One broken entry must
// not hide the others, so a fault is noted where it is and reading goes on.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { faultFinding } from "../formats/fault-finding.ts";
import { FindingList } from "../formats/finding-list.ts";
import { limits } from "../limits.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { CatalogReading, FoundPackage, RootView } from "./catalog.ts";

export class CatalogDraft {
  readonly packages: FoundPackage[] = [];
  readonly #id: string;
  readonly #findings = new FindingList(".");
  readonly #unverified = new Set<string>();

  /** `id` names the catalog in faults. */
  constructor(id: string) {
    this.#id = id;
  }

  /** Runs `read`; what it throws becomes a finding, and the file unverified. */
  attempt<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (cause) {
      this.#findings.add(faultFinding(cause, { path }, this.#id));
      this.#unverified.add(path);
      return undefined;
    }
  }

  /** An entry of a record that cannot be understood. */
  invalid(path: string, reason: string, member?: string): void {
    const where = member === undefined ? { path } : { path, member: member.slice(0, 200) };
    this.note(finding("PACKAGE_RECORD_INVALID", where, { reason }));
    this.#unverified.add(path);
  }

  note(each: Finding): void {
    this.#findings.add(each);
  }

  /** All bytes of a file; undefined and reported if it cannot be read. */
  bytes(
    root: RootView,
    path: string,
    maxBytes: number = limits.maxPackageRecordBytes,
  ): Uint8Array | undefined {
    return this.attempt(path, () => wholeFile(root.open(path), maxBytes));
  }

  /** A file as text. Package managers write UTF-8; what is none is shown with U+FFFD, as they show it. */
  text(root: RootView, path: string, maxBytes?: number): string | undefined {
    const bytes = this.bytes(root, path, maxBytes);
    return bytes === undefined ? undefined : lenientUtf8.decode(bytes);
  }

  /** A JSON file whose outermost value is an object. */
  jsonObject(root: RootView, path: string, maxBytes?: number): JsonObject | undefined {
    const bytes = this.bytes(root, path, maxBytes);
    const value =
      bytes === undefined
        ? undefined
        : this.attempt(path, () =>
            parseJson(withoutMark(bytes), {
              path,
              maxBytes: limits.maxJsonBytes,
              maxDepth: limits.maxJsonDepth,
            }),
          );
    if (value === undefined || isJsonObject(value)) {
      return value;
    }
    this.invalid(path, "it does not hold an object");
    return undefined;
  }

  done(): CatalogReading {
    return { packages: this.packages, findings: this.#findings.all(), unverified: [...this.#unverified] };
  }
}

const lenientUtf8 = new TextDecoder("utf-8");

/** npm's own reader drops a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** The bytes of a file of bounded size. @throws {AibomError} SOURCE_TOO_LARGE and those of the source */
export function wholeFile(file: ByteSource, maxBytes: number): Uint8Array {
  const { path, size } = file;
  if (size > maxBytes) {
    throw AibomError.of("SOURCE_TOO_LARGE", { size, limit: maxBytes }, { where: { path } });
  }
  if (size <= limits.maxReadBytes) {
    return file.read(0, size);
  }
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += limits.maxReadBytes) {
    bytes.set(file.read(at, Math.min(limits.maxReadBytes, size - at)), at);
  }
  return bytes;
}
