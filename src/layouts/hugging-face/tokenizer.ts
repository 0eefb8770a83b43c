// SPDX-License-Identifier: Apache-2.0
// Tokenizer files of a Hugging Face model directory. Chat templates are Jinja programs: they are hashed and
// searched for what only an attack needs, wherever they are stored.

import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { dangerousConstructs } from "../../formats/chat-template.ts";
import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { inside, member, type Reading } from "../reading.ts";

interface Template {
  readonly path: string;
  readonly pointer: string;
  readonly name: string;
  readonly text: string;
}

/** Reads the tokenizer files of one directory into claims and checks its chat templates. */
export function describeTokenizer(reading: Reading, folder: string): void {
  const templates: Template[] = [];
  const configPath = inside(folder, "tokenizer_config.json");
  const config = reading.jsonObject(configPath);
  if (config !== undefined) {
    const name = reading.text(config, "tokenizer_class", configPath);
    if (name !== undefined) {
      reading.claim("tokenizer", { name }, configPath, "/tokenizer_class");
    }
    const length = member(config, "model_max_length");
    // Tokenizers without a limit write 1e30.
    if (typeof length === "number" && Number.isSafeInteger(length)) {
      reading.claim(
        "hyperparameter",
        { name: "model_max_length", value: length },
        configPath,
        "/model_max_length",
      );
    }
    templates.push(...templatesOf(config, configPath));
  }
  for (const name of ["chat_template.json", "processor_config.json"]) {
    const path = inside(folder, name);
    const object = reading.jsonObject(path);
    templates.push(...(object === undefined ? [] : templatesOf(object, path)));
  }
  describeVocabulary(reading, folder);
  reading.jsonObject(inside(folder, "special_tokens_map.json"));
  templates.push(...templateFiles(reading, folder));
  for (const template of templates) {
    describeTemplate(reading, template);
  }
  compareTemplates(reading, templates);
}

/** `chat_template` is a text, or a list of named templates. */
function templatesOf(config: JsonObject, path: string): readonly Template[] {
  const value = member(config, "chat_template");
  if (typeof value === "string") {
    return [{ path, pointer: "/chat_template", name: "default", text: value }];
  }
  return isJsonArray(value) ? value.flatMap((each, index) => namedTemplate(each, path, index)) : [];
}

function namedTemplate(value: JsonValue, path: string, index: number): readonly Template[] {
  const text = isJsonObject(value) ? member(value, "template") : undefined;
  const name = isJsonObject(value) ? member(value, "name") : undefined;
  return typeof text === "string"
    ? [
        {
          path,
          pointer: `/chat_template/${index}`,
          name: typeof name === "string" ? name : String(index),
          text,
        },
      ]
    : [];
}

/** Template files: chat_template.jinja, and additional_chat_templates/<name>.jinja. */
function templateFiles(reading: Reading, folder: string): readonly Template[] {
  const additional = inside(folder, "additional_chat_templates");
  const found: Template[] = [];
  const places = [folder, additional].flatMap((parent) =>
    reading.names(parent).map((name) => ({ parent, name, path: inside(parent, name) })),
  );
  for (const { parent, name, path } of places) {
    const bytes = name.endsWith(".jinja") ? reading.bytes(path, limits.maxChatTemplateBytes) : undefined;
    if (bytes !== undefined) {
      const isMain = parent === folder && name === "chat_template.jinja";
      const text = new TextDecoder().decode(bytes);
      found.push({ path, pointer: "", name: isMain ? "default" : name.slice(0, -".jinja".length), text });
    }
  }
  return found;
}

function describeTemplate(reading: Reading, template: Template): void {
  const { path, pointer } = template;
  const hash = createHash("sha256").update(template.text, "utf8").digest("hex");
  reading.claims.computed("chat_template.sha256", hash, { path, ...(pointer === "" ? {} : { pointer }) });
  const found = dangerousConstructs(template.text);
  if (found.length > 0) {
    reading.findings.add(
      finding("CHAT_TEMPLATE_DANGEROUS", pointer === "" ? { path } : { path, member: pointer }, {
        constructs: found.join(", "),
      }),
    );
  }
}

/** Loaders prefer one file over another; two different default templates are two different models. */
function compareTemplates(reading: Reading, templates: readonly Template[]): void {
  const [first, ...others] = templates.filter((template) => template.name === "default");
  for (const other of others) {
    if (first !== undefined && other.text.trimEnd() !== first.text.trimEnd()) {
      reading.findings.add(
        finding("CHAT_TEMPLATE_DIFFERS", { path: other.path }, { first: first.path, second: other.path }),
      );
    }
  }
}

function describeVocabulary(reading: Reading, folder: string): void {
  const path = inside(folder, "tokenizer.json");
  const size = reading.directory.files.get(path)?.size ?? 0;
  if (size > limits.maxReadBytes) {
    // Hashed and listed like any file; its model type is not worth 100 MB of memory.
    reading.invalidField(path, "", `it has ${size} bytes, more than is read for its type`);
    return;
  }
  const tokenizer = reading.jsonObject(path);
  const model = tokenizer === undefined ? undefined : member(tokenizer, "model");
  if (!isJsonObject(model)) {
    return;
  }
  const type = member(model, "type");
  const vocabulary = member(model, "vocab");
  const entries = isJsonArray(vocabulary)
    ? vocabulary.length
    : isJsonObject(vocabulary)
      ? Object.keys(vocabulary).length
      : undefined;
  reading.claim(
    "tokenizer",
    {
      name: typeof type === "string" ? type : "unnamed",
      ...(entries === undefined ? {} : { vocabulary: entries }),
    },
    path,
    "/model",
  );
}
