// SPDX-License-Identifier: Apache-2.0
// Carriers of images: every form opens, and each way to lie about what is in one is told.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  buildDockerSave,
  buildImageDirectory,
  buildLayer,
  imageConfig,
  OciLayout,
  ociTypes,
  sha256,
  tarOf,
  writeFiles,
} from "../../fixtures/oci.ts";
import type { TarMemberSpec } from "../../fixtures/tar.ts";
import { AibomError } from "../../src/errors.ts";
import type { BlobDigest } from "../../src/images/descriptor.ts";
import type { ImageStore } from "../../src/images/image-store.ts";
import { openImageStore } from "../../src/images/open-image-store.ts";

const directory = mkdtempSync(join(tmpdir(), "aibom-images-"));
after(() => rmSync(directory, { recursive: true }));
let count = 0;

function tarPath(files: ReadonlyMap<string, Uint8Array>, more: readonly TarMemberSpec[] = []): string {
  count += 1;
  const path = join(directory, `image-${count}.tar`);
  writeFileSync(path, tarOf(files, more));
  return path;
}

function opened<T>(target: string, use: (store: ImageStore) => T): T {
  const store = openImageStore(target);
  try {
    return use(store);
  } finally {
    store.close();
  }
}

function codesOf(target: string): string[] {
  try {
    return opened(target, (store) => store.findings.map(({ code }) => code)).sort();
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return [error.code];
  }
}

const layer = buildLayer([{ name: "etc/os-release", data: "ID=test\n" }]);

function plainLayout(): OciLayout {
  const layout = new OciLayout();
  return layout.list(layout.image([layer]), "1.0");
}

test("an OCI layout opens as a directory and as an archive, with the same subjects", () => {
  const layout = plainLayout();
  const paths = [tarPath(layout.all()), writeFiles(join(directory, "layout"), layout.all())];
  const seen = paths.map((path) =>
    opened(path, (store) => {
      assert.equal(store.kind, "oci-layout");
      assert.equal(store.complete, true);
      assert.deepEqual(store.findings, []);
      assert.deepEqual([...store.tags.keys()], ["1.0"]);
      const [subject] = store.subjects;
      assert.equal(subject?.role, "image");
      assert.equal(subject?.layers.length, 1);
      return subject?.digest;
    }),
  );
  assert.equal(seen[0], layout.entries[0]?.digest);
  assert.equal(seen[0], seen[1]);
});

test("docker save before version 25 opens: configuration by digest, layers by diff_id", () => {
  const plain = buildLayer([{ name: "a", data: "a" }], "none");
  opened(tarPath(buildDockerSave([plain])), (store) => {
    assert.equal(store.kind, "docker-archive");
    assert.deepEqual(store.findings, []);
    assert.deepEqual(store.subjects[0]?.names, ["app:1"]);
    assert.equal(store.subjects[0]?.layers[0]?.digest, plain.diffId);
    assert.equal(store.subjects[0]?.manifest, undefined);
  });
});

test("a layer that is a link to another layer is the one link that is followed", () => {
  const plain = buildLayer([{ name: "a", data: "a" }], "none");
  const files = buildDockerSave([plain, plain]);
  const [first, second] = [...files.keys()].filter((path) => path.endsWith("/layer.tar"));
  files.delete(second ?? "");
  const link = { name: second ?? "", type: "2", target: `../${first}` };
  opened(tarPath(files, [link]), (store) => {
    assert.deepEqual(store.findings, []);
    assert.equal(store.subjects[0]?.layers.length, 2);
  });
  for (const target of ["/etc/passwd", "../../x", `../${"0".repeat(64)}/layer.tar`]) {
    assert.ok(codesOf(tarPath(files, [{ ...link, target }])).length > 0, target);
  }
});

test("docker save since version 25 has both, and they must lead to the same images", () => {
  const layout = new OciLayout();
  const image = layout.image([layer]);
  const files = layout.list(image).all();
  const config = sha256(JSON.stringify(imageConfig([layer]))).slice(7);
  const other = sha256("other").slice(7);
  const list = (configHex: string, layers: readonly string[]): Uint8Array =>
    Buffer.from(
      JSON.stringify([
        {
          Config: `blobs/sha256/${configHex}`,
          RepoTags: ["app:2"],
          Layers: layers.map((hex) => `blobs/sha256/${hex}`),
        },
      ]),
    );
  const layerHex = sha256(layer.bytes).slice(7);
  opened(tarPath(new Map([...files, ["manifest.json", list(config, [layerHex])]])), (store) => {
    assert.deepEqual(store.findings, []);
    assert.equal(store.kind, "docker-archive");
    assert.deepEqual(store.subjects[0]?.names, ["app:2"]);
  });
  for (const lie of [list(other, [layerHex]), list(config, [other]), list(config, [])]) {
    assert.ok(
      codesOf(tarPath(new Map([...files, ["manifest.json", lie]]))).includes("IMAGE_ARCHIVE_DISAGREES"),
    );
  }
});

test("skopeo's directory opens, its signatures beside", () => {
  const files = buildImageDirectory([layer]);
  const path = writeFiles(join(directory, "dir"), new Map([...files, ["signature-1", Buffer.from("x")]]));
  opened(path, (store) => {
    assert.equal(store.kind, "image-directory");
    assert.deepEqual(store.findings, []);
    assert.deepEqual(store.signatureFiles, [{ path: "signature-1", digest: store.subjects[0]?.digest }]);
  });
});

test("an index gives one subject for each platform, with its parents", () => {
  const layout = new OciLayout();
  const arm = layout.image([layer], { architecture: "arm64" });
  const absent = { ...arm, digest: sha256("absent"), platform: { os: "linux", architecture: "s390x" } };
  const index = layout.index([layout.image([layer]), arm, absent]);
  opened(tarPath(layout.list(index, "1").all()), (store) => {
    assert.deepEqual(
      store.subjects.map(({ role, platform }) => [role, platform?.architecture]),
      [
        ["index", undefined],
        ["image", "amd64"],
        ["image", "arm64"],
      ],
    );
    assert.deepEqual(store.subjects[1]?.parents, [index.digest]);
    assert.deepEqual(
      store.findings.map(({ code }) => code),
      ["IMAGE_PLATFORM_ABSENT"],
    );
    assert.equal(store.complete, true);
  });
});

test("referrers are found in the index, under a fallback tag and unlisted; they are no subjects", () => {
  for (const where of ["index", "fallback", "unlisted"]) {
    const layout = new OciLayout();
    const image = layout.image([layer]);
    const { platform: _, ...subject } = image;
    const bundle = layout.json({ a: 1 }, "application/vnd.dev.sigstore.bundle.v0.3+json");
    const referrer = layout.json(
      {
        schemaVersion: 2,
        mediaType: ociTypes.manifest,
        artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json",
        config: layout.json({}, "application/vnd.oci.empty.v1+json"),
        layers: [bundle],
        subject,
      },
      ociTypes.manifest,
    );
    layout.list(image, "1");
    if (where === "index") {
      layout.list(referrer);
    } else if (where === "fallback") {
      layout.list(layout.index([referrer]), image.digest.replace(":", "-"));
    }
    opened(tarPath(layout.all()), (store) => {
      const found = store.referrersOf(image.digest as BlobDigest);
      assert.deepEqual(
        found.map(({ digest }) => digest),
        [referrer.digest],
        where,
      );
      assert.deepEqual(
        store.subjects.map(({ digest }) => digest),
        [image.digest],
        where,
      );
    });
  }
});

test("an image is a subject whatever it is tagged as or says it is about", () => {
  const layout = new OciLayout();
  const image = layout.image([layer]);
  const hidden = layout.image([buildLayer([{ name: "evil", data: "x" }])], {
    manifest: { subject: { mediaType: ociTypes.manifest, digest: image.digest, size: image.size } },
  });
  layout.list(image, "1").list(hidden, `${image.digest.replace(":", "-")}.sig`);
  opened(tarPath(layout.all()), (store) => {
    assert.deepEqual(
      store.subjects.map(({ digest }) => digest),
      [image.digest, hidden.digest],
    );
  });
});

const hostile: readonly (readonly [
  code: string,
  build: (layout: OciLayout) => ReadonlyMap<string, Uint8Array>,
])[] = [
  [
    "IMAGE_BLOB_CHANGED",
    (layout) => changed(layout, (bytes) => Buffer.from(bytes).fill(0x20, bytes.length - 1)),
  ],
  ["IMAGE_BLOB_SIZE", (layout) => changed(layout, (bytes) => Buffer.concat([bytes, Buffer.from(" ")]))],
  ["IMAGE_BLOB_MISSING", (layout) => changed(layout, () => undefined)],
  ["IMAGE_DIGEST_INVALID", (layout) => withEntry(layout, { digest: "sha256:../../etc/passwd" })],
  ["IMAGE_DIGEST_INVALID", (layout) => withEntry(layout, { digest: `sha256:${"A".repeat(64)}` })],
  ["IMAGE_DIGEST_INVALID", (layout) => withEntry(layout, { digest: `md5:${"a".repeat(32)}` })],
  ["IMAGE_DOCUMENT_INVALID", (layout) => withEntry(layout, { size: -1 })],
  ["IMAGE_DOCUMENT_INVALID", (layout) => withEntry(layout, { size: "7" as unknown as number })],
  ["IMAGE_MEDIA_TYPE_MISMATCH", (layout) => withEntry(layout, { mediaType: ociTypes.index })],
  [
    "IMAGE_MEDIA_TYPE_UNKNOWN",
    (layout) => withManifest(layout, { mediaType: "application/x" }, "application/x"),
  ],
  ["IMAGE_MANIFEST_AMBIGUOUS", (layout) => withManifest(layout, { manifests: [] })],
  ["IMAGE_DOCUMENT_INVALID", (layout) => withManifest(layout, { schemaVersion: 1 })],
  ["IMAGE_DOCUMENT_INVALID", (layout) => withManifest(layout, { config: null })],
  ["IMAGE_TOO_MANY", (layout) => withManifest(layout, { layers: Array(1001).fill({}) })],
];

function changed(
  layout: OciLayout,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Map<string, Uint8Array> {
  const files = layout.list(layout.image([layer])).all();
  const path = `blobs/sha256/${layout.entries[0]?.digest.slice(7)}`;
  const bytes = change(files.get(path) ?? new Uint8Array(0));
  files.delete(path);
  return bytes === undefined ? files : files.set(path, bytes);
}

function withEntry(layout: OciLayout, more: Partial<OciLayout["entries"][number]>): Map<string, Uint8Array> {
  return layout.list({ ...layout.image([layer]), ...more }).all();
}

function withManifest(
  layout: OciLayout,
  manifest: Readonly<Record<string, unknown>>,
  mediaType: string = ociTypes.manifest,
): Map<string, Uint8Array> {
  return layout.list({ ...layout.image([layer], { manifest }), mediaType }).all();
}

for (const [code, build] of hostile) {
  test(`${code}: a wrong manifest is refused, and a right one beside it is not`, () => {
    const files = build(new OciLayout());
    const [alone = ""] = codesOf(tarPath(files));
    assert.ok([code, "IMAGE_CARRIER_INVALID"].includes(alone), alone);
    const layout = new OciLayout();
    const good = layout.image([buildLayer([{ name: "b", data: "b" }])]);
    const both = new Map([...layout.list(good).files, ...files]);
    const index = JSON.parse(Buffer.from(files.get("index.json") ?? "").toString()) as {
      manifests: unknown[];
    };
    index.manifests.push(good);
    both.set("index.json", Buffer.from(JSON.stringify(index)));
    const found = codesOf(tarPath(both));
    assert.ok(found.includes(code), `${code} is not among ${found.join()}`);
  });
}

test("links, devices, names that lead out, duplicates and case collisions are refused", () => {
  const files = plainLayout().all();
  const [blob = ""] = [...files.keys()].filter((path) => path.startsWith("blobs/"));
  const members: readonly (readonly [string, TarMemberSpec])[] = [
    ["IMAGE_MEMBER_REFUSED", { name: "x", type: "2", target: "/etc/passwd" }],
    ["IMAGE_MEMBER_REFUSED", { name: "x", type: "1", target: blob }],
    ["IMAGE_MEMBER_REFUSED", { name: "x", type: "3" }],
    ["IMAGE_MEMBER_REFUSED", { name: "../x", data: "x" }],
    ["IMAGE_MEMBER_REFUSED", { name: "/x", data: "x" }],
    ["IMAGE_NAME_AMBIGUOUS", { name: "oci-layout", data: "{}" }],
    ["IMAGE_NAME_AMBIGUOUS", { name: `./${blob}`, data: "{}" }],
    ["IMAGE_NAME_AMBIGUOUS", { name: "OCI-Layout", data: "{}" }],
  ];
  for (const [code, member] of members) {
    const path = tarPath(files, [member]);
    const found = codesOf(path);
    const isRefused = found.includes(code) || found.includes("IMAGE_CARRIER_INVALID");
    assert.ok(isRefused, `${member.name}: ${found.join()}`);
  }
  const linked = writeFiles(join(directory, "linked"), files);
  symlinkSync("/etc/hostname", join(linked, "link"));
  assert.ok(codesOf(linked).includes("IMAGE_MEMBER_REFUSED"));
});

test("indexes that list one another's children end", () => {
  const layout = new OciLayout();
  let children = [layout.image([layer])];
  for (let level = 0; level < 6; level += 1) {
    children = Array.from({ length: 12 }, (_, index) =>
      layout.index(children, { annotations: { level: String(level), index: String(index) } }),
    );
  }
  for (const child of children) {
    layout.list(child);
  }
  const started = performance.now();
  const found = codesOf(tarPath(layout.all()));
  assert.ok(found.includes("IMAGE_NESTED_TOO_DEEP"), found.join());
  assert.ok(performance.now() - started < 20_000);
});
