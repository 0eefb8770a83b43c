// SPDX-License-Identifier: Apache-2.0
// What a pickle shows about the model in it: tensors and their types, the class of the object, the version of the
// library that wrote it.

import type { ClaimList } from "../claim-list.ts";
import type { PickleScan } from "./scan.ts";
import { type TorchContent, type TorchStorage, type TorchTensor, torchContent } from "./tensors.ts";
import { calleeOf, type Import } from "./value.ts";

/** What containers of pickles and layouts need of one. */
export interface PickleDetail {
  readonly kind: "pickle";
  readonly imports: readonly Pick<Import, "module" | "name" | "offset" | "count">[];
  readonly tensors: readonly TorchTensor[];
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

/** Tensors of all streams: of one for each kind of PyTorch file. */
export function addTensorFacts(scan: PickleScan, path: string, claims: ClaimList): TorchContent {
  const all = scan.imports.all.some(({ module }) => module === "torch" || module.startsWith("torch."))
    ? scan.streams.map(({ result }) => torchContent(result, scan.input))
    : [];
  const content: TorchContent = {
    tensors: all.flatMap(({ tensors }) => tensors),
    storages: new Map(all.flatMap(({ storages }) => [...storages])),
    isComplete: all.every(({ isComplete }) => isComplete),
  };
  // What an optimiser remembers is no part of the model.
  const own = content.tensors.filter(({ name }) => !/^optim/.test(name));
  if (own.length === 0) {
    return content;
  }
  const unique = new Map(own.map((tensor) => [tensor.identity, tensor]));
  const dtypes = new Map<string, bigint>();
  let parameters = 0n;
  for (const { dtype, elements } of unique.values()) {
    parameters += BigInt(elements);
    dtypes.set(dtype, (dtypes.get(dtype) ?? 0n) + BigInt(elements));
  }
  const sorted = [...dtypes].sort(([a], [b]) => (a < b ? -1 : 1));
  claims.computed("parameters.count", String(parameters), { path });
  claims.computed("tensors.count", new Set(own.map(({ name }) => name)).size, { path });
  const histogram = Object.fromEntries(sorted.map(([dtype, count]) => [dtype, String(count)]));
  claims.computed("dtypes", histogram, { path });
  return content;
}

/** Modules whose classes say nothing about a model. */
const plainModules: ReadonlySet<string> = new Set([
  "collections",
  "builtins",
  "__builtin__",
  "copyreg",
  "copy_reg",
]);

export function addObjectFacts({ streams, notes }: PickleScan, path: string, claims: ClaimList): void {
  const made = calleeOf(streams.at(0)?.result);
  const isClass = made !== undefined && !plainModules.has(made.module) && /^[A-Z]\w*$/.test(made.name);
  if (isClass && streams.length === 1) {
    claims.computed("architecture.class", made.name, { path, pointer: `${made.module}.${made.name}` });
  }
  if (notes.sklearnVersion !== undefined) {
    const source = { path, pointer: "_sklearn_version" };
    claims.claim("library", "scikit-learn", source);
    claims.claim("producer", { name: "scikit-learn", version: notes.sklearnVersion }, source);
  }
}
