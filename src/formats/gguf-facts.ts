// SPDX-License-Identifier: Apache-2.0
// What a GGUF header shows (computed from the tensor table) and what it says (claims from its key-value
// pairs; keys of ggml docs/gguf.md and of gguf-py 0.19). Where a claim contradicts the tensors, or a chat
// template reaches for Python internals, there is a finding.

import { createHash } from "node:crypto";
import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import type { FactName, FactSource, JsonValue } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { dangerousConstructs } from "./chat-template.ts";
import { ClaimList } from "./claim-list.ts";
import type { FindingList } from "./finding-list.ts";
import {
  type GgufArray,
  type GgufMetadata,
  type GgufValue,
  integerOf,
  isChatTemplate,
  textOf,
  textsOf,
} from "./gguf-metadata.ts";
import type { GgufTensor } from "./gguf-tensors.ts";
import { fileTypeOf } from "./gguf-types.ts";
import { addMetadata } from "./metadata-claims.ts";
import { histogram } from "./safetensors-facts.ts";

/** A header that was read completely. */
export interface GgufHeader {
  readonly file: ByteSource;
  readonly version: number;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly GgufTensor[];
}

/** Keys that have a name of their own in the inventory. */
const namedKeys: ReadonlyMap<string, FactName> = new Map<string, FactName>([
  ["general.architecture", "architecture.family"],
  ["general.name", "name"],
  ["general.version", "version"],
  ["general.organization", "organization"],
  ["general.author", "author"],
  ["general.description", "description"],
  ["general.url", "url"],
  ["general.repo_url", "url"],
  ["general.license", "license"],
  ["general.license.name", "license.name"],
  ["general.license.link", "license.link"],
]);

const listKeys: ReadonlyMap<string, FactName> = new Map<string, FactName>([
  ["general.tags", "tag"],
  ["general.languages", "language"],
  ["general.datasets", "dataset"],
]);

/** Keys that are turned into facts elsewhere, or that describe the file and not the model. */
const handledKeys: ReadonlySet<string> = new Set([
  "general.alignment",
  "general.file_type",
  "general.base_model.count",
  "general.dataset.count",
  "tokenizer.ggml.model",
  "tokenizer.ggml.pre",
]);

/** Facts of one file; adds findings for claims that its tensors contradict. */
export function ggufFacts(header: GgufHeader, findings: FindingList): ClaimList["facts"] {
  const { file, version, metadata, tensors } = header;
  const list = new ClaimList(findings);
  const source = { path: file.path };
  const types = countByType(tensors);
  const total = [...types.values()].reduce((sum, count) => sum + count, 0n);
  list.computed("format.version", String(version), source);
  list.computed("parameters.count", total.toString(), source);
  list.computed("tensors.count", tensors.length, source);
  list.computed("quantizations", histogram(types), source);
  checkFileType(header, findings, list);
  checkParameterCount(header, total, findings);
  addTokenizer(header, list);
  addModels(metadata, "general.base_model", "base_model", list, file.path);
  addModels(metadata, "general.dataset", "dataset", list, file.path);
  const sorted = [...metadata].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [key, value] of sorted) {
    addEntry(key, value, header, list, findings);
  }
  return list.facts;
}

function countByType(tensors: readonly GgufTensor[]): ReadonlyMap<string, bigint> {
  const counts = new Map<string, bigint>();
  for (const { type, elements } of tensors) {
    counts.set(type, (counts.get(type) ?? 0n) + BigInt(elements));
  }
  return counts;
}

/** Does the label fit the tensors? Only matrices count: vectors stay in F32 in every quantisation. */
function checkFileType(header: GgufHeader, findings: FindingList, list: ClaimList): void {
  const { file, metadata } = header;
  const number = integerOf(metadata, "general.file_type");
  if (number === undefined) {
    return;
  }
  const where = { path: file.path, member: "general.file_type" };
  const label = fileTypeOf(number);
  list.claim("quantization", label?.name ?? `file type ${number}`, {
    path: file.path,
    pointer: where.member,
  });
  // A shard shows a part of the tensors only; what its label says holds for the whole.
  const counts = countByType(header.tensors.filter(({ dimensions }) => dimensions >= 2));
  const isShard = (integerOf(metadata, "split.count") ?? 1) > 1;
  if (label === undefined || counts.size === 0 || isShard) {
    return;
  }
  let fitting = 0n;
  let total = 0n;
  for (const [type, count] of counts) {
    total += count;
    fitting += label.types.has(type) ? count : 0n;
  }
  if (fitting * 10n < total) {
    const [actual = ""] = [...counts].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0))[0] ?? [];
    findings.add(finding("GGUF_FILE_TYPE_MISMATCH", where, { claimed: label.name, actual }));
  }
}

function checkParameterCount(header: GgufHeader, actual: bigint, findings: FindingList): void {
  const entry = header.metadata.get("general.parameter_count");
  const isShard = (integerOf(header.metadata, "split.count") ?? 1) > 1;
  if (entry === undefined || isShard) {
    return;
  }
  const claimed = entry.kind === "scalar" ? String(entry.value) : entry.kind;
  if (claimed !== actual.toString()) {
    const where = { path: header.file.path, member: "general.parameter_count" };
    findings.add(finding("GGUF_PARAMETER_COUNT_MISMATCH", where, { claimed, actual }));
  }
}

/** The tokenizer by name, and its vocabulary by size and hash: two models with one hash share it. */
function addTokenizer({ file, metadata }: GgufHeader, list: ClaimList): void {
  const name = textOf(metadata, "tokenizer.ggml.model");
  const pre = textOf(metadata, "tokenizer.ggml.pre");
  if (name !== undefined) {
    const source = { path: file.path, pointer: "tokenizer.ggml.model" };
    list.claim("tokenizer", { name, ...(pre !== undefined && { pre }) }, source);
  }
  const tokens = metadata.get("tokenizer.ggml.tokens");
  if (tokens?.kind === "array") {
    const source = { path: file.path, pointer: "tokenizer.ggml.tokens" };
    list.computed("vocabulary.size", tokens.count, source);
    const value = { key: "tokenizer.ggml.tokens.sha256", value: hashArray(file, tokens) };
    list.computed("metadata", value, source);
  }
}

/** SHA-256 of an array's elements as they stand in the file. */
function hashArray(file: ByteSource, { start, end }: GgufArray): string {
  const hash = createHash("sha256");
  const chunkBytes = 1024 * 1024;
  for (let offset = start; offset < end; offset += chunkBytes) {
    hash.update(file.read(offset, Math.min(chunkBytes, end - offset)));
  }
  return hash.digest("hex");
}

const modelMembers = ["name", "author", "version", "organization", "url", "repo_url", "doi", "uuid"] as const;

/** The numbered groups `<prefix>.N.name` …: base models and datasets. */
function addModels(
  metadata: GgufMetadata,
  prefix: "general.base_model" | "general.dataset",
  fact: "base_model" | "dataset",
  list: ClaimList,
  path: string,
): void {
  const claimed = integerOf(metadata, `${prefix}.count`) ?? 0;
  const count = Math.min(Math.max(claimed, 0), limits.maxClaimsPerName);
  for (let index = 0; index < count; index += 1) {
    const members = modelMembers.flatMap((member) => {
      const text = textOf(metadata, `${prefix}.${index}.${member}`);
      return text === undefined ? [] : [[member, text] as const];
    });
    const group: Readonly<Record<string, string>> = Object.fromEntries(members);
    const { repo_url: repository, url = repository, name = url, ...rest } = group;
    if (name === undefined) {
      continue;
    }
    const source = { path, pointer: `${prefix}.${index}` };
    if (fact === "dataset") {
      list.claim("dataset", url ?? name, source);
    } else {
      list.claim("base_model", { name, ...(url !== undefined && { url }), ...rest }, source);
    }
  }
}

function addEntry(
  key: string,
  value: GgufValue,
  { file, metadata }: GgufHeader,
  list: ClaimList,
  findings: FindingList,
): void {
  const source = { path: file.path, pointer: key };
  const listName = listKeys.get(key);
  if (handledKeys.has(key) || /^general\.(?:base_model|dataset)\.\d/.test(key)) {
    return;
  }
  if (listName !== undefined) {
    for (const text of textsOf(metadata, key)) {
      list.claim(listName, text, source);
    }
    return;
  }
  if (value.kind !== "scalar") {
    return;
  }
  if (isChatTemplate(key)) {
    addChatTemplate(String(value.value), source, list, findings);
    return;
  }
  const architecture = textOf(metadata, "general.architecture");
  const shown = jsonScalar(value);
  const name = namedKeys.get(key);
  if (name !== undefined && typeof shown === "string" && shown !== "") {
    list.claim(name, shown, source);
  } else if (architecture !== undefined && key === `${architecture}.context_length`) {
    list.claim("context_length", shown, source);
  } else if (architecture !== undefined && key.startsWith(`${architecture}.`)) {
    list.claim("hyperparameter", { name: key.slice(architecture.length + 1), value: shown }, source);
  } else if (!key.startsWith("tokenizer.")) {
    addMetadata(list, key, shown, source);
  }
}

function addChatTemplate(
  template: string,
  source: FactSource & { readonly pointer: string },
  list: ClaimList,
  findings: FindingList,
): void {
  const sha256 = createHash("sha256").update(template).digest("hex");
  list.computed("chat_template.sha256", sha256, source);
  const constructs = dangerousConstructs(template);
  if (constructs.length > 0) {
    const where = { path: source.path, member: source.pointer };
    findings.add(finding("CHAT_TEMPLATE_DANGEROUS", where, { constructs: constructs.join(", ") }));
  }
}

type JsonScalar = Extract<JsonValue, string | number | boolean>;

/** A scalar as JSON: 64-bit integers beyond 2^53 and non-finite numbers as text. */
function jsonScalar({ type, value }: Extract<GgufValue, { kind: "scalar" }>): JsonScalar {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return String(value);
  }
  return type === "f32" && typeof value === "number" ? shortestFloat32(value) : value;
}

/** The shortest decimal that is the same 32-bit float: 1e-5, not 0.000009999999747378752. */
function shortestFloat32(value: number): number {
  for (let digits = 6; digits <= 8; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) {
      return shorter;
    }
  }
  return value;
}
