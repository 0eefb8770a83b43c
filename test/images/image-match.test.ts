// SPDX-License-Identifier: Apache-2.0
// An image tar as a target: inventory writes each platform into the BOM, and the comparison finds what differs.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildLayer, OciLayout, tarOf, writeFiles } from "../../fixtures/oci.ts";
import { buildTar } from "../../fixtures/tar.ts";
import { buildBom } from "../../src/bom/build.ts";
import { bomArtifacts } from "../../src/bom/read.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { matchImages } from "../../src/verifiers/image-match.ts";

const directory = mkdtempSync(join(tmpdir(), "aibom-image-match-"));
after(() => rmSync(directory, { recursive: true }));

async function only(target: string): Promise<Artifact> {
  const [artifact] = await inventory([target]);
  assert.ok(artifact !== undefined);
  return artifact;
}

function twoPlatforms(second: string): OciLayout {
  const layout = new OciLayout();
  const first = layout.image([buildLayer([{ name: "app", data: "one" }])]);
  const other = layout.image([buildLayer([{ name: "app", data: second }])], { architecture: "arm64" });
  return layout.list(layout.index([first, other]), "app:1");
}

test("each platform is a container of the BOM, and is compared with it", async () => {
  const path = join(directory, "image.tar");
  writeFileSync(path, tarOf(twoPlatforms("two").all()));
  const artifact = await only(path);
  assert.equal(artifact.kind, "image");
  assert.equal(artifact.complete, true);
  const bytes = await buildBom([artifact], { specVersion: "1.7", toolVersion: "0.0.0" });
  const document = JSON.parse(Buffer.from(bytes).toString()) as Parameters<typeof bomArtifacts>[0];
  const candidates = bomArtifacts(document);
  assert.equal(candidates.filter(({ type }) => type === "container").length, 3);
  assert.deepEqual(matchImages(artifact, candidates), []);
  writeFileSync(path, tarOf(twoPlatforms("2wo").all()));
  const codes = matchImages(await only(path), candidates).map(({ code }) => code);
  // The index and one platform are others; the other platform is as it was.
  assert.deepEqual(codes, ["BOM_ARTIFACT_UNKNOWN", "BOM_ARTIFACT_UNKNOWN"]);
  const [image] = (artifact.images ?? []).filter(({ role }) => role === "image");
  assert.ok(image !== undefined);
  const lied = {
    ...image,
    files: image.files.map((file) => ({
      ...file,
      digests: [{ algorithm: "sha256" as const, hex: "0".repeat(64) }],
    })),
  };
  const changed = matchImages({ ...artifact, images: [lied] }, candidates).map(({ code }) => code);
  assert.equal(changed.filter((code) => code === "BOM_FILE_CHANGED").length, image.files.length);
});

test("a directory is read as its archive is, and an ordinary tar stays one", async () => {
  const layout = twoPlatforms("two").all();
  const artifact = await only(writeFiles(join(directory, "layout"), layout));
  assert.equal(artifact.kind, "image");
  assert.equal(artifact.complete, true);
  assert.equal(artifact.images?.length, 3);
  const plain = join(directory, "plain.tar");
  writeFileSync(
    plain,
    buildTar([
      { name: "manifest.json", data: "[]" },
      { name: "a.txt", data: "a" },
    ]),
  );
  const file = await only(plain);
  assert.notEqual(file.kind, "image");
  assert.equal(file.files[0]?.format, "tar");
  assert.equal(file.images, undefined);
});
