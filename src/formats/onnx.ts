// SPDX-License-Identifier: Apache-2.0
// ONNX models (onnx.proto, ONNX 1.23, IR version 14 and older): metadata, operators, tensors with their sizes,
// external data. ONNX has no magic number: the first fields are looked at here, the whole message is walked
// in `describe`. Weights are measured, never loaded; the ORT flatbuffer is another format.

import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { readModel } from "./onnx/model.ts";
import { OnnxFile } from "./onnx/onnx-file.ts";

/** The ONNX reader. */
export const onnx: Format = {
  id: "onnx",
  holdsWeights: true,
  extensions: [".onnx"],
  match(head: Head): Match {
    const isNamed = head.path.toLowerCase().endsWith(".onnx");
    return (isNamed ? startsLikeMessage(head.bytes) : startsLikeModel(head)) ? "possible" : "no";
  },
  describe(source: ByteSource): Description {
    const file = new OnnxFile(source);
    if (source.size > limits.maxProtobufBytes) {
      file.findings.add(
        finding(
          "ONNX_FILE_TOO_LARGE",
          { path: source.path },
          { size: source.size, limit: limits.maxProtobufBytes },
        ),
      );
    }
    readModel(file);
    return { facts: file.claims.facts, findings: file.allFindings(), references: file.references };
  },
};

/** Tags of ModelProto's fields; a file named `.onnx` that starts with one is worth reading. */
const modelTags = new Set([0x08, 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]);
const textTags = new Set([0x12, 0x1a, 0x22, 0x32]);
const maxLikelyIrVersion = 64;

function startsLikeMessage(bytes: Uint8Array): boolean {
  return modelTags.has(bytes[0] ?? 0);
}

/**
 * IR version first (writers keep the order of the fields), then texts that read as text, then a graph. Other
 * protobuf files (a TensorFlow SavedModel) also start with a small number, but go on with a message.
 */
function startsLikeModel(head: Head): boolean {
  const { bytes } = head;
  const version = bytes[1] ?? 0;
  if (bytes[0] !== 0x08 || version === 0 || version > maxLikelyIrVersion) {
    return false;
  }
  let at = 2;
  while (at + 1 < bytes.length) {
    const next = afterField(bytes, at);
    if (typeof next === "boolean") {
      return next;
    }
    at = next;
  }
  return at > 2;
}

/** Where the field after `at` starts; or whether this one decides that the bytes are a model. */
function afterField(bytes: Uint8Array, at: number): number | boolean {
  const tag = bytes[at] ?? 0;
  const length = bytes[at + 1] ?? 0;
  if (tag === 0x28) {
    return afterVarint(bytes, at + 1);
  }
  if (!textTags.has(tag)) {
    return tag === 0x3a || tag === 0x42;
  }
  if (length >= 0x80) {
    // A long text has a length of two bytes or more and reaches beyond the head: its first bytes decide.
    return isText(bytes.subarray(at + 4));
  }
  const end = at + 2 + length;
  return isText(bytes.subarray(at + 2, end)) ? end : false;
}

function afterVarint(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) {
    at += 1;
  }
  return at + 1;
}

/** No control characters but tab and line ends. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
