// SPDX-License-Identifier: Apache-2.0
// The fields that the OWASP AIBOM Generator scores, and its figure. Its rules are kept as they are, their narrowness included: it looks
// at the first component only, and at property names of its own. A number to compare with, not one to decide by.

import { isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { member, objectsAt, text } from "../bom-view.ts";
import type { BomView, Element, ElementList, Finder, ForeignScore, Place } from "../element.ts";
import { worthOf } from "../look.ts";

type Tier = "critical" | "important" | "supplementary";
type Category = "required" | "metadata" | "basic" | "card" | "references";

const weights: Readonly<Record<Category, number>> = {
  required: 20,
  metadata: 20,
  basic: 20,
  card: 30,
  references: 10,
};

const groups: Readonly<Record<Category, string>> = {
  required: "Required fields",
  metadata: "Metadata",
  basic: "Component",
  card: "Model card",
  references: "External references",
};

interface Field {
  readonly id: string;
  readonly tier: Tier;
  readonly category: Category;
  /** Where the generator's list says that it stands, as a pointer; some of its paths lead nowhere in CycloneDX. */
  readonly path?: string;
  /** A property there instead. */
  readonly property?: { readonly list: string; readonly name: string };
  /** An external reference there instead. */
  readonly reference?: { readonly list: string; readonly type: string };
  /** Counted only where it is there: it is about GGUF files. */
  readonly isGguf?: true;
}

const own = "genai:aibom:modelcard:";
const card = (id: string, name: string, tier: Tier = "supplementary"): Field => ({
  id,
  tier,
  category: "card",
  property: { list: "/components/0/modelCard/properties", name: own + name },
});
const gguf = (id: string, name: string): Field => ({ ...card(id, name), isGguf: true });
const stated = (id: string, category: Category, tier: Tier = "supplementary"): Field => ({
  id,
  tier,
  category,
  property: { list: "/metadata/properties", name: id },
});

const fields: readonly Field[] = [
  { id: "bomFormat", tier: "critical", category: "required", path: "/bomFormat" },
  { id: "specVersion", tier: "critical", category: "required", path: "/specVersion" },
  { id: "serialNumber", tier: "critical", category: "required", path: "/serialNumber" },
  { id: "version", tier: "critical", category: "required", path: "/version" },
  { id: "primaryPurpose", tier: "critical", category: "metadata" },
  { id: "suppliedBy", tier: "critical", category: "metadata" },
  stated("standardCompliance", "metadata"),
  stated("domain", "metadata"),
  stated("autonomyType", "metadata"),
  { id: "name", tier: "critical", category: "basic", path: "/components/0/name" },
  { id: "type", tier: "critical", category: "basic", path: "/components/0/type" },
  { id: "component_version", tier: "critical", category: "basic", path: "/components/0/version" },
  { id: "purl", tier: "important", category: "basic", path: "/components/0/purl" },
  { id: "description", tier: "important", category: "basic", path: "/components/0/description" },
  { id: "licenses", tier: "important", category: "basic", path: "/components/0/licenses" },
  { id: "external_references", tier: "supplementary", category: "basic" },
  { id: "datasets", tier: "important", category: "card" },
  { id: "ethicalConsiderations", tier: "important", category: "card" },
  stated("energyConsumption", "card", "important"),
  card("hyperparameter", "hyperparameter", "important"),
  { id: "technicalLimitations", tier: "important", category: "card" },
  stated("safetyRiskAssessment", "card", "important"),
  { id: "intendedUse", tier: "important", category: "card" },
  {
    id: "typeOfModel",
    tier: "important",
    category: "card",
    path: "/components/0/modelCard/modelParameters/modelArchitecture",
  },
  card("modelExplainability", "modelCardExplainability"),
  stated("energyQuantity", "card"),
  stated("energyUnit", "card"),
  stated("informationAboutTraining", "card"),
  stated("informationAboutApplication", "card"),
  stated("metric", "card"),
  stated("metricDecisionThreshold", "card"),
  stated("modelDataPreprocessing", "card"),
  stated("useSensitivePersonalInformation", "card"),
  gguf("vocab_size", "vocabSize"),
  gguf("tokenizer_class", "tokenizerClass"),
  gguf("context_length", "contextLength"),
  gguf("embedding_length", "embeddingLength"),
  gguf("block_count", "blockCount"),
  gguf("attention_head_count", "attentionHeadCount"),
  gguf("attention_head_count_kv", "attentionHeadCountKV"),
  gguf("feed_forward_length", "feedForwardLength"),
  gguf("rope_dimension_count", "ropeDimensionCount"),
  gguf("quantization_version", "quantizationVersion"),
  gguf("quantization_file_type", "quantizationFileType"),
  { id: "downloadLocation", tier: "important", category: "references" },
  { id: "vcs", tier: "supplementary", category: "references" },
  { id: "website", tier: "supplementary", category: "references" },
  {
    id: "paper",
    tier: "supplementary",
    category: "references",
    reference: { list: "/metadata/component/externalReferences", type: "documentation" },
  },
];

/** Where a field is, by the generator's rules: at its place, or else under its own name in one of several. */
function findField(field: Field, document: JsonObject): readonly Place[] {
  const direct = field.path === undefined ? undefined : valueAt(document, field.path);
  if (field.path !== undefined && direct !== undefined && isFilled(direct)) {
    return [{ pointer: field.path, value: direct as Place["value"] }];
  }
  const property =
    field.property === undefined ? [] : propertyPlaces(document, field.property.list, [field.property.name]);
  const reference = field.reference === undefined ? [] : referencePlaces(document, field.reference);
  return [...property, ...reference, ...byName(field.id, document)].slice(0, 1);
}

const isFilled = (value: unknown): boolean =>
  value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

function valueAt(document: JsonObject, pointer: string): unknown {
  let value: unknown = document;
  for (const step of pointer.slice(1).split("/")) {
    value = Array.isArray(value)
      ? value[Number(step)]
      : isJsonObject(value as never)
        ? member(value as JsonObject, step)
        : undefined;
  }
  return value;
}

function propertyPlaces(document: JsonObject, list: string, names: readonly string[]): readonly Place[] {
  return objectsAt(valueAt(document, list) as never, list)
    .filter(({ value }) => names.includes(text(value, "name") ?? ""))
    .map(({ pointer, value }) => ({ pointer, value: text(value, "value") ?? "" }));
}

function referencePlaces(
  document: JsonObject,
  { list, type }: NonNullable<Field["reference"]>,
): readonly Place[] {
  return objectsAt(valueAt(document, list) as never, list)
    .filter(({ value }) => text(value, "type") === type)
    .map(({ pointer }) => ({ pointer, value: "present" }));
}

/** Members of the considerations that stand for a field of another name. */
const considerations: Readonly<Record<string, readonly string[]>> = {
  technicalLimitations: ["technicalLimitations", "limitations"],
  safetyRiskAssessment: ["ethicalConsiderations", "safetyRiskAssessment"],
  energyConsumption: ["environmentalConsiderations", "energyConsumption"],
};

const referenceTypes: Readonly<Record<string, readonly string[]>> = {
  downloadLocation: ["distribution", "website"],
  vcs: ["vcs"],
  website: ["website"],
  paper: ["documentation"],
};

function byName(id: string, document: JsonObject): readonly Place[] {
  const first = "/components/0";
  const holders = ["", "/metadata", first, `${first}/modelCard`, `${first}/modelCard/modelParameters`];
  const named = [`${first}/modelCard/considerations`].flatMap((holder) =>
    (considerations[id] ?? [])
      .map((key) => `${holder}/${key}`)
      .filter((each) => isTruthy(valueAt(document, each))),
  );
  const places = [
    ...[...holders, `${first}/modelCard/considerations`]
      .map((holder) => `${holder}/${id}`)
      .filter((pointer) => valueAt(document, pointer) !== undefined),
    ...named,
  ].map((pointer) => ({ pointer, value: "present" }));
  const wanted = [id, `spdx:${id}`];
  const types = referenceTypes[id] ?? [];
  return [
    ...places,
    ...propertyPlaces(document, "/metadata/properties", wanted),
    ...propertyPlaces(document, `${first}/properties`, wanted),
    ...objectsAt(valueAt(document, `${first}/externalReferences`) as never, `${first}/externalReferences`)
      .filter(({ value }) => types.includes(text(value, "type") ?? "") && (text(value, "url") ?? "") !== "")
      .map(({ pointer }) => ({ pointer, value: "present" })),
  ];
}

const isTruthy = (value: unknown): boolean =>
  isFilled(value) && value !== undefined && value !== false && worthOf(value as never) !== "nothing";

function elementOf(field: Field): Element {
  const find: Finder = (_subject, { document }) =>
    // The generator asks whether a member is there, not whether it says something.
    findField(field, document).map(({ pointer }) => ({ pointer, value: "present" }));
  const expected = field.path ?? field.property?.list ?? "/components/0";
  const what = field.property === undefined ? expected : `a property ${field.property.name} in ${expected}`;
  return {
    id: field.id,
    title: `${field.id} (${field.tier})`,
    group: groups[field.category],
    probe: {
      of: "document",
      expected,
      find,
      fill: `the generator looks for ${what}, in the first component only`,
      ...(field.isGguf === true
        ? { applies: (_subject: unknown, { document }: BomView) => findField(field, document).length > 0 }
        : {}),
    },
  };
}

/** The generator's figure: shares of the categories by their weights, less a penalty for what it calls critical. */
function owaspScore({ document }: BomView): ForeignScore {
  const judged = fields.map((field) => ({ field, isPresent: findField(field, document).length > 0 }));
  const counted = judged.filter(({ field, isPresent }) => field.isGguf !== true || isPresent);
  const sum = (Object.keys(weights) as Category[]).reduce((total, category) => {
    const own = counted.filter(({ field }) => field.category === category);
    const present = own.filter(({ isPresent }) => isPresent).length;
    return total + roundHalfEven(((present / own.length) * 100 * weights[category]) / 100);
  }, 0);
  const missing = (tier: Tier): number =>
    counted.filter(({ field, isPresent }) => !isPresent && field.tier === tier).length;
  const critical = missing("critical");
  const factor = (critical > 3 ? 0.8 : critical >= 2 ? 0.9 : 1) * (missing("important") >= 5 ? 0.95 : 1);
  return {
    tool: "OWASP AIBOM Generator",
    score: Math.min(100, roundHalfEven(sum * factor)),
    maximum: 100,
    formula:
      "sum over categories of weight × present ÷ counted fields (required 20, metadata 20, component 20, model card 30, references 10), " +
      "× 0.8 if more than 3 critical fields are missing, × 0.9 if 2 or 3, × 0.95 if 5 or more important ones",
  };
}

/** To one decimal; what lies exactly between goes to the even digit. */
function roundHalfEven(value: number): number {
  const tenths = value * 10;
  const below = Math.floor(tenths);
  const isTie = tenths - below === 0.5;
  return (isTie ? below + (below % 2) : Math.round(tenths)) / 10;
}

export const owasp: ElementList = {
  id: "owasp",
  title: "OWASP AIBOM Generator: completeness fields",
  standing: "a tool's own list, no standard; for comparison",
  sources: [
    {
      title: "OWASP GenAI Security Project, aibom-generator: field registry and scoring",
      date: "2026-08",
      kind: "primary",
      note: "rules read in its source and written anew",
    },
  ],
  expects: [],
  elements: fields.map(elementOf),
  foreignScore: owaspScore,
};
