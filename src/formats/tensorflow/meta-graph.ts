// SPDX-License-Identifier: Apache-2.0
// MetaGraphDef (meta_graph.proto): the graph with its version, tags, signatures and assets, and the object graph in which
// Keras 2 kept its layers.

import type { MessageRange, WireField } from "../../bytes/protobuf.ts";
import { limits } from "../../limits.ts";
import { dataType } from "./data-type.ts";
import { readGraph, readShape } from "./graph.ts";
import type { GraphFile } from "./graph-file.ts";

/** @throws {AibomError} PROTOBUF_*, TF_OVER_LIMIT */
export function readMetaGraph(file: GraphFile, range: MessageRange): void {
  for (const field of file.reader.fields(range)) {
    readMetaGraphField(file, range, field);
  }
}

/** One field of a MetaGraphDef; false if the schema has no such field. */
export function readMetaGraphField(file: GraphFile, range: MessageRange, field: WireField): boolean {
  if (field.wireType === 2) {
    const inner = file.reader.message(field, range);
    switch (field.number) {
      case 1:
        readInfo(file, inner);
        break;
      case 2:
        readGraph(file, inner);
        break;
      case 5:
        readSignature(file, inner);
        break;
      case 6:
        readAsset(file, inner);
        break;
      case 7:
        readObjects(file, inner);
        break;
    }
  }
  // 3 saver_def, 4 collection_def.
  return field.number >= 1 && field.number <= 7;
}

/** MetaInfoDef: 4 tags, 5 version of TensorFlow. */
function readInfo(file: GraphFile, range: MessageRange): void {
  for (const field of file.reader.fields(range)) {
    if (field.number === 4 && field.wireType === 2) {
      const value = file.name(field, "tag");
      file.claims.claim(
        "metadata",
        { key: "tag", value },
        { path: file.path, pointer: "meta_info_def.tags" },
      );
    } else if (field.number === 5 && field.wireType === 2) {
      const version = file.name(field, "version");
      const pointer = "meta_info_def.tensorflow_version";
      file.claims.claim("producer", { name: "tensorflow", version }, { path: file.path, pointer });
    }
  }
}

/** An entry of the map of signatures: 1 key, 2 SignatureDef. */
function readSignature(file: GraphFile, entry: MessageRange): void {
  let key = "";
  for (const field of file.reader.fields(entry)) {
    if (field.number === 1 && field.wireType === 2) {
      key = file.name(field, "signature name");
      // What a SavedModel runs when it is loaded is stored as signatures too; these have nothing to tell of.
    } else if (field.number === 2 && field.wireType === 2 && !key.startsWith("__saved_model_")) {
      readSignatureDefinition(file, file.reader.message(field, entry), key);
    }
  }
}

/** SignatureDef: 1 inputs, 2 outputs, 3 method. */
function readSignatureDefinition(file: GraphFile, range: MessageRange, key: string): void {
  for (const field of file.reader.fields(range)) {
    if (field.wireType === 2 && (field.number === 1 || field.number === 2)) {
      const fact = field.number === 1 ? "input" : "output";
      readTensorInfo(file, file.reader.message(field, range), fact, key);
    }
  }
}

/** An entry of a map of TensorInfo: 1 key, 2 {1 name, 2 type, 3 shape}. */
function readTensorInfo(
  file: GraphFile,
  entry: MessageRange,
  fact: "input" | "output",
  signature: string,
): void {
  let name = "";
  let format = "";
  for (const field of file.reader.fields(entry)) {
    if (field.number === 1 && field.wireType === 2) {
      name = file.name(field, "input name");
    } else if (field.number === 2 && field.wireType === 2) {
      format = tensorFormat(file, file.reader.message(field, entry));
    }
  }
  // Signatures of one model mostly share their inputs.
  const key = `${fact} ${format} ${name}`;
  if (!file.signatureValues.has(key)) {
    file.signatureValues.add(key);
    const pointer = `signature_def.${signature}.${fact}s`;
    file.claims.claim(fact, { name, format }, { path: file.path, pointer });
  }
}

function tensorFormat(file: GraphFile, range: MessageRange): string {
  let type = 0n;
  let shape = "";
  for (const field of file.reader.fields(range)) {
    if (field.number === 2 && field.wireType === 0) {
      type = field.value;
    } else if (field.number === 3 && field.wireType === 2) {
      const dimensions = readShape(file, file.reader.message(field, range));
      shape = `[${dimensions.map((size) => (size < 0n ? "?" : String(size))).join(",")}]`;
    }
  }
  return `${dataType(type).name}${shape}`;
}

/** AssetFileDef: 2 file name under `assets/`. */
function readAsset(file: GraphFile, range: MessageRange): void {
  for (const field of file.reader.fields(range)) {
    if (field.number === 2 && field.wireType === 2 && file.assets.length < limits.maxClaimsPerName) {
      file.assets.push(file.name(field, "asset name"));
    }
  }
}

/** SavedObjectGraph: 1 nodes, of which 4 is an object of the user's {1 identifier, 3 metadata}. */
function readObjects(file: GraphFile, range: MessageRange): void {
  // The first node is the model, and refers to the others.
  let isPart = false;
  for (const node of file.messages(range, 1)) {
    for (const object of file.messages(node, 4)) {
      readUserObject(file, object, isPart);
    }
    isPart = true;
  }
}

function readUserObject(file: GraphFile, range: MessageRange, isPart: boolean): void {
  let isKeras = false;
  for (const field of file.reader.fields(range)) {
    if (field.number === 1 && field.wireType === 2) {
      isKeras = file.name(field, "object identifier").startsWith("_tf_keras_");
    } else if (field.number === 3 && field.wireType === 2 && isKeras && field.value > 0n) {
      readKerasMetadata(file, field, "object_graph_def", isPart);
    }
  }
}

/** The JSON in which Keras 2 kept a layer: its class and configuration. */
export function readKerasMetadata(file: GraphFile, field: WireField, member: string, isPart: boolean): void {
  if (field.value > BigInt(limits.maxKerasConfigBytes)) {
    throw file.overLimit("bytes of a Keras configuration", limits.maxKerasConfigBytes, field.tagStart);
  }
  const bytes = file.reader.bytes(field, limits.maxKerasConfigBytes);
  const isRead = file.keras.read(bytes, { member, offset: field.start, isPart });
  file.isIncomplete ||= !isRead;
}
