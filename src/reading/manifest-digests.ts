// SPDX-License-Identifier: Apache-2.0
// Compares what manifests inside an artifact say about its files (Croissant, DVC, table logs, names of cached blobs)
// with the bytes. Nobody vouches for such a manifest: it came with the files, so equality is a computed fact and no
// evidence, or a dataset could vouch for itself; what a signature over it makes of that, verifiers/manifest-chain.ts says.
// A difference is a finding.

import {
  type HashAlgorithm,
  hashHexLengths,
  isWeakAlgorithm,
  weakHexLengths,
} from "../digests/weak-algorithm.ts";
import { FindingList } from "../formats/finding-list.ts";
import type { Artifact, ArtifactFile, ManifestMatch } from "../model/artifact.ts";
import { computed, type Fact, type JsonValue } from "../model/fact.ts";
import { type Finding, finding } from "../model/finding.ts";

/** Strongest first: the first that a manifest states is compared. */
const preference = [
  "sha512",
  "sha256",
  "sha1",
  "git-sha1",
  "md5",
] as const satisfies readonly HashAlgorithm[];

/** Members of a `file.expected` fact. */
const members = {
  sha512: "sha512",
  sha256: "sha256",
  sha1: "sha1",
  "git-sha1": "gitSha1",
  md5: "md5",
} as const satisfies Record<(typeof preference)[number], string>;

interface StatedDigest {
  readonly algorithm: HashAlgorithm;
  readonly hex: string;
}

/** What one manifest says about one file. */
export interface ExpectedFile {
  readonly path: string;
  /** The strongest digest that it states. */
  readonly digest?: StatedDigest;
  readonly size?: number;
  /** The manifest. */
  readonly by: string;
  /** A file at a web address; one of that name lying here may be another. */
  readonly isElsewhere: boolean;
  readonly fact: Fact;
}

export interface ManifestComparison {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** In the order in which the manifests were read. */
  readonly matches: readonly ManifestMatch[];
  /** Facts that are settled: the file is there and was compared. */
  readonly settled: ReadonlySet<Fact>;
}

/** What the facts of an artifact expect of its files. A pointer that stands for a file says nothing about itself. */
export function expectedFiles({ facts, files }: Pick<Artifact, "facts" | "files">): readonly ExpectedFile[] {
  const stated = facts.filter(({ name }) => name === "file.expected");
  if (stated.length === 0) {
    return [];
  }
  const pointers = new Set(
    files.filter(({ format }) => format === "git-lfs-pointer").map(({ path }) => path),
  );
  return stated.flatMap((fact) => {
    const expected = readExpected(fact);
    return expected === undefined || pointers.has(expected.path) ? [] : [expected];
  });
}

function readExpected(fact: Fact): ExpectedFile | undefined {
  const path = memberOf(fact.value, "path");
  const by = memberOf(fact.value, "by");
  const size = memberOf(fact.value, "size");
  if (typeof path !== "string" || path === "") {
    return undefined;
  }
  const digest = strongest(fact.value);
  return {
    path,
    ...(digest === undefined ? {} : { digest }),
    ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
    by: typeof by === "string" ? by : fact.source.path,
    isElsewhere: memberOf(fact.value, "isElsewhere") === true,
    fact,
  };
}

function strongest(value: JsonValue): StatedDigest | undefined {
  for (const algorithm of preference) {
    const text = memberOf(value, members[algorithm]);
    const hex = typeof text === "string" ? text.toLowerCase() : "";
    if (hex.length === hashHexLengths[algorithm] && /^[0-9a-f]+$/.test(hex)) {
      return { algorithm, hex };
    }
  }
  return undefined;
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as { readonly [key: string]: JsonValue })[name] : undefined;
}

/** A recomputed digest of a file, for digests that the artifact's own do not include. */
export type FurtherDigest = (path: string, algorithm: HashAlgorithm) => string | undefined;

/** Compares the files with what is expected of them. */
export function compareManifests(
  artifact: Pick<Artifact, "files">,
  expected: readonly ExpectedFile[],
  further: FurtherDigest,
): ManifestComparison {
  const files = new Map(artifact.files.map((file) => [file.path, file]));
  const findings = new FindingList(".");
  const settled = new Set<Fact>();
  const matches: ManifestMatch[] = [];
  // A store vouches by its names and is no file: its place is the root.
  const vouched = new Vouched((by) => (files.has(by) ? by : "."));
  for (const each of expected) {
    const file = files.get(each.path);
    if (file === undefined) {
      if (!each.isElsewhere) {
        findings.add(finding("MANIFEST_FILE_MISSING", { path: each.path }, { manifest: each.by }));
      }
      continue;
    }
    settled.add(each.fact);
    const compared = compareFile(file, each, further);
    for (const one of compared.differences) {
      findings.add(one);
    }
    if (compared.differences.length === 0 && compared.algorithm !== undefined) {
      vouched.add(each.by, compared.algorithm);
      const { by: manifest, path, isElsewhere } = each;
      const { algorithm } = compared;
      // A name of a store is no file that anybody can sign, and a file of the same name is not the one that is meant.
      if (algorithm !== "size" && !isWeakAlgorithm(algorithm) && !isElsewhere && files.has(manifest)) {
        matches.push({ manifest, path, algorithm });
      }
    }
  }
  for (const weak of vouched.weakFindings()) {
    findings.add(weak);
  }
  return { facts: vouched.facts(), findings: findings.all(), matches, settled };
}

interface ComparedFile {
  readonly differences: readonly Finding[];
  /** What was compared: a hash function, or the size alone. */
  readonly algorithm?: HashAlgorithm | "size";
}

function compareFile(file: ArtifactFile, expected: ExpectedFile, further: FurtherDigest): ComparedFile {
  const { digest, size, by, isElsewhere } = expected;
  const code = isElsewhere ? "MANIFEST_NAMESAKE_DIFFERS" : "MANIFEST_FILE_DIFFERS";
  const differs = (algorithm: string, actual: string, wanted: string): Finding =>
    finding(code, { path: file.path }, { manifest: by, algorithm, actual, expected: wanted });
  if (size !== undefined && size !== file.size) {
    return { differences: [differs("size", String(file.size), String(size))] };
  }
  if (digest === undefined) {
    return { differences: [], ...(size === undefined ? {} : { algorithm: "size" }) };
  }
  const { algorithm, hex } = digest;
  const own = file.digests.find((each) => each.algorithm === algorithm)?.hex;
  const actual = own ?? further(file.path, algorithm);
  if (actual === undefined) {
    throw new Error("a digest that a manifest states was not computed");
  }
  return { differences: actual === hex ? [] : [differs(algorithm, actual, hex)], algorithm };
}

interface VouchedFiles {
  readonly by: string;
  readonly algorithm: HashAlgorithm | "size";
  files: number;
}

/** Manifests of one kind that are named one by one; a DVC repository has one for each file. */
const maxManifests = 100;

/** How many files each manifest vouches for, with what. */
class Vouched {
  readonly #counts = new Map<string, VouchedFiles>();
  readonly #placeOf: (by: string) => string;

  constructor(placeOf: (by: string) => string) {
    this.#placeOf = placeOf;
  }

  add(by: string, algorithm: VouchedFiles["algorithm"]): void {
    const key = `${algorithm}\0${by}`;
    const entry = this.#counts.get(key) ?? { by, algorithm, files: 0 };
    entry.files += 1;
    this.#counts.set(key, entry);
  }

  /** In the order in which the manifests were read. */
  facts(): readonly Fact[] {
    const many = new Map(
      this.#byAlgorithm().flatMap((all) => {
        const [first] = all;
        const isMany = first !== undefined && all.length > maxManifests;
        return isMany ? [[first.algorithm, together(first, all)] as const] : [];
      }),
    );
    const few = [...this.#counts.values()].filter(({ algorithm }) => !many.has(algorithm));
    return [...few, ...many.values()].map((entry) =>
      computed("files.vouched", { ...entry }, { path: this.#placeOf(entry.by) }),
    );
  }

  /** One finding for each weak function, however many manifests rest on it. */
  weakFindings(): readonly Finding[] {
    return this.#byAlgorithm().flatMap((all) => {
      const [first] = all;
      if (first === undefined || !Object.hasOwn(weakHexLengths, first.algorithm)) {
        return [];
      }
      const { by, files, algorithm } = together(first, all);
      const args = { manifest: by, count: files, algorithm };
      return [finding("MANIFEST_ONLY_WEAK", { path: this.#placeOf(first.by) }, args)];
    });
  }

  #byAlgorithm(): readonly (readonly VouchedFiles[])[] {
    const groups = new Map<string, VouchedFiles[]>();
    for (const each of this.#counts.values()) {
      const group = groups.get(each.algorithm) ?? [];
      groups.set(each.algorithm, group);
      group.push(each);
    }
    return [...groups.values()];
  }
}

function together(first: VouchedFiles, all: readonly VouchedFiles[]): VouchedFiles {
  const others = all.length - 1;
  const files = all.reduce((sum, each) => sum + each.files, 0);
  return { ...first, by: others === 0 ? first.by : `${first.by} and ${others} more`, files };
}
