// SPDX-License-Identifier: Apache-2.0
// General names (RFC 5280, section 4.2.1.6): what a certificate may call its subject, and what name constraints
// are made of. Text with control characters is refused: a NUL inside a name has fooled readers in C before.

import { contextTag, type DerElement, DerReader, derTags, explicitContent } from "../bytes/der.ts";
import { derAscii, derOid, derText } from "../bytes/der-values.ts";
import { AibomError } from "../errors.ts";
import { type DistinguishedName, parseName, renderName } from "./distinguished-name.ts";

/** One general name. */
export type GeneralName =
  | { readonly type: "email" | "dns" | "uri"; readonly value: string }
  | { readonly type: "ip"; readonly octets: Uint8Array }
  | { readonly type: "directory"; readonly name: DistinguishedName }
  | { readonly type: "other"; readonly oid: string; readonly value: string }
  | { readonly type: "unknown"; readonly value: string };

/** A name of a certificate's subject, as text. */
export interface SubjectAltName {
  /** `other`: an otherName (with `oid`), a directory name, or a rarer kind. */
  readonly type: "email" | "uri" | "dns" | "ip" | "other";
  /** Text; for an otherName that is no text, and for rarer kinds, `#` and the DER in hexadecimal. */
  readonly value: string;
  /** Type of an otherName. */
  readonly oid?: string;
}

const tags = {
  otherName: contextTag(0),
  email: contextTag(1, "primitive"),
  dns: contextTag(2, "primitive"),
  directory: contextTag(4),
  uri: contextTag(6, "primitive"),
  ip: contextTag(7, "primitive"),
} as const;

/** @throws {AibomError} DER_*, CERTIFICATE_MALFORMED */
export function parseGeneralName(element: DerElement, what: string): GeneralName {
  switch (element.tag) {
    case tags.email:
      return { type: "email", value: printableAscii(element, what) };
    case tags.dns:
      return { type: "dns", value: printableAscii(element, what) };
    case tags.uri:
      return { type: "uri", value: printableAscii(element, what) };
    case tags.ip:
      return { type: "ip", octets: element.content };
    case tags.directory:
      return { type: "directory", name: parseName(explicitContent(element, what), what) };
    case tags.otherName:
      return parseOtherName(element, what);
    default:
      return { type: "unknown", value: hexOf(element) };
  }
}

function parseOtherName(element: DerElement, what: string): GeneralName {
  const reader = new DerReader(element, what, tags.otherName);
  const oid = derOid(reader.next("type"), `type of ${what}`);
  const value = explicitContent(reader.next("value", contextTag(0)), `value of ${what}`);
  reader.end();
  const text =
    value.tag === derTags.utf8String || value.tag === derTags.ia5String ? derText(value, what) : undefined;
  if (text !== undefined) {
    refuseControls(text, what);
  }
  return { type: "other", oid, value: text ?? hexOf(value) };
}

function hexOf(element: DerElement): string {
  return `#${Buffer.from(element.bytes).toString("hex")}`;
}

function printableAscii(element: DerElement, what: string): string {
  const text = derAscii(element, what);
  refuseControls(text, what);
  return text;
}

function refuseControls(text: string, what: string): void {
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
      throw AibomError.of("CERTIFICATE_MALFORMED", { reason: `${what} has control characters` });
    }
  }
}

/** The name as text, for identities. @throws {AibomError} CERTIFICATE_MALFORMED if empty, or no IP address */
export function subjectAltName(name: GeneralName): SubjectAltName {
  switch (name.type) {
    case "ip":
      return { type: "ip", value: addressText(name.octets) };
    case "directory":
      return { type: "other", value: renderName(name.name) };
    case "unknown":
      return { type: "other", value: name.value };
    case "other":
      return { type: "other", value: name.value, oid: name.oid };
    default:
      if (name.value === "") {
        throw AibomError.of("CERTIFICATE_MALFORMED", { reason: "a subject alternative name is empty" });
      }
      return { type: name.type, value: name.value };
  }
}

/**
 * What kind of name a text is. An authority may be held to its own e-mail addresses by name constraints, and write
 * anything into a DNS or user name: an address there is no address.
 */
export function kindOfName(text: string): SubjectAltName["type"] {
  if (/^[0-9.]+$/.test(text) || /^[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*$/.test(text)) {
    return "ip";
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) {
    return "uri";
  }
  if (text.includes("@")) {
    return "email";
  }
  return /^[A-Za-z0-9._*-]+$/.test(text) ? "dns" : "other";
}

/** Dotted decimal for 4 octets; for 16, eight groups as RFC 5952 writes them, the longest run of zeros cut. */
function addressText(octets: Uint8Array): string {
  if (octets.length === 4) {
    return octets.join(".");
  }
  if (octets.length !== 16) {
    throw AibomError.of("CERTIFICATE_MALFORMED", { reason: `an IP address has ${octets.length} octets` });
  }
  const view = new DataView(octets.buffer, octets.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2));
  const run = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  return run.length < 2
    ? hex(groups)
    : `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] !== 0) {
      if (index - start > best.length) {
        best = { start, length: index - start };
      }
      start = index + 1;
    }
  }
  return best;
}
