// SPDX-License-Identifier: Apache-2.0
// bom-refs and the serial number. Both are derived from content, so that the same input gives the same
// document; nothing here is random. A ref never starts with `urn:cdx:` (CycloneDX 1.7, refType).

import { createHash, hash } from "node:crypto";

/** Hexadecimal digits of a digest in a ref. 64 bits tell the components of one supply chain apart. */
const refDigits = 16;

/** A short name for `parts`, the same on every machine. */
export function contentKey(...parts: readonly string[]): string {
  // Length first: ("ab", "c") and ("a", "bc") must differ.
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return hash("sha256", text, "hex").slice(0, refDigits);
}

/** Hands out refs that are unique within one document: a second use of a name gets `~2`, a third `~3`. */
export class RefRegister {
  readonly #used = new Map<string, number>();

  claim(ref: string): string {
    const count = (this.#used.get(ref) ?? 0) + 1;
    this.#used.set(ref, count);
    return count === 1 ? ref : `${ref}~${count}`;
  }
}

/** RFC 9562 appendix A: the namespace for names that are URLs. */
const urlNamespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/**
 * A UUID of version 5 (RFC 9562 section 5.5) for a name that is a URL. Version 5 is defined with SHA-1, which is harmless here:
 * names hold SHA-256 values or plain ids, and nothing relies on a UUID being hard to forge.
 */
export function uuidOf(name: string): string {
  const bytes = createHash("sha1").update(urlNamespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The serial number of a BOM whose content has this SHA-256. Version 8 would avoid SHA-1, but CycloneDX asks for RFC 4122 forms,
 * which end at version 5.
 */
export function serialNumber(contentSha256Hex: string): string {
  return `urn:uuid:${uuidOf(`https://cyclonedx.org/bom/sha256/${contentSha256Hex}`)}`;
}
