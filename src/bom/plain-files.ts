// SPDX-License-Identifier: Apache-2.0
// A long list of file components, written as text without an object per file, together with the proof that
// it is valid (CycloneDX 1.6 and 1.7: component, hash, property, refType): each value is checked when it is
// written (plain-file-text.ts), and the full validator sees the first file, whose text is compared with its
// component. Whatever cannot be proved here is no plain list; it becomes objects, and the full validator decides
// about them.

import type { JsonValue } from "../bytes/json.ts";
import type { ArtifactFile } from "../model/artifact.ts";
import { comparePaths } from "../model/path-order.ts";
import type { Document } from "./document.ts";
import { type FactsByPath, fileComponent, fileRef } from "./file-components.ts";
import { PlainFileTexts } from "./plain-file-text.ts";

/** Below this objects and the full validator cost nothing. */
const minFiles = 64;

/** What the lines of a document hold in the place of a list. No member of that name is ever a number. */
const mark = 0;

/** The file components of one artifact, and the entries which say that they depend on nothing. */
export interface PlainFiles {
  /** What every ref of the list starts with, and no ref of another list. */
  readonly refPrefix: string;
  /** The elements, each at its indentation, with commas between them. */
  readonly componentsText: readonly Uint8Array[];
  readonly leavesText: readonly Uint8Array[];
  /** The components as JSON values. */
  readonly expand: () => readonly Document[];
  /** The first component, which stands for all of them before the full validator. */
  readonly first: Document;
}

/** A list in its place in a document: what JSON.stringify writes there is replaced by the text. */
export class PlainFileList {
  readonly files: PlainFiles;

  constructor(files: PlainFiles) {
    this.files = files;
  }

  toJSON(): JsonValue {
    return mark;
  }
}

/** The list of `files`, which are sorted; undefined if it is short, or not as plain as it has to be. */
export function plainFiles(
  artifactKey: string,
  files: readonly ArtifactFile[],
  facts: FactsByPath,
): PlainFileList | undefined {
  const [file] = files;
  // Without a slash in the key no prefix is the start of another.
  if (file === undefined || files.length < minFiles || !/^[0-9a-f~]+$/.test(artifactKey)) {
    return undefined;
  }
  const refPrefix = fileRef(artifactKey, "");
  const texts = new PlainFileTexts(artifactKey);
  let before: string | undefined;
  for (const each of files) {
    // In strict order no path is there twice.
    if (
      !texts.write(each, facts.get(each.path)) ||
      (before !== undefined && comparePaths(before, each.path) >= 0)
    ) {
      return undefined;
    }
    before = each.path;
  }
  const first = fileComponent(artifactKey, file, facts.get(file.path));
  if (!texts.isTextOf(first, file, facts.get(file.path))) {
    return undefined;
  }
  return new PlainFileList({
    refPrefix,
    first,
    ...texts.end(),
    expand: () => files.map((each) => fileComponent(artifactKey, each, facts.get(each.path))),
  });
}

/** The lists of one section of a document, in the order in which the section is written. */
export function plainFileLists(section: string, value: unknown): readonly PlainFileList[] {
  const places: Readonly<Record<string, () => readonly unknown[]>> = {
    metadata: () => [memberOf(memberOf(value, "component"), "components")],
    components: () => (Array.isArray(value) ? value.map((each) => memberOf(each, "components")) : []),
    dependencies: () => (Array.isArray(value) ? value : []),
  };
  return (places[section]?.() ?? []).filter((each) => each instanceof PlainFileList);
}

/**
 * `document` with `replace` in the place of each of its lists: of file components, and of the entries
 * which say that those depend on nothing.
 */
export function replaceLists(
  document: Document,
  replace: (files: PlainFiles) => readonly Document[],
): Document {
  const inComponent = (component: unknown): unknown => {
    const list = memberOf(component, "components");
    return list instanceof PlainFileList
      ? { ...(component as Document), components: replace(list.files) }
      : component;
  };
  const { metadata, components, dependencies } = document;
  const root = memberOf(metadata, "component");
  return {
    ...document,
    ...(root === undefined ? {} : { metadata: { ...(metadata as Document), component: inComponent(root) } }),
    ...(Array.isArray(components) ? { components: components.map(inComponent) } : {}),
    ...(Array.isArray(dependencies)
      ? {
          dependencies: dependencies.flatMap((each: unknown) =>
            each instanceof PlainFileList
              ? replace(each.files).map((file) => ({ ref: file["bom-ref"] }))
              : [each],
          ),
        }
      : {}),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
