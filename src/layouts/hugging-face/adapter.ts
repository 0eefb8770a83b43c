// SPDX-License-Identifier: Apache-2.0
// adapter_config.json of PEFT (LoRA and relatives): an adapter is a difference to a base model, so the base
// and its revision are what an inventory needs most.

import type { JsonObject } from "../../bytes/json.ts";
import { isLocalPath, redact } from "../../bytes/redact.ts";
import { finding } from "../../model/finding.ts";
import { inside, member, type Reading } from "../reading.ts";

const parameters = [
  "r",
  "lora_alpha",
  "lora_dropout",
  "target_modules",
  "modules_to_save",
  "bias",
  "use_dora",
  "use_rslora",
  "num_virtual_tokens",
] as const;

/** PEFT's task types as pipeline tags. */
const tasks: ReadonlyMap<string, string> = new Map([
  ["CAUSAL_LM", "text-generation"],
  ["SEQ_2_SEQ_LM", "text2text-generation"],
  ["SEQ_CLS", "text-classification"],
  ["TOKEN_CLS", "token-classification"],
  ["QUESTION_ANS", "question-answering"],
  ["FEATURE_EXTRACTION", "feature-extraction"],
]);

/** Reads the adapter configuration of one directory into claims. */
export function describeAdapter(reading: Reading, folder: string): void {
  const path = inside(folder, "adapter_config.json");
  const config = reading.jsonObject(path);
  if (config === undefined) {
    return;
  }
  describeBase(reading, config, path);
  const type = reading.text(config, "peft_type", path);
  if (type !== undefined) {
    reading.claim("library", "peft", path, "/peft_type");
    reading.claim("hyperparameter", { name: "peft_type", value: type }, path, "/peft_type");
  }
  const task = reading.text(config, "task_type", path);
  if (task !== undefined) {
    reading.claim("task", tasks.get(task) ?? task, path, "/task_type");
  }
  for (const name of parameters) {
    const value = member(config, name);
    if (value !== undefined && value !== null) {
      reading.claim("hyperparameter", { name, value }, path, `/${name}`);
    }
  }
}

function describeBase(reading: Reading, config: JsonObject, path: string): void {
  const base = reading.text(config, "base_model_name_or_path", path);
  const place = { path, member: "/base_model_name_or_path" };
  if (base === undefined) {
    reading.findings.add(finding("ADAPTER_BASE_UNKNOWN", place, { reason: "no base model is stated" }));
    return;
  }
  if (isLocalPath(base)) {
    // The path itself names the author's disk, so it is not shown.
    reading.findings.add(finding("ADAPTER_BASE_UNKNOWN", place, { reason: "it is a path of a local disk" }));
    return;
  }
  const revision = reading.text(config, "revision", path);
  reading.claim(
    "base_model",
    { name: base, relation: "adapter", ...(revision === undefined ? {} : { revision }) },
    path,
    "/base_model_name_or_path",
  );
  if (revision === undefined) {
    reading.findings.add(finding("ADAPTER_BASE_UNPINNED", place, { base: redact(base.slice(0, 500)).text }));
  }
}
