// SPDX-License-Identifier: Apache-2.0
// A whole release in one BOM: a model, the data it was made from, the image that serves it, fetched from a registry for
// one platform, and an environment, by way of aibom.yaml; then merged with the BOM of another tool.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ggufModel } from "../../fixtures/gguf.ts";
import { ImageLayout } from "../../fixtures/image-layout.ts";
import { writeTree } from "../../fixtures/make.ts";
import { buildBom } from "../../src/bom/build.ts";
import { validateBom } from "../../src/bom/validate.ts";
import { fetchImage } from "../../src/fetch-image.ts";
import { inventorySystem, openSystem } from "../../src/inventory-system.ts";
import { mergeBomFiles } from "../../src/merge-boms.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { indexType, LocalRegistry } from "./local-registry.ts";

const system = `apiVersion: aibom/system/v1
name: chat
version: "1.4"
models:
  assistant: { path: model, datasets: [reviews] }
datasets:
  reviews: { path: data }
images:
  server: { path: server }
environments:
  training: { path: venv }
deployments:
  api: { image: server, models: [assistant] }
`;

const files = {
  "aibom.yaml": system,
  "data/train.csv": "text,label\ngood,1\n",
  "venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.13.1\n",
  "venv/lib/python3.13/site-packages/idna-3.10.dist-info/METADATA":
    "Metadata-Version: 2.4\nName: idna\nVersion: 3.10\n",
  "venv/lib/python3.13/site-packages/idna-3.10.dist-info/RECORD": "idna-3.10.dist-info/METADATA,,\n",
};

/** Puts a made layout into the registry: an index of two platforms under a tag. */
function fill(registry: LocalRegistry): void {
  const layout = new ImageLayout();
  const children = ["amd64", "arm64"].map((architecture) => ({
    ...layout.image(`server for ${architecture}`, architecture),
    platform: { os: "linux", architecture },
  }));
  const index = layout.index(children);
  for (const [path, bytes] of layout.files) {
    registry.blobs.set(path.replace("blobs/sha256/", "sha256:"), Buffer.from(bytes));
  }
  for (const { digest, mediaType } of [index, ...children]) {
    registry.manifests.set(digest, { bytes: registry.blobs.get(digest) ?? Buffer.of(), type: mediaType });
  }
  registry.tags.set("1", index.digest);
  assert.equal(index.mediaType, indexType);
}

test("model, data, image and environment of aibom.yaml, with an edge for each need, and merged", async (t) => {
  const root = temporaryDirectory(t);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  writeTree(join(root, "model"), ggufModel());
  const registry = await LocalRegistry.start(t);
  fill(registry);
  const output = join(root, "server");
  const network = { online: true } as const;
  await fetchImage(`${registry.host}/acme/llm:1`, { network, output, platforms: ["linux/arm64"] });

  const { artifacts, graph } = await inventorySystem(await openSystem(join(root, "aibom.yaml")));
  assert.ok(artifacts.every(({ complete }) => complete));
  const codes = artifacts.flatMap(({ findings }) => findings.map(({ code }) => code));
  assert.equal(codes.filter((code) => code === "IMAGE_PLATFORM_ABSENT").length, 1);
  assert.ok(!codes.includes("SYSTEM_KIND_DIFFERS"));

  const bytes = await buildBom(artifacts, { specVersion: "1.7", toolVersion: "0", system: graph });
  assert.deepEqual((await validateBom(bytes, "bom")).findings, []);
  const bom = JSON.parse(Buffer.from(bytes).toString());
  const ref = (name: string): string =>
    [...bom.components, ...bom.services].find((each: { name: string }) => each.name === name)?.["bom-ref"];
  const needs = (of: string): string[] =>
    (bom.dependencies.find((each: { ref: string }) => each.ref === of)?.dependsOn ?? []).toSorted();
  const top = bom.metadata.component["bom-ref"];
  assert.deepEqual(needs(top), [ref("api"), ref("venv")].sort());
  assert.deepEqual(needs(ref("api")), [ref("model"), ref("server")].sort());
  // Beside what the GGUF file names itself.
  assert.ok(needs(ref("model")).includes(ref("data")));
  assert.ok(needs(ref("venv")).includes(ref("idna")));

  const other = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    components: [{ type: "library", name: "idna", version: "3.10", "bom-ref": ref("idna") }],
    dependencies: [{ ref: ref("idna") }],
  };
  writeFileSync(join(root, "a.json"), bytes);
  writeFileSync(join(root, "b.json"), JSON.stringify(other));
  const merged = await mergeBomFiles([join(root, "a.json"), join(root, "b.json")], {
    specVersion: "1.7",
    toolVersion: "0",
    name: "all",
  });
  assert.deepEqual((await validateBom(Buffer.concat(merged.pieces), "merged")).findings, []);
});
