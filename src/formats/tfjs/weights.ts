// SPDX-License-Identifier: Apache-2.0
// The manifest of a TensorFlow.js model: groups of weights, each with the shards that hold its bytes one weight behind
// the other. Source: tfjs-core 4, WeightsManifestConfig.

import { isJsonArray, isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { leadsOut } from "../../bytes/member-name.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

interface WeightGroup {
  /** Shards in order, relative to the artifact's root. */
  readonly paths: readonly string[];
  /** Bytes of all its weights; undefined if one has texts, whose size nothing says. */
  readonly bytes?: number;
}

interface Weights {
  readonly groups: readonly WeightGroup[];
  readonly tensors: number;
  readonly parameters: bigint;
  readonly byType: ReadonlyMap<string, bigint>;
  /** Paths of shards that leave the model's directory. */
  readonly unsafe: readonly string[];
}

/** Names as in other formats, and bytes per element. */
const types: ReadonlyMap<string, readonly [name: string, bytes: number | undefined]> = new Map([
  ["float32", ["F32", 4]],
  ["float16", ["F16", 2]],
  ["int32", ["I32", 4]],
  ["uint8", ["U8", 1]],
  ["uint16", ["U16", 2]],
  ["bool", ["BOOL", 1]],
  ["complex64", ["C64", 8]],
  ["string", ["STRING", undefined]],
] as const);

/** @throws {AibomError} TFJS_INVALID, TFJS_OVER_LIMIT */
export function readWeights(manifest: JsonValue | undefined, path: string): Weights {
  const groups: WeightGroup[] = [];
  const byType = new Map<string, bigint>();
  const unsafe: string[] = [];
  let tensors = 0;
  let shards = 0;
  for (const group of isJsonArray(manifest) ? manifest : []) {
    const weights = list(group, "weights", path);
    const stated = list(group, "paths", path);
    tensors += weights.length;
    shards += stated.length;
    if (tensors + shards > limits.maxTfjsTensors) {
      const args = { what: "weights and shards", limit: limits.maxTfjsTensors };
      throw AibomError.of("TFJS_OVER_LIMIT", args, { where: { path } });
    }
    let bytes: bigint | undefined = 0n;
    for (const weight of weights) {
      const { type, elements, width } = readWeight(weight, path);
      byType.set(type, (byType.get(type) ?? 0n) + elements);
      bytes = bytes === undefined || width === undefined ? undefined : bytes + elements * BigInt(width);
    }
    const names = stated.map((each) => (typeof each === "string" ? each : ""));
    unsafe.push(...names.filter(isUnsafe));
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const paths = names.filter((name) => !isUnsafe(name)).map((name) => folder + plain(name));
    const isKnown = bytes !== undefined && bytes <= Number.MAX_SAFE_INTEGER && paths.length === names.length;
    groups.push({ paths, ...(isKnown && { bytes: Number(bytes) }) });
  }
  const parameters = [...byType.values()].reduce((sum, each) => sum + each, 0n);
  return { groups, tensors, parameters, byType, unsafe };
}

function list(group: JsonValue, key: string, path: string): readonly JsonValue[] {
  const value = isJsonObject(group) && Object.hasOwn(group, key) ? group[key] : undefined;
  if (!isJsonArray(value)) {
    throw invalid(`a group has no list of ${key}`, path);
  }
  return value;
}

interface Weight {
  readonly type: string;
  readonly elements: bigint;
  /** Bytes of one element as it is stored. */
  readonly width: number | undefined;
}

function readWeight(weight: JsonValue, path: string): Weight {
  const of = (object: JsonValue | undefined, key: string): JsonValue | undefined =>
    isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
  const name = of(weight, "name");
  const shape = of(weight, "shape");
  const dtype = of(weight, "dtype");
  const type = types.get(String(dtype));
  if (typeof name !== "string" || !isJsonArray(shape) || type === undefined) {
    throw invalid("a weight has no name, shape or known type", path);
  }
  if (shape.length > limits.maxTensorFlowDimensions) {
    throw AibomError.of(
      "TFJS_OVER_LIMIT",
      { what: "dimensions", limit: limits.maxTensorFlowDimensions },
      { where: { path } },
    );
  }
  let elements = 1n;
  for (const size of shape) {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
      throw invalid(`the weight ${name.slice(0, 100)} has a dimension that is no count`, path);
    }
    elements *= BigInt(size);
  }
  const quantization = of(weight, "quantization");
  const stored = quantization === undefined ? type : types.get(String(of(quantization, "dtype")));
  if (stored === undefined) {
    throw invalid(`the weight ${name.slice(0, 100)} is quantized to an unknown type`, path);
  }
  return { type: stored[0], elements, width: stored[1] };
}

function isUnsafe(stated: string): boolean {
  return stated === "" || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(stated) || leadsOut("model.json", stated);
}

function plain(stated: string): string {
  const parts: string[] = [];
  for (const part of stated.split("/")) {
    if (part === "..") {
      parts.pop();
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  return parts.join("/");
}

function invalid(reason: string, path: string): AibomError {
  return AibomError.of("TFJS_INVALID", { reason }, { where: { path, offset: 0 } });
}
