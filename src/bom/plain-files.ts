// SPDX-License-Identifier: Apache-2.0
// A long list of file components, written as text without an object per file, together with the proof that
// it is valid (CycloneDX 1.6 and 1.7: component, hash, property, refType): each value is checked when it is
// written, and the full validator sees the first file, whose text is compared with its component. Whatever
// cannot be proved here is no plain list; it becomes objects, and the full validator decides about them.

import type { JsonValue } from "../bytes/json.ts";
import type { ArtifactFile } from "../model/artifact.ts";
import { isDigestHex } from "../model/digest.ts";
import type { Fact } from "../model/fact.ts";
import { comparePaths } from "../model/path-order.ts";
import type { Document } from "./document.ts";
import { type FactsByPath, fileComponent, fileHashes, fileProperties, fileRef } from "./file-components.ts";

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
  const templates = new Templates(artifactKey);
  let before: string | undefined;
  for (const each of files) {
    const text = templates.textOf(each, facts) ?? plainText(refPrefix, each, facts.get(each.path));
    // In strict order no path is there twice.
    if (text === undefined || (before !== undefined && comparePaths(before, each.path) >= 0)) {
      return undefined;
    }
    before = each.path;
    components.add(text.component);
    leaves.add(text.leaf);
  }
  const first = fileComponent(artifactKey, file, facts.get(file.path));
  const isExpected = plainText(refPrefix, file, facts.get(file.path))?.component === componentText(first);
  if (!isExpected) {
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

/** What the text of a file consists of besides its path, its SHA-256 and its size. */
interface Template {
  readonly start: string;
  readonly beforeName: string;
  readonly beforeHash: string;
  readonly beforeSize: string;
  readonly end: string;
}

/** What JSON text leaves as it is: printable ASCII without quotation mark and backslash. */
const writtenAsItIs = /^[ !#-[\]-~]*$/;

/** Any path, hash and size, to be found again in the text. A template that they mislead is not used. */
const probe = { path: "probe", hex: "f".repeat(64), size: Number.MAX_SAFE_INTEGER };

/**
 * Texts of files that differ only in path, SHA-256 and size from one whose text is known: most of a long
 * list. The known text is what JSON.stringify makes of a component, so there is no second shape of it here.
 */
class Templates {
  readonly #artifactKey: string;
  readonly #byKind = new Map<string, Template | undefined>();
  /** Of the file before: most files of a long list are of one kind. */
  #last:
    | { readonly format: string; readonly status: string; readonly template: Template | undefined }
    | undefined;

  constructor(artifactKey: string) {
    this.#artifactKey = artifactKey;
  }

  /** Undefined if no template fits. */
  textOf(file: ArtifactFile, facts: FactsByPath): PlainText | undefined {
    const [digest, ...others] = file.digests;
    const isSimple =
      digest?.algorithm === "sha256" &&
      others.length === 0 &&
      isDigestHex("sha256", digest.hex) &&
      typeof file.path === "string" &&
      typeof file.format === "string" &&
      typeof file.status === "string" &&
      Number.isSafeInteger(file.size) &&
      !facts.has(file.path);
    const template = isSimple ? this.#template(file) : undefined;
    if (digest === undefined || template === undefined) {
      return undefined;
    }
    const name = writtenAsItIs.test(file.path) ? file.path : JSON.stringify(file.path).slice(1, -1);
    const { start, beforeName, beforeHash, beforeSize, end } = template;
    return {
      component: start + name + beforeName + name + beforeHash + digest.hex + beforeSize + file.size + end,
      leaf: `    {\n      "ref": "${fileRef(this.#artifactKey, name)}"\n    }`,
    };
  }

  #template(file: ArtifactFile): Template | undefined {
    const { format, status } = file;
    if (this.#last?.format !== format || this.#last.status !== status) {
      this.#last = { format, status, template: this.#templateOfKind(file) };
    }
    return this.#last.template;
  }

  #templateOfKind(file: ArtifactFile): Template | undefined {
    const kind = `${file.format.length}:${file.format}:${file.status}`;
    const known = this.#byKind.get(kind);
    if (known !== undefined || this.#byKind.has(kind)) {
      return known;
    }
    const made = this.#makeTemplate(file);
    this.#byKind.set(kind, made);
    return made;
  }

  #makeTemplate({ format, status }: ArtifactFile): Template | undefined {
    const { path, hex, size } = probe;
    const digests = [{ algorithm: "sha256", hex }] as const;
    const text = componentText(
      fileComponent(this.#artifactKey, { path, size, digests, format, status }, undefined),
    );
    const [start, beforeName, ...afterName] = text.split(path);
    const [beforeHash, ...afterHash] = afterName.join(path).split(hex);
    const [beforeSize, end, ...more] = afterHash.join(hex).split(String(size));
    return start === undefined ||
      beforeName === undefined ||
      beforeHash === undefined ||
      beforeSize === undefined ||
      end === undefined ||
      more.length > 0
      ? undefined
      : { start, beforeName, beforeHash, beforeSize, end };
  }
}

/** A component as JSON.stringify writes it, at its indentation. */
function componentText(component: Document): string {
  return indent + JSON.stringify(component, null, 2).replaceAll("\n", `\n${indent}`);
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
