// SPDX-License-Identifier: Apache-2.0
// What the parts of a layout share while a directory is read: the files, and the claims, findings and unverified files
// that come out.

import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { ClaimList } from "../formats/claim-list.ts";
import { FindingList } from "../formats/finding-list.ts";
import { limits } from "../limits.ts";
import { claim, type Fact, type FactName, type JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { splitPath } from "../model/path-parts.ts";
import type { DirectoryView } from "./layout.ts";

export { splitPath };

/** What a manifest may say about a file besides its path. */
export interface ExpectedFile {
  readonly sha256?: string;
  readonly md5?: string;
  readonly size?: number;
  /** The manifest means a file at a web address; one of that name lying here may be another. */
  readonly isElsewhere?: true;
}

const maxKeptJsonBytes = 1024 * 1024;

/** The state of one read. */
export class Reading {
  readonly directory: DirectoryView;
  readonly findings = new FindingList(".");
  readonly claims = new ClaimList(this.findings);
  readonly unverified = new Set<string>();
  /** What manifests say about files. Not cut like other claims: each entry is compared with the bytes. */
  readonly expected: Fact[] = [];
  /** Small JSON files by path: several parts read the same ones, and a fault is to be reported once. */
  readonly #json = new Map<string, JsonValue | undefined>();

  #folders: Map<string, string[]> | undefined;

  constructor(directory: DirectoryView) {
    this.directory = directory;
  }

  /** Names by directory, gathered when somebody asks: not every layout does. */
  get #names(): ReadonlyMap<string, readonly string[]> {
    if (this.#folders === undefined) {
      this.#folders = new Map();
      for (const path of this.directory.files.keys()) {
        const [folder, name] = splitPath(path);
        const names = this.#folders.get(folder);
        if (names === undefined) {
          this.#folders.set(folder, [name]);
        } else {
          names.push(name);
        }
      }
    }
    return this.#folders;
  }

  /** Directories that hold files, each with the names of its files. */
  folders(): Iterable<readonly [folder: string, names: readonly string[]]> {
    return this.#names;
  }

  /** Names of the files in one directory. */
  names(folder: string): readonly string[] {
    return this.#names.get(folder) ?? [];
  }

  /** Lets go of what was parsed, once a directory is done. */
  forget(): void {
    this.#json.clear();
  }

  /**
   * The bytes of a file of the directory; undefined if it cannot be read, which then is a finding. A Git LFS
   * pointer is not the file it stands for, so it has no bytes either: its own reader reports it.
   */
  bytes(path: string, maxBytes: number): Uint8Array | undefined {
    const file = this.directory.files.get(path);
    if (file === undefined || file.format === "git-lfs-pointer") {
      return undefined;
    }
    return this.attempt(path, () => {
      if (file.size > maxBytes) {
        throw AibomError.of("SOURCE_TOO_LARGE", { size: file.size, limit: maxBytes }, { where: { path } });
      }
      return this.directory.open(path).read(0, file.size);
    });
  }

  /** A JSON file whose outermost value is an object; undefined and reported if it is none. */
  jsonObject(path: string): JsonObject | undefined {
    const value = this.json(path);
    if (value === undefined || isJsonObject(value)) {
      return value;
    }
    this.invalidField(path, "", "the file does not hold an object");
    this.#json.set(path, undefined);
    return undefined;
  }

  /** A JSON file; undefined if it is absent, and reported if it is not strict JSON. */
  json(path: string): JsonValue | undefined {
    if (this.#json.has(path)) {
      return this.#json.get(path);
    }
    const bytes = this.bytes(path, limits.maxReadBytes);
    const value =
      bytes === undefined
        ? undefined
        : this.attempt(path, () =>
            parseJson(bytes, { path, maxBytes: limits.maxJsonBytes, maxDepth: limits.maxJsonDepth }),
          );
    if (value === undefined || (bytes !== undefined && bytes.length <= maxKeptJsonBytes)) {
      this.#json.set(path, value);
    }
    return value;
  }

  /** Runs `read`; its error becomes a finding and the file unverified. */
  attempt<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof AibomError)) {
        throw cause;
      }
      this.findings.add(cause.toFinding({ path }));
      this.unverified.add(path);
      return undefined;
    }
  }

  /** States a claim. `pointer` is a JSON pointer or a front matter key. */
  claim(name: FactName, value: JsonValue, path: string, pointer: string): void {
    this.claims.claim(name, value, { path, pointer });
  }

  /** States what the manifest at `by` says about the file at `path`. */
  expect(path: string, stated: ExpectedFile, by: string, pointer: string): void {
    const value = { path, ...stated, by };
    this.expected.push(claim("file.expected", value, { path: by, pointer: pointer.slice(0, 300) }));
  }

  /** Reports a field of a configuration file that has the wrong type. */
  invalidField(path: string, field: string, reason: string): void {
    this.findings.add(
      finding(
        "CONFIG_INVALID",
        { path, member: field },
        { field: field === "" ? "(document)" : field, reason },
      ),
    );
  }

  /** A field that must be a text if it is there; null counts as absent. */
  text(object: JsonObject, key: string, path: string): string | undefined {
    const value = member(object, key);
    if (value === undefined || value === null || value === "") {
      return undefined;
    }
    if (typeof value !== "string") {
      this.invalidField(path, `/${key}`, "it is not a text");
      return undefined;
    }
    return value;
  }
}

/** An object's own member. Keys come from untrusted files, so nothing inherited may answer. */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The path of a file in a directory; the root is the empty text. */
export function inside(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
