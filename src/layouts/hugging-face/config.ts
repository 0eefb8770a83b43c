// SPDX-License-Identifier: Apache-2.0
// config.json, generation_config.json and model_index.json of a Hugging Face model directory, as
// transformers 4 and 5 and diffusers write them. Everything in them is a claim.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { isLocalPath, redactLocalPath } from "../../bytes/redact.ts";
import type { FactName, JsonValue } from "../../model/fact.ts";
import { inside, member, type Reading } from "../reading.ts";

/** Fields that count as hyperparameters, in the spelling of the common model families. */
const hyperparameters = [
  "hidden_size",
  "n_embd",
  "d_model",
  "intermediate_size",
  "num_hidden_layers",
  "n_layer",
  "num_attention_heads",
  "n_head",
  "num_key_value_heads",
  "head_dim",
  "hidden_act",
  "num_experts",
  "num_local_experts",
  "num_experts_per_tok",
  "rope_theta",
  "sliding_window",
  "tie_word_embeddings",
  "num_labels",
  "type_vocab_size",
  "image_size",
  "patch_size",
  "layer_norm_eps",
  "rms_norm_eps",
] as const;

const generationParameters = [
  "do_sample",
  "temperature",
  "top_k",
  "top_p",
  "repetition_penalty",
  "max_length",
  "max_new_tokens",
] as const;

const contextLengths = [
  "max_position_embeddings",
  "n_positions",
  "n_ctx",
  "max_seq_len",
  "seq_length",
] as const;

/** Reads the configuration files of one directory into claims. */
export function describeConfig(reading: Reading, folder: string): void {
  const path = inside(folder, "config.json");
  const config = reading.jsonObject(path);
  if (config !== undefined) {
    describeModelConfig(reading, config, path);
  }
  const generationPath = inside(folder, "generation_config.json");
  const generation = reading.jsonObject(generationPath);
  if (generation !== undefined) {
    claimParameters(reading, generation, generationPath, generationParameters, "generation.");
  }
  const indexPath = inside(folder, "model_index.json");
  const index = reading.jsonObject(indexPath);
  if (index !== undefined) {
    describePipeline(reading, index, indexPath);
  }
}

function describeModelConfig(reading: Reading, config: JsonObject, path: string): void {
  claimText(reading, config, path, "model_type", "architecture.family");
  claimArchitectures(reading, config, path);
  const version = reading.text(config, "transformers_version", path);
  if (version !== undefined) {
    reading.claim("producer", { name: "transformers", version }, path, "/transformers_version");
  }
  claimOrigin(reading, config, path);
  const type = reading.text(config, "torch_dtype", path) ?? reading.text(config, "dtype", path);
  if (type !== undefined) {
    reading.claim("hyperparameter", { name: "dtype", value: type }, path, "/torch_dtype");
  }
  claimNumber(reading, config, path, ["vocab_size"], "vocabulary.size");
  claimNumber(reading, config, path, contextLengths, "context_length");
  claimParameters(reading, config, path, hyperparameters, "");
  // Multimodal models keep the text model's sizes one level down.
  const inner = member(config, "text_config");
  if (isJsonObject(inner)) {
    claimParameters(reading, inner, path, hyperparameters, "text_config.");
  }
  claimQuantization(reading, config, path);
}

function claimText(reading: Reading, object: JsonObject, path: string, key: string, name: FactName): void {
  const value = reading.text(object, key, path);
  if (value !== undefined) {
    reading.claim(name, value, path, `/${key}`);
  }
}

function claimArchitectures(reading: Reading, config: JsonObject, path: string): void {
  const value = member(config, "architectures");
  if (value === undefined || value === null) {
    return;
  }
  if (!isJsonArray(value)) {
    reading.invalidField(path, "/architectures", "it is not a list");
    return;
  }
  for (const [index, each] of value.entries()) {
    if (typeof each === "string") {
      reading.claim("architecture.class", each, path, `/architectures/${index}`);
    } else {
      reading.invalidField(path, `/architectures/${index}`, "it is not a text");
    }
  }
}

/** Where the weights were loaded from: often a path of the author's disk, which stays out of the report. */
function claimOrigin(reading: Reading, config: JsonObject, path: string): void {
  const origin = reading.text(config, "_name_or_path", path);
  if (origin === undefined) {
    return;
  }
  const value = isLocalPath(origin) ? redactLocalPath(origin) : origin;
  reading.claim("metadata", { key: "_name_or_path", value }, path, "/_name_or_path");
}

function claimNumber(
  reading: Reading,
  config: JsonObject,
  path: string,
  keys: readonly string[],
  name: FactName,
): void {
  const key = keys.find((each) => member(config, each) !== undefined && member(config, each) !== null);
  if (key === undefined) {
    return;
  }
  const value = member(config, key);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
    reading.claim(name, value, path, `/${key}`);
  } else {
    reading.invalidField(path, `/${key}`, "it is not a whole number");
  }
}

function claimParameters(
  reading: Reading,
  object: JsonObject,
  path: string,
  keys: readonly string[],
  prefix: string,
): void {
  for (const key of keys) {
    const value = member(object, key);
    if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
      const pointer = `/${prefix.startsWith("text_config") ? "text_config/" : ""}${key}`;
      reading.claim("hyperparameter", { name: `${prefix}${key}`, value }, path, pointer);
    }
  }
}

function claimQuantization(reading: Reading, config: JsonObject, path: string): void {
  const value = member(config, "quantization_config");
  if (value === undefined || value === null) {
    return;
  }
  if (!isJsonObject(value)) {
    reading.invalidField(path, "/quantization_config", "it is not an object");
    return;
  }
  const method = reading.text(value, "quant_method", path);
  const bits = member(value, "bits") ?? bitsOfFlags(value);
  const name = [method, typeof bits === "number" ? `${bits}-bit` : undefined]
    .filter((part) => part !== undefined)
    .join(" ");
  reading.claim("quantization", name === "" ? "unnamed" : name, path, "/quantization_config");
}

/** bitsandbytes says its width with two flags. */
function bitsOfFlags(quantization: JsonObject): JsonValue | undefined {
  if (member(quantization, "load_in_4bit") === true) return 4;
  return member(quantization, "load_in_8bit") === true ? 8 : undefined;
}

/** A diffusers pipeline: its class, and the classes of its parts as `[library, class]`. */
function describePipeline(reading: Reading, index: JsonObject, path: string): void {
  const version = reading.text(index, "_diffusers_version", path);
  if (version !== undefined) {
    reading.claim("library", "diffusers", path, "/_diffusers_version");
    reading.claim("producer", { name: "diffusers", version }, path, "/_diffusers_version");
  }
  const className = member(index, "_class_name");
  if (typeof className === "string") {
    reading.claim("architecture.class", className, path, "/_class_name");
  }
}
