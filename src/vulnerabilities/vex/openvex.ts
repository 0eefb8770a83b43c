// SPDX-License-Identifier: Apache-2.0
// OpenVEX 0.2.0. A statement inherits the time of its document; products are package URLs or have them as identifiers.

import { isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../../layouts/member.ts";
import { type PackageUrl, parsePackageUrl } from "../../model/parsed-package-url.ts";
import {
  type VexContent,
  type VexProduct,
  type VexStatement,
  type VexStatus,
  vexStatuses,
} from "./statement.ts";

export function isOpenVex(document: JsonValue): boolean {
  return textOf(document, "@context")?.startsWith("https://openvex.dev/ns") === true;
}

/** Undefined if a member that decides something is missing or is not what it should be. */
export function readOpenVex(document: JsonValue): VexContent | undefined {
  const time = textOf(document, "last_updated") ?? textOf(document, "timestamp");
  const statements = listOf(document, "statements").map((each) => statementOf(each, time ?? ""));
  return time === undefined || statements.includes(undefined)
    ? undefined
    : { format: "openvex", time, statements: statements.filter((each) => each !== undefined) };
}

function statementOf(statement: JsonValue, documentTime: string): VexStatement | undefined {
  const vulnerability = memberOf(statement, "vulnerability");
  const names =
    typeof vulnerability === "string"
      ? [vulnerability]
      : [textOf(vulnerability, "name"), textOf(vulnerability, "@id"), ...listOf(vulnerability, "aliases")];
  const ids = names.filter((each) => typeof each === "string");
  const status = vexStatuses.find((each) => each === memberOf(statement, "status"));
  const justification = textOf(statement, "justification");
  return ids.length === 0 || status === undefined
    ? undefined
    : {
        ids,
        status: status satisfies VexStatus,
        ...(justification === undefined ? {} : { justification }),
        severity: "unknown",
        products: listOf(statement, "products").flatMap(productOf),
        time: textOf(statement, "last_updated") ?? textOf(statement, "timestamp") ?? documentTime,
      };
}

function productOf(product: JsonValue): VexProduct[] {
  const purl = purlOf(product);
  const hashes = Object.values(objectOf(product, "hashes") ?? {}).filter((each) => typeof each === "string");
  const parts = listOf(product, "subcomponents");
  const named = parts.map(purlOf).filter((each) => each !== undefined);
  if (purl === undefined && hashes.length === 0) {
    return [];
  }
  return [
    {
      ...(purl === undefined ? {} : { purl }),
      ...(hashes.length === 0 ? {} : { hashes: hashes.map((each) => each.toLowerCase()) }),
      ...(parts.length === 0 ? {} : { parts: named }),
    },
  ];
}

function purlOf(product: JsonValue): PackageUrl | undefined {
  const text =
    typeof product === "string"
      ? product
      : (textOf(memberOf(product, "identifiers"), "purl") ??
        (isJsonObject(product) ? textOf(product, "@id") : undefined));
  return text === undefined ? undefined : parsePackageUrl(text);
}
