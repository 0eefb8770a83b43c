// SPDX-License-Identifier: Apache-2.0
// What the small layers of an Ollama model say: configuration, parameters, template, licence. The weights are read
// by their format; a system prompt is hashed like any file and not repeated.

import { createHash } from "node:crypto";
import { isJsonArray } from "../../bytes/json.ts";
import { dangerousConstructs } from "../../formats/chat-template.ts";
import type { ClaimList } from "../../formats/claim-list.ts";
import type { Reading } from "../../layouts/reading.ts";
import { limits } from "../../limits.ts";
import type { FactName } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";

/** Reads the layer in the blob at `path`. */
export type LayerReader = (reading: Reading, claims: ClaimList, path: string) => void;

/** By role. */
export const layerReaders: ReadonlyMap<string, LayerReader> = new Map([
  ["config", describeConfig],
  ["params", describeParameters],
  ["template", describeTemplate],
  ["license", describeLicense],
]);

const configFields: readonly (readonly [string, FactName])[] = [
  ["model_family", "architecture.family"],
  ["file_type", "quantization"],
];
const configMetadata = ["model_format", "model_type", "renderer", "parser", "requires", "base_name"];

function describeConfig(reading: Reading, claims: ClaimList, path: string): void {
  const config = reading.jsonObject(path);
  if (config === undefined) {
    return;
  }
  for (const [field, name] of configFields) {
    const value = reading.text(config, field, path);
    if (value !== undefined) {
      claims.claim(name, value, { path, pointer: `/${field}` });
    }
  }
  for (const field of configMetadata) {
    const value = reading.text(config, field, path);
    if (value !== undefined) {
      claims.claim("metadata", { key: `ollama.${field}`, value }, { path, pointer: `/${field}` });
    }
  }
  const host = reading.text(config, "remote_host", path);
  if (host !== undefined) {
    const model = reading.text(config, "remote_model", path) ?? "a model without a name";
    const args = { host: host.slice(0, 300), model: model.slice(0, 300) };
    reading.findings.add(finding("OLLAMA_MODEL_REMOTE", { path, member: "/remote_host" }, args));
    claims.claim("metadata", { key: "ollama.remote_host", value: host }, { path, pointer: "/remote_host" });
  }
}

/** `{"temperature": 0.7, "stop": ["<|end|>"]}` */
function describeParameters(reading: Reading, claims: ClaimList, path: string): void {
  const parameters = reading.jsonObject(path) ?? {};
  for (const [name, value] of Object.entries(parameters)) {
    const shown = isJsonArray(value) ? JSON.stringify(value) : value;
    claims.claim("hyperparameter", { name, value: shown }, { path, pointer: `/${name}` });
  }
}

function describeTemplate(reading: Reading, claims: ClaimList, path: string): void {
  const bytes = reading.bytes(path, limits.maxChatTemplateBytes);
  if (bytes === undefined) {
    return;
  }
  claims.computed("chat_template.sha256", createHash("sha256").update(bytes).digest("hex"), { path });
  const found = dangerousConstructs(new TextDecoder().decode(bytes));
  if (found.length > 0) {
    reading.findings.add(finding("CHAT_TEMPLATE_DANGEROUS", { path }, { constructs: found.join(", ") }));
  }
}

/** That a licence text is there is worth a line; what it says is not interpreted. */
function describeLicense(_: Reading, claims: ClaimList, path: string): void {
  claims.computed("metadata", { key: "license file", value: path }, { path });
}
