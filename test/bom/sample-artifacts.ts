// SPDX-License-Identifier: Apache-2.0
// Artifacts as the readers make them, constructed in code: the inputs of the golden BOMs.

import { createHash } from "node:crypto";
import type { Artifact, ArtifactFile } from "../../src/model/artifact.ts";
import { claim, computed, type Fact } from "../../src/model/fact.ts";
import { finding } from "../../src/model/finding.ts";

export function file(path: string, format = "file", status: ArtifactFile["status"] = "opaque"): ArtifactFile {
  const digest = (algorithm: string): string => createHash(algorithm).update(path).digest("hex");
  return {
    path,
    size: path.length * 1000,
    digests: [
      { algorithm: "sha256", hex: digest("sha256") },
      { algorithm: "sha512", hex: digest("sha512") },
    ],
    format,
    status,
  };
}

export function artifact(parts: Partial<Artifact>): Artifact {
  return {
    kind: "model",
    name: "model",
    files: [],
    facts: [],
    findings: [],
    ignored: [],
    complete: true,
    ...parts,
  };
}

const card = (pointer: string): Fact["source"] => ({ path: "README.md", pointer });
const config = (pointer: string): Fact["source"] => ({ path: "config.json", pointer });
const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] as const;

/** A sharded safetensors model with a model card that says much. */
export const safetensorsModel = artifact({
  name: "tiny-llama",
  files: [
    file("README.md"),
    file("config.json"),
    ...shards.map((path) => file(path, "safetensors", "described")),
    file("model.safetensors.index.json"),
  ],
  facts: [
    claim("name", "Tiny Llama 1.1B", card("/model_name")),
    claim("license", "apache-2.0", card("/license")),
    claim("description", "A small model.\nIt answers questions.", card("/description")),
    claim("task", "text-generation", card("/pipeline_tag")),
    claim("language", "en", card("/language/0")),
    claim("language", "de", card("/language/1")),
    claim("tag", "llama", card("/tags/0")),
    claim("tag", "chat", card("/tags/1")),
    claim(
      "base_model",
      { name: "acme/base-7b", relation: "finetune", revision: "main" },
      card("/base_model"),
    ),
    claim("dataset", "acme/ultrachat", card("/datasets/0")),
    claim("dataset", "https://data.example/crawl.tar", card("/datasets/1")),
    claim("metric", { type: "accuracy", value: "0.71", slice: "mmlu" }, card("/model-index/0")),
    claim("use_case", "chat", card("/use_cases")),
    claim("limitation", "English only", card("/limitations")),
    claim("author", "Ada Example", card("/author")),
    claim("organization", "ACME", card("/organization")),
    claim("url", "https://models.example/tiny-llama", card("/url")),
    claim("library", "transformers", card("/library_name")),
    claim("architecture.family", "llama", config("/model_type")),
    claim("architecture.class", "LlamaForCausalLM", config("/architectures/0")),
    claim("context_length", "2048", config("/max_position_embeddings")),
    claim("vocabulary.size", "32000", config("/vocab_size")),
    claim("hyperparameter", { name: "hidden_size", value: "2048" }, config("/hidden_size")),
    claim("hyperparameter", { name: "rope_theta", value: "10000.0" }, config("/rope_theta")),
    claim("input", { name: "prompt", format: "text" }, card("/pipeline_tag")),
    claim("output", { name: "completion", format: "text" }, card("/pipeline_tag")),
    ...shards.flatMap((path, index): Fact[] => [
      claim("metadata", { key: "format", value: "pt" }, { path, pointer: "__metadata__/format" }),
      computed("parameters.count", String(550_000_000 + index), { path }),
      computed("tensors.count", String(100 + index), { path }),
      computed("dtypes", { BF16: String(550_000_000 + index) }, { path }),
    ]),
  ],
  ignored: [{ path: ".git", rule: ".git (git metadata)" }],
});

/** One GGUF file, inventoried by itself. */
export const ggufFile = artifact({
  name: "tiny (q4) ü.gguf",
  files: [file("tiny (q4) ü.gguf", "gguf", "described")],
  facts: [
    claim("name", "tiny", { path: "tiny (q4) ü.gguf", pointer: "general.name" }),
    claim("version", "1.1", { path: "tiny (q4) ü.gguf", pointer: "general.version" }),
    claim("license", "llama3.2", { path: "tiny (q4) ü.gguf", pointer: "general.license" }),
    claim("license.link", "https://licenses.example/llama", {
      path: "tiny (q4) ü.gguf",
      pointer: "general.license.link",
    }),
    claim("quantization", "Q4_K_M", { path: "tiny (q4) ü.gguf", pointer: "general.file_type" }),
    claim(
      "tokenizer",
      { name: "gpt2", tokens: 32000 },
      { path: "tiny (q4) ü.gguf", pointer: "tokenizer.ggml" },
    ),
    computed("parameters.count", "1100048384", { path: "tiny (q4) ü.gguf" }),
    computed("quantizations", { Q4_K: "900000000", Q6_K: "200048384" }, { path: "tiny (q4) ü.gguf" }),
    computed("chat_template.sha256", "ab".repeat(32), { path: "tiny (q4) ü.gguf" }),
  ],
});

/** An ONNX model in a directory; its licence is an expression and another file disagrees. */
export const onnxModel = artifact({
  name: "silero-vad",
  files: [file("LICENSE"), file("silero_vad.onnx", "onnx", "described")],
  facts: [
    claim(
      "producer",
      { name: "pytorch", version: "2.1.0" },
      { path: "silero_vad.onnx", pointer: "producer_name" },
    ),
    claim("opset", { domain: "", version: "16" }, { path: "silero_vad.onnx", pointer: "opset_import/0" }),
    claim("license", "mit OR apache-2.0", { path: "README.md", pointer: "/license" }),
    claim("license", "mit", { path: "config.json", pointer: "/license" }),
    computed("operators", { "ai.onnx::Conv": 12, "ai.onnx::LSTM": 1 }, { path: "silero_vad.onnx" }),
    computed("format.version", "8", { path: "silero_vad.onnx" }),
  ],
});

/** A model of which one shard could not be read. */
export const incompleteModel = artifact({
  name: "broken",
  complete: false,
  files: [
    file("a.safetensors", "safetensors", "described"),
    file("b.safetensors", "safetensors", "unverified"),
  ],
  facts: [
    claim("task", "text-generation", card("/pipeline_tag")),
    claim("task", "fill-mask", config("/task")),
  ],
  findings: [
    finding("FORMAT_MISMATCH", { path: "b.safetensors" }, { named: "safetensors", found: "zip" }),
    finding("SOURCE_LINK_OUTSIDE", { path: "c.safetensors" }, {}),
  ],
});

/** A directory without a model. */
export const fileSet = artifact({
  kind: "file-set",
  name: "notes",
  files: [file("a.txt"), file("sub/b.txt")],
  facts: [claim("license", "CC-BY-4.0", card("/license")), claim("task", "none", card("/task"))],
});

const snapshot = (name: string, commit: string): string => `models--org--${name}/snapshots/${commit}`;
const storedBase = snapshot("base", "a".repeat(40));
const storedLora = snapshot("lora", "b".repeat(40));
const storedFiles = [
  file("README.md"),
  file(`${storedBase}/README.md`),
  file(`${storedBase}/model.safetensors`, "safetensors", "described"),
  file(`${storedLora}/adapter_model.safetensors`, "safetensors", "unverified"),
];
const baseFacts = [
  claim("license", "mit", { path: `${storedBase}/README.md`, pointer: "/license" }),
  computed("parameters.count", "12", { path: `${storedBase}/model.safetensors` }),
];
const loraFacts = [
  claim(
    "base_model",
    { name: "org/base", relation: "adapter" },
    { path: `${storedLora}/adapter_model.safetensors`, pointer: "base" },
  ),
];
const storedFinding = finding(
  "FORMAT_MISMATCH",
  { path: `${storedLora}/adapter_model.safetensors` },
  { named: "safetensors", found: "zip" },
);

/** A Hugging Face cache with a model and its adapter. */
export const store = artifact({
  name: "hub",
  files: storedFiles,
  facts: [claim("license", "cc0-1.0", card("/license")), ...baseFacts, ...loraFacts],
  findings: [storedFinding],
  complete: false,
  parts: [
    {
      kind: "model",
      name: "org/base",
      store: "hugging-face-cache",
      root: storedBase,
      files: storedFiles.slice(1, 3),
      facts: baseFacts,
      findings: [],
      complete: true,
      package: { type: "huggingface", namespace: "org", name: "base", version: "a".repeat(40) },
    },
    {
      kind: "model",
      name: "org/lora",
      store: "hugging-face-cache",
      root: storedLora,
      files: storedFiles.slice(3),
      facts: loraFacts,
      findings: [storedFinding],
      complete: false,
    },
  ],
});

const croissant = (pointer: string): Fact["source"] => ({ path: "croissant.json", pointer });

/** A dataset that says much about itself; the model above was trained on it. */
export const dataset = artifact({
  kind: "dataset",
  name: "ultrachat",
  files: [
    file("croissant.json"),
    file("data/test.csv", "csv", "described"),
    file("data/train.csv", "csv", "described"),
  ],
  facts: [
    claim("name", "UltraChat", croissant("/name")),
    claim("metadata", { key: "alternateName", value: "acme/ultrachat" }, croissant("/alternateName")),
    claim("description", "Talks.", croissant("/description")),
    claim("url", "https://data.example/ultrachat", croissant("/url")),
    claim("license", "https://creativecommons.org/licenses/by-sa/4.0/", croissant("/license")),
    claim("citation", "ACME, 2026", croissant("/citeAs")),
    claim("language", "en", croissant("/inLanguage")),
    claim("classification", "PII", { path: "dps.json", pointer: "/use/classification" }),
    claim("sensitive_data", "names", croissant("/rai:personalSensitiveInformation")),
    claim("governance", { role: "owner", name: "ACME" }, croissant("/copyrightHolder")),
    claim("governance", { role: "custodian", name: "Hub" }, croissant("/publisher")),
    claim("governance", { role: "steward", name: "Ada", type: "person" }, croissant("/maintainer")),
    claim("derived_from", { name: "acme/chat", url: "https://data.example/chat" }, croissant("/isBasedOn")),
    claim("schema", { id: "Integer", text: "Text" }, croissant("/recordSet/0")),
    claim("split", { name: "train", rows: 3, bytes: 30 }, croissant("/recordSet/1")),
    claim("split", { name: "test" }, croissant("/recordSet/1")),
    claim(
      "data_source",
      { name: "train", type: "text/csv", url: "data/train.csv" },
      croissant("/distribution/0"),
    ),
    claim(
      "file.expected",
      { path: "data/dev.csv", size: 3, by: "croissant.json" },
      croissant("/distribution/1"),
    ),
    computed(
      "files.vouched",
      { by: "croissant.json", algorithm: "sha256", files: 2 },
      { path: "croissant.json" },
    ),
    ...["test", "train"].flatMap((split): Fact[] => [
      computed("rows.count", split === "test" ? 1 : 3, { path: `data/${split}.csv` }),
      computed("columns.count", 2, { path: `data/${split}.csv` }),
      computed("schema", { id: "int64", text: "string" }, { path: `data/${split}.csv` }),
      computed("encoding", "utf-8", { path: `data/${split}.csv` }),
    ]),
  ],
  findings: [finding("MANIFEST_FILE_MISSING", { path: "data/dev.csv" }, { manifest: "croissant.json" })],
});

/** One file of data, inventoried by itself; two of its claims disagree. */
export const dataFile = artifact({
  kind: "dataset",
  name: "rows.parquet",
  files: [file("rows.parquet", "parquet", "described")],
  facts: [
    computed("rows.count", "12", { path: "rows.parquet" }),
    claim("classification", "public", { path: "rows.parquet", pointer: "a" }),
    claim("classification", "secret", { path: "rows.parquet", pointer: "b" }),
  ],
});

export const samples = {
  "safetensors-with-card": [safetensorsModel],
  "gguf-file": [ggufFile],
  "onnx-licenses-disagree": [onnxModel],
  incomplete: [incompleteModel],
  "file-set": [fileSet],
  store: [store],
  dataset: [dataset],
  "data-file": [dataFile],
  "model-and-dataset": [safetensorsModel, dataset],
  system: [safetensorsModel, ggufFile, onnxModel, fileSet],
} as const satisfies Record<string, readonly Artifact[]>;
