// SPDX-License-Identifier: Apache-2.0
// TensorFlow.js models: a JSON file with the topology (of a Keras model, or a TensorFlow graph) and the manifest of the
// weights, and beside it the shards that hold them one behind the other. Source: tfjs-core 4, src/io/types.ts and
// weights_loader.ts. The weights are measured, never read; layouts/tfjs-weights.ts compares them with the shards.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { KerasReport } from "./keras/keras-report.ts";
import { histogram } from "./safetensors-facts.ts";
import { reachOf } from "./tensorflow/operators.ts";
import { readWeights } from "./tfjs/weights.ts";

/** `detail` of a description. */
export interface TfjsDetail {
  readonly kind: "tfjs";
  /** Bytes of the weights of each group, whose shards are the references of that member; undefined where nothing says. */
  readonly bytes: ReadonlyMap<string, number | undefined>;
}

function groupName(index: number): string {
  return `/weightsManifest/${index}`;
}

/** Operators that its converter makes, and TensorFlow does not have. */
const ownOperators: ReadonlySet<string> = new Set(["FusedDepthwiseConv2dNative"]);

const usualName = /(?:model|weights_manifest)\.json$/i;
const telling = /"(?:modelTopology|weightsManifest|weightData)"|"(?:graph|layers)-model"/;

/** The TensorFlow.js reader. Its files share the extension `.json` with everything else, so no name promises it. */
export const tfjs: Format = {
  id: "tfjs",
  holdsWeights: false,
  extensions: [".json"],
  match({ bytes, path }: Head): Match {
    const start = Buffer.from(bytes).toString("latin1").trimStart();
    const isJson = start.startsWith("{") || start.startsWith("[");
    return isJson && (usualName.test(path) || telling.test(start)) ? "possible" : "no";
  },
  confirm(file: ByteSource): boolean {
    if (file.size > limits.maxTfjsJsonBytes) {
      return false;
    }
    const bytes = Buffer.from(file.read(0, file.size));
    const hasManifest = bytes.includes('"weightsManifest"') || bytes.includes('"weights"');
    return hasManifest && isModel(parse(bytes, file.path));
  },
  describe: (file) => new TfjsFile(file).describe(),
};

function parse(bytes: Uint8Array, path: string): JsonValue {
  return parseJson(bytes, { path, maxBytes: limits.maxTfjsJsonBytes, maxDepth: limits.maxKerasConfigDepth });
}

/** A model, or the manifest alone as older converters wrote it: a list of groups. */
function isModel(document: JsonValue): boolean {
  if (isJsonArray(document)) {
    const [first] = document;
    return (
      isJsonObject(first) && isJsonArray(member(first, "weights")) && isJsonArray(member(first, "paths"))
    );
  }
  return isJsonObject(document) && isJsonArray(member(document, "weightsManifest"));
}

/** An object's own member. Keys come from untrusted files, so nothing inherited may answer. */
function member(object: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** One read. */
class TfjsFile {
  readonly #operators = new Map<string, bigint>();
  readonly #findings: FindingList;
  readonly #claims: ClaimList;
  readonly #file: ByteSource;

  constructor(file: ByteSource) {
    this.#findings = new FindingList(file.path);
    this.#claims = new ClaimList(this.#findings);
    this.#file = file;
  }

  describe(): Description {
    const file = this.#file;
    const { path } = file;
    // A bounded read; one over the limit of such JSON is refused by its parser.
    const document = parse(file.read(0, file.size), path);
    if (!isModel(document)) {
      throw AibomError.of("TFJS_INVALID", { reason: "it has no manifest of weights" }, { where: { path } });
    }
    const manifest = isJsonArray(document) ? document : member(document, "weightsManifest");
    const weights = readWeights(manifest, path);
    this.#topology(document);
    this.#claims.computed("tensors.count", weights.tensors, { path });
    this.#claims.computed("parameters.count", weights.parameters.toString(), { path });
    this.#claims.computed("dtypes", histogram(weights.byType), { path });
    for (const file of weights.unsafe) {
      this.#findings.add(
        finding("TFJS_WEIGHTS_PATH", { path, member: "weightsManifest" }, { file: file.slice(0, 300) }),
      );
    }
    const references = weights.groups.flatMap(({ paths }, group) =>
      paths.map((shard) => ({ path: shard, member: groupName(group) })),
    );
    const detail: TfjsDetail = {
      kind: "tfjs",
      bytes: new Map(weights.groups.map(({ bytes }, group) => [groupName(group), bytes])),
    };
    const { facts } = this.#claims;
    return { facts, findings: this.#findings.all(), references, holdsWeights: true, detail };
  }

  #topology(document: JsonValue): void {
    const { path } = this.#file;
    this.#producers(document);
    const topology = member(document, "modelTopology");
    const nodes = member(topology, "node");
    if (isJsonArray(nodes)) {
      this.#graph(topology, nodes);
    } else if (topology !== undefined && topology !== null) {
      const keras = new KerasReport(path, this.#claims, this.#findings);
      keras.readParsed(member(topology, "model_config") ?? topology, "modelTopology");
      keras.state();
    }
    this.#ports(document);
  }

  #producers(document: JsonValue): void {
    for (const key of ["generatedBy", "convertedBy"]) {
      const value = member(document, key);
      if (typeof value === "string" && value !== "") {
        // `2.8.0` is TensorFlow's version, `TensorFlow.js Converter v3.18.0` says its name.
        const [, name = "TensorFlow", version = ""] =
          /^(?:(.*?)\s+)?v?(\d\S*)$/.exec(value.slice(0, 200)) ?? [];
        const producer = version === "" ? { name: value.slice(0, 200) } : { name, version };
        this.#claims.claim("producer", producer, { path: this.#file.path, pointer: `/${key}` });
      }
    }
    const format = member(document, "format");
    if (typeof format === "string") {
      const source = { path: this.#file.path, pointer: "/format" };
      this.#claims.claim("metadata", { key: "tfjs.format", value: format }, source);
    }
  }

  #graph(topology: JsonValue | undefined, nodes: readonly JsonValue[]): void {
    const { path } = this.#file;
    this.#count(nodes);
    const functions = member(member(topology, "library"), "function");
    for (const each of isJsonArray(functions) ? functions : []) {
      const inner = member(each, "nodeDef");
      this.#count(isJsonArray(inner) ? inner : []);
    }
    this.#claims.computed("operators", histogram(this.#operators), { path });
    for (const [operator, count] of this.#operators) {
      if (!ownOperators.has(operator) && reachOf(operator) !== undefined) {
        const args = { operator: operator.slice(0, 300), count: Number(count) };
        this.#findings.add(finding("TFJS_CUSTOM_OPERATOR", { path, member: "modelTopology" }, args));
      }
    }
  }

  #count(nodes: readonly JsonValue[]): void {
    for (const node of nodes) {
      const operator = member(node, "op");
      const name = typeof operator === "string" ? operator : "(none)";
      const known = this.#operators.get(name);
      if (known === undefined && this.#operators.size >= limits.maxTensorFlowOperatorKinds) {
        const args = { what: "kinds of operators", limit: limits.maxTensorFlowOperatorKinds };
        throw AibomError.of("TFJS_OVER_LIMIT", args, { where: { path: this.#file.path } });
      }
      this.#operators.set(name, (known ?? 0n) + 1n);
    }
  }

  /** Inputs and outputs of a graph, by the names of its signature. */
  #ports(document: JsonValue): void {
    const declared =
      member(document, "signature") ?? member(member(document, "userDefinedMetadata"), "signature");
    for (const [key, name] of [
      ["inputs", "input"],
      ["outputs", "output"],
    ] as const) {
      const ports = member(declared, key);
      for (const [port, value] of isJsonObject(ports) ? Object.entries(ports as JsonObject) : []) {
        const type = member(value, "dtype");
        const format = typeof type === "string" ? type.replace(/^DT_/, "").toLowerCase() : "undefined";
        this.#claims.claim(
          name,
          { name: port, format },
          { path: this.#file.path, pointer: `/signature/${key}` },
        );
      }
    }
  }
}
