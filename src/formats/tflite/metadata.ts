// SPDX-License-Identifier: Apache-2.0
// Metadata of a TFLite model: named buffers, among them one that is a flatbuffer of its own (metadata_schema.fbs of
// TFLite Support, identifier M001) with name, author, version and licence.

import { type ByteSource, memorySource } from "../../bytes/byte-source.ts";
import { Flatbuffer, type FlatbufferTable } from "../../bytes/flatbuffer.ts";
import { limits } from "../../limits.ts";
import type { FactName } from "../../model/fact.ts";
import type { ClaimList } from "../claim-list.ts";
import { addMetadata } from "../metadata-claims.ts";

const maxTextBytes = 3 * (limits.maxMetadataCharacters + 1);

/** Fields of ModelMetadata that are texts. */
const texts: readonly (readonly [number, FactName])[] = [
  [0, "name"],
  [1, "description"],
  [2, "version"],
  [4, "author"],
  [5, "license"],
];

/** Claims from the entries of `Model.metadata`. @throws {AibomError} FLATBUFFER_INVALID */
export function addTfliteMetadata(
  file: ByteSource,
  buffers: readonly FlatbufferTable[],
  entries: readonly FlatbufferTable[],
  claims: ClaimList,
): void {
  for (const entry of entries.slice(0, limits.maxClaimsPerName)) {
    const name = entry.text(0) ?? "";
    const bytes = contentOf(buffers[entry.u32(1)]);
    if (bytes === undefined) {
      continue;
    }
    const source = { path: file.path, pointer: `metadata/${name}` };
    if (name === "TFLITE_METADATA") {
      const root = new Flatbuffer(memorySource(bytes, file.path)).root();
      for (const [field, fact] of texts) {
        const text = root.text(field, maxTextBytes);
        if (text !== undefined && text !== "") {
          claims.claim(fact, text, source);
        }
      }
    } else if (name === "min_runtime_version") {
      addMetadata(claims, name, new TextDecoder().decode(bytes).replace(/\0+$/, ""), source);
    }
  }
}

/** The bytes of a buffer that lies inside the flatbuffer. */
function contentOf(buffer: FlatbufferTable | undefined): Uint8Array | undefined {
  const data = buffer?.vector(0, 1);
  return buffer === undefined || data === undefined || data.count > limits.maxTfliteMetadataBytes
    ? undefined
    : buffer.buffer.bytes(data.at - 4, data.count);
}
