// SPDX-License-Identifier: Apache-2.0
// Which files a statement is about: by digest and by nothing else, since whoever moves a file chooses its name.
// SHA-256, SHA-384 and SHA-512 bind bytes. Git's digests (gitCommit, gitBlob, sha1) and directory digests do not:
// they are over something else, or broken.

import { type Digest, digestOf, isDigestHex } from "../../model/digest.ts";
import type { Statement, Subject } from "../statement.ts";

/** The algorithms of a digest set that bind a file's bytes (in-toto/attestation, spec/v1/digest_set.md). */
export const subjectAlgorithms = ["sha256", "sha384", "sha512"] as const;
export type SubjectAlgorithm = (typeof subjectAlgorithms)[number];

/** Digests of one file: lower-case hexadecimal, recomputed by aibom. At least one is needed to match. */
export type FileDigests = Readonly<Partial<Record<SubjectAlgorithm, string>>>;

/** The digests of files by path, as `matchSubjects` takes them. Other algorithms are left out. */
export function subjectDigests(
  files: readonly { readonly path: string; readonly digests: readonly Digest[] }[],
): ReadonlyMap<string, FileDigests> {
  return new Map(files.map(({ path, digests }) => [path, fileDigests(digests)]));
}

function fileDigests(digests: readonly Digest[]): FileDigests {
  const known: Partial<Record<SubjectAlgorithm, string>> = {};
  for (const algorithm of subjectAlgorithms) {
    const hex = digestOf(digests, algorithm);
    if (hex !== undefined) {
      known[algorithm] = hex;
    }
  }
  return known;
}

/** The algorithms that must be computed for `matchSubjects` to see every strong digest of a statement. */
export function neededAlgorithms(statement: Pick<Statement, "subjects">): ReadonlySet<SubjectAlgorithm> {
  const folded = new Set<string>();
  for (const { digests } of statement.subjects) {
    for (const name of digests.keys()) {
      folded.add(name.toLowerCase());
    }
  }
  return new Set(subjectAlgorithms.filter((algorithm) => folded.has(algorithm)));
}

/** What a statement covers. */
export interface SubjectMatch {
  /** Paths of the files that are subjects, in the order of the files given. */
  readonly covered: readonly string[];
  /** Subjects that are none of the files. */
  readonly unmatched: readonly Subject[];
}

/**
 * Compares the subjects of a statement with files. A subject is a file if they agree in every strong digest that
 * both have, and have at least one in common; a subject with a malformed one is no file. Linear in subjects and
 * files, however many of them are equal.
 */
export function matchSubjects(
  statement: Pick<Statement, "subjects">,
  digests: ReadonlyMap<string, FileDigests>,
): SubjectMatch {
  const { groups, places } = indexOf(digests);
  const found = new Set<EqualFiles>();
  const unmatched: Subject[] = [];
  for (const subject of statement.subjects) {
    const signed = strongDigests(subject);
    const equal = groups.map((group) => group.equalTo(signed)).filter((each) => each !== undefined);
    for (const files of equal) {
      found.add(files);
    }
    if (equal.length === 0) {
      unmatched.push(subject);
    }
  }
  // Several choices of algorithms may each have found the same file.
  const paths = [...new Set([...found].flat())];
  const placeOf = (path: string): number => places.get(path) ?? 0;
  return { covered: paths.sort((one, other) => placeOf(one) - placeOf(other)), unmatched };
}

/** Files by their digests, and their order. */
interface FileIndex {
  readonly groups: readonly FileGroup[];
  readonly places: ReadonlyMap<string, number>;
}

/** Built once for all attestations of an artifact: a thousand copies of one must not cost a thousand passes. */
const indexes = new WeakMap<ReadonlyMap<string, FileDigests>, FileIndex>();

function indexOf(digests: ReadonlyMap<string, FileDigests>): FileIndex {
  const known = indexes.get(digests);
  if (known !== undefined) {
    return known;
  }
  const places = new Map([...digests.keys()].map((path, place) => [path, place]));
  const index = { groups: groupByAlgorithms(digests), places };
  indexes.set(digests, index);
  return index;
}

/**
 * The strong digests of a subject; none if one is malformed or two contradict each other. Names of algorithms are
 * folded: `SHA256` exists in signed statements.
 */
export function strongDigests(subject: Subject): FileDigests {
  const strong: Partial<Record<SubjectAlgorithm, string>> = {};
  for (const [name, hex] of subject.digests) {
    const algorithm = subjectAlgorithms.find((each) => each === name.toLowerCase());
    if (algorithm !== undefined) {
      const isContradicted = strong[algorithm] !== undefined && strong[algorithm] !== hex;
      if (isContradicted || !isDigestHex(algorithm, hex)) {
        return {};
      }
      strong[algorithm] = hex;
    }
  }
  return strong;
}

/** Paths of files with equal digests: one list, so that a million equal subjects find it once. */
type EqualFiles = readonly string[];

/** Files of which the same digests are known, with an index for each choice of algorithms that was asked for. */
class FileGroup {
  readonly #algorithms: readonly SubjectAlgorithm[];
  readonly #files: [path: string, digests: FileDigests][] = [];
  readonly #indexes = new Map<string, ReadonlyMap<string, EqualFiles>>();

  constructor(algorithms: readonly SubjectAlgorithm[]) {
    this.#algorithms = algorithms;
  }

  add(path: string, digests: FileDigests): void {
    this.#files.push([path, digests]);
  }

  /** The files that agree with a subject in every digest that both have; undefined if they share no algorithm. */
  equalTo(signed: FileDigests): EqualFiles | undefined {
    const common = this.#algorithms.filter((algorithm) => signed[algorithm] !== undefined);
    return common.length === 0 ? undefined : this.#index(common).get(keyOf(signed, common));
  }

  #index(algorithms: readonly SubjectAlgorithm[]): ReadonlyMap<string, EqualFiles> {
    const name = algorithms.join();
    const known = this.#indexes.get(name);
    if (known !== undefined) {
      return known;
    }
    const index = new Map<string, string[]>();
    for (const [path, digests] of this.#files) {
      const key = keyOf(digests, algorithms);
      const files = index.get(key) ?? [];
      files.push(path);
      index.set(key, files);
    }
    this.#indexes.set(name, index);
    return index;
  }
}

function groupByAlgorithms(digests: ReadonlyMap<string, FileDigests>): readonly FileGroup[] {
  const groups = new Map<string, FileGroup>();
  for (const [path, known] of digests) {
    const algorithms = subjectAlgorithms.filter((algorithm) => known[algorithm] !== undefined);
    const name = algorithms.join();
    const group = groups.get(name) ?? new FileGroup(algorithms);
    group.add(path, known);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function keyOf(digests: FileDigests, algorithms: readonly SubjectAlgorithm[]): string {
  return algorithms.map((algorithm) => digests[algorithm]).join();
}
