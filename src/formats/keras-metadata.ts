// SPDX-License-Identifier: Apache-2.0
// `keras_metadata.pb`: what Keras 2 (TensorFlow 2.5 to 2.15) wrote beside a SavedModel, a protobuf (SavedMetadata: 1 nodes
// {3 path, 4 identifier, 5 metadata}) whose texts are the JSON of each layer, Lambda functions included.

import type { ByteSource } from "../bytes/byte-source.ts";
import { type MessageRange, ProtobufReader } from "../bytes/protobuf.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { GraphFile } from "./tensorflow/graph-file.ts";
import { readKerasMetadata } from "./tensorflow/meta-graph.ts";

/** The reader of Keras' metadata. */
export const kerasMetadata: Format = {
  id: "keras-metadata",
  holdsWeights: false,
  extensions: [],
  match(head: Head): Match {
    return /(?:^|\/)keras_metadata\.pb$/u.test(head.path) ? "possible" : "no";
  },
  confirm(source: ByteSource): boolean {
    const reader = new ProtobufReader(source);
    for (const field of reader.fields(reader.root())) {
      return field.number === 1 && field.wireType === 2;
    }
    return false;
  },
  describe(source: ByteSource): Description {
    const file = new GraphFile(source);
    const root = file.reader.root();
    for (const field of file.reader.fields(root)) {
      if (field.number === 1 && field.wireType === 2) {
        readNode(file, file.reader.message(field, root));
      } else {
        file.addUnknown("SavedMetadata", field);
      }
    }
    file.keras.state();
    return {
      facts: file.claims.facts,
      findings: file.findings.all(),
      references: [],
      ...(file.isIncomplete ? { incomplete: true } : {}),
    };
  },
};

/** A node's path names it in findings; the order of fields in the file is not relied on. */
function readNode(file: GraphFile, node: MessageRange): void {
  let path = "root";
  for (const field of file.reader.fields(node)) {
    if (field.number === 3 && field.wireType === 2) {
      path = file.name(field, "node path");
    }
  }
  for (const field of file.reader.fields(node)) {
    if (field.number === 5 && field.wireType === 2 && field.value > 0n) {
      readKerasMetadata(file, field, path, path !== "root");
    }
  }
}
