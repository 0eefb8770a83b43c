// SPDX-License-Identifier: Apache-2.0
// The built BOM: golden documents, the same bytes everywhere, validity whatever the facts are.
// AIBOM_UPDATE_GOLDEN=1 rewrites the golden files.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { type BomOptions, buildBom } from "../../src/bom/build.ts";
import { validateBom } from "../../src/bom/validate.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { claim, computed, type Fact, type FactName, type JsonValue } from "../../src/model/fact.ts";
import { atLeast } from "../../src/model/severity.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { artifact, file, safetensorsModel, samples } from "./sample-artifacts.ts";

const timestamp = new Date("2026-01-02T03:04:05Z");
const versions = ["1.6", "1.7"] as const;
const options = (specVersion: "1.6" | "1.7", parts: Partial<BomOptions> = {}): BomOptions => ({
  specVersion,
  toolVersion: "0.0.0",
  timestamp,
  ...parts,
});

async function buildText(artifacts: readonly Artifact[], parts: BomOptions): Promise<string> {
  return Buffer.from(await buildBom(artifacts, parts)).toString();
}

async function assertValid(artifacts: readonly Artifact[], parts: BomOptions): Promise<string> {
  const bytes = await buildBom(artifacts, parts);
  const { findings } = await validateBom(bytes, "bom.json");
  assert.deepEqual(
    findings.filter(({ severity }) => atLeast(severity, "medium")),
    [],
  );
  return Buffer.from(bytes).toString();
}

for (const [name, artifacts] of Object.entries(samples)) {
  for (const version of versions) {
    test(`golden: ${name}, CycloneDX ${version}`, async () => {
      const text = await assertValid(artifacts, options(version));
      const path = join(import.meta.dirname, "golden", `${name}.${version}.json`);
      if (process.env["AIBOM_UPDATE_GOLDEN"] === "1") {
        writeFileSync(path, text);
      }
      assert.equal(text, readFileSync(path, "utf8"));
      await assertValid(artifacts, { specVersion: version, toolVersion: "0.0.0" });
    });
  }
}

test("the serial number can be recomputed with grep and sha256sum", async (t) => {
  const path = join(temporaryDirectory(t), "bom.json");
  for (const version of versions) {
    writeFileSync(path, await buildBom([safetensorsModel], options(version)));
    const line = `grep -vE '^ *"(serialNumber|timestamp)": ' "$1" | sha256sum`;
    const sha256 = execFileSync("/bin/sh", ["-c", line, "sh", path]).toString().slice(0, 64);
    const uuid = createHash("sha1")
      .update(Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex"))
      .update(`https://cyclonedx.org/bom/sha256/${sha256}`)
      .digest("hex");
    const { serialNumber } = JSON.parse(readFileSync(path, "utf8"));
    assert.match(
      serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.equal(serialNumber.slice(9, 17), uuid.slice(0, 8));
    assert.equal(serialNumber.slice(-12), uuid.slice(20, 32));
  }
});

test("time changes time stamps only; without time there is none and the BOM says it is reproducible", async () => {
  const early = await buildText([safetensorsModel], options("1.7"));
  const late = await buildText([safetensorsModel], options("1.7", { timestamp: new Date(0) }));
  const lines = (text: string): string[] =>
    text.split("\n").filter((line) => !line.includes('"timestamp": '));
  assert.notEqual(early, late);
  assert.deepEqual(lines(early), lines(late));
  const timeless = JSON.parse(
    await buildText([safetensorsModel], { specVersion: "1.7", toolVersion: "0.0.0" }),
  );
  assert.equal(timeless.metadata.timestamp, undefined);
  assert.equal(timeless.citations, undefined);
  assert.deepEqual(timeless.metadata.properties, [{ name: "cdx:reproducible", value: "true" }]);
  assert.ok(
    timeless.metadata.component.properties.some((each: { name: string }) => each.name === "aibom:provenance"),
  );
});

test("every citation points at something, and claims are told from computed values", async () => {
  const bom = JSON.parse(await buildText(samples.system, options("1.7")));
  for (const { pointers, note } of bom.citations) {
    assert.match(note, /^(claim: stated by|computed: from the bytes of) /);
    for (const pointer of pointers as string[]) {
      const target = pointer
        .split("/")
        .slice(1)
        .reduce((value, key) => value?.[key], bom);
      assert.notEqual(target, undefined, pointer);
    }
  }
  const license = JSON.parse(await buildText([safetensorsModel], options("1.7"))).citations.filter(
    ({ pointers }: { pointers: string[] }) => pointers.includes("/metadata/component/licenses/0"),
  );
  assert.equal(license.length, 1);
  assert.match(license[0].note, /^claim: stated by README\.md at \/license /);
});

test("a histogram is one property for each of its members, at the model and at its file", async () => {
  const path = "m.keras";
  const facts = [computed("layer_types", { Dense: 2, InputLayer: 1 }, { path })];
  const input = artifact({ kind: "model", files: [file(path, "keras", "described")], facts });
  const text = await buildText([input], options("1.7"));
  for (const [name, value] of [
    ["Dense", "2"],
    ["InputLayer", "1"],
  ]) {
    const property = { name: `aibom:computed:layer_types:${name}`, value };
    const { component } = JSON.parse(text).metadata;
    for (const { properties } of [component, component.components[0]]) {
      assert.ok(
        properties.some((each: typeof property) => each.name === property.name && each.value === value),
        `${name}: ${JSON.stringify(properties)}`,
      );
    }
  }
});

test("same bytes in any locale, time zone, order and directory", async (t) => {
  const script = join(import.meta.dirname, "print-samples.ts");
  const run = (env: Record<string, string>, cwd: string, seed: number): string =>
    execFileSync(process.execPath, [script, String(seed)], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      maxBuffer: 1 << 26,
    }).toString();
  const directory = temporaryDirectory(t);
  const other = join(directory, "ü other");
  mkdirSync(other);
  const expected = run({ LC_ALL: "C", TZ: "UTC" }, import.meta.dirname, 0);
  assert.equal(expected.trim().split("\n").length, 2 * Object.keys(samples).length);
  const environments = [
    { LC_ALL: "et_EE.UTF-8", TZ: "Asia/Tokyo" },
    { LC_ALL: "da_DK.UTF-8", TZ: "America/St_Johns" },
    { LANG: "lt_LT.UTF-8", LANGUAGE: "lt", TZ: "Asia/Kathmandu", HOME: other },
  ];
  for (const [index, env] of environments.entries()) {
    assert.equal(run(env, other, index + 1), expected, JSON.stringify(env));
  }
});

test("disagreeing claims are all listed and none is chosen", async () => {
  const onnx = JSON.parse(await buildText(samples["onnx-licenses-disagree"], options("1.7")));
  assert.deepEqual(onnx.metadata.component.licenses, [
    { expression: "MIT OR Apache-2.0", acknowledgement: "declared" },
    { license: { id: "MIT", acknowledgement: "declared" } },
  ]);
  const older = JSON.parse(await buildText(samples["onnx-licenses-disagree"], options("1.6")));
  assert.deepEqual(
    older.metadata.component.licenses
      .map((each: { license: { id?: string; name?: string } }) => each.license.id ?? each.license.name)
      .sort(),
    ["MIT", "MIT OR Apache-2.0"],
  );
  const broken = JSON.parse(await buildText(samples.incomplete, options("1.7")));
  const { component } = broken.metadata;
  assert.equal(component.modelCard?.modelParameters?.task, undefined);
  const values = (name: string): string[] =>
    component.properties
      .filter((each: { name: string }) => each.name === name)
      .map((each: { value: string }) => each.value);
  assert.deepEqual(values("aibom:claim:task"), ["fill-mask", "text-generation"]);
  assert.deepEqual(values("aibom:disagreement"), ["task"]);
  assert.deepEqual(values("aibom:incomplete"), [
    "FORMAT_MISMATCH b.safetensors",
    "SOURCE_LINK_OUTSIDE c.safetensors",
  ]);
  assert.deepEqual(broken.compositions[0], { aggregate: "incomplete", assemblies: [component["bom-ref"]] });
});

test("no secret, home directory, control character or megabyte of a claim reaches the BOM", async () => {
  const secret = `hf_${"a".repeat(34)}`;
  const texts = [
    `token ${secret} end`,
    "trained in /home/alice/run1 and C:\\Users\\bob\\data",
    "https://user:pass@models.example/x",
    "\u001b[31mred\u202e\u0000",
    "x".repeat(1 << 20),
  ];
  const names: readonly FactName[] = [
    "description",
    "tag",
    "license",
    "url",
    "dataset",
    "author",
    "metadata",
    "name",
  ];
  const facts = texts.flatMap((text) =>
    names.map((name) =>
      claim(name, name === "metadata" ? { key: text, value: text } : text, {
        path: "README.md",
        pointer: text,
      }),
    ),
  );
  for (const version of versions) {
    const text = await assertValid([artifact({ files: [file("a.bin")], facts })], options(version));
    for (const banned of [secret, "alice", "bob", "user:pass", "\\u001b", "\u202e", "x".repeat(5000)]) {
      assert.ok(!text.includes(banned), banned.slice(0, 40));
    }
    assert.ok(text.length < 1 << 20);
  }
});

test("ten thousand tags are cut to a thousand, and the rest is counted", async () => {
  const facts = Array.from({ length: 10_000 }, (_, index) =>
    claim("tag", `t${index}`, { path: "README.md" }),
  );
  const bom = JSON.parse(await assertValid([artifact({ files: [file("a.bin")], facts })], options("1.7")));
  assert.equal(bom.metadata.component.tags.length, 1000);
  assert.ok(
    bom.metadata.component.properties.some(
      (each: { name: string; value: string }) => each.name === "aibom:omitted:tag" && each.value === "9000",
    ),
  );
});

test("two equal artifacts, and none, still give a valid document", async () => {
  for (const version of versions) {
    await assertValid([safetensorsModel, safetensorsModel], options(version));
    await assertValid([], options(version, { name: "empty system" }));
  }
});

const factNames: readonly FactName[] = [
  "name",
  "version",
  "description",
  "author",
  "organization",
  "url",
  "license",
  "license.name",
  "license.link",
  "task",
  "architecture.family",
  "language",
  "tag",
  "base_model",
  "dataset",
  "metric",
  "input",
  "output",
  "limitation",
  "use_case",
  "producer",
  "parameters.count",
  "dtypes",
  "hyperparameter",
  "tokenizer",
  "opset",
  "operators",
  "custom_code",
  "metadata",
];

test("property: whatever readers report, the BOM is valid", async () => {
  const key = fc.constantFrom(
    "name",
    "value",
    "key",
    "type",
    "format",
    "url",
    "revision",
    "__proto__",
    "constructor",
  );
  const value: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.constantFrom("MIT", "mit or", "(gpl-2.0+)", "LicenseRef-x", "other", ""),
    fc.double(),
    fc.constant(null),
    fc.dictionary(key, fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.webUrl())),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const fact: fc.Arbitrary<Fact> = fc
    .record({
      name: fc.constantFrom(...factNames),
      value,
      path: fc.constantFrom("a.bin", "b/ü", "none"),
      isClaim: fc.boolean(),
    })
    .map(({ name, value: stated, path, isClaim }) => (isClaim ? claim : computed)(name, stated, { path }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fact, { maxLength: 30 }),
      fc.constantFrom(...versions),
      fc.constantFrom("model", "file-set"),
      fc.boolean(),
      async (facts, version, kind, hasTime) => {
        const input = artifact({ kind, files: [file("a.bin", "gguf", "described"), file("b/ü")], facts });
        await assertValid(
          [input],
          hasTime ? options(version) : { specVersion: version, toolVersion: "0.0.0" },
        );
      },
    ),
    { numRuns: 150 },
  );
});
