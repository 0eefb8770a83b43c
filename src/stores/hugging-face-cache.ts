// SPDX-License-Identifier: Apache-2.0
// The cache of huggingface_hub: one part for each snapshot. The files of a snapshot are links to blobs whose names
// are hashes of their content, SHA-256 (64 digits: LFS and Xet) or git's blob id (40 digits): both can be checked
// without the network. A snapshot whose files all are what their blobs' names say is that commit of that
// repository as far as the hub's answers to the downloader were true; only then it gets a package URL.

import { gitBlobSha1 } from "../bytes/git-blob.ts";
import type { DirectoryView, LayoutFile } from "../layouts/layout.ts";
import { inside, Reading } from "../layouts/reading.ts";
import type { ArtifactKind, PackageName } from "../model/artifact.ts";
import { claim, type Fact } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { folderOf } from "./folders-of.ts";
import { type Repository, type RepositoryType, repositoriesOf } from "./hugging-face-cache/repository.ts";
import { checkTree } from "./hugging-face-cache/tree.ts";
import type { Store, StoreDescription, StoredPart } from "./store.ts";

const id = "hugging-face-cache";

/** Kinds of what lies in each type of repository; a model's files must show that it is one. */
const kinds: Readonly<Partial<Record<RepositoryType, ArtifactKind>>> = {
  datasets: "dataset",
  spaces: "file-set",
};
const commitId = /^[0-9a-f]{40}$/;
const partName = /^[A-Za-z0-9_.-]{1,96}$/;

export const huggingFaceCache: Store = {
  id,
  describe(directory: DirectoryView): StoreDescription | undefined {
    const repositories = repositoriesOf(directory);
    if (repositories.length === 0) {
      return undefined;
    }
    const reading = new Reading(directory);
    const parts = repositories.flatMap((repository) => describeRepository(reading, repository));
    const isSnapshot = directory.above !== undefined;
    const [whole] = isSnapshot ? parts : [];
    const folders = new Set(repositories.map(({ folder }) => folder.slice(0, -1)));
    return {
      parts: isSnapshot ? [] : parts,
      facts: [...(whole?.facts ?? []), ...reading.claims.facts],
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
      // A target that is one snapshot is a model directory like any other.
      owns: (path) => !isSnapshot && folderOf(path, folders) !== undefined,
      ...(whole === undefined ? {} : { whole: provenRevision(whole) }),
    };
  },
};

/** What the snapshot is called, never without what must hold for it. */
function provenRevision({ package: known, provenBy }: StoredPart): NonNullable<StoreDescription["whole"]> {
  return known === undefined || provenBy === undefined ? {} : { package: known, provenBy };
}

function describeRepository(reading: Reading, repository: Repository): readonly StoredPart[] {
  const referenced = readRefs(reading, repository);
  const parts = [...repository.snapshots].map(([commit, files]) => {
    const root =
      repository.folder === "" && reading.directory.above !== undefined
        ? ""
        : `${repository.folder}snapshots/${commit}`;
    const place = root === "" ? "." : root;
    if (repository.refs.size > 0 && !referenced.has(commit)) {
      reading.findings.add(finding("CACHE_SNAPSHOT_STALE", { path: place }, { commit }));
    }
    return describeSnapshot(reading, repository, commit, root, files);
  });
  checkBlobs(reading, repository);
  return parts;
}

/** Commits that the refs name. */
function readRefs(reading: Reading, { refs, snapshots }: Repository): ReadonlySet<string> {
  const commits = new Set<string>();
  for (const [ref, { path }] of refs) {
    const bytes = reading.bytes(path, 256);
    const commit = bytes === undefined ? undefined : new TextDecoder().decode(bytes).trim();
    if (commit === undefined) {
      continue;
    }
    if (!commitId.test(commit)) {
      reading.findings.add(finding("CACHE_REF_INVALID", { path }, { ref }));
    } else if (!snapshots.has(commit)) {
      reading.findings.add(finding("CACHE_REF_DANGLING", { path }, { ref, commit }));
    }
    commits.add(commit);
  }
  return commits;
}

function describeSnapshot(
  reading: Reading,
  repository: Repository,
  commit: string,
  root: string,
  files: ReadonlyMap<string, LayoutFile>,
): StoredPart {
  const facts: Fact[] = [];
  const provenBy = new Map<string, string>();
  let isProven = true;
  for (const file of files.values()) {
    const blob = blobOf(reading, repository, file);
    if (blob?.sha256 !== undefined) {
      provenBy.set(file.path, blob.sha256);
    }
    if (blob !== undefined) {
      facts.push(
        claim(
          "file.expected",
          { path: file.path, ...blob, by: `${repository.folder}blobs` },
          { path: file.path },
        ),
      );
    }
    isProven = isProven && blob !== undefined && isGitBlob(reading, file, blob);
  }
  const tree = repository.trees.get(`${commit}.json`);
  if (tree !== undefined) {
    facts.push(...checkTree(reading, tree.path, root, files));
  }
  const name = packageName(repository, commit);
  if (name === undefined) {
    const place = root === "" ? "." : root;
    reading.findings.add(finding("CACHE_NAME_INVALID", { path: place }, { name: repository.label, commit }));
  } else {
    const [first = ""] = [...files.values()].map(({ path }) => path);
    const value = { system: "huggingface", id: commit, repository: repositoryId(name) };
    facts.push(claim("revision", value, { path: root === "" ? first : root }));
  }
  const kind = kinds[repository.type];
  return {
    store: id,
    name: name === undefined ? repository.label : repositoryId(name),
    root,
    paths: [...files.values()].map(({ path }) => path),
    ...(kind === undefined ? {} : { kind }),
    ...(isProven && name !== undefined ? { package: name, provenBy } : {}),
    facts,
  };
}

interface Blob {
  readonly sha256?: string;
  readonly gitSha1?: string;
}

/** The hash that a file's blob is named by; undefined, and reported, if the file is not such a link. */
function blobOf(reading: Reading, { blobFolder }: Repository, file: LayoutFile): Blob | undefined {
  const { linkTarget, path } = file;
  if (linkTarget === undefined) {
    // Where links do not work the downloader puts the file itself here: nothing says what it should be.
    return undefined;
  }
  const blob = linkTarget.startsWith(blobFolder) ? linkTarget.slice(blobFolder.length) : undefined;
  if (blob === undefined || blob.includes("/")) {
    reading.findings.add(finding("CACHE_LINK_FOREIGN", { path }, { target: linkTarget }));
    return undefined;
  }
  const named = hashNamed(blob);
  if (named === undefined) {
    reading.findings.add(finding("CACHE_BLOB_UNNAMED", { path }, { blob }));
  }
  return named;
}

function hashNamed(name: string): Blob | undefined {
  if (/^[0-9a-f]{64}$/.test(name)) {
    return { sha256: name };
  }
  return commitId.test(name) ? { gitSha1: name } : undefined;
}

/** False for a file whose blob has another git id; one named by its SHA-256 is compared where that is computed. */
function isGitBlob(reading: Reading, file: LayoutFile, { gitSha1 }: Blob): boolean {
  return (
    gitSha1 === undefined ||
    reading.attempt(file.path, () => gitBlobSha1(reading.directory.open(file.path))) === gitSha1
  );
}

/** Blobs that no snapshot shows are checked as well; parts of a download that broke off are reported. */
function checkBlobs(reading: Reading, { folder, blobs, snapshots }: Repository): void {
  const shown = new Set(
    [...snapshots.values()].flatMap((files) => [...files.values()].map((each) => each.linkTarget)),
  );
  for (const [name, { path }] of blobs) {
    if (name.endsWith(".incomplete")) {
      reading.findings.add(finding("CACHE_BLOB_INCOMPLETE", { path }, {}));
      continue;
    }
    const named = hashNamed(name);
    if (named !== undefined && !shown.has(path)) {
      reading.claims.facts.push(claim("file.expected", { path, ...named, by: `${folder}blobs` }, { path }));
    }
  }
}

/** `org--name` or `name`; undefined for what the hub would not call a repository. */
function packageName({ type, label }: Repository, commit: string): PackageName | undefined {
  const parts = label.split("--");
  const name = parts.at(-1);
  const namespace = parts.length === 2 ? parts[0] : undefined;
  if (
    name === undefined ||
    parts.length > 2 ||
    !parts.every((part) => partName.test(part)) ||
    !commitId.test(commit)
  ) {
    return undefined;
  }
  return {
    type: "huggingface",
    ...(namespace === undefined ? {} : { namespace }),
    name,
    version: commit,
    // The package URL type means models: others need the place said.
    ...(type === "models" ? {} : { repositoryUrl: `https://huggingface.co/${type}` }),
  };
}

function repositoryId({ namespace = "", name }: PackageName): string {
  return inside(namespace, name);
}
