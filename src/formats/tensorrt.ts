// SPDX-License-Identifier: Apache-2.0
// TensorRT engines: compiled code for one kind of GPU, in a layout that is not documented. Only the header is told:
// `ftrt` or `ptrt`, zero, and a serialization tag that grows with TensorRT's versions (TensorRT issue 3073).
// Ultralytics writes a JSON text with its length before the engine.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { asciiMagic, hasMagicAt } from "../bytes/magic.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FactName } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { addMetadata } from "./metadata-claims.ts";

const magics = [asciiMagic("ftrt"), asciiMagic("ptrt")];
const openingBrace = 0x7b;
const headerBytes = 12;
const lengthBytes = 4;

/** The TensorRT reader. */
export const tensorrt: Format = {
  id: "tensorrt",
  holdsWeights: true,
  extensions: [".engine", ".trt"],
  match(head: Head): Match {
    if (hasMagic(head.bytes)) {
      return "certain";
    }
    return isPrefix(head) ? "possible" : "no";
  },
  confirm: (file) => hasMagic(file.read(engineOffset(file), headerBytes)),
  describe,
};

function hasMagic(bytes: Uint8Array): boolean {
  return magics.some((magic) => hasMagicAt(bytes, magic));
}

/** A length that fits, and a brace. */
function isPrefix({ bytes, size }: Head): boolean {
  const length = bytes.length < 8 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return bytes[lengthBytes] === openingBrace && length >= 2 && length <= size - lengthBytes - headerBytes;
}

/** Where the engine starts: behind the JSON text, if there is one. */
function engineOffset(file: ByteSource): number {
  const start = file.read(0, Math.min(lengthBytes + 1, file.size));
  return start[lengthBytes] === openingBrace
    ? lengthBytes + new DataView(start.buffer, start.byteOffset).getUint32(0, true)
    : 0;
}

/** Metadata of the JSON text that has a name of its own in the inventory. */
const names: ReadonlyMap<string, FactName> = new Map<string, FactName>([
  ["description", "description"],
  ["author", "author"],
  ["license", "license"],
  ["task", "task"],
  ["docs", "url"],
]);

function describe(file: ByteSource): Description {
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const offset = engineOffset(file);
  const header = file.read(offset, headerBytes);
  if (!hasMagic(header)) {
    throw AibomError.of("TENSORRT_INVALID", {}, { where: { path: file.path, offset } });
  }
  if (offset > 0) {
    addPrefix(readPrefix(file, offset), file.path, claims);
  }
  claims.computed("format.version", String(header[8] ?? 0), {
    path: file.path,
    pointer: "serialization tag",
  });
  findings.add(finding("TENSORRT_OPAQUE", { path: file.path, offset }, {}));
  return { facts: claims.facts, findings: findings.all(), references: [] };
}

function readPrefix(file: ByteSource, end: number): JsonObject {
  const length = end - lengthBytes;
  if (length > limits.maxTensorrtPrefixBytes) {
    const args = { size: length, limit: limits.maxTensorrtPrefixBytes };
    throw AibomError.of("SOURCE_TOO_LARGE", args, { where: { path: file.path, offset: 0 } });
  }
  const value = parseJson(file.read(lengthBytes, length), {
    path: file.path,
    maxBytes: limits.maxTensorrtPrefixBytes,
    maxDepth: limits.maxJsonDepth,
    offset: lengthBytes,
  });
  return isJsonObject(value) ? value : {};
}

function addPrefix(prefix: JsonObject, path: string, claims: ClaimList): void {
  for (const [key, value] of Object.entries(prefix)) {
    const source = { path, pointer: `/${key}` };
    const name = names.get(key);
    if (name !== undefined && typeof value === "string" && value !== "") {
      claims.claim(name, value, source);
    } else if (key === "version" && typeof value === "string") {
      claims.claim("producer", { name: "ultralytics", version: value }, source);
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      addMetadata(claims, key, value, source);
    }
  }
}
