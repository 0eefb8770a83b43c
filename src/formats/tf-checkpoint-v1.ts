// SPDX-License-Identifier: Apache-2.0
// A checkpoint of TensorFlow before its version 2 (`model.ckpt` without `.index`; saved_tensor_slice.proto): one table whose
// first entry names every variable with its type and shape, and whose other entries hold the values, each slice of a
// partitioned variable one. The values are measured, never read.

import type { ByteSource } from "../bytes/byte-source.ts";
import type { MessageRange } from "../bytes/protobuf.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { type DataType, dataType } from "./tensorflow/data-type.ts";
import { readShape } from "./tensorflow/graph.ts";
import type { GraphFile } from "./tensorflow/graph-file.ts";
import { endsLikeTable, entryMessage, invalid, readTable, type TableEntry } from "./tensorflow/table.ts";
import { isTrainingVariable } from "./tensorflow/training-variable.ts";

/** The reader of the first version of checkpoints. */
export const tfCheckpointV1: Format = {
  id: "tf-checkpoint-v1",
  holdsWeights: true,
  extensions: [],
  match({ bytes }: Head): Match {
    // The first entry has the empty key, and as its value a message whose first field is a message.
    const [shared, rest] = bytes;
    const tag = bytes.subarray(2, 8).findIndex((byte) => byte < 0x80) + 3;
    return shared === 0 && rest === 0 && tag > 2 && bytes[tag] === 0x0a ? "possible" : "no";
  },
  confirm: endsLikeTable,
  describe: (source) => new CheckpointV1(source).describe(),
};

interface SavedVariable {
  type: DataType;
  shape: readonly bigint[];
  slices: number;
}

class CheckpointV1 {
  readonly #source: ByteSource;
  readonly #variables = new Map<string, SavedVariable>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  describe(): Description {
    const stored = new Map<string, number>();
    for (const entry of readTable(this.#source)) {
      if (entry.key === "") {
        this.#readMeta(entry);
      } else {
        const name = this.#nameOf(entry);
        if (!this.#variables.has(name)) {
          throw invalid(this.#source, `it holds ${name.slice(0, 100)}, which it does not name`, entry.start);
        }
        stored.set(name, (stored.get(name) ?? 0) + 1);
      }
    }
    for (const [name, { slices }] of this.#variables) {
      if (stored.get(name) !== slices) {
        throw invalid(
          this.#source,
          `${name.slice(0, 100)} has ${stored.get(name) ?? 0} of ${slices} slices`,
          0,
        );
      }
    }
    if (this.#variables.size === 0) {
      throw invalid(this.#source, "it names no variable", 0);
    }
    const findings = new FindingList(this.#source.path);
    return { facts: this.#facts(findings), findings: findings.all(), references: [] };
  }

  #facts(findings: FindingList): Description["facts"] {
    const claims = new ClaimList(findings);
    const counts = new Map<string, bigint>();
    for (const [name, { type, shape }] of this.#variables) {
      if (type.bits !== undefined && !isTrainingVariable(name)) {
        const elements = shape.reduce((product, size) => product * (size < 0n ? 0n : size), 1n);
        counts.set(type.name, (counts.get(type.name) ?? 0n) + elements);
      }
    }
    const byType = [...counts].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const total = byType.reduce((sum, [, count]) => sum + count, 0n);
    const place = { path: this.#source.path };
    claims.computed("parameters.count", String(total), place);
    claims.computed("tensors.count", this.#variables.size, place);
    claims.computed(
      "dtypes",
      Object.fromEntries(byType.map(([type, count]) => [type, String(count)])),
      place,
    );
    return claims.facts;
  }

  /** SavedTensorSlices: 1 meta {1 tensor}. */
  #readMeta(entry: TableEntry): void {
    const { start } = entry;
    const [file, root] = entryMessage(this.#source, entry);
    for (const meta of file.messages(root, 1)) {
      for (const tensor of file.messages(meta, 1)) {
        if (this.#variables.size >= limits.maxTensorFlowVariables) {
          const args = { what: "variables", limit: limits.maxTensorFlowVariables };
          throw AibomError.of("TF_OVER_LIMIT", args, { where: { path: this.#source.path, offset: start } });
        }
        const [name, variable] = readVariable(file, tensor);
        if (this.#variables.has(name)) {
          throw invalid(this.#source, `it names ${name.slice(0, 100)} twice`, start);
        }
        this.#variables.set(name, variable);
      }
    }
  }

  /** SavedTensorSlices: 2 data {1 name}. */
  #nameOf(entry: TableEntry): string {
    const [file, root] = entryMessage(this.#source, entry);
    for (const data of file.messages(root, 2)) {
      return textOf(file, data, 1);
    }
    throw invalid(this.#source, "an entry holds no values", entry.start);
  }
}

/** SavedSliceMeta: 1 name, 2 shape, 3 type, 4 slices. */
function readVariable(file: GraphFile, tensor: MessageRange): readonly [string, SavedVariable] {
  const variable: SavedVariable = { type: dataType(0n), shape: [], slices: 0 };
  for (const field of file.reader.fields(tensor)) {
    if (field.number === 2 && field.wireType === 2) {
      variable.shape = readShape(file, file.reader.message(field, tensor));
    } else if (field.number === 3 && field.wireType === 0) {
      variable.type = dataType(field.value);
    } else if (field.number === 4) {
      variable.slices += 1;
    }
  }
  return [textOf(file, tensor, 1), variable];
}

function textOf(file: GraphFile, message: MessageRange, number: number): string {
  for (const field of file.reader.fields(message)) {
    if (field.number === number && field.wireType === 2) {
      return new TextDecoder().decode(file.reader.bytes(field, limits.maxNameBytes));
    }
  }
  return "";
}
