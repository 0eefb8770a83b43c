// SPDX-License-Identifier: Apache-2.0
// The pass over all layers: each lie about bytes is told, every file is read, and what a container sees is put together.

import assert from "node:assert/strict";
import { hash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  buildDockerSave,
  buildLayer,
  imageConfig,
  type LayerSpec,
  OciLayout,
  ociTypes,
  packLayer,
  sha256,
  tarOf,
} from "../../fixtures/oci.ts";
import { buildTar, paxRecords } from "../../fixtures/tar.ts";
import { type ReadImages, readImages } from "../../src/images/read-images.ts";

const directory = mkdtempSync(join(tmpdir(), "aibom-layers-"));
after(() => rmSync(directory, { recursive: true }));
let count = 0;

/** A pickle that calls os.system. */
const pickle = Buffer.from("cos\nsystem\n(S'id'\ntR.");

function read(files: ReadonlyMap<string, Uint8Array>): Promise<ReadImages> {
  count += 1;
  const path = join(directory, `${count}.tar`);
  writeFileSync(path, tarOf(files));
  return readImages(path, { jobs: 2, root: "image.tar" });
}

function readLayout(
  layers: readonly LayerSpec[],
  more: Parameters<OciLayout["image"]>[1] = {},
): Promise<ReadImages> {
  const layout = new OciLayout();
  return read(layout.list(layout.image(layers, more), "1").all());
}

function codesOf({ findings }: ReadImages): string[] {
  return findings.map(({ code }) => code).sort();
}

test("gzip, zstd and plain layers give one file system, with every diff_id recomputed", async () => {
  const layers = (["gzip", "zstd", "none"] as const).map((compression, index) =>
    buildLayer([{ name: `f${index}`, data: randomBytes(300_000) }], compression),
  );
  const result = await readLayout(layers);
  assert.deepEqual(result.findings, []);
  assert.equal(result.complete, true);
  assert.deepEqual(result.images[0]?.image.content, { files: 3, bytes: 900_000 });
  assert.deepEqual(
    result.images[0]?.image.layers.map(({ diffId }) => diffId),
    layers.map(({ diffId }) => diffId),
  );
  assert.equal(result.images[0]?.image.platform, "linux/amd64");
});

test("all members of gzip count, and all frames of zstd, skippable ones between them", async () => {
  const tar = Buffer.from(buildTar([{ name: "big", data: randomBytes(700_000) }]));
  const cut = [0, 5, 512, 600_000, tar.length];
  const pieces = cut.slice(1).map((end, index) => tar.subarray(cut[index], end));
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const packed = {
    gzip: Buffer.concat(pieces.map((each) => gzipSync(each))),
    zstd: Buffer.concat([skippable, ...pieces.flatMap((each) => [zstdCompressSync(each), skippable])]),
  };
  for (const [compression, bytes] of Object.entries(packed)) {
    const mediaType = `${ociTypes.layer}+${compression}`;
    const result = await readLayout([{ bytes, diffId: sha256(tar), mediaType }]);
    assert.deepEqual(result.findings, [], compression);
    assert.equal(result.images[0]?.image.content?.bytes, 700_000);
  }
});

test("a layer whose bytes were exchanged, one whose diff_id is another, and too few of them", async () => {
  const layer = buildLayer([{ name: "a", data: "a" }]);
  const layout = new OciLayout();
  const files = layout.list(layout.image([layer])).all();
  const other = buildLayer([{ name: "a", data: "b" }]);
  assert.equal(other.bytes.length, layer.bytes.length);
  files.set(`blobs/sha256/${sha256(layer.bytes).slice(7)}`, other.bytes);
  const exchanged = await read(files);
  assert.deepEqual(codesOf(exchanged), ["IMAGE_BLOB_CHANGED", "IMAGE_DIFF_ID_MISMATCH"]);
  assert.equal(exchanged.complete, false);
  assert.deepEqual(codesOf(await readLayout([{ ...layer, diffId: other.diffId }])), [
    "IMAGE_DIFF_ID_MISMATCH",
  ]);
  const few = await readLayout([layer], { config: { rootfs: { type: "layers", diff_ids: [] } } });
  assert.deepEqual(codesOf(few), ["IMAGE_LAYER_COUNT"]);
  assert.equal(few.complete, false);
});

test("the layers of docker save are compared with the diff_ids that name them", async () => {
  const layer = buildLayer([{ name: "a", data: "a" }], "none");
  const files = buildDockerSave([layer]);
  assert.deepEqual(codesOf(await read(files)), []);
  const path = [...files.keys()].find((each) => each.endsWith("layer.tar")) ?? "";
  files.set(path, buildLayer([{ name: "a", data: "b" }], "none").bytes);
  assert.ok(codesOf(await read(files)).includes("IMAGE_BLOB_CHANGED"));
});

test("broken streams, broken tars and bytes behind their end are told", async () => {
  const tar = buildTar([{ name: "a", data: randomBytes(4000) }]);
  const { mediaType } = packLayer(tar, "gzip");
  const of = (bytes: Uint8Array, unpacked: Uint8Array = tar): Promise<ReadImages> =>
    readLayout([{ bytes, diffId: sha256(unpacked), mediaType }]);
  const gzip = gzipSync(tar);
  assert.deepEqual(codesOf(await of(gzip)), []);
  for (const broken of [gzip.subarray(0, -5), Buffer.concat([gzip, Buffer.from("garbage")])]) {
    const result = await of(broken);
    assert.ok(codesOf(result).includes("IMAGE_LAYER_BROKEN"));
    assert.equal(result.complete, false);
  }
  assert.deepEqual(codesOf(await of(Buffer.concat([gzip, Buffer.alloc(9)]))), ["IMAGE_LAYER_TRAILING"]);
  const zstd = zstdCompressSync(tar);
  assert.deepEqual(codesOf(await of(Buffer.concat([zstd, Buffer.from("garbage")]))), [
    "IMAGE_LAYER_TRAILING",
  ]);
  const hidden = Buffer.concat([tar, Buffer.from("hidden")]);
  assert.deepEqual(codesOf(await of(gzipSync(hidden), hidden)), ["IMAGE_LAYER_TRAILING"]);
  const cut = tar.subarray(0, 1000);
  assert.deepEqual(codesOf(await of(gzipSync(cut), cut)), ["IMAGE_LAYER_BROKEN"]);
  const noise = randomBytes(2048);
  assert.deepEqual(codesOf(await of(gzipSync(noise), noise)), ["IMAGE_LAYER_BROKEN"]);
});

test("a bomb ends at the limit of its layer", async () => {
  // 320 MiB of zeros in 320 kB, in one file that never ends.
  const member = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const bytes = Buffer.concat(Array(5).fill(member));
  const start = gzipSync(buildTar([{ name: "zeros", size: "77777777777\0" }]).subarray(0, 512));
  const result = await readLayout([
    { bytes: Buffer.concat([start, bytes]), diffId: sha256(""), mediaType: `${ociTypes.layer}+gzip` },
  ]);
  assert.ok(codesOf(result).includes("IMAGE_LAYER_UNPACKS_TOO_MUCH"), codesOf(result).join());
  assert.equal(result.complete, false);
});

test("names that lead out, devices and sparse files", async () => {
  const bad = await readLayout([buildLayer([{ name: "../x", data: "x" }])]);
  assert.deepEqual(codesOf(bad), ["IMAGE_LAYER_NAME_UNSAFE"]);
  assert.equal(bad.complete, false);
  const absolute = await readLayout([
    buildLayer([
      { name: "/etc/x", data: "x" },
      { name: "./etc/y", data: "y" },
    ]),
  ]);
  assert.deepEqual(absolute.findings, []);
  assert.equal(absolute.images[0]?.image.content?.files, 2);
  const device = await readLayout([buildLayer([{ name: "dev/sda", type: "4" }])]);
  assert.deepEqual(codesOf(device), ["IMAGE_FILE_SPECIAL"]);
  const sparse = await readLayout([
    buildLayer([
      { name: "pax", type: "x", data: paxRecords({ "GNU.sparse.major": "1", "GNU.sparse.name": "s" }) },
      { name: "s", data: "s" },
    ]),
  ]);
  assert.deepEqual(codesOf(sparse), ["TAR_KIND_UNREAD"]);
});

test("weights and pickles in layers are read by their readers, with the layer and the path", async () => {
  for (const compression of ["gzip", "none"] as const) {
    const layer = buildLayer([{ name: "srv/model.pkl", data: pickle }], compression);
    const result = await readLayout([layer]);
    const [found] = result.findings.filter(({ code }) => code === "PICKLE_DANGEROUS_IMPORT");
    assert.equal(found?.location.path, "image.tar");
    assert.equal(found?.location.member, `${sha256(layer.bytes)}!srv/model.pkl`);
    const weights = result.images[0]?.image.files.find(({ path }) => path === "/srv/model.pkl");
    assert.equal(weights?.digests[0]?.hex, hash("sha256", pickle, "hex"));
    assert.equal(weights?.format, "pickle");
  }
});

test("what a later layer takes away is no longer in the image, and is read all the same", async () => {
  const lower = buildLayer([
    { name: "srv/model.pkl", data: pickle },
    { name: "srv/keep", data: "k" },
  ]);
  for (const name of ["srv/.wh.model.pkl", "srv/.wh..wh..opq", ".wh.srv"]) {
    const result = await readLayout([lower, buildLayer([{ name, data: "" }])]);
    assert.ok(codesOf(result).includes("PICKLE_DANGEROUS_IMPORT"), name);
    assert.ok(!result.images[0]?.image.files.some(({ path }) => path === "/srv/model.pkl"), name);
  }
});

test("a file that no manifest names is read as well", async () => {
  const layout = new OciLayout();
  const files = layout.list(layout.image([buildLayer([{ name: "a", data: "a" }])])).all();
  const result = await read(new Map([...files, ["extra.pkl", pickle]]));
  assert.deepEqual(codesOf(result), ["IMAGE_BLOBS_UNLISTED", "PICKLE_DANGEROUS_IMPORT"]);
});

test("a model in OCI form is a model: raw and tar layers, by the names that annotations give them", async () => {
  const layout = new OciLayout();
  const type = "application/vnd.cncf.model.weight.v1";
  const manifest = {
    schemaVersion: 2,
    mediaType: ociTypes.manifest,
    artifactType: "application/vnd.cncf.model.manifest.v1+json",
    config: layout.json({}, "application/vnd.cncf.model.config.v1+json"),
    layers: [
      layout.blob(pickle, `${type}.raw`, { annotations: { "org.cncf.model.filepath": "raw/model.pkl" } }),
      layout.blob(buildLayer([{ name: "tar/model.pkl", data: pickle }]).bytes, `${type}.tar+gzip`),
    ],
  };
  const result = await read(layout.list(layout.json(manifest, ociTypes.manifest), "m").all());
  const [only] = result.images;
  assert.equal(only?.image.role, "artifact");
  assert.equal(only?.image.isModel, true);
  const paths = only?.image.files.map(({ path }) => path).filter((path) => path.startsWith("/"));
  assert.deepEqual(paths, ["/raw/model.pkl", "/tar/model.pkl"]);
  assert.equal(result.complete, true);
});

test("configuration: root is told, secrets are found by name and never shown, platforms compared", async () => {
  const layer = buildLayer([{ name: "a", data: "a" }]);
  const secret = "hunter2hunter2";
  const result = await readLayout([layer], {
    config: {
      config: {
        Env: [`DB_PASSWORD=${secret}`, "TOKEN_FILE=/run/secret", "API_KEY=", "PATH=/bin"],
        Labels: { a: "b" },
      },
      history: [{ created_by: `RUN API_KEY=${secret} make` }],
    },
    descriptor: { platform: { os: "linux", architecture: "arm64" } },
  });
  assert.deepEqual(codesOf(result), [
    "IMAGE_CONFIG_SECRET",
    "IMAGE_CONFIG_SECRET",
    "IMAGE_PLATFORM_MISMATCH",
    "IMAGE_ROOT_USER",
  ]);
  assert.ok(!JSON.stringify(result).includes(secret));
  assert.match(result.images[0]?.image.layers[0]?.createdBy ?? "", /API_KEY=<redacted>/);
});

test("layers that are encrypted or lie elsewhere make the image incomplete", async () => {
  const layer = buildLayer([{ name: "a", data: "a" }]);
  const encrypted = await readLayout([{ ...layer, mediaType: `${layer.mediaType}+encrypted` }]);
  assert.ok(codesOf(encrypted).includes("IMAGE_LAYER_UNREAD"));
  assert.equal(encrypted.complete, false);
  const layout = new OciLayout();
  const foreign = {
    mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    digest: sha256(layer.bytes),
    size: layer.bytes.length,
    urls: ["https://example.com/layer"],
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: ociTypes.manifest,
    config: layout.json(imageConfig([layer]), ociTypes.config),
    layers: [foreign],
  };
  const result = await read(layout.list(layout.json(manifest, ociTypes.manifest)).all());
  assert.deepEqual(codesOf(result), ["IMAGE_LAYER_UNREAD"]);
  assert.equal(result.complete, false);
});

test("an image of many layers makes Node warn of nothing", async (t) => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const layers = Array.from({ length: 40 }, (_, index) => buildLayer([{ name: `f${index}`, data: "x" }]));
  assert.equal((await readLayout(layers)).images[0]?.image.content?.files, 40);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(warnings, []);
});
