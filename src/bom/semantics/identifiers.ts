// SPDX-License-Identifier: Apache-2.0
// The syntax of identifiers that the schema leaves open: package URL, CPE 2.2 and 2.3 (NISTIR 7695), SWHID
// (ISO/IEC 18670) and OmniBOR artifact ids. Whether the named thing exists is not asked.

import { PackageURL } from "packageurl-js";
import { isJsonArray, type JsonValue } from "../../bytes/json.ts";
import { pointerTo, type Report, type SemanticCheck, type Site } from "./check.ts";

/** Longer identifiers are not real; the bound keeps foreign parsers on short input. */
const maxIdentifierCharacters = 4096;

/** True if packageurl-js can read it, which includes the rules of the purl types it knows. */
function isPurl(text: string): boolean {
  if (text.length > maxIdentifierCharacters) {
    return false;
  }
  try {
    PackageURL.fromString(text);
    return true;
  } catch {
    return false;
  }
}

/** True for a CPE 2.2 URI or a CPE 2.3 formatted string. */
function isCpe(text: string): boolean {
  if (text.length > maxIdentifierCharacters) {
    return false;
  }
  if (text.startsWith("cpe:2.3:")) {
    const parts = splitCpe23(text.slice("cpe:2.3:".length));
    return parts?.length === 11 && /^[aho*-]$/.test(parts[0] ?? "") && parts.every((part) => part !== "");
  }
  const parts = text.slice(5).split(":");
  return (
    /^cpe:\/$/i.test(text.slice(0, 5)) &&
    parts.length <= 7 &&
    /^[aho]?$/i.test(parts[0] ?? "") &&
    parts.every((part) => /^(?:[A-Za-z0-9._~+*?@!"#$&'()/-]|%[0-9A-Fa-f]{2})*$/.test(part))
  );
}

/** The attributes between colons that no backslash escapes; undefined if an escape or a space is wrong. */
function splitCpe23(text: string): string[] | undefined {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === ":") {
      parts.push("");
      continue;
    }
    if (!/^[!-~]$/.test(character)) {
      return undefined;
    }
    let piece = character;
    if (character === "\\") {
      at++;
      const escaped = text[at];
      if (escaped === undefined || !/^[!-~]$/.test(escaped)) {
        return undefined;
      }
      piece += escaped;
    }
    parts[parts.length - 1] += piece;
  }
  return parts;
}

/** Core SWHID with optional qualifiers. */
function isSwhid(text: string): boolean {
  const [core = "", ...qualifiers] = text.split(";");
  return (
    /^swh:1:(?:cnt|dir|rel|rev|snp):[0-9a-f]{40}$/.test(core) &&
    qualifiers.every((each) => /^(?:origin|visit|anchor|path|lines|bytes)=[!-~]+$/.test(each))
  );
}

/** A git object id of a blob, as OmniBOR uses it. */
function isOmniborId(text: string): boolean {
  return /^gitoid:blob:(?:sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64})$/.test(text);
}

function eachText(value: JsonValue, check: (text: string, ...index: number[]) => void): void {
  if (typeof value === "string") {
    check(value);
  } else if (isJsonArray(value)) {
    for (const [index, element] of value.entries()) {
      if (typeof element === "string") {
        check(element, index);
      }
    }
  }
}

/** purl, cpe, swhid and omniborId wherever they stand. */
export function identifiers(): SemanticCheck {
  return {
    members: {
      purl(value: JsonValue, site: Site, key: string, report: Report) {
        if (typeof value === "string" && !isPurl(value)) {
          report.add("BOM_PURL", () => pointerTo(site, key), { purl: value });
        }
      },
      cpe(value: JsonValue, site: Site, key: string, report: Report) {
        if (typeof value === "string" && !isCpe(value)) {
          report.add("BOM_CPE", () => pointerTo(site, key), { cpe: value });
        }
      },
      swhid(value: JsonValue, site: Site, key: string, report: Report) {
        eachText(value, (id, ...index) => {
          if (!isSwhid(id)) {
            report.add("BOM_SWHID", () => pointerTo(site, key, ...index), { id });
          }
        });
      },
      omniborId(value: JsonValue, site: Site, key: string, report: Report) {
        eachText(value, (id, ...index) => {
          if (!isOmniborId(id)) {
            report.add("BOM_OMNIBOR", () => pointerTo(site, key, ...index), { id });
          }
        });
      },
    },
  };
}
