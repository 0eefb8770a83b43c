// SPDX-License-Identifier: Apache-2.0
// Reading the artifacts out of BOMs: ours, and those of other tools.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { bomArtifacts } from "../../src/bom/read.ts";
import type { JsonObject } from "../../src/bytes/json.ts";

const hex = "a".repeat(64);
const sha256 = { alg: "SHA-256", content: hex };

test("a model with nested files", () => {
  const document = {
    metadata: { component: { type: "application", name: "release" } },
    components: [
      {
        type: "machine-learning-model",
        name: "m",
        "bom-ref": "model:m",
        components: [
          {
            type: "file",
            name: "a/b.gguf",
            hashes: [sha256],
            properties: [{ name: "aibom:file:size", value: "12" }],
          },
          { type: "file", name: "c", hashes: [{ alg: "SHA-256", content: hex.toUpperCase() }] },
        ],
      },
    ],
  };
  const digests = [{ algorithm: "sha256", hex }];
  assert.deepEqual(bomArtifacts(document), [
    {
      ref: "model:m",
      name: "m",
      type: "machine-learning-model",
      digests: [],
      files: [
        { path: "a/b.gguf", digests, unknownHashes: [], size: 12 },
        { path: "c", digests, unknownHashes: [] },
      ],
    },
  ]);
});

test("the files of parts are the artifact's as well, and a part's are named in its folder", () => {
  const file = (name: string, content: string): object => ({
    type: "file",
    name,
    hashes: [{ alg: "SHA-256", content: content.repeat(64) }],
  });
  const part = (root: string, ...components: object[]): object => ({
    type: "machine-learning-model",
    name: root,
    properties: [{ name: "aibom:part:root", value: root }],
    components,
  });
  const other = { type: "machine-learning-model", name: "of another tool", components: [file("z", "f")] };
  const component = {
    type: "data",
    name: "store",
    components: [
      part("m/a", file("m/a/w", "a"), file("blobs/x", "b")),
      part("m/b", file("blobs/x", "c"), file("blobs/x", "b")),
      other,
      file("refs", "d"),
    ],
  };
  const read = bomArtifacts({ metadata: { component } } as JsonObject).map(({ name, files }) => [
    name,
    files.map(({ path, digests }) => `${path} ${digests.map((each) => each.hex[0]).join()}`),
  ]);
  assert.deepEqual(read, [
    // Parts that disagree about a shared file cannot both be right: both digests have to match.
    ["store", ["refs d", "m/a/w a", "blobs/x b,c"]],
    ["m/a", ["w a", "blobs/x b"]],
    ["m/b", ["blobs/x c", "blobs/x b"]],
    ["of another tool", ["z f"]],
  ]);
});

test("hash values that cannot be recomputed are kept as written", () => {
  const hashes = [{ alg: "MD5", content: "B".repeat(32) }, { alg: "SHA-256", content: "short" }, sha256];
  const [artifact] = bomArtifacts({ components: [{ type: "file", name: "w", hashes }] });
  assert.deepEqual(artifact?.files[0]?.digests, [{ algorithm: "sha256", hex }]);
  assert.deepEqual(artifact?.files[0]?.unknownHashes, [
    { algorithm: "MD5", content: "B".repeat(32) },
    { algorithm: "SHA-256", content: "short" },
  ]);
});

test("the described component, nested components and files inside files", () => {
  const file = (name: string, components: object[] = []): object => ({
    type: "file",
    name,
    hashes: [sha256],
    components,
  });
  const document = {
    metadata: { component: { type: "application", name: "app", components: [file("x")] } },
    components: [
      { type: "library", name: "bare" },
      { type: "container", name: "image", components: [{ type: "library", name: "lib", hashes: [sha256] }] },
      {
        type: "data",
        name: "set",
        components: [file("z.tar", [file("z/1"), { type: "library", name: "in", hashes: [sha256] }])],
      },
    ],
  } as unknown as JsonObject;
  assert.deepEqual(
    bomArtifacts(document).map(({ name, files }) => [name, files.map(({ path }) => path)]),
    [
      ["app", ["x"]],
      ["lib", ["lib"]],
      ["set", ["z.tar", "z/1"]],
      ["in", ["in"]],
    ],
  );
});

test("property: any document gives a list", () => {
  const part = fc.dictionary(
    fc.constantFrom("type", "name", "hashes", "components", "properties", "alg", "content"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(part), fc.jsonValue(), (components, metadata) => {
      assert.ok(Array.isArray(bomArtifacts({ components, metadata } as unknown as JsonObject)));
    }),
  );
});
