// SPDX-License-Identifier: Apache-2.0
// The `data` member of a dataset's component (CycloneDX 1.6 and 1.7, componentData): what the data are, how much,
// how confidential, who answers for them. Counts and schemas stand as properties of the contents, each with its
// grade in its name.

import type { Artifact } from "../model/artifact.ts";
import type { FactName } from "../model/fact.ts";
import { cleanUrl } from "./clean-text.ts";
import type { Document } from "./document.ts";
import type { FactIndex, Value } from "./fact-index.ts";
import type { Property } from "./file-components.ts";
import { compact, propertyItem } from "./model-card.ts";
import type { Item, TraceLog } from "./provenance.ts";
import { property, valueProperties } from "./value-properties.ts";

/** Facts that become properties of the contents. */
const contentFacts: readonly FactName[] = [
  "rows.count",
  "columns.count",
  "schema",
  "split",
  "classes",
  "encoding",
  "data_source",
];

/** Facts that the entry takes over completely, so that they need no property of the component. */
export const dataFacts: ReadonlySet<FactName> = new Set<FactName>([
  ...contentFacts,
  "sensitive_data",
  "governance",
  "derived_from",
]);

/** Facts of which the entry takes the agreed value; a disagreement is left to properties. */
export const agreedDataFacts: ReadonlySet<FactName> = new Set<FactName>(["classification"]);

const at = "/data/0";

/** The entry, alone in its list. */
export function dataEntries(artifact: Artifact, index: FactIndex, log: TraceLog): readonly Document[] {
  const one = (name: FactName, member: string): string | undefined => {
    const value = index.agreed(name);
    log.note(`${at}/${member}`, value?.origins ?? []);
    return value?.text;
  };
  const entry = compact({
    type: "dataset",
    name: one("name", "name") ?? artifact.name,
    contents: contents(artifact, index, log),
    classification: one("classification", "classification"),
    sensitiveData: log.list(
      `${at}/sensitiveData`,
      index.all("sensitive_data").map(({ text, origins }) => ({ key: text, json: text, origins })),
    ),
    description: one("description", "description"),
    governance: governance(index, log),
  });
  return entry === undefined ? [] : [entry];
}

function contents(artifact: Artifact, index: FactIndex, log: TraceLog): Document | undefined {
  const stated = index.agreed("url");
  const url = stated === undefined ? undefined : cleanUrl(stated.text);
  if (url !== undefined) {
    log.note(`${at}/contents/url`, stated?.origins ?? []);
  }
  const bytes = artifact.files.reduce((sum, file) => sum + file.size, 0);
  const properties = contentFacts.flatMap((name) =>
    index.all(name).flatMap((value) => contentProperties(name, value)),
  );
  const size = { ...property("aibom:computed:size", String(bytes)), origins: [sizeOrigin(artifact)] };
  return compact({ url, properties: log.list(`${at}/contents/properties`, [size, ...properties]) });
}

function sizeOrigin({ name }: Artifact): Item<Property>["origins"][number] {
  return { grade: "computed", artifact: name };
}

function contentProperties(name: FactName, value: Value): Item<Property>[] {
  const prefix = `aibom:${value.grade}:${name}`;
  if (name === "split") {
    const split = value.member("name") ?? value.text;
    const counts = ["rows", "bytes"].flatMap((key) => {
      const count = value.member(key);
      return count === undefined ? [] : [propertyItem(`${prefix}:${split}:${key}`, count, value)];
    });
    return counts.length === 0 ? [propertyItem(prefix, split, value)] : counts;
  }
  if (name === "data_source") {
    const source = value.member("name") ?? value.text;
    const parts = [value.member("type"), value.member("url")].filter((part) => part !== undefined);
    return [
      propertyItem(parts.length === 0 ? prefix : `${prefix}:${source}`, parts.join(" ") || source, value),
    ];
  }
  return valueProperties(name, value);
}

const roles = [
  ["owner", "owners"],
  ["custodian", "custodians"],
  ["steward", "stewards"],
] as const;

/** People are contacts; whoever is not said to be one is an organisation. */
function governance(index: FactIndex, log: TraceLog): Document | undefined {
  const lists = roles.map(([role, member]) => {
    const items = index
      .all("governance")
      .filter((value) => value.member("role") === role)
      .map((value) => {
        const name = value.member("name") ?? value.text;
        const json = value.member("type") === "person" ? { contact: { name } } : { organization: { name } };
        return { key: JSON.stringify(json), json, origins: value.origins };
      });
    return [member, log.list(`${at}/governance/${member}`, items)] as const;
  });
  return compact(Object.fromEntries(lists));
}
