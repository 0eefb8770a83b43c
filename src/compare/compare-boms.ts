// SPDX-License-Identifier: Apache-2.0
// What changed from one CycloneDX document to the next. Both may be of any version and any tool; nothing is verified.
// Linear in the size of the documents, but for sorting. Time stamps, serial numbers and document versions are not compared.

import { isJsonObject, type JsonObject } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import type { Change, ChangeSubject, Diff, DiffSide } from "../model/bom-diff.ts";
import {
  type Aspect,
  aspectsOf,
  type Edges,
  externalReferences,
  licenseValues,
  propertyAspects,
  type Resolve,
  supplierAspects,
  wholeMember,
} from "./aspects.ts";
import { type BomNode, type BomNodes, bomNodes } from "./bom-nodes.ts";
import { digestChange } from "./digest-change.ts";
import { matchNodes, type NodeMatch } from "./match-nodes.ts";
import { jsfSigners } from "./signers.ts";
import { sortedChanges } from "./sorted-changes.ts";
import { difference, textValues, type Values } from "./values.ts";

/** Compares two documents. What has the wrong shape counts as absent: validate what decisions rest on. */
export function compareBoms(before: JsonObject, after: JsonObject): Diff {
  const [olds, news] = [bomNodes(before), bomNodes(after)];
  const match = matchNodes(olds, news);
  const ids = pairIds(match);
  const [resolveOld, resolveNew] = [resolver(olds, ids), resolver(news, ids)];
  const [oldEdges, newEdges] = [edgesOf(before), edgesOf(after)];
  const changes: Change[] = [
    ...aspectChanges(documentSubject(after), documentAspects(before), documentAspects(after)),
    ...match.removed.map((node) => whole("removed", node)),
    ...match.added.map((node) => whole("added", node)),
  ];
  for (const pair of match.pairs) {
    const subject = subjectOf(pair.after);
    const bytes = digestChange(pair.before.json, pair.after.json);
    changes.push(
      ...(bytes === undefined ? [] : [{ ...bytes, subject }]),
      ...aspectChanges(
        subject,
        aspectsOf(pair.before, oldEdges, resolveOld),
        aspectsOf(pair.after, newEdges, resolveNew),
      ),
    );
  }
  return {
    before: side(before, olds),
    after: side(after, news),
    matched: match.pairs.length,
    changes: sortedChanges(changes),
  };
}

function side(document: JsonObject, { nodes }: BomNodes): DiffSide {
  const metadata = objectOf(document, "metadata");
  const root = objectOf(metadata, "component");
  const texts = {
    name: textOf(root, "name"),
    version: textOf(root, "version"),
    specVersion: textOf(document, "specVersion"),
    timestamp: textOf(metadata, "timestamp"),
  };
  const known = Object.entries(texts).filter(([, text]) => text !== undefined);
  return { kind: "bom", ...Object.fromEntries(known), components: nodes.length };
}

function whole(kind: "added" | "removed", node: BomNode): Change {
  return { kind, subject: subjectOf(node), before: [], after: [] };
}

function subjectOf({ type, name, json, ref, inside }: BomNode): ChangeSubject {
  const [version, purl] = [textOf(json, "version"), textOf(json, "purl")];
  return {
    type,
    name,
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    ...(ref === undefined ? {} : { ref }),
    ...(inside.length === 0 ? {} : { inside }),
  };
}

function documentSubject(document: JsonObject): ChangeSubject {
  return {
    type: "document",
    name: textOf(objectOf(objectOf(document, "metadata"), "component"), "name") ?? "",
  };
}

/** One id for both halves of a pair. */
function pairIds({ pairs }: NodeMatch): ReadonlyMap<BomNode, string> {
  return new Map(
    pairs.flatMap(({ before, after }, index) => [
      [before, `pair ${index}`],
      [after, `pair ${index}`],
    ]),
  );
}

function resolver({ byRef, pedigree }: BomNodes, ids: ReadonlyMap<BomNode, string>): Resolve {
  return (ref) => {
    const node = byRef.get(ref);
    if (node === undefined) {
      const text = pedigree.get(ref);
      return text === undefined ? { id: `ref ${ref}`, text: ref } : { id: `pedigree ${text}`, text };
    }
    const version = textOf(node.json, "version");
    const text = [node.type, node.name, ...(version === undefined ? [] : [version])].join(" ");
    return { id: ids.get(node) ?? `alone ${ref}`, text };
  };
}

function edgesOf(document: JsonObject): Edges {
  const dependsOn = new Map<string, string[]>();
  for (const each of listOf(document, "dependencies").filter(isJsonObject)) {
    const ref = textOf(each, "ref");
    if (ref !== undefined) {
      addTo(dependsOn, ref, texts(each, "dependsOn"));
    }
  }
  const completeness = new Map<string, string[]>();
  for (const each of listOf(document, "compositions").filter(isJsonObject)) {
    const aggregate = textOf(each, "aggregate") ?? "not_specified";
    for (const member of ["assemblies", "dependencies", "vulnerabilities"]) {
      for (const ref of texts(each, member)) {
        addTo(completeness, ref, [`${member}: ${aggregate}`]);
      }
    }
  }
  return { dependsOn, completeness };
}

function addTo(lists: Map<string, string[]>, key: string, texts: readonly string[]): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [...texts]);
  } else {
    for (const text of texts) {
      list.push(text);
    }
  }
}

function texts(json: JsonObject, key: string): readonly string[] {
  return listOf(json, key).filter((each) => typeof each === "string");
}

/** Sections that are compared by the components that they are about, or that only say how the rest came about. */
const ignoredSections: ReadonlySet<string> = new Set([
  ..."$schema bomFormat specVersion serialNumber version metadata components services dependencies".split(
    " ",
  ),
  ..."compositions signature annotations citations properties externalReferences vulnerabilities".split(" "),
]);

const ignoredMetadata: ReadonlySet<string> = new Set([
  ..."timestamp tools component properties licenses supplier manufacturer manufacture authors".split(" "),
]);

/** What is compared of the document as a whole. */
function documentAspects(document: JsonObject): readonly Aspect[] {
  const metadata = objectOf(document, "metadata") ?? {};
  return [
    { kind: "signer", values: jsfSigners(document) },
    { kind: "license", values: licenseValues(metadata) },
    ...supplierAspects(metadata),
    { kind: "vulnerability", values: vulnerabilities(document) },
    ...propertyAspects(metadata),
    ...propertyAspects(document),
    { kind: "reference", values: externalReferences(document) },
    { kind: "tool", values: tools(metadata) },
    { kind: "detail", field: "specVersion", values: textValues([textOf(document, "specVersion")]) },
    ...membersBut(metadata, ignoredMetadata, "metadata/"),
    ...membersBut(document, ignoredSections, ""),
  ];
}

function membersBut(json: JsonObject, ignored: ReadonlySet<string>, prefix: string): readonly Aspect[] {
  return Object.entries(json)
    .filter(([key]) => !ignored.has(key))
    .map(([key, value]) => wholeMember(`${prefix}${key}`, value));
}

/** Ids with the state of their analysis. */
function vulnerabilities(document: JsonObject): Values {
  return textValues(
    listOf(document, "vulnerabilities").map((each) => {
      const state = textOf(objectOf(each, "analysis"), "state");
      const id = textOf(each, "id") ?? "unnamed";
      return state === undefined ? id : `${id} (${state})`;
    }),
  );
}

/** Names and versions of the tools, in the form of 1.2 to 1.4 and in that since 1.5. */
function tools(metadata: JsonObject): Values {
  const modern = objectOf(metadata, "tools");
  const all = [...listOf(metadata, "tools"), ...listOf(modern, "components"), ...listOf(modern, "services")];
  return textValues(
    all.map((each) => [textOf(each, "name") ?? "unnamed", textOf(each, "version")].filter(Boolean).join(" ")),
  );
}

function aspectChanges(
  subject: ChangeSubject,
  before: readonly Aspect[],
  after: readonly Aspect[],
): readonly Change[] {
  const empty: Values = new Map();
  const [olds, news] = [byKey(before), byKey(after)];
  return [...new Set([...olds.keys(), ...news.keys()])].flatMap((key) => {
    const [old, young] = [olds.get(key), news.get(key)];
    const aspect = young ?? old;
    const found = difference(old?.values ?? empty, young?.values ?? empty);
    return aspect === undefined || found === undefined
      ? []
      : [
          {
            kind: aspect.kind,
            subject,
            ...(aspect.field === undefined ? {} : { field: aspect.field }),
            ...found,
          },
        ];
  });
}

function byKey(aspects: readonly Aspect[]): ReadonlyMap<string, Aspect> {
  return new Map(aspects.map((aspect) => [`${aspect.kind}\0${aspect.field ?? ""}`, aspect]));
}
