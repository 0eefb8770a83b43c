// SPDX-License-Identifier: Apache-2.0
// TFRecord (TensorFlow, "TFRecord and tf.train.Example"): length, checksum of the length, data, checksum of the data.
// A length is trusted after its checksum held. Records are counted; the first tells the names of the features.
// Leaves out the data and its checksums; compressed files are described by the reader of their compression.

import type { ByteSource } from "../bytes/byte-source.ts";
import { maskedCrc32c } from "../bytes/crc32c.ts";
import { Cursor } from "../bytes/cursor.ts";
import { type MessageRange, ProtobufReader } from "../bytes/protobuf.ts";
import { windowSource } from "../bytes/window-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { ClaimList } from "./claim-list.ts";
import { addUncounted } from "./counted-rows.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";

const lengthBytes = 8;
const checksumBytes = 4;
const frameBytes = lengthBytes + 2 * checksumBytes;

/** The TFRecord reader. */
export const tfrecord: Format = {
  id: "tfrecord",
  holdsWeights: false,
  extensions: [".tfrecord", ".tfrecords"],
  match,
  describe,
};

/** First bytes of compressed streams: gzip, zlib, zstd. */
const compressed: ReadonlySet<number> = new Set([0x1f8b, 0x7801, 0x785e, 0x789c, 0x78da, 0x28b5]);

/** The checksum of the first length is as good as a magic. A damaged file is known by its name only. */
function match({ bytes, size, path }: Head): Match {
  if (bytes.length < lengthBytes + checksumBytes) {
    return "no";
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits = size >= frameBytes && view.getBigUint64(0, true) <= BigInt(size - frameBytes);
  if (fits && view.getUint32(lengthBytes, true) === maskedCrc32c(bytes, 0, lengthBytes)) {
    return "certain";
  }
  return /\.tfrecords?$/i.test(path) && !compressed.has(view.getUint16(0)) ? "possible" : "no";
}

function describe(file: ByteSource): Description {
  const source = { path: file.path };
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const { records, firstLength } = countRecords(file);
  if (records === undefined) {
    addUncounted(claims, file);
  } else {
    claims.computed("rows.count", records, source);
  }
  const features = firstLength === undefined ? new Map<string, string>() : readFeatures(file, firstLength);
  if (features.size > 0) {
    claims.computed("columns.count", features.size, { ...source, pointer: "first record" });
    claims.computed("schema", Object.fromEntries(features), { ...source, pointer: "first record" });
  }
  return { facts: claims.facts, findings: findings.all(), references: [] };
}

/** Walks the records. `records` is undefined if the file is too large to be counted. */
function countRecords(file: ByteSource): { readonly records?: number; readonly firstLength?: number } {
  const cursor = new Cursor(file);
  let records = 0;
  let firstLength: number | undefined;
  while (cursor.remaining > 0) {
    if (cursor.offset > limits.maxCountedBytes) {
      return firstLength === undefined ? {} : { firstLength };
    }
    const where = { path: file.path, offset: cursor.offset };
    const head = cursor.bytes(lengthBytes);
    const length = new DataView(head.buffer, head.byteOffset, lengthBytes).getBigUint64(0, true);
    if (cursor.u32() !== maskedCrc32c(head, 0, lengthBytes)) {
      throw AibomError.of("TFRECORD_BAD_CHECKSUM", { record: records, length }, { where });
    }
    if (length > BigInt(cursor.remaining - checksumBytes)) {
      throw AibomError.of(
        "TFRECORD_CUT",
        { record: records, length, available: cursor.remaining },
        { where },
      );
    }
    cursor.skip(Number(length) + checksumBytes);
    firstLength ??= Number(length);
    records += 1;
  }
  return firstLength === undefined ? { records } : { records, firstLength };
}

const kinds: ReadonlyMap<number, string> = new Map([
  [1, "bytes"],
  [2, "float"],
  [3, "int64"],
]);

/** Names and types of the features in the first record; none if it is no tf.train.Example. */
function readFeatures(file: ByteSource, length: number): ReadonlyMap<string, string> {
  const features = new Map<string, string>();
  const reader = new ProtobufReader(windowSource(file, lengthBytes + checksumBytes, length));
  try {
    const root = reader.root();
    for (const field of reader.fields(root)) {
      // `features`, or `context` and `feature_lists` of a SequenceExample: all are maps by name.
      if (field.wireType !== 2 || field.number > 2) {
        return new Map();
      }
      readFeatureMap(reader, reader.message(field, root), features);
    }
  } catch (cause) {
    if (!(cause instanceof AibomError)) {
      throw cause;
    }
    // Any bytes may be in a record.
    return new Map();
  }
  return features;
}

function readFeatureMap(reader: ProtobufReader, map: MessageRange, features: Map<string, string>): void {
  for (const entry of reader.fields(map)) {
    if (entry.number !== 1 || entry.wireType !== 2 || features.size > limits.maxClaimsPerName) {
      throw AibomError.of("PROTOBUF_INVALID", { reason: "a record is no Example" });
    }
    let name = "";
    let kind = "";
    const message = reader.message(entry, map);
    for (const field of reader.fields(message)) {
      if (field.number === 1 && field.wireType === 2) {
        name = Buffer.from(reader.bytes(field, limits.maxNameBytes)).toString("utf8");
      } else if (field.number === 2 && field.wireType === 2) {
        const [value] = reader.fields(reader.message(field, message));
        kind = kinds.get(value?.number ?? 0) ?? "";
      }
    }
    features.set(name, kind === "" ? "unknown" : kind);
  }
}
