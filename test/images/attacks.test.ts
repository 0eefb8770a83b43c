// SPDX-License-Identifier: Apache-2.0
// Attacks that other tools fell for when they read images, by the names they became known under. Those on signatures are in
// test/verifiers/image, those on policies in test/policy/bypasses.test.ts, those of registries in test/registry.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  buildDockerSave,
  buildLayer,
  OciLayout,
  ociTypes,
  sha256,
  tarOf,
  writeFiles,
} from "../../fixtures/oci.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const secret = "the secret of another directory";

/** Reads a layout, or an archive, that lies beside a file that it must not reach. */
async function read(
  t: TestContext,
  files: ReadonlyMap<string, Uint8Array>,
  isArchive = false,
): Promise<{
  readonly artifact: Artifact;
  readonly codes: readonly string[];
  readonly around: readonly string[];
}> {
  const outer = temporaryDirectory(t);
  writeFileSync(join(outer, "secret"), secret);
  const target = join(outer, "image");
  if (isArchive) {
    writeFileSync(target, tarOf(files));
  } else {
    mkdirSync(target);
    writeFiles(target, files);
  }
  const [artifact] = await inventory([target]);
  assert.ok(artifact !== undefined);
  return { artifact, codes: artifact.findings.map(({ code }) => code), around: readdirSync(outer).sort() };
}

const layer = buildLayer([{ name: "a", data: "a" }]);

/** A layout whose only image has a descriptor changed, by a place in its manifest. */
function withDescriptor(place: "config" | "layer" | "index", digest: string): Map<string, Uint8Array> {
  const layout = new OciLayout();
  const config = layout.json({ os: "linux", architecture: "amd64" }, ociTypes.config);
  const own = layout.blob(layer.bytes, layer.mediaType);
  const manifest = layout.json(
    {
      schemaVersion: 2,
      mediaType: ociTypes.manifest,
      config: place === "config" ? { ...config, digest } : config,
      layers: [place === "layer" ? { ...own, digest } : own],
    },
    ociTypes.manifest,
  );
  return layout.list(place === "index" ? { ...manifest, digest } : manifest).all();
}

test("CVE-2024-3727 (containers/image): a digest that is a path leads nowhere", async (t) => {
  for (const place of ["index", "config", "layer"] as const) {
    for (const digest of [
      "sha256:../../../secret",
      "../../secret:x",
      "sha256:/etc/passwd",
      "sha256:..",
      "",
    ]) {
      const { artifact, codes } = await read(t, withDescriptor(place, digest));
      assert.ok(
        codes.includes("IMAGE_DIGEST_INVALID") || codes.includes("IMAGE_CARRIER_INVALID"),
        codes.join(),
      );
      assert.equal(artifact.complete, false);
      assert.ok(!JSON.stringify(artifact).includes(sha256(secret).slice(7)));
    }
  }
});

test("CVE-2024-3727: so does a name in the list of docker save", async (t) => {
  const files = buildDockerSave([layer]);
  const list = Buffer.from(files.get("manifest.json") ?? "").toString();
  for (const [from, to] of [
    [/"Config":"[^"]+"/, '"Config":"../secret"'],
    [/"Layers":\["[^"]+"/, '"Layers":["../secret"'],
  ] as const) {
    const changed = new Map([...files, ["manifest.json", Buffer.from(list.replace(from, to))]]);
    const { artifact } = await read(t, changed, true);
    assert.equal(artifact.complete, false);
    assert.ok(!JSON.stringify(artifact).includes(sha256(secret).slice(7)));
  }
});

test("GHSA-5j5w-g665-5m35 (OCI): a document that is a manifest and an index at once is neither", async (t) => {
  for (const mediaType of [ociTypes.manifest, ociTypes.index]) {
    const layout = new OciLayout();
    const other = layout.image([buildLayer([{ name: "evil", data: "evil" }])]);
    const both = layout.json(
      {
        schemaVersion: 2,
        mediaType,
        config: layout.json({ os: "linux", architecture: "amd64" }, ociTypes.config),
        layers: [layout.blob(layer.bytes, layer.mediaType)],
        manifests: [other],
      },
      mediaType,
    );
    const { artifact, codes } = await read(t, layout.list(both).all());
    assert.ok(
      codes.includes("IMAGE_MANIFEST_AMBIGUOUS") || codes.includes("IMAGE_CARRIER_INVALID"),
      codes.join(),
    );
    assert.equal(artifact.complete, false);
  }
});

test("GHSA-5j5w-g665-5m35: nor is one read as another kind than its descriptor says", async (t) => {
  const layout = new OciLayout();
  const image = layout.image([layer]);
  const { artifact, codes } = await read(t, layout.list({ ...image, mediaType: ociTypes.index }).all());
  assert.ok(
    codes.includes("IMAGE_MEDIA_TYPE_MISMATCH") || codes.includes("IMAGE_CARRIER_INVALID"),
    codes.join(),
  );
  assert.equal(artifact.complete, false);
});

test("CVE-2026-50162, CVE-2026-50163 (oras), CVE-2026-24137 (sigstore): titles and links in layers write nothing", async (t) => {
  const layout = new OciLayout();
  const title = { "org.opencontainers.image.title": "../../../written" };
  const artifact = layout.json(
    {
      schemaVersion: 2,
      mediaType: ociTypes.manifest,
      artifactType: "application/vnd.example",
      config: layout.json({}, "application/vnd.oci.empty.v1+json"),
      layers: [layout.blob(Buffer.from("x"), "application/octet-stream", { annotations: title })],
    },
    ociTypes.manifest,
  );
  const escaping = layout.image([
    buildLayer([
      { name: "out", type: "2", target: "../../../.." },
      { name: "out/written", data: "x" },
      { name: "../written", data: "x" },
      { name: "hard", type: "1", target: "../../secret" },
    ]),
  ]);
  const {
    artifact: found,
    codes,
    around,
  } = await read(t, layout.list(artifact, "a").list(escaping, "b").all());
  assert.deepEqual(around, ["image", "secret"]);
  assert.ok(codes.includes("IMAGE_LAYER_NAME_UNSAFE"));
  assert.equal(found.complete, false);
  assert.ok(!JSON.stringify(found).includes(sha256(secret).slice(7)));
});

test("cosign 3 on local layouts: the digest in index.json is compared, never copied", async (t) => {
  const layout = new OciLayout();
  const image = layout.image([layer]);
  const files = layout.list(image).all();
  const path = `blobs/sha256/${image.digest.slice(7)}`;
  const text = Buffer.from(files.get(path) ?? "").toString();
  files.set(
    path,
    Buffer.from(text.replace("linux", "Linux").replace(/"size":\d/, (size) => size.replace(/\d$/, "9"))),
  );
  const { artifact, codes } = await read(t, files);
  assert.ok(
    codes.some((code) => /^IMAGE_(?:BLOB_CHANGED|BLOB_SIZE|CARRIER_INVALID)$/.test(code)),
    codes.join(),
  );
  assert.deepEqual(artifact.images ?? [], []);
});
