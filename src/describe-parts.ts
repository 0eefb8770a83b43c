// SPDX-License-Identifier: Apache-2.0
// What the files of a directory mean together. Stores say which files make up which model; the layouts then look
// at each model by itself, and at what lies beside the models. A directory that is one model is looked at as a whole.

import type { Description } from "./formats/format.ts";
import { faultFinding } from "./formats/read-file.ts";
import { layouts } from "./layouts/index.ts";
import type { DirectoryView, LayoutDescription, LayoutFile } from "./layouts/layout.ts";
import type { ArtifactFile, ArtifactKind, ArtifactPart, PackageName } from "./model/artifact.ts";
import type { Fact } from "./model/fact.ts";
import type { Finding } from "./model/finding.ts";
import { comparePaths } from "./model/path-order.ts";
import { stores } from "./stores/index.ts";
import type { StoreDescription, StoredPart } from "./stores/store.ts";

export interface Together extends LayoutDescription {
  /** With the facts of their store and of the layouts. */
  readonly parts: readonly StoredPart[];
  readonly package?: PackageName;
}

/** Describes a directory and the models in it. Never throws on their content. */
export function describeTogether(view: DirectoryView): Together {
  const stored = describeStores(view);
  const found = stored.flatMap(({ parts }) => parts);
  const packageName = stored.find(({ whole }) => whole !== undefined)?.whole?.package;
  if (found.length === 0) {
    const all = joined([...stored, describeLayouts(view)]);
    return { ...all, parts: [], ...(packageName === undefined ? {} : { package: packageName }) };
  }
  const inParts = new Set(found.flatMap(({ paths }) => paths));
  const rest = [...view.files.values()].filter(({ path }) => !inParts.has(path));
  const beside = describeLayouts({ ...selected(view, rest), isBesideModels: true });
  const said = found.map((part) => describeLayouts(partView(view, part)));
  const parts = found.map((part, index) => ({
    ...part,
    facts: [...part.facts, ...(said[index]?.facts ?? [])],
  }));
  const all = joined([...stored, beside, ...said, ...found.map(({ facts }) => ({ facts }))]);
  return {
    facts: distinct(all.facts),
    findings: distinct(all.findings),
    unverified: all.unverified,
    parts: parts.toSorted((a, b) => comparePaths(a.name, b.name) || comparePaths(a.root, b.root)),
  };
}

function joined(descriptions: readonly Partial<LayoutDescription>[]): LayoutDescription {
  return {
    facts: descriptions.flatMap(({ facts = [] }) => facts),
    findings: descriptions.flatMap(({ findings = [] }) => findings),
    unverified: descriptions.flatMap(({ unverified = [] }) => unverified),
  };
}

/** Each once: files that belong to several parts, or speak for several, are read with each. */
function distinct<T extends Fact | Finding>(items: readonly T[]): readonly T[] {
  const text = (item: T): string =>
    JSON.stringify(item, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  return [...new Map(items.map((item) => [text(item), item])).values()];
}

function selected(view: DirectoryView, files: Iterable<LayoutFile>): DirectoryView {
  const byPath = new Map<string, LayoutFile>();
  for (const file of files) {
    byPath.set(file.path, file);
  }
  return { name: view.name, root: view.root, files: byPath, open: (path) => view.open(path) };
}

function partView(view: DirectoryView, { name, root, paths, beside = [] }: StoredPart): DirectoryView {
  const files = [...paths, ...beside].flatMap((path) => view.files.get(path) ?? []);
  return { ...selected(view, files), name, root };
}

/** Each store sees what those before it do not own. */
function describeStores(view: DirectoryView): readonly StoreDescription[] {
  const all: StoreDescription[] = [];
  let open = view;
  for (const store of stores) {
    const parts = all.flatMap((each) => each.parts);
    const description = guarded(view, store.id, () => store.describe(open, parts));
    if (description !== undefined) {
      const { owns = () => false } = description as Partial<StoreDescription>;
      all.push({ parts: [], owns, ...description });
      const left = [...open.files.values()].filter(({ path }) => !owns(path));
      const { above } = open;
      open = { ...selected(open, left), ...(above === undefined ? {} : { above }) };
    }
  }
  return all;
}

function describeLayouts(view: DirectoryView): LayoutDescription {
  return joined(layouts.map((layout) => guarded(view, layout.id, () => layout.describe(view))));
}

/** One that breaks has vouched for nothing: every file counts as unverified. */
function guarded<T extends LayoutDescription | undefined>(
  view: DirectoryView,
  id: string,
  describe: () => T,
): T | LayoutDescription {
  try {
    return describe();
  } catch (cause) {
    const findings = [faultFinding(cause, { path: "." }, id)];
    return { facts: [], findings, unverified: [...view.files.keys()] };
  }
}

/** What a part's own files are known by. */
export interface PartFile {
  readonly holdsWeights: boolean;
  readonly description?: Description;
}

/** What the parts are made from when every file has its final status. */
export interface WholeArtifact {
  readonly files: readonly ArtifactFile[];
  readonly findings: readonly Finding[];
  /** Paths that could not be taken in. */
  readonly refused: readonly string[];
  /** What a file's reader said. */
  readonly read: (path: string) => PartFile | undefined;
}

/** The parts as they enter the artifact. */
export function artifactParts(parts: readonly StoredPart[], whole: WholeArtifact): readonly ArtifactPart[] {
  const files = new Map(whole.files.map((file) => [file.path, file]));
  const findings = Map.groupBy(whole.findings, ({ location }) => location.path);
  return parts.map((part) => {
    const own = part.paths.toSorted(comparePaths).flatMap((path) => files.get(path) ?? []);
    const read = own.map(({ path }) => whole.read(path));
    const facts = [...read.flatMap((file) => file?.description?.facts ?? []), ...part.facts];
    const isRefused = whole.refused.some((path) => part.root === "" || path.startsWith(`${part.root}/`));
    return {
      kind:
        part.kind ??
        kindOf(
          read.some((file) => file?.holdsWeights === true),
          facts,
        ),
      name: part.name,
      store: part.store,
      root: part.root,
      files: own,
      facts,
      findings: [part.root, ...part.paths].flatMap((path) => findings.get(path) ?? []),
      complete: !isRefused && own.every((file) => file.status !== "unverified"),
      ...(part.package === undefined ? {} : { package: part.package }),
    };
  });
}

/** A directory whose configuration names an architecture is a model even where the weights are missing. */
export function kindOf(holdsWeights: boolean, facts: readonly Fact[]): ArtifactKind {
  const tellsOfModel = facts.some(
    ({ name }) => name === "architecture.class" || name === "architecture.family",
  );
  return holdsWeights || tellsOfModel ? "model" : "file-set";
}
