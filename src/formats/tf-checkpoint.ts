// SPDX-License-Identifier: Apache-2.0
// The index of a TensorFlow checkpoint (`variables.index`, `model.ckpt.index`; tensor_bundle.proto): a table from the
// names of variables to type, shape, data file, place and size. The data files have no structure of their own; that they
// are there and long enough is checked by layouts/tf-saved-model.ts. Of partitioned variables each part counts.

import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, FileReference, Format, Head, Match } from "./format.ts";
import { type DataType, dataType } from "./tensorflow/data-type.ts";
import { readShape } from "./tensorflow/graph.ts";
import { endsLikeTable, entryMessage, invalid, readTable, type TableEntry } from "./tensorflow/table.ts";
import { isTrainingVariable } from "./tensorflow/training-variable.ts";

/** One variable, for comparisons. */
export interface CheckpointTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly bigint[];
}

/** `detail` of a description. */
export interface CheckpointDetail {
  readonly kind: "tf-checkpoint";
  readonly tensors: readonly CheckpointTensor[];
}

/** The checkpoint reader. */
export const tfCheckpoint: Format = {
  id: "tf-checkpoint",
  holdsWeights: true,
  extensions: [],
  match(head: Head): Match {
    // The first entry has the empty key, and as its value a BundleHeaderProto with the number of data files.
    const [shared, rest, length = 0, tag] = head.bytes;
    return shared === 0 && rest === 0 && length > 1 && length < 64 && tag === 0x08 ? "possible" : "no";
  },
  confirm: endsLikeTable,
  describe(source: ByteSource): Description {
    return new CheckpointReader(source).describe();
  },
};

interface BundleEntry {
  type: DataType;
  shape: readonly bigint[];
  shard: number;
  offset: number;
  size: number;
  isSliced: boolean;
}

class CheckpointReader {
  readonly #source: ByteSource;
  readonly #findings: FindingList;
  readonly #claims: ClaimList;
  readonly #references: FileReference[] = [];
  readonly #tensors: CheckpointTensor[] = [];
  readonly #parametersByType = new Map<string, bigint>();
  readonly #allByType = new Map<string, bigint>();
  #shards = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#findings = new FindingList(source.path);
    this.#claims = new ClaimList(this.#findings);
  }

  describe(): Description {
    for (const entry of readTable(this.#source)) {
      if (entry.key === "") {
        this.#readHeader(entry);
      } else {
        this.#add(entry);
      }
    }
    if (this.#shards === 0) {
      throw invalid(this.#source, "it names no data file", 0);
    }
    this.#state();
    const detail: CheckpointDetail = { kind: "tf-checkpoint", tensors: this.#tensors };
    return {
      facts: this.#claims.facts,
      findings: this.#findings.all(),
      references: this.#references,
      detail,
    };
  }

  /** BundleHeaderProto: 1 number of data files. */
  #readHeader({ start, end }: TableEntry): void {
    const [file, range] = entryMessage(this.#source, { start, end });
    for (const field of file.reader.fields(range)) {
      if (field.number === 1 && field.wireType === 0) {
        this.#shards = field.value > BigInt(limits.maxFiles) ? 0 : Number(field.value);
      }
    }
  }

  #add({ key, start, end }: TableEntry): void {
    const name = Buffer.from(key, "latin1").toString("utf8");
    const entry = this.#readEntry(start, end);
    const elements = entry.shape.reduce((product, size) => product * (size < 0n ? 0n : size), 1n);
    if (this.#tensors.length >= limits.maxTensorFlowVariables) {
      throw AibomError.of(
        "TF_OVER_LIMIT",
        { what: "variables", limit: limits.maxTensorFlowVariables },
        { where: { path: this.#source.path, offset: start } },
      );
    }
    this.#tensors.push({ name, dtype: entry.type.name, shape: entry.shape });
    if (entry.isSliced) {
      // Its parts have entries of their own.
      return;
    }
    const { bits } = entry.type;
    if (bits !== undefined) {
      this.#count(name, entry.type.name, elements);
      const expected = (elements * BigInt(bits)) / 8n;
      if (BigInt(entry.size) !== expected) {
        this.#findings.add(
          finding(
            "TF_CHECKPOINT_SIZE",
            { path: this.#source.path, offset: start, member: name },
            { tensor: name, got: entry.size, expected },
          ),
        );
      }
    }
    if (entry.shard >= this.#shards) {
      throw invalid(
        this.#source,
        `${name.slice(0, 100)} is in data file ${entry.shard} of ${this.#shards}`,
        start,
      );
    }
    this.#references.push({
      path: dataFile(this.#source.path, entry.shard, this.#shards),
      offset: entry.offset,
      length: entry.size,
      member: name,
    });
  }

  /** Keras exports a model's variables twice, as `variables` and as `_all_variables`. */
  #count(name: string, type: string, elements: bigint): void {
    if (!isTrainingVariable(name)) {
      const counts = name.startsWith("_all_variables/") ? this.#allByType : this.#parametersByType;
      counts.set(type, (counts.get(type) ?? 0n) + elements);
    }
  }

  /** BundleEntryProto: 1 type, 2 shape, 3 data file, 4 offset, 5 size, 7 slices. */
  #readEntry(start: number, end: number): BundleEntry {
    const [file, range] = entryMessage(this.#source, { start, end });
    const entry: BundleEntry = {
      type: dataType(0n),
      shape: [],
      shard: 0,
      offset: 0,
      size: 0,
      isSliced: false,
    };
    for (const field of file.reader.fields(range)) {
      const small = Number(BigInt.asUintN(53, field.value));
      if (field.wireType === 0 && field.value > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw invalid(this.#source, "a place is beyond any file", start);
      }
      switch (field.number) {
        case 1:
          entry.type = dataType(field.value);
          break;
        case 2:
          entry.shape = readShape(file, file.reader.message(field, range));
          break;
        case 3:
          entry.shard = small;
          break;
        case 4:
          entry.offset = small;
          break;
        case 5:
          entry.size = small;
          break;
        case 7:
          entry.isSliced = true;
          break;
      }
    }
    return entry;
  }

  #state(): void {
    const source = { path: this.#source.path };
    const counts = this.#parametersByType.size > 0 ? this.#parametersByType : this.#allByType;
    const byType = [...counts].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const total = byType.reduce((sum, [, count]) => sum + count, 0n);
    this.#claims.computed("parameters.count", String(total), source);
    this.#claims.computed("tensors.count", this.#tensors.length, source);
    this.#claims.computed(
      "dtypes",
      Object.fromEntries(byType.map(([type, count]) => [type, String(count)])),
      source,
    );
  }
}

/** `variables.data-00000-of-00001`, beside `variables.index`. */
function dataFile(index: string, shard: number, shards: number): string {
  const stem = index.replace(/\.index$/u, "");
  const padded = (value: number): string => String(value).padStart(5, "0");
  return `${stem}.data-${padded(shard)}-of-${padded(shards)}`;
}
