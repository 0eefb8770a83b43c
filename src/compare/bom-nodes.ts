// SPDX-License-Identifier: Apache-2.0
// The components and services of a BOM as one list, each with what it can be recognised by in another BOM. Any document is
// taken: what has the wrong shape counts as absent, and of two elements with one bom-ref the first is what references mean.

import { isJsonObject, type JsonObject } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import { type PackageUrl, parsePackageUrl } from "../model/parsed-package-url.ts";

export interface BomNode {
  readonly json: JsonObject;
  /** Component type, or `service`. */
  readonly type: string;
  /** With its group. */
  readonly name: string;
  readonly ref?: string;
  readonly purl?: PackageUrl;
  /** Names of the components around it, outer first. That of `metadata.component` is left out: it changes with the product. */
  readonly inside: readonly string[];
  /** The component around it, unless that is `metadata.component`. */
  readonly outer?: BomNode;
  readonly isRoot: boolean;
}

export interface BomNodes {
  readonly document: JsonObject;
  readonly nodes: readonly BomNode[];
  readonly byRef: ReadonlyMap<string, BomNode>;
  /** What the components in pedigrees are called, by bom-ref: edges may lead to them. */
  readonly pedigree: ReadonlyMap<string, string>;
}

/** Lists the nodes of a document, outer before inner. */
export function bomNodes(document: JsonObject): BomNodes {
  const nodes: BomNode[] = [];
  const root = objectOf(objectOf(document, "metadata"), "component");
  if (root !== undefined) {
    collect(root, undefined, undefined, nodes, true);
  }
  for (const component of listOf(document, "components").filter(isJsonObject)) {
    collect(component, undefined, undefined, nodes);
  }
  for (const service of listOf(document, "services").filter(isJsonObject)) {
    collect(service, "service", undefined, nodes);
  }
  const byRef = new Map<string, BomNode>();
  for (const node of nodes) {
    if (node.ref !== undefined && !byRef.has(node.ref)) {
      byRef.set(node.ref, node);
    }
  }
  return { document, nodes, byRef, pedigree: new Map(nodes.flatMap(({ json }) => relatives(json))) };
}

function relatives(json: JsonObject): (readonly [string, string])[] {
  const pedigree = objectOf(json, "pedigree");
  return ["ancestors", "descendants", "variants"].flatMap((key) =>
    listOf(pedigree, key)
      .filter(isJsonObject)
      .flatMap((each) => {
        const ref = textOf(each, "bom-ref");
        return ref === undefined ? [] : [[ref, relativeText(each)] as const];
      }),
  );
}

/** A component that is not in the BOM: its package URL, or its name and version. */
export function relativeText(json: JsonObject): string {
  const group = textOf(json, "group");
  const name = `${group === undefined ? "" : `${group}/`}${textOf(json, "name") ?? "unnamed"}`;
  const version = textOf(json, "version");
  return textOf(json, "purl") ?? (version === undefined ? name : `${name} ${version}`);
}

// Recursion is bounded: the parser refuses deep documents.
function collect(
  json: JsonObject,
  fixedType: string | undefined,
  outer: BomNode | undefined,
  nodes: BomNode[],
  isRoot = false,
): void {
  const group = textOf(json, "group");
  const own = textOf(json, "name") ?? "";
  const name = group === undefined ? own : `${group}/${own}`;
  const ref = textOf(json, "bom-ref");
  const purl = parsePackageUrl(textOf(json, "purl") ?? "");
  const node: BomNode = {
    json,
    type: fixedType ?? textOf(json, "type") ?? "component",
    name,
    ...(ref === undefined ? {} : { ref }),
    ...(purl === undefined ? {} : { purl }),
    inside: outer === undefined ? [] : [...outer.inside, outer.name],
    ...(outer === undefined ? {} : { outer }),
    isRoot,
  };
  nodes.push(node);
  const within = isRoot ? undefined : node;
  for (const child of listOf(json, "components").filter(isJsonObject)) {
    collect(child, undefined, within, nodes);
  }
  for (const child of listOf(json, "services").filter(isJsonObject)) {
    collect(child, "service", within, nodes);
  }
}
