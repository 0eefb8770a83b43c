// SPDX-License-Identifier: Apache-2.0
// What tuf-js downloads with. Every byte of metadata passes our own parser before the library sees it, and the
// first thing that goes wrong is kept: the library turns some errors into texts.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fetcher } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { type MetadataOf, parseMetadata, type Role, roles } from "./metadata.ts";
import type { FetchBytes, TrustSource } from "./source.ts";

interface Fetched {
  /** Its name in the repository. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A metadata file of a top-level role that was fetched and parsed. */
export interface FetchedRole<R extends Role> extends Fetched {
  readonly role: R;
  readonly metadata: MetadataOf[R];
}

/** A metadata file that was fetched and parsed; it has no role here if it is of a delegated one. */
export type FetchedMetadata =
  | { [R in Role]: FetchedRole<R> }[Role]
  | (Fetched & { readonly role: undefined });

/** Looks at metadata before the library does; throws to refuse. */
type Gate = (fetched: FetchedMetadata) => void;

/** The fetcher of one update. */
export class CheckedFetcher implements Fetcher {
  /** The metadata that was handed to the library last. */
  last: FetchedMetadata | undefined;
  /** Why the latest fetch failed; undefined again as soon as one succeeds. */
  problem: unknown;
  private readonly source: TrustSource;
  private readonly temporary: string;
  private readonly gate: Gate;

  constructor(source: TrustSource, temporary: string, gate: Gate) {
    this.source = source;
    this.temporary = temporary;
    this.gate = gate;
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const file = this.nameOf(url);
    const role = roleOf(file);
    return await this.attempt(url, Math.min(maxLength, limits.maxTufTargetsBytes), (bytes) => {
      const metadata = parseMetadata(role ?? "targets", bytes, file);
      const fetched = { file, bytes, role, metadata } as FetchedMetadata;
      this.gate(fetched);
      this.last = fetched;
    });
  }

  async downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    const bytes = await this.attempt(url, Math.min(maxLength, limits.maxTrustFileBytes));
    const path = join(this.temporary, "download");
    writeFileSync(path, bytes, { mode: 0o600 });
    return handler(path);
  }

  private async attempt(
    url: string,
    maxLength: number,
    check: (bytes: Uint8Array) => void = () => {},
  ): Promise<Buffer> {
    this.problem = undefined;
    try {
      const bytes = await boundedFetch(this.source.fetch, url, maxLength, this.nameOf(url));
      check(bytes);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (cause) {
      this.problem = cause;
      // The one class by which the library recognises the end of the chain of roots.
      throw cause instanceof AibomError && cause.code === "TUF_FILE_MISSING"
        ? new DownloadHTTPError("not found", 404)
        : cause;
    }
  }

  /** The name relative to the repository, for messages. */
  private nameOf(url: string): string {
    const base = [this.source.targetsUrl, this.source.metadataUrl].find((each) => url.startsWith(each));
    return base === undefined ? url : url.slice(base.length);
  }
}

async function boundedFetch(
  fetch: FetchBytes,
  url: string,
  maxLength: number,
  file: string,
): Promise<Uint8Array> {
  const where = { where: { path: file } };
  const bytes = await fetch(url, maxLength).catch((cause: unknown) => {
    throw cause instanceof AibomError && cause.code === "FETCH_TOO_LONG"
      ? AibomError.of("TUF_DATA_TOO_LONG", { limit: maxLength }, { ...where, cause })
      : cause;
  });
  if (bytes === undefined) {
    throw AibomError.of("TUF_FILE_MISSING", {}, where);
  }
  if (bytes.length > maxLength) {
    throw AibomError.of("TUF_DATA_TOO_LONG", { limit: maxLength }, where);
  }
  return bytes;
}

/** `7.snapshot.json` and `timestamp.json` are of top-level roles, `3.team%2Fa.json` is of a delegated one. */
function roleOf(file: string): Role | undefined {
  const name = /^(?:[1-9][0-9]*\.)?([a-z]+)\.json$/.exec(file)?.[1];
  return roles.find((role) => role === name);
}
