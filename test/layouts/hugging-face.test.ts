// SPDX-License-Identifier: Apache-2.0
// Hugging Face model directories: claims, custom code, cards in every state of disrepair, secrets.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { huggingFaceModel, jsonFile, lfsPointer, modelCard } from "../../fixtures/hugging-face.ts";
import { huggingFace } from "../../src/layouts/hugging-face.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { limits } from "../../src/limits.ts";
import type { FactName } from "../../src/model/fact.ts";
import { mutate, seeded } from "../random.ts";
import { memoryDirectory } from "./memory-directory.ts";

const corpora = join(import.meta.dirname, "../../../shared/corpora/formats");

function describeFiles(files: Readonly<Record<string, unknown>>): LayoutDescription {
  const tree = new Map(
    Object.entries(files).map(([path, content]) => {
      const bytes =
        content instanceof Uint8Array
          ? content
          : typeof content === "string"
            ? new TextEncoder().encode(content)
            : jsonFile(content);
      return [path, bytes] as const;
    }),
  );
  return huggingFace.describe(memoryDirectory(tree));
}

function describeCard(frontMatter: string): LayoutDescription {
  return describeFiles({ "README.md": modelCard(frontMatter) });
}

function values(description: LayoutDescription, name: FactName): readonly unknown[] {
  return description.facts.filter((fact) => fact.name === name).map((fact) => fact.value);
}

function codesOf(description: LayoutDescription): readonly string[] {
  return description.findings.map(({ code }) => code);
}

/** Processor time of this process: other processes of a busy machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe("a Hugging Face model directory", () => {
  it("makes claims and no findings if it is sound", () => {
    const description = huggingFace.describe(memoryDirectory(huggingFaceModel()));
    assert.deepEqual(description.findings, []);
    assert.deepEqual(description.unverified, []);
    assert.deepEqual(values(description, "architecture.class"), ["LlamaForCausalLM"]);
    assert.deepEqual(values(description, "architecture.family"), ["llama"]);
    assert.deepEqual(values(description, "context_length"), [2048]);
    assert.deepEqual(values(description, "vocabulary.size"), [1000]);
    assert.deepEqual(values(description, "license"), ["apache-2.0"]);
    assert.deepEqual(values(description, "base_model"), [{ name: "example/base", relation: "finetune" }]);
    assert.deepEqual(values(description, "dataset"), ["example/corpus"]);
    assert.deepEqual(values(description, "metric"), [
      { type: "accuracy", value: "0.90", slice: "Example, test" },
    ]);
    assert.deepEqual(values(description, "producer"), [{ name: "transformers", version: "4.57.1" }]);
    const computed = description.facts.filter(({ grade }) => grade === "computed").map(({ name }) => name);
    assert.deepEqual(computed, ["chat_template.sha256"]);
  });

  it("says nothing about a directory that is none", () => {
    const description = describeFiles({ "a.txt": "x", "run.py": "print()", "README.md": "# Readme\n" });
    assert.deepEqual(description, { facts: [], findings: [], unverified: [] });
  });

  it("takes claims from the shallowest directory and findings from all", () => {
    const description = describeFiles({
      "model_index.json": {
        _class_name: "StableDiffusionPipeline",
        _diffusers_version: "0.35.0",
        unet: ["diffusers", "UNet"],
      },
      "unet/config.json": { model_type: "unet", auto_map: { AutoModel: "m.C" } },
    });
    assert.deepEqual(values(description, "architecture.family"), []);
    assert.deepEqual(values(description, "library"), ["diffusers"]);
    assert.deepEqual(codesOf(description), ["CUSTOM_CODE_REQUIRED"]);
  });

  it("lists Git LFS pointers as unverified and reads nothing into them", () => {
    const description = describeFiles({
      "config.json": lfsPointer("ab".repeat(32), 10),
      "model.safetensors": lfsPointer("cd".repeat(32), 10),
    });
    assert.deepEqual(description.unverified, ["config.json", "model.safetensors"]);
    assert.deepEqual(description.facts, []);
  });

  it("lists broken JSON once, as a finding and as unverified", () => {
    for (const [text, code] of [
      ['{"a":1,}', "JSON_INVALID"],
      ['{"auto_map":{},"auto_map":{"A":"m.C"}}', "JSON_DUPLICATE_KEY"],
      ["[".repeat(200), "JSON_TOO_DEEP"],
    ] as const) {
      const description = describeFiles({ "config.json": text });
      assert.deepEqual(codesOf(description), [code]);
      assert.deepEqual(description.unverified, ["config.json"]);
    }
    assert.deepEqual(codesOf(describeFiles({ "config.json": "[]" })), ["CONFIG_INVALID"]);
  });

  it("loses only the fields that have a wrong type", () => {
    const description = describeFiles({
      "config.json": {
        model_type: 7,
        architectures: ["A", 1],
        vocab_size: -1,
        max_position_embeddings: 1.5,
        hidden_size: 8,
      },
    });
    assert.deepEqual(values(description, "architecture.class"), ["A"]);
    assert.deepEqual(values(description, "hyperparameter"), [{ name: "hidden_size", value: 8 }]);
    assert.deepEqual(codesOf(description), [
      "CONFIG_INVALID",
      "CONFIG_INVALID",
      "CONFIG_INVALID",
      "CONFIG_INVALID",
    ]);
  });

  it("keeps keys that are names of object internals apart", () => {
    const description = describeFiles({ "config.json": '{"__proto__":{"model_type":"x"},"constructor":1}' });
    assert.deepEqual(description, { facts: [], findings: [], unverified: [] });
  });
});

describe("custom code", () => {
  it("is reported by file, by mapping and by origin", () => {
    const description = describeFiles({
      "config.json": {
        auto_map: { AutoModel: "modeling_x.Model", AutoTokenizer: ["other/repo--tok.Slow", null] },
        custom_pipelines: { p: { impl: "pipe.Pipe" } },
        trust_remote_code: true,
      },
      "modeling_x.py": "import os",
      "deep/inner.pyc": "x",
    });
    assert.deepEqual(codesOf(description).toSorted(), [
      "CUSTOM_CODE_FILE",
      "CUSTOM_CODE_FILE",
      "CUSTOM_CODE_REMOTE",
      "CUSTOM_CODE_REQUIRED",
      "CUSTOM_CODE_REQUIRED",
      "CUSTOM_CODE_TRUSTED",
    ]);
    assert.deepEqual(values(description, "custom_code"), [
      { class: "Model", module: "modeling_x" },
      { class: "Slow", module: "tok", repository: "other/repo" },
      { class: "Pipe", module: "pipe" },
    ]);
  });

  it("is an attention kernel of another repository", () => {
    const codes = (name: string): readonly string[] =>
      codesOf(describeFiles({ "config.json": { _attn_implementation: name } }));
    assert.deepEqual(codes("kernels-community/flash-attn"), ["CUSTOM_CODE_REMOTE"]);
    assert.deepEqual(codes("flash_attention_2"), []);
  });

  it("is found in modules.json and model_index.json", () => {
    const modules = describeFiles({
      "modules.json": [
        { type: "sentence_transformers.models.Transformer" },
        { type: "custom_module.Pool" },
        { type: 1 },
      ],
    });
    assert.deepEqual(codesOf(modules), ["CONFIG_INVALID", "CUSTOM_CODE_REQUIRED"].toSorted().toReversed());
    assert.deepEqual(
      codesOf(describeFiles({ "model_index.json": { unet: ["my_unet", "Net"], x: [null, null] } })),
      ["CUSTOM_CODE_REQUIRED"],
    );
  });

  it("is not hidden by an auto_map of another shape", () => {
    const description = describeFiles({ "config.json": { auto_map: ["a/b--m.C", { x: 1 }] } });
    assert.ok(codesOf(description).includes("CUSTOM_CODE_REMOTE"));
    assert.ok(codesOf(description).includes("CONFIG_INVALID"));
  });
});

describe("an adapter", () => {
  it("names its base model with its revision", () => {
    const pinned = describeFiles({
      "adapter_config.json": {
        peft_type: "LORA",
        base_model_name_or_path: "o/base",
        revision: "abc",
        r: 8,
        task_type: "CAUSAL_LM",
        target_modules: ["q"],
      },
    });
    assert.deepEqual(pinned.findings, []);
    assert.deepEqual(values(pinned, "base_model"), [
      { name: "o/base", relation: "adapter", revision: "abc" },
    ]);
    assert.deepEqual(values(pinned, "task"), ["text-generation"]);
  });

  it("without base, with a local one or without revision is a finding", () => {
    const base = (value: unknown) =>
      describeFiles({ "adapter_config.json": { base_model_name_or_path: value, revision: null } });
    assert.deepEqual(codesOf(base(null)), ["ADAPTER_BASE_UNKNOWN"]);
    for (const path of ["/home/alice/base", "./base", "../b", "C:\\models\\b", "a/b/c", "~/b"]) {
      assert.deepEqual(codesOf(base(path)), ["ADAPTER_BASE_UNKNOWN"], path);
      assert.ok(!JSON.stringify(base(path)).includes("alice"));
    }
    assert.deepEqual(codesOf(base("o/base")), ["ADAPTER_BASE_UNPINNED"]);
  });
});

describe("a chat template", () => {
  it("is hashed and searched wherever it is", () => {
    const evil = "{{ x.__class__.__mro__ }}";
    for (const files of [
      { "tokenizer_config.json": { chat_template: evil } },
      { "tokenizer_config.json": { chat_template: [{ name: "tool", template: evil }] } },
      { "tokenizer.json": {}, "chat_template.jinja": evil },
      { "tokenizer.json": {}, "additional_chat_templates/rag.jinja": evil },
      { "tokenizer.json": {}, "chat_template.json": { chat_template: evil } },
    ]) {
      const description = describeFiles(files);
      assert.deepEqual(codesOf(description), ["CHAT_TEMPLATE_DANGEROUS"], JSON.stringify(files));
      assert.equal(values(description, "chat_template.sha256").length, 1);
    }
  });

  it("must be the same in all files", () => {
    const files = { "tokenizer_config.json": { chat_template: "a" }, "chat_template.jinja": "b" };
    assert.deepEqual(codesOf(describeFiles(files)), ["CHAT_TEMPLATE_DIFFERS"]);
    assert.deepEqual(codesOf(describeFiles({ ...files, "chat_template.jinja": "a\n" })), []);
  });
});

describe("a model card", () => {
  it("keeps texts as they are written", () => {
    const description = describeCard(
      "license: no\nversion: 1.10\nlanguage: [no, en]\ntags: [1e3, on, null, 2024-01-01]",
    );
    assert.deepEqual(values(description, "license"), ["no"]);
    assert.deepEqual(values(description, "version"), ["1.10"]);
    assert.deepEqual(values(description, "language"), ["no", "en"]);
    assert.deepEqual(values(description, "tag"), ["1e3", "on", "2024-01-01"]);
  });

  it("may have Windows line ends, a byte order mark or no front matter", () => {
    const windows = describeFiles({ "README.md": modelCard("license: mit\nlanguage: eo", "\r\n") });
    assert.deepEqual(values(windows, "license"), ["mit"]);
    const marked = describeFiles({ "README.md": "\uFEFF---\nlicense: mit\n---\n" });
    assert.deepEqual(values(marked, "license"), ["mit"]);
    assert.deepEqual(values(describeFiles({ "README.md": "---\nlicense: mit\n---" }), "license"), ["mit"]);
    for (const text of ["", "---", "# Title\n---\nlicense: mit\n---\n", "----\nlicense: mit\n----\n"]) {
      assert.deepEqual(describeFiles({ "README.md": text }), { facts: [], findings: [], unverified: [] });
    }
  });

  it("with repeated keys shows none of their values", () => {
    const description = describeCard("license: mit\nlicense: gpl-3.0\nlicense: mit\ntags: [a]");
    assert.deepEqual(codesOf(description), ["MODEL_CARD_DUPLICATE_KEY"]);
    assert.deepEqual(values(description, "license"), []);
    assert.deepEqual(values(description, "tag"), ["a"]);
  });

  it("loses only the bad parts of model-index", () => {
    const description = describeCard(`
license: mit
model-index:
- name: m
  results:
  - dataset: {name: D, type: d}
    metrics:
    - {type: acc, value: 0.9}
    - {type: acc}
    - text
  - metrics: none
- 5
`);
    assert.deepEqual(values(description, "metric"), [{ type: "acc", value: "0.9", slice: "D" }]);
    assert.deepEqual(values(description, "license"), ["mit"]);
    assert.deepEqual(new Set(codesOf(description)), new Set(["MODEL_CARD_FIELD_INVALID"]));
    assert.equal(description.findings.length, 5);
  });

  it("says what an unfilled template and an incomplete licence lack", () => {
    assert.deepEqual(codesOf(describeCard("license: {license}\ntags: ['{{ tag }}', a]")), [
      "MODEL_CARD_TEMPLATE",
      "MODEL_CARD_TEMPLATE",
    ]);
    const incomplete = describeCard("license: other\nlicense_name: x");
    assert.deepEqual(
      incomplete.findings.map(({ args }) => args["missing"]),
      ["license_link"],
    );
    assert.deepEqual(codesOf(describeCard("license: other\nlicense_name: x\nlicense_link: LICENSE")), []);
  });

  it("that is hostile is a finding and unverified", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 10; level += 1) {
      const name = String.fromCharCode(97 + level);
      const before = String.fromCharCode(96 + level);
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`);
    }
    const tooLong = "x".repeat(limits.maxFrontMatterBytes);
    for (const text of [
      bomb.join("\n"),
      "a: &a [*a]",
      `tags: ${"[".repeat(5000)}`,
      "- ".repeat(100_000),
      `a: ${"{b: ".repeat(5000)}`,
      `${"? ".repeat(60_000)}x`,
      `description: ${tooLong}`,
      "a: *missing",
      "license: 'open",
      "license: mit\n\tbad: tab",
      "[]",
      "plain text",
      "%YAML 9.9",
    ]) {
      const start = cpuMs();
      const description = describeCard(text);
      assert.deepEqual(codesOf(description), ["MODEL_CARD_INVALID"], text.slice(0, 60));
      assert.deepEqual(description.unverified, ["README.md"]);
      assert.deepEqual(description.facts, []);
      assert.ok(cpuMs() - start < 4000, text.slice(0, 60));
    }
  });

  it("is read in linear time whatever its keys are", () => {
    const keys = Array.from({ length: 40_000 }, (_, index) => index.toString(36)).join(":\n");
    const start = cpuMs();
    describeCard(keys);
    describeCard(`tags: [${"a,".repeat(100_000)}]`);
    describeCard(`a: "${"\\x41".repeat(50_000)}"`);
    describeCard(Array.from({ length: 60_000 }, () => "#").join("\n"));
    describeCard(Array.from({ length: 500 }, (_, index) => `${" ".repeat(index)}a:`).join("\n"));
    assert.ok(cpuMs() - start < 8000, `${cpuMs() - start} ms`);
  });

  it("without end, too large or not in UTF-8 is unverified", () => {
    assert.deepEqual(codesOf(describeFiles({ "README.md": "---\nlicense: mit\n" })), ["MODEL_CARD_INVALID"]);
    const large = new Uint8Array(limits.maxModelCardBytes + 1).fill(0x20);
    assert.deepEqual(describeFiles({ "README.md": large }).unverified, ["README.md"]);
    const latin = Buffer.from("---\nauthor: J\xf6rg\n---\n", "latin1");
    assert.deepEqual(codesOf(describeFiles({ "README.md": new Uint8Array(latin) })), ["TEXT_NOT_UTF8"]);
  });

  it("has its lists cut", () => {
    const tags = Array.from({ length: 1500 }, (_, index) => `t${index}`).join(", ");
    const description = describeCard(`tags: [${tags}]`);
    assert.equal(values(description, "tag").length, limits.maxClaimsPerName);
    assert.deepEqual(codesOf(description), ["METADATA_CUT"]);
  });

  it("is read whatever bytes change", (t) => {
    const original = huggingFaceModel().get("README.md") ?? new Uint8Array();
    const config = huggingFaceModel().get("config.json") ?? new Uint8Array();
    const next = seeded(7);
    let found = 0;
    for (let round = 0; round < 8000; round += 1) {
      const files = { "README.md": mutate(original, next), "config.json": mutate(config, next) };
      found += describeFiles(files).findings.length > 0 ? 1 : 0;
    }
    t.diagnostic(`10000 mutated files, findings in ${found} of 5000 directories`);
  });
});

describe("secrets and local paths", () => {
  it("stay out of facts and findings", () => {
    const token = `hf_${"A1b2".repeat(8)}`;
    const description = describeFiles({
      "config.json": { _name_or_path: "/home/alice/secret-project/model-x", model_type: `llama ${token}` },
      "README.md": modelCard(`
license_link: https://bob:pass@example.org/x?token=abcdef
author: C:\\Users\\carol\\me
tags: [/Users/dave/x, sk-${"x1".repeat(15)}]
base_model: /root/base
`),
    });
    const text = JSON.stringify(description);
    for (const secret of [
      "alice",
      "secret-project",
      token,
      "bob",
      "pass@",
      "abcdef",
      "carol",
      "dave",
      "sk-x",
      "/root",
    ]) {
      assert.ok(!text.includes(secret), secret);
    }
    assert.ok(codesOf(description).includes("METADATA_SECRET"));
    assert.ok(codesOf(description).includes("METADATA_REDACTED"));
    assert.deepEqual(values(description, "metadata"), [
      { key: "_name_or_path", value: "<local path>/model-x" },
    ]);
  });
});

describe("real Hugging Face files", () => {
  it("the model cards of the corpora are read", (t) => {
    const folder = join(corpora, "hf-cards");
    if (!existsSync(folder)) {
      t.skip("corpora not present: shared/corpora/formats/hf-cards");
      return;
    }
    // A list instead of fields; a template whose placeholders `{a}: {b}` are no YAML keys.
    const invalid = new Set(["sample_invalid_card_data.md", "spec-modelcard.md"]);
    for (const name of readdirSync(folder)) {
      const description = describeFiles({ "README.md": new Uint8Array(readFileSync(join(folder, name))) });
      t.diagnostic(
        `${name}: ${description.facts.length} claims, ${codesOf(description).join(" ") || "no findings"}`,
      );
      assert.equal(codesOf(description).includes("MODEL_CARD_INVALID"), invalid.has(name), name);
    }
  });

  it("the adapters of the corpora have no known base", (t) => {
    const folder = join(corpora, "lora");
    if (!existsSync(folder)) {
      t.skip("corpora not present: shared/corpora/formats/lora");
      return;
    }
    for (const name of readdirSync(folder)) {
      const config = new Uint8Array(readFileSync(join(folder, name, "adapter_config.json")));
      assert.deepEqual(codesOf(describeFiles({ "adapter_config.json": config })), ["ADAPTER_BASE_UNKNOWN"]);
    }
  });
});
