// SPDX-License-Identifier: Apache-2.0
// The weights of an exported program (`.pt2`): a JSON table with the type, shape and entry of each tensor.
// Source: PyTorch 2.15, torch/export/pt2_archive, torch/_export/serde/schema.py (ScalarType).

import { isJsonArray, isJsonObject, type JsonValue, parseJson } from "../../bytes/json.ts";
import type { ZipEntry } from "../../bytes/zip.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import type { ClaimList } from "../claim-list.ts";
import type { FindingList } from "../finding-list.ts";
import type { ZipView } from "./kind.ts";

/** Types of elements by their number. */
const scalarTypes: ReadonlyMap<number, readonly [dtype: string, bytes: number]> = new Map([
  [1, ["U8", 1]],
  [2, ["I8", 1]],
  [3, ["I16", 2]],
  [4, ["I32", 4]],
  [5, ["I64", 8]],
  [6, ["F16", 2]],
  [7, ["F32", 4]],
  [8, ["F64", 8]],
  [10, ["C64", 8]],
  [11, ["C128", 16]],
  [12, ["BOOL", 1]],
  [13, ["BF16", 2]],
  [28, ["U16", 2]],
  [29, ["F8_E4M3", 1]],
  [30, ["F8_E5M2", 1]],
  [31, ["F8_E4M3FNUZ", 1]],
  [32, ["F8_E5M2FNUZ", 1]],
]);

export function isExportedConfig(name: string): boolean {
  return /(?:^|\/)data\/weights\/[^/]+_weights_config\.json$/.test(name);
}

/** What the kind collects. */
interface Collected {
  readonly claims: ClaimList;
  readonly findings: FindingList;
  readonly tensors: Map<string, number>;
}

/** Counts the tensors of the table and compares each with its entry. @throws {AibomError} of the JSON reader */
export function addExported(
  zip: ZipView,
  config: ZipEntry,
  sizes: ReadonlyMap<string, number>,
  { claims, findings, tensors }: Collected,
): void {
  const { path } = zip.file;
  const source = zip.open(config);
  const bytes = source.read(0, Math.min(source.size, limits.maxReadBytes));
  const table = parseJson(bytes, { path, maxBytes: limits.maxJsonBytes, maxDepth: limits.maxJsonDepth });
  const folder = config.name.slice(0, config.name.lastIndexOf("/") + 1);
  const dtypes = new Map<string, number>();
  const counted = new Set<string>();
  const entries = isJsonObject(table) && isJsonObject(table["config"]) ? Object.entries(table["config"]) : [];
  for (const [name, value] of entries) {
    const tensor = tensorOf(value);
    if (tensor === undefined) {
      continue;
    }
    tensors.set(name, tensor.bytes);
    const member = folder + tensor.entry;
    const actual = sizes.get(member);
    if (actual === undefined) {
      findings.add(finding("PYTORCH_STORAGE_MISSING", { path, member }, { key: tensor.entry, count: 1 }));
    } else if (actual < tensor.bytes) {
      const args = { expected: tensor.bytes, actual, member };
      findings.add(finding("PYTORCH_STORAGE_MISMATCH", { path, member }, args));
    }
    // Tensors that share an entry are one tensor with several names.
    if (!counted.has(member)) {
      counted.add(member);
      dtypes.set(tensor.dtype, (dtypes.get(tensor.dtype) ?? 0) + tensor.elements);
    }
  }
  const total = [...dtypes.values()].reduce((sum, count) => sum + count, 0);
  const place = { path, pointer: config.name };
  claims.computed("parameters.count", String(total), place);
  claims.computed("tensors.count", tensors.size, place);
  const sorted = [...dtypes].sort(([a], [b]) => (a < b ? -1 : 1));
  claims.computed(
    "dtypes",
    Object.fromEntries(sorted.map(([dtype, count]) => [dtype, String(count)])),
    place,
  );
}

interface ExportedTensor {
  readonly entry: string;
  readonly dtype: string;
  readonly elements: number;
  readonly bytes: number;
}

function tensorOf(value: JsonValue): ExportedTensor | undefined {
  const meta = isJsonObject(value) ? value["tensor_meta"] : undefined;
  const entry = isJsonObject(value) ? value["path_name"] : undefined;
  if (!isJsonObject(meta) || typeof entry !== "string") {
    return undefined;
  }
  const { dtype, sizes } = meta;
  const type = typeof dtype === "number" ? scalarTypes.get(dtype) : undefined;
  const dimensions = isJsonArray(sizes)
    ? sizes.map((size) => (isJsonObject(size) ? size["as_int"] : undefined))
    : [];
  const elements = dimensions.reduce<number>(
    (product, each) => product * (typeof each === "number" && each >= 0 ? each : Number.NaN),
    1,
  );
  return type === undefined || !Number.isSafeInteger(elements)
    ? undefined
    : { entry, dtype: type[0], elements, bytes: elements * type[1] };
}
