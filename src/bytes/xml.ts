// SPDX-License-Identifier: Apache-2.0
// Walks the elements of an XML document (XML 1.0, fifth edition) with their attributes and their places. Made for
// descriptions of models: text between the elements is stepped over, namespaces are left as written.
// Refused: document types and with them every entity beyond the five of XML (billion laughs, external files),
// tags that do not match, attributes given twice, more than one root. Linear in the document's size.

import { AibomError } from "../errors.ts";

/** A start tag. An empty element is followed by an end like any other. */
export interface XmlElement {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** 1 for the root. */
  readonly depth: number;
  /** Byte offset of the tag. */
  readonly offset: number;
}

export interface XmlEnd {
  readonly kind: "end";
  readonly name: string;
  readonly depth: number;
}

export interface XmlOptions {
  readonly path: string;
  /** Levels of elements. */
  readonly maxDepth: number;
}

/**
 * The elements of a document in document order.
 * @throws {AibomError} XML_INVALID
 */
export function* xmlElements(
  bytes: Uint8Array,
  options: XmlOptions,
): Generator<XmlElement | XmlEnd, void, undefined> {
  const scanner = new XmlScanner(bytes, options);
  const open: string[] = [];
  let hasRoot = false;
  for (let tag = scanner.next(); tag !== undefined; tag = scanner.next()) {
    if (tag.kind === "end") {
      if (open.pop() !== tag.name) {
        throw scanner.fault(`</${tag.name}> ends an element that is not open`, tag.offset);
      }
      yield { kind: "end", name: tag.name, depth: open.length + 1 };
      continue;
    }
    if (open.length === 0 && hasRoot) {
      throw scanner.fault("there is more than one root element", tag.offset);
    }
    hasRoot = true;
    open.push(tag.name);
    if (open.length > options.maxDepth) {
      throw scanner.fault(`elements are nested deeper than ${options.maxDepth} levels`, tag.offset);
    }
    const { name, attributes, offset } = tag;
    yield { kind: "element", name, attributes, depth: open.length, offset };
    if (tag.isEmpty) {
      open.pop();
      yield { kind: "end", name, depth: open.length + 1 };
    }
  }
  if (open.length > 0 || !hasRoot) {
    throw scanner.fault(hasRoot ? "the document is cut" : "there is no element", bytes.length);
  }
}

interface StartTag {
  readonly kind: "start";
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly isEmpty: boolean;
  readonly offset: number;
}

interface EndTag {
  readonly kind: "end";
  readonly name: string;
  readonly offset: number;
}

const nameCharacters = /[^\s=/>"'<]{1,1024}/y;
const space = /[ \t\r\n]*/y;
const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

class XmlScanner {
  /** One character for each byte, so that indices are byte offsets. */
  readonly #text: string;
  readonly #path: string;
  #at = 0;

  constructor(bytes: Uint8Array, { path }: XmlOptions) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    this.#path = path;
  }

  fault(reason: string, offset: number): AibomError {
    return AibomError.of("XML_INVALID", { reason }, { where: { path: this.#path, offset } });
  }

  /** The next start or end tag; undefined at the end of the document. */
  next(): StartTag | EndTag | undefined {
    for (;;) {
      const start = this.#text.indexOf("<", this.#at);
      if (start < 0) {
        return undefined;
      }
      if (this.#text.startsWith("<!--", start)) {
        this.#at = this.#after("-->", start + 4, start);
      } else if (this.#text.startsWith("<?", start)) {
        this.#at = this.#after("?>", start + 2, start);
      } else if (this.#text.startsWith("<![CDATA[", start)) {
        this.#at = this.#after("]]>", start + 9, start);
      } else if (this.#text.startsWith("<!", start)) {
        throw this.fault("a document type is not allowed", start);
      } else {
        return this.#text.startsWith("</", start) ? this.#endTag(start) : this.#startTag(start);
      }
    }
  }

  #after(end: string, from: number, start: number): number {
    const found = this.#text.indexOf(end, from);
    if (found < 0) {
      throw this.fault("the document is cut", start);
    }
    return found + end.length;
  }

  #endTag(offset: number): EndTag {
    this.#at = offset + 2;
    const name = this.#name();
    this.#skipSpace();
    this.#expect(">");
    return { kind: "end", name, offset };
  }

  #startTag(offset: number): StartTag {
    this.#at = offset + 1;
    const name = this.#name();
    const attributes = new Map<string, string>();
    for (;;) {
      this.#skipSpace();
      const character = this.#text[this.#at];
      if (character === ">" || character === "/") {
        this.#at += 1;
        if (character === "/") {
          this.#expect(">");
        }
        return { kind: "start", name, attributes, isEmpty: character === "/", offset };
      }
      const at = this.#at;
      const [key, value] = this.#attribute();
      if (attributes.has(key)) {
        throw this.fault(`the attribute ${key} is given twice`, at);
      }
      attributes.set(key, value);
    }
  }

  #attribute(): readonly [string, string] {
    const key = this.#name();
    this.#skipSpace();
    this.#expect("=");
    this.#skipSpace();
    const quote = this.#text[this.#at] ?? "";
    if (quote !== '"' && quote !== "'") {
      throw this.fault("an attribute's value is not quoted", this.#at);
    }
    const start = this.#at + 1;
    this.#at = this.#after(quote, start, start);
    return [key, this.#value(this.#text.slice(start, this.#at - 1), start)];
  }

  #value(raw: string, offset: number): string {
    if (raw.includes("<")) {
      throw this.fault("an attribute's value holds a <", offset);
    }
    const utf8 = Buffer.from(raw, "latin1").toString("utf8");
    return utf8.includes("&") ? this.#withoutEntities(utf8, offset) : utf8;
  }

  #withoutEntities(text: string, offset: number): string {
    const [first = "", ...parts] = text.split("&");
    const resolved = parts.map((part) => {
      const end = part.indexOf(";");
      const character = end < 1 || end > 10 ? undefined : characterOf(part.slice(0, end));
      if (character === undefined) {
        throw this.fault("an entity is not one of XML's own", offset);
      }
      return character + part.slice(end + 1);
    });
    return first + resolved.join("");
  }

  #name(): string {
    nameCharacters.lastIndex = this.#at;
    const [name] = nameCharacters.exec(this.#text) ?? [];
    if (name === undefined) {
      throw this.fault("a name is missing", this.#at);
    }
    this.#at += name.length;
    return Buffer.from(name, "latin1").toString("utf8");
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) {
      throw this.fault(`a ${character} is missing`, this.#at);
    }
    this.#at += 1;
  }
}

/** The character that an entity or a character reference stands for. */
function characterOf(entity: string): string | undefined {
  if (Object.hasOwn(entities, entity)) {
    return entities[entity];
  }
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(entity);
  const point =
    digits === null
      ? undefined
      : Number.parseInt(digits[1] ?? digits[2] ?? "", digits[1] === undefined ? 10 : 16);
  return point === undefined || point > 0x10ffff || point === 0 ? undefined : String.fromCodePoint(point);
}
