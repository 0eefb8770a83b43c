// SPDX-License-Identifier: Apache-2.0
// What a Feast registry says: which feature views take which columns from which data sources, and which services
// offer them. Field numbers: feast 0.67, protos/feast/core.

import type { JsonValue } from "../../model/fact.ts";
import type { ClaimList } from "../claim-list.ts";
import type { Fields } from "./fields.ts";

/** Adds the claims of a registry. @throws {AibomError} PROTOBUF_INVALID */
export function registryFacts(registry: Fields, claims: ClaimList, path: string): void {
  const add = (name: Parameters<ClaimList["claim"]>[0], value: JsonValue, pointer: string): void =>
    claims.claim(name, value, { path, pointer });
  const schemaVersion = registry.text(3);
  const version = registry.text(4);
  const updated = timestamp(registry.message(5));
  if (schemaVersion !== undefined) {
    add("format.version", schemaVersion, "registry_schema_version");
  }
  if (version !== undefined) {
    add("revision", { system: "feast", id: version }, "version_id");
  }
  if (updated !== undefined) {
    add("modified", updated, "last_updated");
  }
  for (const project of registry.messages(17)) {
    add("metadata", { key: "feast.project", value: nameOf(project) }, "projects");
  }
  for (const entity of registry.messages(1)) {
    add("metadata", { key: "feast.entity", value: nameOf(entity) }, "entities");
  }
  for (const kind of viewKinds) {
    for (const view of registry.messages(kind.field)) {
      add("feature_view", featureView(view, kind), kind.name);
    }
  }
  for (const source of registry.messages(12)) {
    add("data_source", dataSource(source), "data_sources");
  }
  for (const service of registry.messages(7)) {
    const spec = service.message(1);
    const views = (spec?.messages(3) ?? []).map((projection) => projection.text(1) ?? "");
    const value = `${spec?.text(1) ?? ""}: ${views.join(", ")}`;
    add("metadata", { key: "feast.feature_service", value }, "feature_services");
  }
  for (const set of registry.messages(11)) {
    add("metadata", { key: "feast.saved_dataset", value: nameOf(set) }, "saved_datasets");
  }
}

/** A kind of view: where it stands in the registry, and where its parts stand in its `spec`. */
interface ViewKind {
  readonly name: string;
  readonly field: number;
  readonly features: number;
  readonly sources: readonly number[];
}

const viewKinds: readonly ViewKind[] = [
  { name: "feature_views", field: 6, features: 4, sources: [7, 9] },
  { name: "stream_feature_views", field: 14, features: 4, sources: [10, 11] },
  { name: "on_demand_feature_views", field: 8, features: 3, sources: [] },
  { name: "label_views", field: 19, features: 4, sources: [7, 9] },
];

function featureView(view: Fields, kind: ViewKind): JsonValue {
  const spec = view.message(1);
  const sources = kind.sources
    .map((field) => spec?.message(field)?.text(20))
    .filter((name) => name !== undefined);
  const project = spec?.text(2);
  // The sources of an on-demand view are a map by name.
  const inputs = kind.field === 8 ? (spec?.messages(4) ?? []).map((entry) => entry.text(1) ?? "") : sources;
  return {
    name: spec?.text(1) ?? "",
    kind: kind.name.slice(0, -1),
    ...(project !== undefined && { project }),
    ...(inputs.length > 0 && { source: inputs.join(", ") }),
    features: (spec?.messages(kind.features) ?? []).map((feature) => feature.text(1) ?? ""),
    ...(kind.field !== 8 && { entities: spec?.texts(3) ?? [] }),
  };
}

const sourceTypes = [
  "unknown",
  "file",
  "bigquery",
  "kafka",
  "kinesis",
  "redshift",
  "custom",
  "request",
  "snowflake",
  "push",
  "trino",
  "spark",
  "athena",
  "iceberg",
];

/** Options of a source: their field, and the fields of the parts that name the place. */
const places: readonly (readonly [options: number, parts: readonly number[]])[] = [
  [11, [2]],
  [12, [1]],
  [13, [1, 2]],
  [14, [1, 2]],
  [15, [4, 3, 1]],
  [19, [4, 3, 1]],
  [27, [3, 1]],
  [30, [1]],
  [35, [4, 3, 1]],
];

function dataSource(source: Fields): JsonValue {
  const type = sourceTypes[Number(source.integer(1))] ?? "unknown";
  const place = places
    .map(([options, parts]) => {
      const message = source.message(options);
      return parts.flatMap((part) => message?.text(part) ?? []).join(".");
    })
    .find((text) => text !== "");
  const project = source.text(21);
  return {
    name: source.text(20) ?? "",
    type,
    ...(place !== undefined && { url: place }),
    ...(project !== undefined && { project }),
  };
}

function nameOf(object: Fields): string {
  return object.message(1)?.text(1) ?? "";
}

/** A Timestamp as ISO 8601; undefined if it is absent or no time that a calendar has. */
function timestamp(message: Fields | undefined): string | undefined {
  const seconds = message?.integer(1) ?? 0n;
  return seconds > 0n && seconds < 253_402_300_800n
    ? new Date(Number(seconds) * 1000).toISOString()
    : undefined;
}
