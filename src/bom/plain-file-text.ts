// SPDX-License-Identifier: Apache-2.0
// The text of a long list of file components: each value is checked when it is written. What is not as plain as
// a file of ours should be is refused, and nothing is written of it.

import type { ArtifactFile } from "../model/artifact.ts";
import { isDigestHex } from "../model/digest.ts";
import type { Fact } from "../model/fact.ts";
import type { Document } from "./document.ts";
import { fileComponent, fileHashes, fileProperties, fileRef } from "./file-components.ts";

/** Bytes of one piece of text. */
const chunkBytes = 1 << 20;

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

/**
 * The text of the elements of one list, with commas between them, as bytes. It is put together in bytes, too:
 * as strings the parts of a hundred thousand files would cost four times as much.
 */
class TextChunks {
  readonly #chunks: Uint8Array[] = [];
  #chunk = Buffer.alloc(0);
  #end = 0;
  #separator = "";

  /** Starts the next element, which will be of at most `maxBytes`. */
  start(maxBytes: number): void {
    if (this.#end + this.#separator.length + maxBytes > this.#chunk.length) {
      this.#take();
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, this.#separator.length + maxBytes));
    }
    this.addText(this.#separator);
    this.#separator = ",\n";
  }

  addBytes(bytes: Uint8Array): void {
    this.#chunk.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  addText(text: string): void {
    this.#end += this.#chunk.write(text, this.#end);
  }

  end(): readonly Uint8Array[] {
    this.#take();
    return this.#chunks;
  }

  #take(): void {
    if (this.#end > 0) {
      this.#chunks.push(this.#chunk.subarray(0, this.#end));
      this.#end = 0;
    }
  }
}

interface PlainText {
  readonly component: string;
  readonly leaf: string;
}

/** What the text of a file consists of besides its path, its SHA-256 and its size. */
interface Template {
  readonly start: Uint8Array;
  readonly beforeName: Uint8Array;
  readonly beforeHash: Uint8Array;
  readonly beforeSize: Uint8Array;
  readonly end: Uint8Array;
  /** Bytes of all of them together. */
  readonly bytes: number;
}

/** What JSON text leaves as it is: printable ASCII without quotation mark and backslash. */
const writtenAsItIs = /^[ !#-[\]-~]*$/;

/** Any path, hash and size, to be found again in the text. A template that they mislead is not used. */
const probe = { path: "probe", hex: "f".repeat(64), size: Number.MAX_SAFE_INTEGER };

/** The texts of one list of files. */
export class PlainFileTexts {
  readonly #components = new TextChunks();
  readonly #leaves = new TextChunks();
  readonly #artifactKey: string;
  readonly #leafStart: Uint8Array;
  readonly #leafEnd: Uint8Array = Buffer.from('"\n    }');
  readonly #byKind = new Map<string, Template | undefined>();
  /** Of the file before: most files of a long list are of one kind. */
  #last:
    | { readonly format: string; readonly status: string; readonly template: Template | undefined }
    | undefined;

  constructor(artifactKey: string) {
    this.#artifactKey = artifactKey;
    this.#leafStart = Buffer.from(`    {\n      "ref": "${fileRef(artifactKey, "")}`);
  }

  /** Writes the next file; false, and nothing is written, if something about it is not plain. */
  write(file: ArtifactFile, facts: readonly Fact[] | undefined): boolean {
    const template = facts === undefined && isSimple(file) ? this.#template(file) : undefined;
    if (template !== undefined) {
      this.#writeByTemplate(file, template);
      return true;
    }
    const text = this.#plainText(file, facts);
    if (text !== undefined) {
      // A UTF-16 unit takes three bytes at most.
      this.#components.start(3 * text.component.length);
      this.#components.addText(text.component);
      this.#leaves.start(3 * text.leaf.length);
      this.#leaves.addText(text.leaf);
    }
    return text !== undefined;
  }

  /** True if what is written of `file` is what JSON.stringify makes of `component`. */
  isTextOf(component: Document, file: ArtifactFile, facts: readonly Fact[] | undefined): boolean {
    return this.#plainText(file, facts)?.component === componentText(component);
  }

  /** All that was written: the components, and the entries which say that they depend on nothing. */
  end(): { readonly componentsText: readonly Uint8Array[]; readonly leavesText: readonly Uint8Array[] } {
    return { componentsText: this.#components.end(), leavesText: this.#leaves.end() };
  }

  /**
   * Files that differ only in path, SHA-256 and size from one whose text is known are most of a long list. The known
   * text is what JSON.stringify makes of a component, so there is no second shape of it here.
   */
  #writeByTemplate(file: ArtifactFile, template: Template): void {
    const components = this.#components;
    const leaves = this.#leaves;
    const name = writtenAsItIs.test(file.path) ? file.path : JSON.stringify(file.path).slice(1, -1);
    const size = String(file.size);
    const hex = file.digests[0]?.hex ?? "";
    components.start(template.bytes + 6 * name.length + hex.length + size.length);
    components.addBytes(template.start);
    components.addText(name);
    components.addBytes(template.beforeName);
    components.addText(name);
    components.addBytes(template.beforeHash);
    components.addText(hex);
    components.addBytes(template.beforeSize);
    components.addText(size);
    components.addBytes(template.end);
    leaves.start(this.#leafStart.length + 3 * name.length + this.#leafEnd.length);
    leaves.addBytes(this.#leafStart);
    leaves.addText(name);
    leaves.addBytes(this.#leafEnd);
  }

  #plainText(file: ArtifactFile, facts: readonly Fact[] | undefined): PlainText | undefined {
    return plainText(fileRef(this.#artifactKey, ""), file, facts);
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
    if (
      start === undefined ||
      beforeName === undefined ||
      beforeHash === undefined ||
      beforeSize === undefined ||
      end === undefined ||
      more.length > 0
    ) {
      return undefined;
    }
    const bytes = Buffer.byteLength(start + beforeName + beforeHash + beforeSize + end);
    return {
      start: Buffer.from(start),
      beforeName: Buffer.from(beforeName),
      beforeHash: Buffer.from(beforeHash),
      beforeSize: Buffer.from(beforeSize),
      end: Buffer.from(end),
      bytes,
    };
  }
}

/** A component as JSON.stringify writes it, at its indentation. */
function componentText(component: Document): string {
  return indent + JSON.stringify(component, null, 2).replaceAll("\n", `\n${indent}`);
}

/** True for a file with a SHA-256 and nothing else that would show in its text. */
function isSimple({ path, size, digests, format, status }: ArtifactFile): boolean {
  const [digest, ...others] = digests;
  return (
    digest?.algorithm === "sha256" &&
    others.length === 0 &&
    isDigestHex("sha256", digest.hex) &&
    typeof path === "string" &&
    typeof format === "string" &&
    typeof status === "string" &&
    Number.isSafeInteger(size)
  );
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
