// SPDX-License-Identifier: Apache-2.0
// The outermost message of an ONNX file, ModelProto: what it says about itself, what its graphs show, and
// the checks that need the whole model.

import type { MessageRange, WireField } from "../../bytes/protobuf.ts";
import { AibomError } from "../../errors.ts";
import type { FactName } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { type Graph, readFunction, readGraph, readTrainingInfo } from "./graph.ts";
import type { OnnxFile } from "./onnx-file.ts";

/** Keys of metadata_props that mean something aibom has a name for. */
const metadataNames: ReadonlyMap<string, FactName> = new Map([
  ["license", "license"],
  ["licence", "license"],
  ["author", "author"],
  ["authors", "author"],
  ["organization", "organization"],
  ["description", "description"],
  ["version", "version"],
  ["task", "task"],
  ["url", "url"],
  ["homepage", "url"],
  ["base_model", "base_model"],
]);

// Domains of the ONNX standard, and of a runtime vendor's own distribution.
const standardDomains = new Set(["ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"]);
const vendorDomains = new Set(["com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental"]);

// IR version 14 is the newest; anything far above is not an ONNX model.
const maxIrVersion = 1000n;

interface Model {
  irVersion: bigint;
  producer: string;
  producerVersion: string;
  graph: Graph | undefined;
  readonly opsets: Map<string, bigint>;
  readonly metadata: Map<string, string | undefined>;
}

/**
 * Reads the whole model into the file's claims, findings and references.
 * @throws {AibomError} PROTOBUF_*, ONNX_NOT_A_MODEL, ONNX_OVER_LIMIT
 */
export function readModel(file: OnnxFile): void {
  const model: Model = {
    irVersion: 0n,
    producer: "",
    producerVersion: "",
    graph: undefined,
    opsets: new Map(),
    metadata: new Map(),
  };
  const root = file.reader.root();
  for (const field of file.fields("ModelProto", root)) {
    readModelField(file, root, model, field);
  }
  const reason = incompleteness(model);
  if (model.graph === undefined || reason !== undefined) {
    throw AibomError.of(
      "ONNX_NOT_A_MODEL",
      { reason: reason ?? "it has no graph" },
      { where: { path: file.path } },
    );
  }
  stateModel(file, model, model.graph);
  stateContent(file);
  checkDomains(file, model.opsets.keys());
  if (file.checksumCount > 0) {
    file.findings.add(finding("ONNX_EXTERNAL_CHECKSUM", { path: file.path }, { count: file.checksumCount }));
  }
}

function readModelField(file: OnnxFile, root: MessageRange, model: Model, field: WireField): void {
  const source = { path: file.path, pointer: `ModelProto.${field.number}` };
  switch (field.number) {
    case 1:
      model.irVersion = field.value;
      return;
    case 2:
      model.producer = file.text(field, "producer name");
      return;
    case 3:
      model.producerVersion = file.text(field, "producer version");
      return;
    case 4:
      claimText(file, "domain", file.text(field, "domain"));
      return;
    case 5:
      if (field.value !== 0n) {
        file.claims.claim("version", String(BigInt.asIntN(64, field.value)), {
          ...source,
          pointer: "model_version",
        });
      }
      return;
    case 6:
      stateDescription(file, file.text(field, "description"));
      return;
    case 7:
      model.graph = readGraph(file, file.reader.message(field, root));
      return;
    case 8:
      readOperatorSet(file, model, file.reader.message(field, root));
      return;
    case 14:
      readMetadata(file, model, file.reader.message(field, root));
      return;
    case 20:
      readTrainingInfo(file, file.reader.message(field, root));
      return;
    case 25:
      readFunction(file, file.reader.message(field, root));
  }
}

function incompleteness(model: Model): string | undefined {
  if (model.irVersion === 0n) return "it has no IR version";
  if (model.irVersion > maxIrVersion) return "its IR version is not one of ONNX";
  // Operator sets came with IR version 3.
  if (model.irVersion >= 3n && model.opsets.size === 0) return "it imports no operator set";
  return undefined;
}

function readOperatorSet(file: OnnxFile, model: Model, range: MessageRange): void {
  let domain = "";
  let version = 0n;
  for (const field of file.fields("OperatorSetIdProto", range)) {
    if (field.number === 1) {
      domain = file.name(field, "operator set domain");
    } else {
      version = BigInt.asIntN(64, field.value);
    }
  }
  const key = domain === "" ? "ai.onnx" : domain;
  if (model.opsets.has(key)) {
    file.findings.add(
      finding("ONNX_DUPLICATE_METADATA", file.at(range.start), { key: `opset_import ${key}` }),
    );
  }
  model.opsets.set(key, version);
}

function readMetadata(file: OnnxFile, model: Model, range: MessageRange): void {
  let key = "";
  let value = "";
  for (const field of file.fields("StringStringEntryProto", range)) {
    if (field.number === 1) {
      key = file.name(field, "metadata key");
    } else {
      value = file.text(field, `metadata value ${key}`);
    }
  }
  if (model.metadata.has(key)) {
    file.findings.add(finding("ONNX_DUPLICATE_METADATA", file.at(range.start, key), { key }));
    model.metadata.set(key, undefined);
  } else {
    model.metadata.set(key, value);
  }
}

function stateModel(file: OnnxFile, model: Model, graph: Graph): void {
  const { claims, path } = file;
  claims.claim("format.version", String(model.irVersion), { path, pointer: "ir_version" });
  if (model.producer !== "") {
    const version = model.producerVersion === "" ? {} : { version: model.producerVersion };
    claims.claim("producer", { name: model.producer, ...version }, { path, pointer: "producer_name" });
  }
  for (const [domain, version] of model.opsets) {
    claims.claim("opset", { domain, version: String(version) }, { path, pointer: "opset_import" });
  }
  for (const input of graph.inputs) {
    claims.claim("input", { name: input.name, format: input.format }, { path, pointer: "graph.input" });
  }
  for (const output of graph.outputs) {
    claims.claim("output", { name: output.name, format: output.format }, { path, pointer: "graph.output" });
  }
  claimText(file, "graph.name", graph.name);
  claimText(file, "graph.doc_string", graph.description);
  for (const [key, value] of model.metadata) {
    if (value !== undefined) {
      stateMetadata(file, key, value);
    }
  }
}

function stateDescription(file: OnnxFile, text: string): void {
  if (text !== "") {
    file.claims.claim("description", text, { path: file.path, pointer: "doc_string" });
  }
}

function claimText(file: OnnxFile, key: string, value: string): void {
  if (value !== "") {
    file.claims.claim("metadata", { key, value }, { path: file.path, pointer: key });
  }
}

function stateMetadata(file: OnnxFile, key: string, value: string): void {
  const name = metadataNames.get(key.toLowerCase());
  const source = { path: file.path, pointer: `metadata_props.${key.slice(0, 200)}` };
  if (value === "") {
    return;
  }
  if (name === undefined) {
    file.claims.claim("metadata", { key, value }, source);
  } else {
    file.claims.claim(name, name === "base_model" ? { name: value } : value, source);
  }
}

function stateContent(file: OnnxFile): void {
  const { claims, path } = file;
  const total = [...file.parametersByType.values()].reduce((sum, count) => sum + count, 0n);
  claims.computed("parameters.count", String(total), { path });
  claims.computed("tensors.count", file.tensorCount, { path });
  const byType = [...file.parametersByType].map(([type, count]) => [type, String(count)] as const);
  claims.computed("dtypes", sortedObject(byType), { path });
  claims.computed("operators", sortedObject([...file.operators]), { path });
}

function sortedObject<V>(entries: readonly (readonly [string, V])[]): { readonly [key: string]: V } {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function checkDomains(file: OnnxFile, imported: Iterable<string>): void {
  const foreign = new Map<string, { count: number; operator: string }>();
  for (const [key, count] of file.operators) {
    const split = key.lastIndexOf("::");
    const domain = key.slice(0, split);
    // An operator that the model defines as a function of others needs no library.
    if (!standardDomains.has(domain) && !file.functions.has(key)) {
      const known = foreign.get(domain);
      foreign.set(domain, {
        count: (known?.count ?? 0) + count,
        operator: known?.operator ?? key.slice(split + 2),
      });
    }
  }
  for (const [domain, { count, operator }] of foreign) {
    file.findings.add(
      vendorDomains.has(domain)
        ? finding("ONNX_VENDOR_OPERATORS", { path: file.path }, { domain, count })
        : finding("ONNX_CUSTOM_OPERATORS", { path: file.path }, { domain, count, operator }),
    );
  }
  const own = new Set([...file.functions].map((key) => key.slice(0, key.lastIndexOf("::"))));
  for (const domain of imported) {
    const isKnown = standardDomains.has(domain) || vendorDomains.has(domain) || own.has(domain);
    if (!isKnown && !foreign.has(domain)) {
      file.findings.add(finding("ONNX_CUSTOM_DOMAIN_UNUSED", { path: file.path }, { domain }));
    }
  }
}
