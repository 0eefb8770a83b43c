// SPDX-License-Identifier: Apache-2.0
// The Feast registry reader: where features come from, and the pickles that feast runs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { callPickle, harmlessPickle } from "../../fixtures/data-samples.ts";
import { buildFeastRegistry } from "../../fixtures/feast.ts";
import { bytes, concat } from "../../fixtures/protobuf.ts";
import { feastRegistry } from "../../src/formats/feast-registry.ts";
import { limits } from "../../src/limits.ts";
import { atLeast } from "../../src/model/severity.ts";
import { corpus } from "../corpora.ts";
import { alone, codesOf, mutationRun, readNamed } from "./hostile.ts";

const plain = buildFeastRegistry();

function values(content: Uint8Array, name: string): readonly unknown[] {
  const facts = readNamed("data/registry.db", content).description?.facts ?? [];
  return facts.filter((fact) => fact.name === name).map(({ value }) => value);
}

test("views, sources, services and versions", () => {
  const read = readNamed("data/registry.db", plain);
  assert.equal(read.format, "feast-registry");
  assert.equal(read.status, "described");
  assert.deepEqual(read.findings, []);
  assert.deepEqual(values(plain, "feature_view"), [
    {
      name: "driver_stats",
      kind: "feature_view",
      project: "demo",
      source: "stats",
      features: ["rate", "trips"],
      entities: ["driver"],
    },
  ]);
  assert.deepEqual(values(plain, "data_source"), [
    { name: "stats", type: "file", url: "data/stats.parquet", project: "demo" },
  ]);
  assert.deepEqual(values(plain, "modified"), ["2026-01-01T00:00:00.000Z"]);
  assert.deepEqual(values(plain, "revision"), [
    { system: "feast", id: "5c0ffee0-0000-4000-8000-000000000000" },
  ]);
  assert.deepEqual(values(plain, "metadata"), [
    { key: "feast.project", value: "demo" },
    { key: "feast.entity", value: "driver" },
    { key: "feast.feature_service", value: "service: driver_stats" },
  ]);
});

test("other protobuf files and other names are not taken for a registry", () => {
  assert.equal(readNamed("graph.pb", plain).format, "file");
  assert.equal(readNamed("data/registry.db", concat(plain, bytes(9, "x"))).format, "file");
  assert.equal(readNamed("cache.db", bytes(1, bytes(1, "x"))).format, "file");
});

test("the function of a view is reported and read, whatever it starts with", () => {
  const evil = callPickle("posix", "system", "id");
  for (const body of [evil, harmlessPickle, new TextEncoder().encode("cposix\nsystem\n(S'id'\ntR.")]) {
    const codes = codesOf(feastRegistry, buildFeastRegistry(body));
    assert.ok(codes.includes("FEAST_PICKLED_FUNCTION"), codes.join(" "));
  }
  const { findings } = readNamed("registry.db", buildFeastRegistry(evil));
  const places = findings.map(({ location }) => location.member ?? "");
  assert.ok(
    places.every((place) => place.startsWith("8[0].1.10.1.2")),
    places.join(" "),
  );
  assert.ok(findings.some(({ severity }) => atLeast(severity, "high")));
});

test("a pickle in a place that no view has is found by its bytes", () => {
  const evil = callPickle("posix", "system", "id");
  const content = concat(plain, bytes(15, bytes(77, bytes(3, evil))));
  assert.ok(codesOf(feastRegistry, content).includes("FEAST_PICKLED_FUNCTION"));
});

test("cut at any byte it is never clean with all of its views", () => {
  const whole = values(plain, "metadata").length;
  for (let length = 1; length < plain.length; length += 1) {
    const cut = plain.subarray(0, length);
    assert.ok(
      readNamed("registry.db", cut).status !== "described" ||
        values(cut, "metadata").length < whole ||
        length > plain.length - 40,
    );
  }
});

test("10,000 mutations", () => {
  const { slowestMs } = mutationRun(feastRegistry, buildFeastRegistry(harmlessPickle), 10_000, 37);
  assert.ok(slowestMs < 2000, `${slowestMs} ms`);
});

const feast = corpus("formats/feast");

interface ExpectedItem {
  readonly kind: string;
  readonly name: string;
  readonly uri?: string;
}

test("the corpus has the items that its manifest lists", { skip: feast.missing }, () => {
  const manifest = JSON.parse(readFileSync(join(feast.path, "../manifest.json"), "utf8")) as Record<
    string,
    { expect: { items: ExpectedItem[]; versionId: string } }
  >;
  for (const name of ["registry.db", "rag_registry.db"]) {
    const content = new Uint8Array(readFileSync(join(feast.path, name)));
    const expected = manifest[`feast/${name}`]?.expect;
    assert.ok(expected !== undefined);
    const grave = readNamed(name, content).findings.filter(({ severity }) => atLeast(severity, "high"));
    assert.deepEqual(grave, [], "a function that Feast itself pickled is no alarm");
    const named = (...kinds: string[]): string[] =>
      expected.items.filter(({ kind }) => kinds.includes(kind)).map((item) => item.name);
    const names = (fact: string): string[] =>
      values(content, fact).map((value) => (value as ExpectedItem).name);
    assert.deepEqual(names("feature_view"), named("featureView", "onDemandFeatureView"));
    assert.deepEqual(names("data_source"), named("dataSource"));
    assert.deepEqual(values(content, "revision"), [{ system: "feast", id: expected.versionId }]);
    const urls = values(content, "data_source").map((value) => (value as { url?: string }).url);
    assert.deepEqual(
      urls,
      expected.items.filter(({ kind }) => kind === "dataSource").map(({ uri }) => uri),
    );
  }
});

test("a registry beyond the limit is not read", () => {
  const size = limits.maxFeastRegistryBytes + 1;
  const file = { path: "registry.db", size, read: (): Uint8Array => new Uint8Array() };
  assert.throws(() => feastRegistry.describe(file, alone), { code: "FEAST_REGISTRY_TOO_LARGE" });
});
