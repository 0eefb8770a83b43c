// SPDX-License-Identifier: Apache-2.0
// Distinguished names: parsed from DER, rendered as RFC 4514 text for people and policies, and in the normal form
// in which name constraints compare them (RFC 5280, section 7.1).

import { type DerElement, DerReader, derTags, parseDer } from "../bytes/der.ts";
import { derOid, derText } from "../bytes/der-values.ts";

/** One attribute of a name: `CN=example`. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: DerElement;
  /** The value as text, undefined if it is no character string. */
  readonly text: string | undefined;
}

/** A sequence of relative names, most significant first; each is a set of attributes, mostly of one. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** The short names of RFC 4514, section 3. Every other attribute is written by its object identifier. */
const shortNames = new Map<string, string>([
  ["2.5.4.3", "CN"],
  ["2.5.4.7", "L"],
  ["2.5.4.8", "ST"],
  ["2.5.4.10", "O"],
  ["2.5.4.11", "OU"],
  ["2.5.4.6", "C"],
  ["2.5.4.9", "STREET"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["0.9.2342.19200300.100.1.1", "UID"],
]);

/** @throws {AibomError} DER_* */
export function parseName(element: DerElement, what: string): DistinguishedName {
  return new DerReader(element, what).rest().map((relative) => {
    const reader = new DerReader(relative, `relative name of ${what}`, derTags.set);
    const attributes = [reader.next("attribute"), ...reader.rest()];
    return attributes.map((attribute) => parseAttribute(attribute, `attribute of ${what}`));
  });
}

/** A name from its bytes alone. @throws {AibomError} DER_* */
export function parseNameBytes(bytes: Uint8Array, what: string): DistinguishedName {
  return parseName(parseDer(bytes, what), what);
}

function parseAttribute(element: DerElement, what: string): NameAttribute {
  const reader = new DerReader(element, what);
  const oid = derOid(reader.next("type"), `type of ${what}`);
  const value = reader.next("value");
  reader.end();
  return { oid, value, text: derText(value, `value of ${what}`) };
}

/**
 * RFC 4514 text: most specific first, `CN=a,O=b`. Control characters are written as hexadecimal pairs, so that the
 * text is one line. Two names that differ in string type only have the same text.
 */
export function renderName(name: DistinguishedName): string {
  return name
    .toReversed()
    .map((attributes) => attributes.map(renderAttribute).join("+"))
    .join(",");
}

function renderAttribute({ oid, value, text }: NameAttribute): string {
  const short = shortNames.get(oid);
  return short === undefined || text === undefined
    ? `${short ?? oid}=#${Buffer.from(value.bytes).toString("hex")}`
    : `${short}=${escapeValue(text)}`;
}

/** RFC 4514, section 2.4. */
function escapeValue(text: string): string {
  const characters = [...text];
  return characters
    .map((character, index) => {
      const isEdge = index === 0 || index === characters.length - 1;
      const isEdgeSpace = character === " " && isEdge;
      if (isEdgeSpace || (character === "#" && index === 0) || '"+,;<>\\'.includes(character)) {
        return `\\${character}`;
      }
      const point = character.codePointAt(0) ?? 0;
      const isControl =
        point < 0x20 || (point >= 0x7f && point < 0xa0) || point === 0x2028 || point === 0x2029;
      return isControl ? hexPairs(character) : character;
    })
    .join("");
}

function hexPairs(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

/**
 * One key per relative name, equal for relative names that RFC 5280 section 7.1 calls equal: case, white space at the
 * ends and repeated, string type and order of attributes do not matter.
 */
export function comparableName(name: DistinguishedName): readonly string[] {
  return name.map((attributes) => JSON.stringify(attributes.map(comparableAttribute).sort()));
}

function comparableAttribute({ oid, value, text }: NameAttribute): string {
  const comparable =
    text === undefined
      ? `#${Buffer.from(value.bytes).toString("hex")}`
      : `=${text.normalize("NFKC").toLowerCase().split(/\s/u).filter(Boolean).join(" ")}`;
  return `${oid}${comparable}`;
}
