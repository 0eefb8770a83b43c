// SPDX-License-Identifier: Apache-2.0
// A Hugging Face model directory, complete or not: configuration, model card, adapter, tokenizer, custom code,
// Git LFS pointers. The shallowest directories with a configuration or a card describe the model; deeper ones
// (parts of a pipeline) are checked for custom code, and make no claims about the whole. Shard indexes are read
// by safetensors-shards.ts.

import { describeAdapter } from "./hugging-face/adapter.ts";
import { describeConfig } from "./hugging-face/config.ts";
import { describeCodeFiles, describeCustomCode } from "./hugging-face/custom-code.ts";
import { describeModelCard } from "./hugging-face/model-card.ts";
import { describeTokenizer } from "./hugging-face/tokenizer.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { inside, Reading } from "./reading.ts";

/** Files that make a directory one of Hugging Face's. */
const markers = new Set([
  "config.json",
  "adapter_config.json",
  "model_index.json",
  "modules.json",
  "generation_config.json",
  "tokenizer_config.json",
  "tokenizer.json",
  "chat_template.jinja",
]);

/** Hugging Face model directories. */
export const huggingFace: Layout = {
  id: "hugging-face",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    for (const file of directory.files.values()) {
      // Its own reader understood the pointer; the weights it stands for were not seen.
      if (file.format === "git-lfs-pointer") {
        reading.unverified.add(file.path);
      }
    }
    describeFolders(reading);
    return {
      facts: reading.claims.facts,
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
    };
  },
};

function describeFolders(reading: Reading): void {
  const folders = modelFolders(reading);
  const depth = folders.reduce((least, folder) => Math.min(least, depthOf(folder)), Number.POSITIVE_INFINITY);
  for (const folder of folders) {
    if (depthOf(folder) === depth) {
      describeModelCard(reading, folder);
      describeConfig(reading, folder);
      describeAdapter(reading, folder);
      describeTokenizer(reading, folder);
      describeLicenseFiles(reading, folder);
    }
    describeCustomCode(reading, folder);
    reading.forget();
  }
  if (folders.length > 0 || reading.directory.isAmongModels === true || isMlflow(reading)) {
    describeCodeFiles(reading);
  }
  if (folders.length === 0) {
    // A card alone can stand beside weights of any format.
    describeModelCard(reading, reading.directory.root);
    describeLicenseFiles(reading, reading.directory.root);
  }
}

/** MLflow puts a model's own code in front of all other, whatever the model is. */
function isMlflow(reading: Reading): boolean {
  return [...reading.folders()].some(([, names]) => names.includes("MLmodel"));
}

/** Directories with a marker file, in code-unit order. */
function modelFolders(reading: Reading): readonly string[] {
  return [...reading.folders()]
    .filter(([, names]) => names.some((name) => markers.has(name)))
    .map(([folder]) => folder)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function depthOf(folder: string): number {
  return folder === "" ? 0 : folder.split("/").length;
}

const licenseNames = [
  "LICENSE",
  "LICENSE.txt",
  "LICENSE.md",
  "LICENCE",
  "COPYING",
  "NOTICE",
  "USE_POLICY.md",
];

/** That a licence text is there is worth a line; what it says is not interpreted. */
function describeLicenseFiles(reading: Reading, folder: string): void {
  for (const name of licenseNames) {
    const path = inside(folder, name);
    if (reading.directory.files.has(path)) {
      reading.claims.computed("metadata", { key: "license file", value: path }, { path });
    }
  }
}
