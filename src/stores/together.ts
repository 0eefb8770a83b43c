// SPDX-License-Identifier: Apache-2.0
// What the files of a directory mean together. Stores say which files make up which model; the layouts then look
// at each model by itself, and at what lies beside the models. A directory that is one model is looked at as a whole.

import { faultFinding } from "../formats/fault-finding.ts";
import { layouts } from "../layouts/index.ts";
import type { DirectoryView, LayoutDescription, LayoutFile } from "../layouts/layout.ts";
import type { Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import { comparePaths } from "../model/path-order.ts";
import { stores } from "./index.ts";
import type { Store, StoreDescription, StoredPart } from "./store.ts";

/** A part and what the layouts say about it. */
export interface ReadPart {
  readonly part: StoredPart;
  readonly layouts: readonly LayoutDescription[];
}

export interface Together extends LayoutDescription {
  readonly parts: readonly ReadPart[];
  /** What every layout said, about each part and the rest. */
  readonly layouts: readonly LayoutDescription[];
  /** Of an artifact that is itself one model of a store. */
  readonly whole?: StoreDescription["whole"] | undefined;
}

interface TogetherOptions {
  /** The stores that may be there. */
  readonly among?: readonly Store[];
  /** What lies beside the models is a system's, and says nothing of them. */
  readonly isModelsOnly?: boolean;
}

/** Describes a directory and the models in it. Never throws on their content. */
export function describeTogether(
  view: DirectoryView,
  { among = stores, isModelsOnly = false }: TogetherOptions = {},
): Together {
  const stored = describeStores(view, among);
  const found = stored.flatMap(({ parts }) => parts);
  if (found.length === 0) {
    const all = describeLayouts(view);
    const whole = stored.find((each) => each.whole !== undefined)?.whole;
    return { ...joined([...stored, ...all]), layouts: all, parts: [], whole };
  }
  const inParts = new Set(found.flatMap(({ paths }) => paths));
  const rest = [...view.files.values()].filter(({ path }) => !inParts.has(path));
  const beside = isModelsOnly ? [] : describeLayouts({ ...selected(view, rest), isAmongModels: true });
  const parts = found.map((part) => ({ part, layouts: describeLayouts(partView(view, part)) }));
  const all = [...beside, ...parts.flatMap((each) => each.layouts)];
  const { facts, findings, unverified } = joined([
    ...stored,
    ...all,
    ...found.map(({ facts }) => ({ facts })),
  ]);
  return {
    facts: distinct(facts),
    findings: distinct(findings),
    unverified,
    layouts: all,
    parts: parts.toSorted(
      (a, b) => comparePaths(a.part.name, b.part.name) || comparePaths(a.part.root, b.part.root),
    ),
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
  return { ...selected(view, files), name, root, isAmongModels: true };
}

/** Each store sees what those before it do not own. */
function describeStores(view: DirectoryView, among: readonly Store[]): readonly StoreDescription[] {
  const all: StoreDescription[] = [];
  let open = view;
  for (const store of among) {
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

function describeLayouts(view: DirectoryView): readonly LayoutDescription[] {
  return layouts.map((layout) => guarded(view, layout.id, () => layout.describe(view)));
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
