// SPDX-License-Identifier: Apache-2.0
// The Ollama store: tags as models, shared blobs, and manifests that somebody forged.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildGguf, ggufMetadata, ggufTensors } from "../../fixtures/gguf.ts";
import { jsonFile } from "../../fixtures/hugging-face.ts";
import { type OllamaModel, ollamaStore, sha256 } from "../../fixtures/stores.ts";
import { ollama } from "../../src/stores/ollama.ts";
import { describeTogether } from "../../src/stores/together.ts";
import { memoryDirectory } from "../layouts/memory-directory.ts";
import { mutate, seeded } from "../random.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const weights = buildGguf({ metadata: ggufMetadata(), tensors: ggufTensors });
const tiny: OllamaModel = {
  path: "registry.ollama.ai/library/tiny/latest",
  layers: [
    ["model", weights],
    ["template", text("{{ .Prompt }}")],
    ["params", jsonFile({ temperature: 0.7, stop: ["<end>"] })],
    ["license", text("Do what you want.")],
    ["system", text("You are terse.")],
  ],
  config: { model_format: "gguf", model_family: "llama", model_type: "7B", file_type: "Q4_0" },
};

function describeStore(
  models: readonly OllamaModel[],
  change: (tree: Map<string, Uint8Array>) => void = () => undefined,
) {
  const tree = new Map(ollamaStore(models));
  change(tree);
  return describeTogether(memoryDirectory(tree));
}

function codesOf({ findings }: ReturnType<typeof describeStore>): readonly string[] {
  return findings.map(({ code }) => code);
}

test("each tag is a part with the blobs that its manifest names; shared ones belong to each", () => {
  const models = [
    tiny,
    { ...tiny, path: "registry.ollama.ai/me/tiny/v2", layers: [["model", weights]] as const },
  ];
  const { parts, findings } = describeStore([...models, { ...tiny, path: "hf.co/org/tiny-GGUF/Q4_0" }]);
  assert.deepEqual(findings, []);
  const blob = `blobs/sha256-${sha256(weights)}`;
  assert.deepEqual(
    parts.map(({ part }) => `${part.name} ${part.paths.length} ${part.paths.includes(blob)}`),
    ["hf.co/org/tiny-GGUF:Q4_0 7 true", "me/tiny:v2 3 true", "tiny:latest 7 true"],
  );
});

test("small layers are read: configuration, parameters, template, licence", () => {
  const { parts } = describeStore([tiny]);
  const facts = parts[0]?.part.facts ?? [];
  const values = (name: string) => facts.filter((fact) => fact.name === name).map(({ value }) => value);
  assert.deepEqual(values("architecture.family"), ["llama"]);
  assert.deepEqual(values("quantization"), ["Q4_0"]);
  assert.deepEqual(values("hyperparameter"), [
    { name: "temperature", value: 0.7 },
    { name: "stop", value: '["<end>"]' },
  ]);
  assert.deepEqual(values("chat_template.sha256"), [sha256(text("{{ .Prompt }}"))]);
  const manifest = ollamaStore([tiny]).get(`manifests/${tiny.path}`) ?? new Uint8Array();
  assert.deepEqual(values("revision"), [{ system: "ollama", id: `sha256:${sha256(manifest)}` }]);
  assert.ok(
    facts.some(
      ({ name, value }) =>
        name === "file.expected" &&
        JSON.stringify(value).includes(`"sha256":"${sha256(weights)}","size":${weights.length}`),
    ),
  );
  // Nobody's prompt goes into a BOM.
  assert.ok(!JSON.stringify(facts).includes("terse"));
});

test("a store below the target is found, and the form of newer versions too", () => {
  const tree = new Map(
    [...ollamaStore([tiny])].map(([path, bytes]) => [
      `home/models/${path.replace("manifests/", "manifest-v2/")}`,
      bytes,
    ]),
  );
  const { parts } = describeTogether(memoryDirectory(tree));
  assert.deepEqual(
    parts.map(({ part }) => `${part.name} ${part.root} ${part.paths.length}`),
    ["tiny:latest home/models 7"],
  );
});

test("a digest that is none makes no path", () => {
  for (const digest of [
    "sha256:../../../etc/passwd",
    `sha256:${"A".repeat(64)}`,
    `sha256-${"a".repeat(63)}`,
    "",
    7,
    null,
  ]) {
    const forged = (manifest: Record<string, unknown>) => ({
      ...manifest,
      layers: [{ mediaType: "application/vnd.ollama.image.model", digest }],
    });
    const described = describeStore([{ ...tiny, manifest: forged }]);
    assert.deepEqual(codesOf(described), ["OLLAMA_DIGEST_INVALID"]);
    assert.equal(described.findings[0]?.severity, "high");
    assert.deepEqual(described.unverified, [`manifests/${tiny.path}`]);
    assert.ok(described.parts.every(({ part }) => part.paths.every((path) => !path.includes(".."))));
  }
});

test("a blob that is missing leaves the model unverified", () => {
  const described = describeStore([tiny], (tree) => tree.delete(`blobs/sha256-${sha256(weights)}`));
  assert.deepEqual(codesOf(described), ["OLLAMA_BLOB_MISSING"]);
  assert.deepEqual(described.unverified, [`manifests/${tiny.path}`]);
});

test("a model that runs elsewhere has no weights here, and says where prompts go", () => {
  const config = { remote_host: "https://ollama.com:443", remote_model: "large:cloud" };
  const described = describeStore([{ ...tiny, layers: [], config }]);
  assert.deepEqual(codesOf(described), ["OLLAMA_MODEL_REMOTE"]);
  assert.deepEqual(described.findings[0]?.args, { host: "https://ollama.com:443", model: "large:cloud" });
});

test("names, unknown layers, templates and broken downloads", () => {
  const template = text("{{ ''.__class__.__mro__ }}");
  const described = describeStore(
    [
      { ...tiny, path: `registry.ollama.ai/library/-rf/${"x".repeat(81)}` },
      {
        ...tiny,
        path: "registry.ollama.ai/library/odd/1",
        layers: [
          ["malware", text("x")],
          ["template", template],
        ],
      },
    ],
    (tree) => tree.set(`blobs/sha256-${"a".repeat(64)}-partial-0`, text("half")),
  );
  assert.deepEqual(codesOf(described).toSorted(), [
    "CHAT_TEMPLATE_DANGEROUS",
    "OLLAMA_BLOB_PARTIAL",
    "OLLAMA_LAYER_UNKNOWN",
    "OLLAMA_NAME_INVALID",
  ]);
});

test("a blob that no manifest names is stated by its name", () => {
  const name = `blobs/sha256-${"a".repeat(64)}`;
  const { facts } = describeStore([tiny], (tree) => tree.set(name, text("x")));
  const stated = facts.filter((fact) => fact.name === "file.expected" && fact.source.path === name);
  assert.deepEqual(
    stated.map(({ value }) => value),
    [{ path: name, sha256: "a".repeat(64), by: "blobs" }],
  );
});

test("a file in the place of a manifest that is none is unverified; without any blob it is nobody's", () => {
  const path = "manifests/a/b/c/d";
  const described = describeStore([tiny], (tree) => tree.set(path, text('{"schemaVersion": 1}')));
  assert.deepEqual(codesOf(described), ["OLLAMA_MANIFEST_INVALID"]);
  const alone = describeTogether(memoryDirectory(new Map([[path, text("kind: Deployment\n")]])));
  assert.deepEqual([alone.findings, alone.unverified, alone.parts], [[], [], []]);
});

test("10,000 damaged manifests and configurations: parts or findings, never an exception", () => {
  const next = seeded(4);
  const tree = ollamaStore([{ ...tiny, layers: tiny.layers.slice(1) }]);
  const paths = [...tree.keys()];
  for (let round = 0; round < 10_000; round += 1) {
    const path = paths[next(paths.length)] ?? "";
    const changed = new Map(tree).set(path, mutate(tree.get(path) ?? new Uint8Array(), next));
    // What the formats say is their tests' business.
    const described = ollama.describe(memoryDirectory(changed), []);
    assert.ok(described?.parts.every(({ paths }) => paths.every((each) => changed.has(each))) !== false);
  }
});
