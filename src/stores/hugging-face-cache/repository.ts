// SPDX-License-Identifier: Apache-2.0
// Which files of a directory belong to which repository of a Hugging Face cache:
// `models--org--name/{blobs,refs,snapshots/<commit>,trees}` (huggingface_hub, "Understand caching").

import type { DirectoryView, LayoutFile } from "../../layouts/layout.ts";

export type RepositoryType = "models" | "datasets" | "spaces";

/** One repository with the files of each of its sections; keys are paths inside the section. */
export interface Repository {
  readonly type: RepositoryType;
  /** `org--name`, as the folder says. */
  readonly label: string;
  /** Path with a slash at its end; empty if the target is the repository itself. */
  readonly folder: string;
  /** Where the ends of its links must lie, relative to the target, with a slash at the end. */
  readonly blobFolder: string;
  readonly blobs: ReadonlyMap<string, LayoutFile>;
  readonly refs: ReadonlyMap<string, LayoutFile>;
  readonly trees: ReadonlyMap<string, LayoutFile>;
  /** By commit, then by path inside the snapshot. */
  readonly snapshots: ReadonlyMap<string, ReadonlyMap<string, LayoutFile>>;
}

interface MutableRepository extends Repository {
  readonly blobs: Map<string, LayoutFile>;
  readonly refs: Map<string, LayoutFile>;
  readonly trees: Map<string, LayoutFile>;
  readonly snapshots: Map<string, Map<string, LayoutFile>>;
}

const repositoryName = /^(models|datasets|spaces)--(.+)$/;
const sections: ReadonlySet<string> = new Set(["blobs", "refs", "snapshots", "trees", ".no_exist"]);

/** The repositories of a directory by folder; a target that is a snapshot has one with nothing but itself. */
export function repositoriesOf(directory: DirectoryView): readonly Repository[] {
  const above = directory.above?.[1];
  if (above !== undefined) {
    const repository = emptyRepository(above, "", "../../blobs/");
    repository?.snapshots.set(directory.name, new Map(directory.files));
    return repository === undefined ? [] : [repository];
  }
  const found = new Map<string, MutableRepository>();
  for (const file of directory.files.values()) {
    const place = placeOf(file.path, directory.name);
    if (place === undefined) {
      continue;
    }
    const known =
      found.get(place.folder) ?? emptyRepository(place.name, place.folder, `${place.folder}blobs/`);
    if (known !== undefined) {
      found.set(place.folder, known);
      addFile(known, place.section, place.rest, file);
    }
  }
  return [...found.values()];
}

interface Place {
  readonly folder: string;
  readonly name: string;
  readonly section: string;
  readonly rest: string;
}

/** The outermost folder that is named like a repository and has a section decides. */
function placeOf(path: string, targetName: string): Place | undefined {
  if (repositoryName.test(targetName)) {
    const [section = "", ...rest] = path.split("/");
    return sections.has(section) && rest.length > 0
      ? { folder: "", name: targetName, section, rest: rest.join("/") }
      : undefined;
  }
  // Most paths end here.
  if (!path.includes("s--")) {
    return undefined;
  }
  const parts = path.split("/");
  const at = parts.findIndex(
    (part, index) => repositoryName.test(part) && sections.has(parts[index + 1] ?? ""),
  );
  const [name, section, ...rest] = at < 0 ? [] : parts.slice(at);
  return name === undefined || section === undefined || rest.length === 0
    ? undefined
    : { folder: `${parts.slice(0, at + 1).join("/")}/`, name, section, rest: rest.join("/") };
}

function emptyRepository(name: string, folder: string, blobFolder: string): MutableRepository | undefined {
  const [, type, label] = repositoryName.exec(name) ?? [];
  return (type === "models" || type === "datasets" || type === "spaces") && label !== undefined
    ? {
        type,
        label,
        folder,
        blobFolder,
        blobs: new Map(),
        refs: new Map(),
        trees: new Map(),
        snapshots: new Map(),
      }
    : undefined;
}

function addFile(repository: MutableRepository, section: string, rest: string, file: LayoutFile): void {
  if (section === "blobs" || section === "refs" || section === "trees") {
    repository[section].set(rest, file);
  } else if (section === "snapshots" && rest.includes("/")) {
    const slash = rest.indexOf("/");
    const commit = rest.slice(0, slash);
    const snapshot = repository.snapshots.get(commit) ?? new Map<string, LayoutFile>();
    snapshot.set(rest.slice(slash + 1), file);
    repository.snapshots.set(commit, snapshot);
  }
}
