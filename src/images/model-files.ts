// SPDX-License-Identifier: Apache-2.0
// Which files of an image are kept because they may say something about a model beside them.

import { limits } from "../limits.ts";

const names: ReadonlySet<string> = new Set([
  "config.json",
  "generation_config.json",
  "model_index.json",
  "adapter_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "preprocessor_config.json",
  "processor_config.json",
  "special_tokens_map.json",
  "chat_template.json",
  "chat_template.jinja",
  "modules.json",
  "mlmodel",
  "readme.md",
  "croissant.json",
  "dataset_dict.json",
  "dataset_info.json",
  "dataset_infos.json",
]);

/** Names of texts with terms, whatever follows. */
const terms = /^(?:licen[cs]e|copying|notice|use_policy)(?:[._-]|$)/;

/** The bookkeeping of Ollama's store and of the Hugging Face cache, and the small files that they keep as blobs. */
const stored =
  /(?:^|\/)(?:manifests(?:-v2)?(?:\/[^/]+){4}|blobs\/sha256-[0-9a-f]{64}|(?:models|datasets)--[^/]+\/(?:refs|trees|blobs|snapshots)\/.+)$/;

/** Installed software has files of these names by the thousand, and no models. */
const software = /(?:^|\/)(?:node_modules|site-packages|dist-packages|share\/doc|go\/pkg|\.cargo)\//;

const MiB = 1024 * 1024;
/** Vocabularies and lists of tensors of the largest models have some ten megabytes. */
const largeNames = /(?:^|\/)(?:tokenizer\.json|[^/]+\.index\.json)$/;

/** True for files that layouts look into when they lie beside weights. */
export function tellsOfModels(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return names.has(name) || name.endsWith(".index.json") || terms.test(name) || stored.test(path);
}

/** True for files whose bytes layouts may ask for; decided by path and size alone. */
export function isKeptForModels(path: string, size: number): boolean {
  const limit = largeNames.test(path) ? limits.maxLayerWholeBytes : MiB;
  return size <= limit && !software.test(path) && tellsOfModels(path);
}
