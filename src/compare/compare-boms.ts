// SPDX-License-Identifier: Apache-2.0
// What changed from one CycloneDX document to the next. Both may be of any version and any tool; nothing is verified.
// Linear in the size of the documents, but for sorting. Time stamps, serial numbers and document versions are not compared.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import type { Change, ChangeSubject, Diff, DiffSide } from "../model/bom-diff.ts";
import {
  type Aspect,
  aspectsOf,
  type Edges,
  externalReferences,
  licenseAspects,
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
import { canonicalText, difference, textValues, type Values } from "./values.ts";

/** Compares two documents. What has the wrong shape counts as absent: validate what decisions rest on. */
export function compareBoms(before: JsonObject, after: JsonObject): Diff {
  const [olds, news] = [bomNodes(before), bomNodes(after)];
  const match = matchNodes(olds, news);
  const ids = pairIds(match);
  const [resolveOld, resolveNew] = [resolver(olds, ids), resolver(news, ids)];
  const [oldEdges, newEdges] = [edgesOf(before), edgesOf(after)];
  const changes: Change[] = [
    ...aspectChanges(
      documentSubject(after),
      documentAspects(before, resolveOld),
      documentAspects(after, resolveNew),
    ),
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
  const ofNode = (node: BomNode) => {
    const version = textOf(node.json, "version");
    const text = [node.type, node.name, ...(version === undefined ? [] : [version])].join(" ");
    return { id: ids.get(node) ?? `alone ${node.ref ?? text}`, text };
  };
  const ofRef = (ref: string) => {
    const node = byRef.get(ref);
    const text = pedigree.get(ref);
    const relative = text === undefined ? { id: `ref ${ref}`, text: ref } : { id: `pedigree ${text}`, text };
    return node === undefined ? relative : ofNode(node);
  };
  return Object.assign(ofRef, { node: ofNode });
}

function edgesOf(document: JsonObject): Edges {
  const dependsOn = new Map<string, string[]>();
  const provides = new Map<string, string[]>();
  for (const each of listOf(document, "dependencies").filter(isJsonObject)) {
    const ref = textOf(each, "ref");
    if (ref !== undefined) {
      addTo(dependsOn, ref, texts(each, "dependsOn"));
      addTo(provides, ref, texts(each, "provides"));
    }
  }
  const completeness = new Map<string, string[]>();
  for (const each of listOf(document, "compositions").filter(isJsonObject)) {
    const aggregate = textOf(each, "aggregate") ?? "not_specified";
    for (const member of ["assemblies", "dependencies"]) {
      for (const ref of texts(each, member)) {
        addTo(completeness, ref, [`${member}: ${aggregate}`]);
      }
    }
  }
  return { dependsOn, provides, completeness };
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
function documentAspects(document: JsonObject, resolve: Resolve): readonly Aspect[] {
  const metadata = objectOf(document, "metadata") ?? {};
  return [
    { kind: "signer", values: jsfSigners(document) },
    ...licenseAspects(metadata),
    ...supplierAspects(metadata),
    { kind: "vulnerability", values: vulnerabilities(document, resolve) },
    { kind: "completeness", values: documentCompleteness(document) },
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

/** Ids with the state of their analysis; what else is said of them, and whom they affect, behind. */
function vulnerabilities(document: JsonObject, resolve: Resolve): Values {
  return new Map(
    listOf(document, "vulnerabilities")
      .filter(isJsonObject)
      .map(({ id, analysis, affects, "bom-ref": _ref, ...rest }) => {
        const state = textOf(isJsonObject(analysis) ? analysis : undefined, "state");
        const name = typeof id === "string" ? id : "unnamed";
        const label = state === undefined ? name : `${name} (${state})`;
        const refs = listOf({ affects: affects ?? [] }, "affects").map((each) => textOf(each, "ref") ?? "");
        const more = (affected: readonly string[]): string =>
          canonicalText({ ...rest, ...(affects === undefined ? {} : { affects: affected }) });
        const shown = more(refs.map((ref) => resolve(ref).text));
        const key = more(refs.map((ref) => resolve(ref).id));
        const versions = canonicalText([affects ?? null, analysis ?? null].map(withoutRefMembers));
        return [`${label} ${key} ${versions}`, shown === "{}" ? label : `${label} ${shown}`] as const;
      }),
  );
}

/** The value without references, whose spelling is the writer's. */
function withoutRefMembers(value: JsonValue): JsonValue {
  return isJsonArray(value)
    ? value.map(withoutRefMembers)
    : isJsonObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key]) => key !== "ref")
            .map(([key, each]) => [key, withoutRefMembers(each)]),
        )
      : value;
}

/** What compositions say of the document as a whole, and of vulnerabilities. */
function documentCompleteness(document: JsonObject): Values {
  const known = listOf(document, "vulnerabilities").map(
    (each) => [textOf(each, "bom-ref") ?? "", textOf(each, "id") ?? "unnamed"] as const,
  );
  const ids = new Map(known);
  return textValues(
    listOf(document, "compositions")
      .filter(isJsonObject)
      .flatMap((each) => {
        const aggregate = textOf(each, "aggregate") ?? "not_specified";
        const about = texts(each, "vulnerabilities").map((ref) => ids.get(ref) ?? ref);
        const isAboutAll =
          about.length + texts(each, "assemblies").length + texts(each, "dependencies").length === 0;
        return isAboutAll ? [aggregate] : about.map((id) => `vulnerability ${id}: ${aggregate}`);
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

/** Aspects of one name hold the values of all. */
function byKey(aspects: readonly Aspect[]): ReadonlyMap<string, Aspect> {
  const found = new Map<string, Aspect & { readonly values: Map<string, string> }>();
  for (const aspect of aspects) {
    const key = `${aspect.kind}\0${aspect.field ?? ""}`;
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { ...aspect, values: new Map(aspect.values) });
    } else {
      for (const [value, text] of aspect.values) {
        known.values.set(value, text);
      }
    }
  }
  return found;
}
