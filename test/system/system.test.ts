// SPDX-License-Identifier: Apache-2.0
// Systems: what a file may say, what the BOM makes of it, and members that are not what they should be.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { buildBom } from "../../src/bom/build.ts";
import { readBom } from "../../src/bom/read.ts";
import type { SystemGraph } from "../../src/bom/system-graph.ts";
import { validateBom } from "../../src/bom/validate.ts";
import type { JsonObject } from "../../src/bytes/json.ts";
import { AibomError } from "../../src/errors.ts";
import { inventorySystem, openSystem } from "../../src/inventory-system.ts";
import { objectOf } from "../../src/layouts/member.ts";
import { scoreBom } from "../../src/score/score-bom.ts";
import { loadSystem } from "../../src/system/load.ts";
import { starterSystem } from "../../src/system/starter.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const load = (text: string) => loadSystem(Buffer.from(text), "aibom.yaml");
const head = "apiVersion: aibom/system/v1\nname: chat\n";

const whole = `${head}version: "1.4"
models:
  assistant: { path: models/assistant, datasets: [reviews], base: [base] }
  base: { path: models/base }
datasets:
  reviews: { path: data/reviews }
deployments:
  api: { models: [assistant], endpoints: ["https://ai.example.com/v1"], description: answers }
  batch: { models: [base] }
`;

function onDisk(t: TestContext, text: string): string {
  const root = temporaryDirectory(t);
  for (const [path, content] of [
    ["models/assistant/config.json", '{"architectures":["LlamaForCausalLM"]}'],
    ["models/base/config.json", '{"architectures":["LlamaForCausalLM"],"x":1}'],
    ["data/reviews/train.csv", "a,b\n1,2\n"],
  ] as const) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  writeFileSync(join(root, "aibom.yaml"), text);
  return join(root, "aibom.yaml");
}

const facts = `released: 2026-11-20
producer: { name: Example GmbH, url: https://example.com, email: security@example.com }
supplier: { name: Reseller BV }
authors: [{ name: Ada Beispiel, email: sbom@example.com }, { name: B. }]
`;

test("who stands behind the system is in its BOM, in both versions, and a score finds it", async (t) => {
  const opened = await openSystem(onDisk(t, `${whole}${facts}`));
  const { artifacts, graph } = await inventorySystem(opened);
  const { name, version: given = "", members, deployments } = graph;
  const bare: SystemGraph = { name, version: given, members, deployments };
  const at = new Date("2026-01-01T00:00:00Z");
  for (const specVersion of ["1.6", "1.7"] as const) {
    const build = async (system: SystemGraph) => {
      const bytes = await buildBom(artifacts, { specVersion, toolVersion: "0.0.0", timestamp: at, system });
      assert.deepEqual((await validateBom(bytes, "bom")).findings, []);
      return (await readBom(bytes, "bom")).document as JsonObject;
    };
    const said = await build(graph);
    const { authors, component } = objectOf(said, "metadata") ?? {};
    assert.deepEqual(authors, [{ name: "Ada Beispiel", email: "sbom@example.com" }, { name: "B." }]);
    const { manufacturer, supplier, releaseNotes, version } = component as JsonObject;
    assert.deepEqual(manufacturer, {
      name: "Example GmbH",
      url: ["https://example.com/"],
      contact: [{ email: "security@example.com" }],
    });
    assert.deepEqual([supplier, version], [{ name: "Reseller BV" }, "1.4"]);
    assert.deepEqual(releaseNotes, { type: "release", timestamp: "2026-11-20T00:00:00Z" });
    const found = (document: JsonObject) =>
      scoreBom(document, "g7-ai")
        .elements.filter(({ status }) => status === "present")
        .map(({ id }) => id);
    const before = new Set(found(await build(bare)));
    assert.deepEqual(
      found(said).filter((id) => !before.has(id)),
      ["sbom-author", "system-producer", "system-timestamp"],
    );
  }
});

test("facts about the system that cannot be are refused with their place", async () => {
  for (const [text, place] of [
    ["released: 2026-02-30", "/released"],
    ["released: 2026-11-20T25:00:00Z", "/released"],
    ["released: yesterday", "/released"],
    ["producer: { url: https://example.com }", "/producer"],
    ["producer: { name: x, url: javascript:alert(1) }", "/producer/url"],
    ["producer: { name: x, email: a b@example.com }", "/producer/email"],
    ["authors: []", "/authors"],
    ["authors: [{ email: a@example.com }]", "/authors/0"],
    [`supplier: { name: ${"x".repeat(257)} }`, "/supplier/name"],
  ] as const) {
    await assert.rejects(load(`${whole}${text}\n`), (error: unknown) => {
      assert.ok(error instanceof AibomError, text);
      assert.deepEqual([error.code, error.where?.member], ["SYSTEM_INVALID", place], text);
      return true;
    });
  }
});

describe("loadSystem", () => {
  test("members and deployments with what they need", async () => {
    const { members, deployments, version } = await load(whole);
    assert.equal(version, "1.4");
    assert.deepEqual(
      members.map(({ name, group, needs }) => [name, group, needs]),
      [
        ["assistant", "models", ["reviews", "base"]],
        ["base", "models", []],
        ["reviews", "datasets", []],
      ],
    );
    assert.deepEqual(deployments[0]?.needs, ["assistant"]);
  });

  test("what means nothing is refused with its place", async () => {
    const cases: readonly (readonly [text: string, code: string, message: RegExp])[] = [
      [head, "SYSTEM_EMPTY", /chat has no models/],
      [starterSystem, "SYSTEM_EMPTY", /my-system/],
      [`${head}model: {}`, "SYSTEM_INVALID", /line 3, column 1: model is no key/],
      [`${head}models: { a: { pat: x } }`, "SYSTEM_INVALID", /pat is no key/],
      [`${head}models: { a: {} }`, "SYSTEM_INVALID", /path/],
      [`${head}models: { ../a: { path: x } }`, "SYSTEM_INVALID", /pattern/],
      [`${head}models: { a: { path: x, digest: "sha256:abc" } }`, "SYSTEM_INVALID", /digest/],
      [`${head}models: { a: { path: x }, b: { path: y, base: [aa] } }`, "SYSTEM_INVALID", /did you mean a\?/],
      [`${head}models: { a: { path: x, base: [a] } }`, "SYSTEM_INVALID", /the model itself/],
      [
        `${head}models: { a: { path: x } }\nimages: { a: { path: y } }`,
        "SYSTEM_INVALID",
        /something else, too/,
      ],
      [
        `${head}models: { a: { path: x } }\ndeployments: { d: { image: a } }`,
        "SYSTEM_INVALID",
        /not under images/,
      ],
      [`${head}models: { a: { path: x } }\ndeployments: { d: {} }`, "SYSTEM_INVALID", /fewer|propert/],
      [`${head}models: { a: { path: x }, a: { path: y } }`, "POLICY_DUPLICATE_KEY", /a occurs twice/],
      ["apiVersion: aibom/system/v2\nname: x", "SYSTEM_INVALID", /apiVersion/],
      ["- 1", "SYSTEM_INVALID", /object/],
      [`${head}models: &a { x: *a }`, "POLICY_YAML_REFUSED", /./],
    ];
    for (const [text, code, message] of cases) {
      await assert.rejects(load(text), { code, message }, text);
    }
  });
});

describe("inventorySystem", () => {
  test("the BOM has the system as its root, services, and edges down to the data", async (t) => {
    const { artifacts, graph } = await inventorySystem(await openSystem(onDisk(t, whole)));
    for (const specVersion of ["1.6", "1.7"] as const) {
      const bytes = await buildBom(artifacts, { specVersion, toolVersion: "0", system: graph });
      assert.deepEqual((await validateBom(bytes, "bom")).findings, []);
      const bom = JSON.parse(Buffer.from(bytes).toString());
      assert.equal(bom.metadata.component.name, "chat");
      assert.equal(bom.metadata.component.version, "1.4");
      assert.deepEqual(
        bom.services
          .map(({ name, endpoints }: { name: string; endpoints?: string[] }) => [name, endpoints])
          .sort(),
        [
          ["api", ["https://ai.example.com/v1"]],
          ["batch", undefined],
        ],
      );
      const ref = (name: string): string =>
        [...bom.components, ...bom.services].find((each: { name: string }) => each.name === name)["bom-ref"];
      const needs = (of: string): string[] =>
        bom.dependencies.find((each: { ref: string }) => each.ref === of).dependsOn ?? [];
      assert.deepEqual(needs(bom.metadata.component["bom-ref"]), [ref("api"), ref("batch")].sort());
      assert.deepEqual(needs(ref("api")), [ref("assistant")]);
      assert.deepEqual(needs(ref("assistant")), [ref("base"), ref("reviews")].sort());
      assert.deepEqual(needs(ref("batch")), [ref("base")]);
    }
  });

  test("a pinned digest that is right, and one that is not", async (t) => {
    const text = `${head}datasets: { reviews: { path: data/reviews/train.csv, digest: "sha256:HEX" } }`;
    const hex = createHash("sha256").update("a,b\n1,2\n").digest("hex");
    const path = onDisk(t, text.replace("HEX", hex));
    assert.equal((await inventorySystem(await openSystem(path))).artifacts.length, 1);
    writeFileSync(path, text.replace("HEX", "0".repeat(64)));
    await assert.rejects(inventorySystem(await openSystem(path)), {
      code: "SYSTEM_DIGEST_DIFFERS",
      message: /^reviews has sha256:/,
    });
  });

  test("what is listed as something else is a finding", async (t) => {
    const path = onDisk(t, `${head}images: { reviews: { path: data/reviews } }`);
    const { artifacts } = await inventorySystem(await openSystem(path));
    assert.deepEqual(
      artifacts[0]?.findings.map(({ code, args }) => [code, args["found"]]),
      [["SYSTEM_KIND_DIFFERS", "dataset"]],
    );
  });

  test("a member that is not there", async (t) => {
    const path = onDisk(t, `${head}models: { absent: { path: models/absent } }`);
    await assert.rejects(inventorySystem(await openSystem(path)), { code: "SOURCE_NOT_FOUND" });
  });
});
