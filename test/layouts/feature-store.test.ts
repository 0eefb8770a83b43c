// SPDX-License-Identifier: Apache-2.0
// Feast stores: projects, registries and stores, without what grants access.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { featureStore } from "../../src/layouts/feature-store.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { corpus } from "../corpora.ts";
import { memoryDirectory } from "./memory-directory.ts";

function read(files: Readonly<Record<string, string>>): LayoutDescription {
  const tree = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  return featureStore.describe(memoryDirectory(tree));
}

function values({ facts }: LayoutDescription, name: string): readonly unknown[] {
  return facts.filter((fact) => fact.name === name).map(({ value }) => value);
}

function codes({ findings }: LayoutDescription): readonly string[] {
  return findings.map(({ code }) => code);
}

describe("a feature store", () => {
  test("says its project, registry and stores, without passwords", () => {
    const text = `project: demo
provider: local
registry:
  registry_type: sql
  path: postgresql://feast:secretword@db.example.org/feast
online_store:
  type: redis
  connection_string: redis:6379,password=secretword
`;
    const described = read({ "store/feature_store.yaml": text });
    assert.deepEqual(values(described, "data_source"), [
      { name: "registry", type: "sql", url: "postgresql://db.example.org/feast" },
      { name: "online_store", type: "redis" },
    ]);
    assert.ok(!JSON.stringify(described.facts).includes("secretword"));
  });

  test("whose file is no mapping says so", () => {
    const described = read({ "feature_store.yaml": "- a\n" });
    assert.deepEqual(codes(described), ["FEATURE_STORE_INVALID"]);
    assert.deepEqual(described.unverified, ["feature_store.yaml"]);
  });

  const feast = corpus("formats/feast");

  test("the corpus", { skip: feast.missing }, () => {
    const text = readFileSync(join(feast.path, "feature_store.yaml"), "utf8");
    const described = read({ "feature_store.yaml": text });
    assert.deepEqual(values(described, "data_source"), [
      { name: "registry", type: "file", url: "data/registry.db" },
      { name: "offline_store", type: "file" },
      { name: "online_store", type: "milvus" },
    ]);
  });
});
