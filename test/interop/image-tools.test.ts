// SPDX-License-Identifier: Apache-2.0
// Images that other tools made: crane with real models baked in, skopeo in every form that it writes, umoci, and ko with a Go
// program. Digests are theirs, packages those of `go version -m`.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { artifactDigest } from "../../src/bom/artifact-ref.ts";
import { inventory } from "../../src/inventory.ts";
import type { ImageContent } from "../../src/model/image.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { expectExit } from "./expect-exit.ts";
import { programsIn, startRegistry } from "./image-registry.ts";
import { shippedDirectory, shippedPackages } from "./shipped-packages.ts";
import { missingGoTools, missingPrograms, pathOf } from "./tools.ts";

function run(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stderr}`);
  return stdout.trim();
}

/** The only image of a carrier. */
async function onlyImage(target: string): Promise<ImageContent> {
  const [artifact] = await inventory([target]);
  assert.equal(artifact?.kind, "image", target);
  assert.equal(artifact.complete, true, `${target} ${artifact.findings.map(({ code }) => code).join()}`);
  const [image, ...others] = (artifact.images ?? []).filter(({ role }) => role === "image");
  assert.ok(image !== undefined && others.length === 0);
  return image;
}

const shipped = new Map(shippedPackages.map((each) => [each.name, shippedDirectory(each)] as const));
const silero = shipped.get("silero-vad") ?? "";
const skipModels =
  missingGoTools("crane") ||
  missingPrograms("tar") ||
  (existsSync(silero) ? false : "the shipped models are not installed");

/** An image with a library that brings an ONNX model, and a safetensors model beside it. */
async function bakeModels(t: TestContext, cwd: string): Promise<string> {
  const host = await startRegistry(t, "crane", cwd);
  const crane = programsIn(cwd);
  cpSync(silero, join(cwd, "1/usr/lib/python3/dist-packages"), { recursive: true });
  const folder = join(cwd, "2/models/vad");
  mkdirSync(folder, { recursive: true });
  cpSync(join(silero, "silero_vad/data/silero_vad_16k.safetensors"), join(folder, "vad.safetensors"));
  writeFileSync(join(folder, "README.md"), "---\nlicense: mit\n---\n");
  for (const layer of ["1", "2"]) {
    run(cwd, "tar", ["-C", layer, "-czf", `${layer}.tgz`, "."]);
  }
  const name = `${host}/acme/app:1`;
  crane("crane", "append", "--oci-empty-base", "-f", "1.tgz,2.tgz", "-t", name);
  return name;
}

test("crane: models baked into layers, each with its digest, beside the libraries, in one BOM of the system", {
  skip: skipModels,
}, async (t) => {
  const cwd = temporaryDirectory(t);
  const name = await bakeModels(t, cwd);
  const crane = programsIn(cwd);
  crane("crane", "pull", "--format=oci", name, "layout");
  crane("crane", "pull", "--format=tarball", name, "image.tar");
  const [onDisk] = await inventory([join(cwd, "2/models/vad")]);
  assert.ok(onDisk !== undefined);
  for (const form of ["layout", "image.tar"]) {
    const { parts = [], packages = [] } = await onlyImage(join(cwd, form));
    assert.deepEqual(
      parts.map(({ kind, root }) => [kind, root]),
      [
        ["model", "/models/vad"],
        ["model", "/usr/lib/python3/dist-packages/silero_vad/data"],
      ],
    );
    assert.ok(
      packages.some(
        ({ purl, integrity }) =>
          purl === `pkg:pypi/${basename(silero)}`.replace(/-(?=\d)/, "@") && (integrity?.modified ?? 0) === 0,
      ),
    );
  }
  writeFileSync(
    join(cwd, "aibom.yaml"),
    [
      "apiVersion: aibom/system/v1",
      "name: search",
      "images: { app: { path: layout } }",
      "models: { reranker: { path: reranker } }",
      "deployments: { api: { image: app, models: [reranker] } }",
      "",
    ].join("\n"),
  );
  mkdirSync(join(cwd, "reranker"));
  writeFileSync(join(cwd, "reranker/config.json"), '{"model_type":"bert"}');
  await expectExit(cwd, 0, "inventory", "-o", "system.cdx.json");
  interface Node {
    readonly type: string;
    readonly name: string;
    readonly "bom-ref": string;
    readonly components?: readonly Node[];
    readonly hashes?: readonly { readonly content: string }[];
  }
  const bom = JSON.parse(readFileSync(join(cwd, "system.cdx.json"), "utf8")) as {
    readonly components: readonly Node[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  };
  const all = (nodes: readonly Node[]): readonly Node[] =>
    nodes.flatMap((node) => [node, ...all(node.components ?? [])]);
  const nodes = all(bom.components);
  const image = nodes.find(({ type }) => type === "container");
  const baked = nodes.find(
    (node) => node.type === "machine-learning-model" && node.name === "models/vad/vad",
  );
  const library = nodes.find((node) => node.type === "library" && node.name === "silero-vad");
  assert.equal(baked?.hashes?.[0]?.content, artifactDigest(onDisk).hex);
  assert.equal(image?.hashes?.[0]?.content, crane("crane", "digest", name).slice("sha256:".length));
  const needed = bom.dependencies.find(({ ref }) => ref === image["bom-ref"])?.dependsOn ?? [];
  assert.ok(needed.includes(baked["bom-ref"]) && needed.includes(library?.["bom-ref"] ?? ""));
});

const skipSkopeo = missingGoTools("crane") || missingPrograms("skopeo", "tar");

test("skopeo: oci, oci-archive, docker-archive and dir hold the same image", {
  skip: skipSkopeo,
}, async (t) => {
  const cwd = temporaryDirectory(t);
  const host = await startRegistry(t, "crane", cwd);
  const crane = programsIn(cwd);
  writeFileSync(join(cwd, "file"), "content\n");
  run(cwd, "tar", ["-czf", "layer.tgz", "file"]);
  const name = `${host}/acme/app:1`;
  crane("crane", "append", "--oci-empty-base", "-f", "layer.tgz", "-t", name);
  crane("crane", "mutate", "--set-platform", "linux/amd64", "-t", name, name);
  const digest = crane("crane", "digest", name);
  const manifest = JSON.parse(crane("crane", "manifest", name)) as {
    readonly config: { readonly digest: string };
  };
  for (const form of [
    "oci:layout:app",
    "oci-archive:app.tar",
    "dir:plain",
    "docker-archive:saved.tar:app:1",
  ]) {
    const copy = ["copy", "--insecure-policy", "--src-tls-verify=false", `docker://${name}`, form];
    run(cwd, "skopeo", copy);
    const image = await onlyImage(join(cwd, form.split(":")[1] ?? ""));
    assert.deepEqual(image.content, { files: 1, bytes: 8 }, form);
    // The archive of Docker has no manifest: the configuration, rewritten in Docker's form, stands for the image.
    if (!form.startsWith("docker-archive")) {
      assert.equal(image.digest, digest, form);
      assert.equal(image.configDigest, manifest.config.digest, form);
    }
  }
});

test("umoci: an image built layer by layer", { skip: missingPrograms("umoci") }, async (t) => {
  const cwd = temporaryDirectory(t);
  const umoci = (...args: readonly string[]) => run(cwd, "umoci", args);
  umoci("init", "--layout", "layout");
  umoci("new", "--image", "layout:app");
  writeFileSync(join(cwd, "model.txt"), "weights");
  umoci("insert", "--rootless", "--image", "layout:app", "model.txt", "/srv/model.txt");
  umoci("insert", "--rootless", "--image", "layout:app", "model.txt", "/srv/other.txt");
  umoci("insert", "--rootless", "--image", "layout:app", "--whiteout", "/srv/other.txt");
  umoci("config", "--image", "layout:app", "--config.user", "1000");
  const image = await onlyImage(join(cwd, "layout"));
  assert.deepEqual(image.content, { files: 1, bytes: 7 });
  assert.equal(image.layers.length, 3);
  assert.equal(image.user, "1000");
  const index = JSON.parse(readFileSync(join(cwd, "layout/index.json"), "utf8")) as {
    manifests: { digest: string }[];
  };
  assert.deepEqual(
    index.manifests.map((each) => each.digest),
    [image.digest],
  );
});

const goProgram = `package main

import (
\t"fmt"

\t"golang.org/x/text/language"
)

func main() { fmt.Println(language.English) }
`;

test("ko: the modules of a Go program in an image", {
  skip: missingGoTools("ko", "crane") || missingPrograms("go", "tar"),
}, async (t) => {
  const cwd = temporaryDirectory(t);
  const host = await startRegistry(t, "crane", cwd);
  const crane = programsIn(cwd);
  writeFileSync(join(cwd, "base"), "");
  run(cwd, "tar", ["-czf", "base.tgz", "base"]);
  crane("crane", "append", "--oci-empty-base", "-f", "base.tgz", "-t", `${host}/base:1`);
  crane("crane", "mutate", "--set-platform", "linux/amd64", "-t", `${host}/base:1`, `${host}/base:1`);
  const source = join(cwd, "source");
  mkdirSync(source);
  writeFileSync(join(source, "main.go"), goProgram);
  writeFileSync(join(source, "go.mod"), "module example.com/hello\n\ngo 1.22\n");
  run(source, "go", ["mod", "tidy"]);
  const env = {
    KO_DOCKER_REPO: `${host}/hello`,
    KO_DEFAULTBASEIMAGE: `${host}/base:1`,
    GOFLAGS: "-buildvcs=false",
  };
  // It makes a name in a repository of the path, so capital letters and what lies above do not go.
  const layout = join(source, "layout");
  run(
    source,
    pathOf("ko"),
    ["build", "--push=false", "--oci-layout-path", "layout", "--sbom=none", "."],
    env,
  );
  const image = await onlyImage(layout);
  assert.equal(image.platform, "linux/amd64");
  const built = join(cwd, "hello");
  run(source, "go", ["build", "-o", built, "."]);
  const listed = run(source, "go", ["version", "-m", built])
    .split("\n")
    .flatMap((line) => (/^\tdep\t(\S+)\t(\S+)/.exec(line) ?? []).slice(1, 3).join("@") || []);
  assert.ok(listed.length > 0);
  const ours = (image.packages ?? []).map(
    ({ namespace = "", name, version }) => `${namespace}/${name}@${version}`,
  );
  assert.deepEqual(
    listed.filter((each) => !ours.includes(each)),
    [],
  );
});
