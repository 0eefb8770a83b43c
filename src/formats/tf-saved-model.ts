// SPDX-License-Identifier: Apache-2.0
// TensorFlow SavedModels (`saved_model.pb`, saved_model.proto): 1 schema version, 2 meta graphs. The weights are in
// `variables/`, a checkpoint of its own format; what the directory says together is read by layouts/tf-saved-model.ts.

import type { ByteSource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { stateOperators } from "./tensorflow/graph.ts";
import { GraphFile } from "./tensorflow/graph-file.ts";
import { readMetaGraph } from "./tensorflow/meta-graph.ts";

/** `detail` of a description. */
export interface SavedModelDetail {
  readonly kind: "tf-savedmodel";
  /** File names under `assets/`, as written. */
  readonly assets: readonly string[];
}

/** The SavedModel reader. */
export const tfSavedModel: Format = {
  id: "tf-savedmodel",
  holdsWeights: true,
  extensions: [],
  match(head: Head): Match {
    // TensorFlow looks for this name only, and takes the fields in any order.
    return isSavedModelName(head.path) || startsLikeSavedModel(head.bytes) ? "possible" : "no";
  },
  describe(source: ByteSource): Description {
    const file = new GraphFile(source);
    const root = file.reader.root();
    let graphs = 0;
    for (const field of file.reader.fields(root)) {
      if (field.number === 2 && field.wireType === 2) {
        graphs += 1;
        readMetaGraph(file, file.reader.message(field, root));
      } else if (field.number !== 1) {
        file.addUnknown("SavedModel", field);
      } else {
        file.claims.claim("format.version", String(field.value), {
          path: file.path,
          pointer: "saved_model_schema_version",
        });
      }
    }
    if (graphs === 0) {
      throw AibomError.of("TF_NOT_A_MODEL", { reason: "it has no graph" }, { where: { path: file.path } });
    }
    stateOperators(file);
    file.keras.state();
    const detail: SavedModelDetail = { kind: "tf-savedmodel", assets: file.assets };
    return {
      facts: file.claims.facts,
      findings: file.findings.all(),
      references: [],
      detail,
      ...(file.isIncomplete ? { incomplete: true } : {}),
    };
  },
};

function isSavedModelName(path: string): boolean {
  return path === "saved_model.pb" || path.endsWith("/saved_model.pb");
}

/**
 * Version 1, then a meta graph whose information starts with tags or a list of operators. Core ML and ONNX models start
 * with a version as well, and go on with texts at these places.
 */
function startsLikeSavedModel(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x08 || bytes[1] !== 1 || bytes[2] !== 0x12) {
    return false;
  }
  const graph = afterLength(bytes, 3);
  if (bytes[graph] === 0x12) {
    return true;
  }
  const info = afterLength(bytes, graph + 1);
  const tag = bytes[info] ?? 0;
  if (bytes[graph] !== 0x0a || tag !== 0x0a) {
    return bytes[graph] === 0x0a && (tag === 0x22 || tag === 0x2a);
  }
  const operators = afterLength(bytes, info + 1);
  return bytes[operators] === 0x0a && bytes[afterLength(bytes, operators + 1)] === 0x0a;
}

function afterLength(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) {
    at += 1;
  }
  return at + 1;
}
