// SPDX-License-Identifier: Apache-2.0
// A long list of file components, written as text without an object per file, together with the proof that
// it is valid (CycloneDX 1.6 and 1.7: component, hash, property, refType): each value is checked when it is
// written, and the full validator sees the first file, whose text is compared with its component. Whatever
// cannot be proved here is no plain list; it becomes objects, and the full validator decides about them.

import type { JsonValue } from "../bytes/json.ts";
import type { ArtifactFile } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";
import { type FactsByPath, fileComponent, fileHashes, fileProperties, fileRef } from "./file-components.ts";
import type { Document } from "./serialize.ts";

/** Below this objects and the full validator cost nothing. */
const minFiles = 64;

const chunkCharacters = 1 << 20;

/** Indentation of an element of `components` inside a component of the document's top or of its metadata. */
const indent = " ".repeat(8);

/** Hexadecimal digits by algorithm, of those that a file component of ours can have. */
const hexLengths: ReadonlyMap<unknown, number> = new Map([
  ["SHA-256", 64],
  ["SHA-384", 96],
  ["SHA-512", 128],
  ["BLAKE2b-512", 128],
  ["BLAKE3", 64],
]);

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
  const components = new TextChunks();
  const leaves = new TextChunks();
  const paths = new Set<string>();
  for (const each of files) {
    const text = plainText(refPrefix, each, facts.get(each.path));
    if (text === undefined) {
      return undefined;
    }
    paths.add(each.path);
    components.add(text.component);
    leaves.add(text.leaf);
  }
  const first = fileComponent(artifactKey, file, facts.get(file.path));
  const expected = JSON.stringify(first, null, 2).replaceAll("\n", `\n${indent}`);
  const isExpected = plainText(refPrefix, file, facts.get(file.path))?.component === indent + expected;
  if (paths.size !== files.length || !isExpected) {
    return undefined;
  }
  return new PlainFileList({
    refPrefix,
    first,
    componentsText: components.end(),
    leavesText: leaves.end(),
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

/** Text with commas between the parts, encoded in pieces: a hundred thousand files are too much for one string. */
class TextChunks {
  readonly #chunks: Uint8Array[] = [];
  #text = "";
  #separator = "";

  add(part: string): void {
    this.#text += this.#separator + part;
    this.#separator = ",\n";
    if (this.#text.length > chunkCharacters) {
      this.#chunks.push(Buffer.from(this.#text));
      this.#text = "";
    }
  }

  end(): readonly Uint8Array[] {
    return this.#text === "" ? this.#chunks : [...this.#chunks, Buffer.from(this.#text)];
  }
}

interface PlainText {
  readonly component: string;
  readonly leaf: string;
}

/** The text of one file; undefined if something about it is not plain. */
function plainText(
  refPrefix: string,
  file: ArtifactFile,
  facts: readonly Fact[] | undefined,
): PlainText | undefined {
  const hashes = hashesText(file);
  const properties = propertiesText(file, facts);
  if (typeof file.path !== "string" || hashes === undefined || properties === undefined) {
    return undefined;
  }
  const name = JSON.stringify(file.path);
  const ref = `"${refPrefix}${name.slice(1)}`;
  return {
    component: `${indent}{
          "type": "file",
          "bom-ref": ${ref},
          "name": ${name},
          "hashes": [
${hashes}
          ],
          "properties": [
${properties}
          ]
        }`,
    leaf: `    {\n      "ref": ${ref}\n    }`,
  };
}

function hashesText({ digests }: ArtifactFile): string | undefined {
  let text = "";
  for (const { alg, content } of fileHashes(digests)) {
    if (
      typeof content !== "string" ||
      content.length !== hexLengths.get(alg) ||
      !/^[0-9a-f]+$/.test(content)
    ) {
      return undefined;
    }
    text += `${text === "" ? "" : ",\n"}            {
              "alg": "${alg}",
              "content": "${content}"
            }`;
  }
  return text === "" ? undefined : text;
}

function propertiesText(file: ArtifactFile, facts: readonly Fact[] | undefined): string | undefined {
  let text = "";
  for (const { name, value } of fileProperties(file, facts)) {
    if (typeof name !== "string" || typeof value !== "string") {
      return undefined;
    }
    text += `${text === "" ? "" : ",\n"}            {
              "name": ${JSON.stringify(name)},
              "value": ${JSON.stringify(value)}
            }`;
  }
  return text;
}
