// SPDX-License-Identifier: Apache-2.0
// VEX in CSAF 2.0 (OASIS; profile 5, `csaf_vex`): products of the product tree by their package URLs and hashes.

import { isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../../layouts/member.ts";
import { parsePackageUrl } from "../../model/parsed-package-url.ts";
import { graver, severityOfWord, type VulnerabilitySeverity } from "../cvss.ts";
import type { VexContent, VexProduct, VexStatement, VexStatus } from "./statement.ts";

const statuses: readonly (readonly [list: string, status: VexStatus])[] = [
  ["known_affected", "affected"],
  ["first_affected", "affected"],
  ["last_affected", "affected"],
  ["known_not_affected", "not_affected"],
  ["fixed", "fixed"],
  ["first_fixed", "fixed"],
  ["under_investigation", "under_investigation"],
];

export function isCsaf(document: JsonValue): boolean {
  return textOf(objectOf(document, "document"), "csaf_version") !== undefined;
}

/** Undefined if a member that decides something is missing or is not what it should be. */
export function readCsaf(document: JsonValue): VexContent | undefined {
  const tracking = objectOf(objectOf(document, "document"), "tracking");
  const time = textOf(tracking, "current_release_date");
  const products = productsOf(memberOf(document, "product_tree"));
  return time === undefined
    ? undefined
    : {
        format: "csaf",
        time,
        statements: listOf(document, "vulnerabilities").flatMap((each) => statementsOf(each, products, time)),
      };
}

function statementsOf(
  vulnerability: JsonValue,
  products: ReadonlyMap<string, VexProduct>,
  time: string,
): VexStatement[] {
  const ids = [
    textOf(vulnerability, "cve"),
    ...listOf(vulnerability, "ids").map((each) => textOf(each, "text")),
  ].filter((each) => each !== undefined);
  const flags = listOf(vulnerability, "flags");
  const severity = listOf(vulnerability, "scores")
    .map((each) => severityOfWord(textOf(objectOf(each, "cvss_v3"), "baseSeverity") ?? ""))
    .reduce<VulnerabilitySeverity>(graver, "unknown");
  const listed = objectOf(vulnerability, "product_status");
  return statuses.flatMap(([list, status]) =>
    listOf(listed, list)
      .filter((each) => typeof each === "string")
      .flatMap((id): VexStatement[] => {
        const product = products.get(id);
        const flag = flags.find((each) => listOf(each, "product_ids").includes(id));
        const justification = textOf(flag, "label");
        return product === undefined
          ? []
          : [
              {
                ids,
                status,
                ...(justification === undefined ? {} : { justification }),
                severity,
                products: [product],
                time,
              },
            ];
      }),
  );
}

/** Products by their id: of branches, full names, and relationships, which are parts of another product. */
function productsOf(tree: JsonValue | undefined): ReadonlyMap<string, VexProduct> {
  const products = new Map<string, VexProduct>();
  collect(tree, products);
  for (const relationship of listOf(tree, "relationships")) {
    const id = textOf(objectOf(relationship, "full_product_name"), "product_id");
    const whole = products.get(textOf(relationship, "relates_to_product_reference") ?? "");
    const part = products.get(textOf(relationship, "product_reference") ?? "");
    if (id !== undefined && whole !== undefined && part?.purl !== undefined) {
      products.set(id, { ...whole, parts: [part.purl] });
    }
  }
  return products;
}

// Recursion is bounded: the parser refuses deep documents.
function collect(node: JsonValue | undefined, products: Map<string, VexProduct>): void {
  for (const branch of listOf(node, "branches")) {
    collect(branch, products);
  }
  for (const each of [memberOf(node, "product"), ...listOf(node, "full_product_names")].filter(
    isJsonObject,
  )) {
    const id = textOf(each, "product_id");
    const helper = objectOf(each, "product_identification_helper");
    const purl = parsePackageUrl(textOf(helper, "purl") ?? "");
    const hashes = listOf(helper, "hashes")
      .flatMap((file) => listOf(file, "file_hashes"))
      .map((hash) => textOf(hash, "value")?.toLowerCase())
      .filter((value) => value !== undefined);
    if (id !== undefined && (purl !== undefined || hashes.length > 0)) {
      products.set(id, {
        ...(purl === undefined ? {} : { purl }),
        ...(hashes.length === 0 ? {} : { hashes }),
      });
    }
  }
}
