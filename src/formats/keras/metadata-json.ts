// SPDX-License-Identifier: Apache-2.0
// metadata.json of a Keras 3 model: `{"keras_version": "3.15.1", "date_saved": "2026-11-25@15:22:02"}`.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import type { FactSource } from "../../model/fact.ts";
import type { ClaimList } from "../claim-list.ts";

/** Bytes. Keras writes below 100. */
const maxMetadataBytes = 64 * 1024;

/**
 * Adds version and date, the latter as it is: local time, without a zone.
 * @throws {AibomError} JSON_*, TEXT_NOT_UTF8
 */
export function stateMetadata(file: ByteSource, source: FactSource, claims: ClaimList): void {
  const metadata = parseJson(file.read(0, Math.min(file.size, maxMetadataBytes + 1)), {
    path: source.path,
    maxBytes: maxMetadataBytes,
    maxDepth: limits.maxJsonDepth,
  });
  if (!isJsonObject(metadata)) {
    return;
  }
  const { keras_version: version, date_saved: date } = metadata;
  if (typeof version === "string") {
    claims.claim("producer", { name: "keras", version }, source);
  }
  if (typeof date === "string" && /^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$/u.test(date)) {
    claims.claim("created", date.replace("@", "T"), source);
  }
}
