// SPDX-License-Identifier: Apache-2.0
// Which component of one BOM is which of the other. From the surest sign to the weakest: package URL with and without what a
// new version changes, bom-ref, kind with name and place, equal bytes, kind and name anywhere. Each step looks only at what
// the earlier ones left, and pairs equals in an order that does not depend on the documents' lists.

import { compareText } from "../bom/order.ts";
import { isJsonObject } from "../bytes/json.ts";
import { listOf, textOf } from "../layouts/member.ts";
import type { PackageUrl } from "../model/parsed-package-url.ts";
import type { BomNode, BomNodes } from "./bom-nodes.ts";

export interface NodePair {
  readonly before: BomNode;
  readonly after: BomNode;
}

export interface NodeMatch {
  readonly pairs: readonly NodePair[];
  readonly removed: readonly BomNode[];
  readonly added: readonly BomNode[];
}

/** A sign by which nodes are recognised; undefined where a node has none. */
type Sign = (node: BomNode) => string | undefined;

/** Texts of one key, which cannot run into each other. */
function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Qualifiers that a new build of the same package changes. */
const versionQualifiers: ReadonlySet<string> = new Set([
  "checksum",
  "download_url",
  "vcs_url",
  "tag",
  "distro",
  "epoch",
  "upstream",
  "file_name",
]);

/** A package URL without version and what changes with it. */
export function packageKey({ type, namespace = "", name, qualifiers }: PackageUrl): string {
  const kept = [...qualifiers].filter(([name]) => !versionQualifiers.has(name)).sort(byFirst);
  return key(type, namespace, name, ...kept.flat());
}

/** What of a package URL `packageKey` leaves out, but for a version that is the component's own. */
export function packageVariant(
  { version, qualifiers }: PackageUrl,
  text: string,
  own: string | undefined,
): readonly string[] {
  const fragment = text.indexOf("#");
  return [
    ...(version === undefined || version === own ? [] : [`version ${version}`]),
    ...[...qualifiers].filter(([name]) => versionQualifiers.has(name)).map((pair) => pair.join("=")),
    ...(fragment < 0 ? [] : [text.slice(fragment)]),
  ];
}

function byFirst([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return compareText(a, b);
}

const place = ({ type, name, inside }: BomNode): string => key(type, name, ...inside);
const written: Sign = ({ json }) => textOf(json, "purl");

const signs: readonly Sign[] = [
  // Root with root first: a BOM that lists its subject among the components as well keeps both apart.
  (node) => (node.isRoot && written(node) !== undefined ? key("root", written(node) ?? "") : undefined),
  (node) => (written(node) === undefined ? undefined : key(written(node) ?? "", ...node.inside)),
  written,
  ({ purl }) => purl && packageKey(purl),
  ({ purl }) => purl && key(purl.type, purl.namespace ?? "", purl.name),
  (node) => (node.ref === undefined ? undefined : key(node.ref, node.type, node.name)),
  (node) => (node.isRoot ? key("root", node.type, node.name) : undefined),
  place,
  contentKey,
  ({ type, name }) => key(type, name),
  // Tools that number their components give the same ref to another one: a number is no name.
  ({ ref, type }) => (ref === undefined || /^\d+$/.test(ref) ? undefined : key(ref, type)),
  ({ isRoot, type }) => (isRoot ? key("root", type) : undefined),
];

/** Kind and SHA-256: the same bytes under another name. */
function contentKey({ type, json }: BomNode): string | undefined {
  const hash = listOf(json, "hashes").find((each) => textOf(each, "alg") === "SHA-256");
  const content = isJsonObject(hash) ? textOf(hash, "content") : undefined;
  return content === undefined ? undefined : key(type, content.toLowerCase());
}

/** Pairs the nodes of two documents. */
export function matchNodes(before: BomNodes, after: BomNodes): NodeMatch {
  let left: readonly BomNode[] = sorted(before.nodes);
  let right: readonly BomNode[] = sorted(after.nodes);
  const pairs: NodePair[] = [];
  for (const sign of signs) {
    if (left.length === 0 || right.length === 0) {
      break;
    }
    const found = pairBySign(left, right, sign);
    if (found.length > 0) {
      pairs.push(...found);
      const paired = new Set(found.flatMap((pair) => [pair.before, pair.after]));
      left = left.filter((node) => !paired.has(node));
      right = right.filter((node) => !paired.has(node));
    }
  }
  return { pairs, removed: left, added: right };
}

function pairBySign(left: readonly BomNode[], right: readonly BomNode[], sign: Sign): NodePair[] {
  const [olds, news] = [groups(left, sign), groups(right, sign)];
  const pairs: NodePair[] = [];
  for (const [text, befores] of olds) {
    const afters = news.get(text) ?? [];
    pairs.push(...pairGroup(befores, afters));
  }
  return pairs;
}

function groups(nodes: readonly BomNode[], sign: Sign): ReadonlyMap<string, readonly BomNode[]> {
  const found = new Map<string, BomNode[]>();
  for (const node of nodes) {
    const text = sign(node);
    if (text !== undefined) {
      const group = found.get(text);
      if (group === undefined) {
        found.set(text, [node]);
      } else {
        group.push(node);
      }
    }
  }
  return found;
}

/** Those with the same version, place and bytes first, the others in their order: two versions of a library side by side stay themselves. */
function pairGroup(befores: readonly BomNode[], afters: readonly BomNode[]): NodePair[] {
  const [before] = befores;
  const [after] = afters;
  if (before === undefined || after === undefined) {
    return [];
  }
  if (befores.length === 1 && afters.length === 1) {
    return [{ before, after }];
  }
  const exact = (node: BomNode): string => key(place(node), version(node), contentKey(node) ?? "");
  const sameVersion = (node: BomNode): string => key(node.type, node.name, version(node));
  const pairs: NodePair[] = [];
  let [left, right] = [befores, afters];
  for (const sign of [exact, sameVersion, place]) {
    const waiting = new Map([...groups(right, sign)].map(([text, nodes]) => [text, [...nodes].reverse()]));
    const rest: BomNode[] = [];
    const taken = new Set<BomNode>();
    for (const node of left) {
      const partner = waiting.get(sign(node))?.pop();
      if (partner === undefined) {
        rest.push(node);
      } else {
        taken.add(partner);
        pairs.push({ before: node, after: partner });
      }
    }
    left = rest;
    right = right.filter((node) => !taken.has(node));
  }
  for (const [index, node] of left.entries()) {
    const partner = right[index];
    if (partner !== undefined) {
      pairs.push({ before: node, after: partner });
    }
  }
  return pairs;
}

function version({ json }: BomNode): string {
  return textOf(json, "version") ?? "";
}

/** By what the nodes say, so that the order of the lists does not matter. */
function sorted(nodes: readonly BomNode[]): readonly BomNode[] {
  const texts = new Map<BomNode, string>();
  const whole = (node: BomNode): string => {
    const known = texts.get(node) ?? JSON.stringify(node.json);
    texts.set(node, known);
    return known;
  };
  return nodes
    .map((node) => ({
      node,
      // A control character that no JSON text holds, so that a shorter text stands first.
      text: [place(node), version(node), written(node), contentKey(node), node.ref].join("\0"),
    }))
    .sort((a, b) => compareText(a.text, b.text) || compareText(whole(a.node), whole(b.node)))
    .map(({ node }) => node);
}
