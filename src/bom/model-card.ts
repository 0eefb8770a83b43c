// SPDX-License-Identifier: Apache-2.0
// Facts as a CycloneDX model card (1.6 and 1.7, modelCard) with the official `cdx:ai-ml` property names.
// They stand under `modelCard.properties`: the taxonomy's own examples put them where the schema forbids it.
// Approach, ethics, energy and fairness are left out: no file read so far states them in a checkable form.

import type { FactName } from "../model/fact.ts";
import type { Document } from "./document.ts";
import type { FactIndex, Value } from "./fact-index.ts";
import type { Property } from "./file-components.ts";
import type { Item, TraceLog } from "./provenance.ts";

/** Hyperparameters that the cdx:ai-ml taxonomy names; others are written as `_undefined:NAME`. */
const officialHyperparameters = new Set([
  "activation_dropout",
  "context_length",
  "hidden_act",
  "hidden_size",
  "d_model",
  "layer_norm_type",
  "num_hidden_layers",
  "num_layers",
  "intermediate_size",
  "layer_norm_epsilon",
  "max_position_embeddings",
  "num_attention_heads",
  "num_key_value_heads",
  "quantization",
  "tokenizer_class",
  "vocab_size",
]);

const model = "cdx:ai-ml:model";

/** Facts with one value that the taxonomy names. */
const agreedProperties: readonly (readonly [FactName, string])[] = [
  ["parameters.count", `${model}:parameter:count`],
  ["context_length", `${model}:hyperparameter:context_length`],
  ["vocabulary.size", `${model}:hyperparameter:vocab_size`],
  ["quantization", `${model}:hyperparameter:quantization`],
];

/** Facts with any number of values that the taxonomy names. */
const listedProperties: readonly (readonly [FactName, string])[] = [
  ["language", `${model}:language`],
  ["modality", `${model}:modality`],
];

/** Facts that the card takes over completely, so that they need no property of ours. */
export const cardFacts: ReadonlySet<FactName> = new Set<FactName>([
  "language",
  "modality",
  "hyperparameter",
  "metric",
  "limitation",
  "use_case",
  "dataset",
]);

/** Facts of which the card takes the agreed value; a disagreement is left to properties. */
export const agreedCardFacts: ReadonlySet<FactName> = new Set<FactName>([
  "task",
  "architecture.family",
  "architecture.class",
  "parameters.count",
  "context_length",
  "vocabulary.size",
  "quantization",
]);

/** The model card, or undefined if nothing is known. `datasetRef` gives the ref of a dataset's component. */
export function modelCard(
  index: FactIndex,
  log: TraceLog,
  datasetRef: (dataset: Value) => string,
): Document | undefined {
  return compact({
    modelParameters: modelParameters(index, log, datasetRef),
    quantitativeAnalysis: compact({ performanceMetrics: metrics(index, log) }),
    considerations: compact({
      useCases: texts(index, log, "use_case", "/modelCard/considerations/useCases"),
      technicalLimitations: texts(index, log, "limitation", "/modelCard/considerations/technicalLimitations"),
    }),
    properties: log.list("/modelCard/properties", cardProperties(index)),
  });
}

function modelParameters(
  index: FactIndex,
  log: TraceLog,
  datasetRef: (dataset: Value) => string,
): Document | undefined {
  const at = "/modelCard/modelParameters";
  const one = (name: FactName, member: string): string | undefined => {
    const value = index.agreed(name);
    log.note(`${at}/${member}`, value?.origins ?? []);
    return value?.text;
  };
  const ports = (name: "input" | "output"): Document[] | undefined =>
    log.list(
      `${at}/${name}s`,
      index.all(name).map((value) => {
        const format = value.member("format") ?? value.text;
        return { key: format, json: { format }, origins: value.origins };
      }),
    );
  const datasets = index.all("dataset").map((value) => {
    const ref = datasetRef(value);
    return { key: ref, json: { ref }, origins: value.origins };
  });
  return compact({
    task: one("task", "task"),
    architectureFamily: one("architecture.family", "architectureFamily"),
    modelArchitecture: one("architecture.class", "modelArchitecture"),
    datasets: log.list(`${at}/datasets`, datasets),
    inputs: ports("input"),
    outputs: ports("output"),
  });
}

function metrics(index: FactIndex, log: TraceLog): Document[] | undefined {
  const items = index.all("metric").map((value) => {
    const json = compact({
      type: value.member("type") ?? "unnamed",
      value: value.member("value") ?? value.text,
      slice: value.member("slice"),
    });
    return { key: JSON.stringify(json), json: json ?? {}, origins: value.origins };
  });
  return log.list("/modelCard/quantitativeAnalysis/performanceMetrics", items);
}

function texts(index: FactIndex, log: TraceLog, name: FactName, pointer: string): string[] | undefined {
  return log.list(
    pointer,
    index.all(name).map(({ text, origins }) => ({ key: text, json: text, origins })),
  );
}

function cardProperties(index: FactIndex): Item<Property>[] {
  const agreed = agreedProperties.flatMap(([fact, name]) => {
    const value = index.agreed(fact);
    return value === undefined ? [] : [propertyItem(name, value.text, value)];
  });
  const listed = listedProperties.flatMap(([fact, name]) =>
    index.all(fact).map((value) => propertyItem(name, value.text, value)),
  );
  const hyperparameters = index.all("hyperparameter").map((value) => {
    const name = (value.member("name") ?? "unnamed").slice(0, 200).toWellFormed();
    const official = officialHyperparameters.has(name) ? name : `_undefined:${name}`;
    return propertyItem(`${model}:hyperparameter:${official}`, value.member("value") ?? "", value);
  });
  const tokenizers = index.all("tokenizer").flatMap((value) => {
    const name = value.member("name");
    return name === undefined ? [] : [propertyItem(`${model}:tokenizer`, name, value)];
  });
  return [...agreed, ...listed, ...hyperparameters, ...tokenizers];
}

/** A property that can be traced to `value`. */
export function propertyItem(name: string, text: string, value: Pick<Value, "origins">): Item<Property> {
  return { key: `${name}\0${text}`, json: { name, value: text }, origins: value.origins };
}

/** `document` without undefined members; undefined if nothing is left. */
export function compact(document: Document): Document | undefined {
  let left: Record<string, unknown> | undefined;
  for (const key of Object.keys(document)) {
    const value = document[key];
    if (value !== undefined) {
      left ??= {};
      left[key] = value;
    }
  }
  return left;
}
