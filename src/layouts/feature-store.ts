// SPDX-License-Identifier: Apache-2.0
// A Feast feature store (feast 0.67, `feature_store.yaml`): which registry and which stores a project uses. Passwords in
// addresses are taken out, other settings of stores are left out. The registry file has a reader of its own.

import { isJsonObject } from "../bytes/json.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { JsonValue } from "../model/fact.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { memberOf, textOf } from "./member.ts";
import { Reading, splitPath } from "./reading.ts";
import { readYaml } from "./yaml-text.ts";

const fileName = "feature_store.yaml";

/** Feast feature stores. */
export const featureStore: Layout = {
  id: "feature-store",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    for (const path of directory.files.keys()) {
      if (splitPath(path)[1] === fileName) {
        describeStore(reading, path);
      }
    }
    return {
      facts: reading.claims.facts,
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
    };
  },
};

function describeStore(reading: Reading, path: string): void {
  const bytes = reading.bytes(path, limits.maxFeatureStoreBytes);
  const document = bytes && reading.attempt(path, () => parse(bytes, path));
  for (const key of ["project", "provider", "entity_key_serialization_version"]) {
    const value = textOf(document, key);
    if (value !== undefined) {
      reading.claim("metadata", { key: `feast.${key}`, value }, path, `/${key}`);
    }
  }
  const registry = memberOf(document, "registry");
  const place = typeof registry === "string" ? registry : textOf(registry, "path");
  if (registry !== undefined && registry !== null) {
    const type = textOf(registry, "registry_type") ?? "file";
    const value = { name: "registry", type, ...(place !== undefined && { url: place }) };
    reading.claim("data_source", value, path, "/registry");
  }
  for (const key of ["offline_store", "online_store"]) {
    const store = memberOf(document, key);
    const type = typeof store === "string" ? store : textOf(store, "type");
    if (type !== undefined) {
      reading.claim("data_source", { name: key, type }, path, `/${key}`);
    }
  }
}

function parse(bytes: Uint8Array, path: string): JsonValue {
  const invalid = (reason: string, cause?: unknown): AibomError =>
    AibomError.of("FEATURE_STORE_INVALID", { reason }, { where: { path }, cause });
  const { value } = readYaml(decodeUtf8(bytes, path), invalid);
  if (!isJsonObject(value)) {
    throw invalid("it is no mapping");
  }
  return value;
}
