// SPDX-License-Identifier: Apache-2.0
// What is known about an artifact from reading it. A claim is what the artifact says about itself;
// a computed fact is what its bytes show. Neither is evidence: only verifiers make evidence.

/** A JSON value. Integers beyond 2^53 are carried as decimal strings. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * The closed list of things aibom knows how to say about a model or a dataset. The BOM builder maps each to its
 * CycloneDX field; a format that learns something new adds a name here and a mapping there.
 */
export type FactName =
  | "name"
  | "version"
  | "description"
  | "author"
  | "organization"
  | "url"
  | "license" // an SPDX id or expression, or free text, as written
  | "license.name"
  | "license.link"
  | "license.clause" // what the words of a licence text show: {clause, phrase}
  | "task" // pipeline tag: text-generation …
  | "architecture.family" // llama, bert …
  | "architecture.class" // LlamaForCausalLM …
  | "library" // transformers, onnx …
  | "language"
  | "tag"
  | "base_model" // value: {name, relation?, revision?, url?}
  | "dataset" // name or URL of a dataset the model says it was trained on
  | "metric" // value: {type, value, slice?}
  | "input" // value: {name, format}
  | "output" // value: {name, format}
  | "modality"
  | "limitation"
  | "use_case"
  | "producer" // the tool that wrote the file: {name, version?}
  | "parameters.count" // decimal string
  | "tensors.count"
  | "dtypes" // value: {F32: count of parameters as decimal string, …}
  | "quantization" // claimed quantisation name
  | "quantizations" // computed histogram: {Q4_K: parameters, …}
  | "context_length"
  | "vocabulary.size"
  | "hyperparameter" // value: {name, value}
  | "tokenizer" // value: {name, …}
  | "chat_template.sha256"
  | "format.version"
  | "opset" // value: {domain, version}
  | "operators" // value: {"domain::Op": count}
  | "custom_code" // value: {class, module, repository?}
  | "import" // code that loading names: {module, name, verdict: allowed | unknown | dangerous, count, offset}
  | "layer_types" // histogram: {Dense: count}
  | "revision" // exact revision: {system: git | mlflow …, id}
  | "rows.count"
  | "columns.count"
  | "schema" // value: {column: type}
  | "split" // value: {name, rows?, bytes?}
  | "encoding" // of text data: utf-8 …
  | "encryption" // value: {scheme, …}
  | "data_source" // where data comes from: {name, type?, url?}
  | "feature_view" // value: {name, source?, features?}
  | "classification" // of data
  | "sensitive_data"
  | "governance" // value: {role: owner | custodian | steward, name}
  | "derived_from" // value: {name, url?}
  | "citation"
  | "created" // ISO 8601
  | "modified"
  | "classes" // histogram of labels: {cat: 120}
  /** What a manifest says about a file: {path, sha256?, sha512?, md5?, sha1?, gitSha1?, size?, by, isElsewhere?: true}. */
  | "file.expected"
  | "configuration" // a file that configures what serves a model: {kind, workloads}
  | "image" // a container image that a configuration names: {reference, isPinned, line}
  | "endpoint" // a host outside that a configuration names: {host, line}
  | "kill_switch" // by whom a deployment could be stopped or changed: {class, name, why, seat?, line}
  | "files.vouched" // files whose bytes are what a manifest says: {by, algorithm, files: count}
  | "metadata"; // value: {key, value}: free metadata that has no better name

/** Where a fact was read: the file and, if useful, the place inside it. */
export interface FactSource {
  readonly path: string;
  /** JSON pointer, header key, protobuf field … */
  readonly pointer?: string;
}

interface FactBase {
  readonly name: FactName;
  readonly value: JsonValue;
  readonly source: FactSource;
}

/** Self-declared: anybody who could write the file could have written this. */
export interface Claim extends FactBase {
  readonly grade: "claim";
}

/** Computed by aibom from the bytes. */
export interface Computed extends FactBase {
  readonly grade: "computed";
}

export type Fact = Claim | Computed;

/** States a claim read from `source`. */
export function claim(name: FactName, value: JsonValue, source: FactSource): Claim {
  return { grade: "claim", name, value, source };
}

/** States a value that aibom computed from the bytes of `source`. */
export function computed(name: FactName, value: JsonValue, source: FactSource): Computed {
  return { grade: "computed", name, value, source };
}
