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

/** First bytes of a MetaGraphDef: its own fields, of which an ONNX text is not one. */
const metaGraphTags = new Set([0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a]);

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

function startsLikeSavedModel(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x08 || bytes[1] !== 1 || bytes[2] !== 0x12) {
    return false;
  }
  let at = 3;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) {
    at += 1;
  }
  // A graph is longer than a producer's name, which is what ONNX has here.
  return at > 3 && metaGraphTags.has(bytes[at + 1] ?? 0);
}
