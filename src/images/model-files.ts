// SPDX-License-Identifier: Apache-2.0
// Which files of an image are kept because they may say something about a model beside them.

const names: ReadonlySet<string> = new Set([
  "config.json",
  "generation_config.json",
  "model_index.json",
  "adapter_config.json",
  "tokenizer_config.json",
  "preprocessor_config.json",
  "special_tokens_map.json",
  "chat_template.jinja",
  "modules.json",
  "mlmodel",
  "readme.md",
  "license",
]);

/** Installed software has files of these names by the thousand, and no models. */
const software = /(?:^|\/)(?:node_modules|site-packages|dist-packages|share\/doc|go\/pkg|\.cargo)\//;

const maxBytes = 1024 * 1024;

/** True for files whose bytes layouts may ask for; decided by path and size alone. */
export function isKeptForModels(path: string, size: number): boolean {
  if (size > maxBytes || software.test(path)) {
    return false;
  }
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return names.has(name) || name.endsWith(".index.json");
}
