// SPDX-License-Identifier: Apache-2.0
// Stores through the whole job: inventory, BOM, signature, verification; one changed blob is never allowed.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { buildGguf, ggufMetadata, ggufTensors } from "../../fixtures/gguf.ts";
import { huggingFaceModel, jsonFile, modelCard } from "../../fixtures/hugging-face.ts";
import { writeTree } from "../../fixtures/make.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { mlflowModel, ollamaStore, sha256, writeCachedRepository } from "../../fixtures/stores.ts";
import { buildBom } from "../../src/bom/build.ts";
import { fileManifest } from "../../src/bom/file-manifest.ts";
import { bomArtifacts } from "../../src/bom/read.ts";
import { validateBom } from "../../src/bom/validate.ts";
import { inventory, type Progress } from "../../src/inventory.ts";
import { atLeast } from "../../src/model/severity.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, signTo, trust, writeKey } from "./release.ts";

const gguf = buildGguf({ metadata: ggufMetadata(), tensors: ggufTensors });
const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [2] } } });
const commit = "a".repeat(40);
const model = new Map([...huggingFaceModel(), ["model.safetensors", weights]]);
const adapter = new Map([
  ["adapter_config.json", jsonFile({ peft_type: "LORA", base_model_name_or_path: "org/base" })],
  ["adapter_model.safetensors", weights],
]);

/** Writes each kind of store; answers the path of a file whose change must be seen. */
const writers: Readonly<Record<string, (target: string) => string>> = {
  "hugging-face-cache": (target) => {
    writeCachedRepository(target, { id: "org/base", commit, files: model });
    writeCachedRepository(target, { id: "org/lora", commit: "b".repeat(40), files: adapter });
    const files = new Map([["README.md", modelCard("license: cc0-1.0\npretty_name: Corpus")]]);
    writeCachedRepository(target, { type: "datasets", id: "org/corpus", commit: "c".repeat(40), files });
    return `models--org--base/blobs/${sha256(weights)}`;
  },
  ollama: (target) => {
    const layers = [["model", gguf]] as const;
    writeTree(
      target,
      ollamaStore([
        { path: "registry.ollama.ai/library/tiny/latest", layers },
        { path: "registry.ollama.ai/library/tiny/q4", layers: [...layers, ["template", jsonFile("x")]] },
      ]),
    );
    return `blobs/sha256-${sha256(gguf)}`;
  },
  "lm-studio": (target) => {
    writeTree(join(target, "someone/a-GGUF"), new Map([["a.gguf", gguf]]));
    writeTree(
      join(target, "someone/b-GGUF"),
      new Map([
        ["b-Q4.gguf", gguf],
        ["b-Q8.gguf", gguf],
      ]),
    );
    return "someone/b-GGUF/b-Q8.gguf";
  },
  folders: (target) => {
    writeTree(join(target, "org/base"), model);
    writeTree(join(target, "org/lora"), adapter);
    writeTree(join(target, "mlflow"), mlflowModel());
    return "org/base/model.safetensors";
  },
};

async function bomOf(target: string, specVersion: "1.6" | "1.7" = "1.7"): Promise<Uint8Array> {
  return buildBom(await inventory([target]), { specVersion, toolVersion: "0.0.0", timestamp: at });
}

// biome-ignore lint/suspicious/noExplicitAny: a BOM as any reader sees it
function parsed(bom: Uint8Array): any {
  return JSON.parse(Buffer.from(bom).toString());
}

/** A store that is signed, with its BOM. */
async function signedStore(t: TestContext, kind: string) {
  const directory = temporaryDirectory(t);
  const target = join(directory, "store");
  const victim = join(target, writers[kind]?.(target) ?? "");
  const key = writeKey(directory, "release");
  const trustRoot = join(directory, "trust");
  trust(trustRoot, [{ name: "release", publicPem: key.publicPem }]);
  const bom = join(directory, "aibom.cdx.json");
  writeFileSync(bom, await bomOf(target));
  await signTo(target, key.path);
  await signTo(bom, key.path);
  return { target, victim, verify: (of = target) => verify([of], { trustRoot, at, bom }) };
}

for (const kind of Object.keys(writers)) {
  test(`${kind}: what was inventoried and signed is allowed; a changed, added or removed file is not`, async (t) => {
    const store = await signedStore(t, kind);
    const verdict = await store.verify();
    assert.equal(verdict.outcome, "allow", JSON.stringify(verdict.findings, null, 1));
    assert.deepEqual(verdict.skipped, []);
    const original = readFileSync(store.victim);

    appendFileSync(store.victim, "!");
    const changed = await store.verify();
    assert.equal(changed.outcome, "deny");
    const path = store.victim.slice(store.target.length + 1);
    assert.ok(
      changed.findings.some((each) => each.code === "BOM_FILE_CHANGED" && each.location.path === path),
    );

    writeFileSync(store.victim, original);
    assert.equal((await store.verify()).outcome, "allow");
    writeFileSync(join(store.target, "extra.txt"), "x");
    assert.ok(codesOf(await store.verify()).has("BOM_FILE_EXTRA"));
    rmSync(join(store.target, "extra.txt"));
    rmSync(store.victim);
    assert.notEqual((await store.verify()).outcome, "allow");
  });

  test(`${kind}: the BOM is valid in both versions, lists every file and the models that are there`, async (t) => {
    const target = join(temporaryDirectory(t), "store");
    writers[kind]?.(target);
    const [artifact] = await inventory([target]);
    for (const specVersion of ["1.6", "1.7"] as const) {
      const bom = await bomOf(target, specVersion);
      const { findings } = await validateBom(bom, "bom.json");
      assert.deepEqual(
        findings.filter(({ severity }) => atLeast(severity, "medium")),
        [],
      );
      const [outer, ...parts] = bomArtifacts(parsed(bom));
      assert.deepEqual(
        outer?.files.map(({ path }) => path).toSorted(),
        artifact?.files.map(({ path }) => path).toSorted(),
      );
      assert.deepEqual(
        parts.map(({ name }) => name),
        artifact?.parts?.map(({ name }) => name),
      );
      const root = parsed(bom).metadata.component;
      assert.equal(root.type, "data");
      assert.equal(root.modelCard, undefined);
    }
  });
}

test("a model has one digest in a cache, in a folder, and by itself", async (t) => {
  const directory = temporaryDirectory(t);
  writers["hugging-face-cache"]?.(join(directory, "hub"));
  writers["folders"]?.(join(directory, "plain"));
  writeTree(join(directory, "alone"), model);
  const digests = async (target: string): Promise<unknown[]> => {
    const { metadata } = parsed(await bomOf(join(directory, target)));
    const components = metadata.component.components as { type: string; name: string; hashes: unknown[] }[];
    return [metadata.component, ...components]
      .filter(({ name }) => /base|alone/.test(name))
      .flatMap(({ hashes }) => hashes);
  };
  const [alone] = await digests("alone");
  assert.deepEqual(alone, {
    alg: "SHA-256",
    content: fileManifest(
      [...model].map(([path, bytes]) => ({ path, digests: [{ algorithm: "sha256", hex: sha256(bytes) }] })),
    ).hex,
  });
  assert.deepEqual((await digests("hub"))[0], alone);
  assert.deepEqual((await digests("plain"))[0], alone);
});

test("one model of a store is verified against the BOM of the store", async (t) => {
  const store = await signedStore(t, "folders");
  const key = join(store.target, "../release.key");
  await signTo(join(store.target, "org/base"), key);
  const verdict = await store.verify(join(store.target, "org/base"));
  assert.ok(!codesOf(verdict).has("BOM_ARTIFACT_UNKNOWN"), JSON.stringify(verdict.findings, null, 1));
  assert.ok(verdict.evidence.some(({ kind }) => kind === "digest"));
  assert.ok(
    verdict.skipped.some(({ check }) => check === "files of store"),
    JSON.stringify(verdict.skipped),
  );
});

test("an adapter depends on its base model where that is in the inventory, and on a claim where it is not", async (t) => {
  const directory = temporaryDirectory(t);
  const hub = join(directory, "hub");
  writers["hugging-face-cache"]?.(hub);
  const lora = async () => {
    const bom = parsed(await bomOf(hub));
    const parts = bom.metadata.component.components as {
      name: string;
      "bom-ref": string;
      pedigree?: { ancestors: Record<string, unknown>[] };
    }[];
    const find = (name: string) => parts.find((part) => part.name === name);
    const { dependsOn } = bom.dependencies.find(
      ({ ref }: { ref: string }) => ref === find("org/lora")?.["bom-ref"],
    );
    return {
      dependsOn,
      ancestor: find("org/lora")?.pedigree?.ancestors[0],
      base: find("org/base")?.["bom-ref"],
    };
  };
  const present = await lora();
  assert.deepEqual(present.dependsOn, [present.base]);
  assert.deepEqual(present.ancestor?.["properties"], [{ name: "aibom:inventoried-as", value: present.base }]);
  rmSync(join(hub, "models--org--base"), { recursive: true });
  const absent = await lora();
  assert.deepEqual(absent.dependsOn, [absent.ancestor?.["bom-ref"]]);
  // Two snapshots of the base: nobody can tell which one is meant.
  for (const each of ["d", "e"]) {
    writeCachedRepository(hub, { id: "org/base", commit: each.repeat(40), files: model, ref: null });
  }
  const twice = await lora();
  assert.deepEqual(twice.dependsOn, [twice.ancestor?.["bom-ref"]]);
});

test("the files of a cache are read once, however many links lead to them", async (t) => {
  const hub = join(temporaryDirectory(t), "hub");
  for (const each of ["a", "b", "c"]) {
    writeCachedRepository(hub, { id: "org/base", commit: each.repeat(40), files: model });
  }
  const bytes = [...model.values()].reduce((sum, { length }) => sum + length, 40);
  let last: Progress | undefined;
  const [artifact] = await inventory([hub], {
    onProgress: (progress) => {
      last = progress;
    },
  });
  assert.equal(last?.totalFiles, model.size + 1);
  // What is named by git's blob id is small, and is read again for that.
  assert.ok(last.totalBytes <= 2 * bytes - weights.length, `${last.totalBytes} of ${bytes}`);
  assert.equal(artifact?.files.length, 4 * model.size + 1);
  assert.equal(artifact?.parts?.length, 3);
});
