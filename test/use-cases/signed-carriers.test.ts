// SPDX-License-Identifier: Apache-2.0
// Images whose files were signed by `aibom sign`, as a layout and as an archive: the signature covers the layers, and what
// lies in them, weights among them. A BOM of such a target is compared with all of its images.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildImageDirectory, buildLayer, OciLayout, sha256, tarOf, writeFiles } from "../../fixtures/oci.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { buildBom } from "../../src/bom/build.ts";
import { inventory } from "../../src/inventory.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, signTo, trust, writeKey } from "./release.ts";

const weights = buildLayer([
  { name: "opt/model.safetensors", data: buildSafetensors({ tensors: { w: { dtype: "F32", shape: [2] } } }) },
]);

function twoLayers(): OciLayout {
  const layout = new OciLayout();
  return layout.list(layout.image([weights, buildLayer([{ name: "etc/motd", data: "hello" }])]), "app:1");
}

/** Signs the target, then verifies it by `aibom verify`'s own rule: every file is signed. */
async function signed(directory: string, target: string, change = (): void => undefined): Promise<Verdict> {
  const key = writeKey(directory, "release");
  const trustRoot = join(directory, "trust");
  trust(trustRoot, [{ name: "release", publicPem: key.publicPem }]);
  await signTo(target, key.path);
  change();
  const policy = join(directory, "policy.yaml");
  const rule = "{ id: signed, kind: signature, signers: [release] }";
  writeFileSync(policy, `apiVersion: aibom/policy/v1\nname: p\nmode: enforce\nrules:\n  - ${rule}\n`);
  return verify([target], { trustRoot, policy, at, jobs: 1 });
}

function coversOf(evidence: Evidence | undefined): readonly string[] {
  return evidence !== undefined && "covers" in evidence ? evidence.covers : [];
}

test("a signed layout: its layers are covered, and the weights in them", async (t) => {
  const directory = temporaryDirectory(t);
  const target = join(directory, "layout");
  writeFiles(target, twoLayers().all());
  const verdict = await signed(directory, target);
  assert.equal(verdict.outcome, "allow");
  assert.equal(coversOf(verdict.evidence[0]).includes("/opt/model.safetensors"), true);
  // The signature itself is no file that nobody knows.
  assert.equal(
    verdict.findings.some(({ code }) => code === "IMAGE_BLOBS_UNLISTED"),
    false,
  );
});

test("a signed directory of skopeo's `dir:`, where blobs have other names", async (t) => {
  const directory = temporaryDirectory(t);
  const target = join(directory, "copied");
  writeFiles(target, buildImageDirectory([weights]));
  assert.equal((await signed(directory, target)).outcome, "allow");
});

test("a layer of a signed layout that was exchanged takes what lies in it along", async (t) => {
  const directory = temporaryDirectory(t);
  const target = join(directory, "layout");
  writeFiles(target, twoLayers().all());
  const path = join(target, "blobs", sha256(weights.bytes).replace(":", "/"));
  const other = Buffer.concat([weights.bytes, weights.bytes]);
  const verdict = await signed(directory, target, () => writeFileSync(path, other));
  assert.equal(verdict.outcome, "deny");
  assert.equal(coversOf(verdict.evidence[0]).includes("/opt/model.safetensors"), false);
});

test("a signed archive covers what lies in it, by a model signature as well", async (t) => {
  const directory = temporaryDirectory(t);
  const target = join(directory, "image.tar");
  writeFileSync(target, tarOf(twoLayers().all()));
  assert.equal((await signed(directory, target)).outcome, "allow");
  const changed = join(directory, "changed.tar");
  writeFileSync(changed, tarOf(twoLayers().all()));
  const other = tarOf(
    twoLayers()
      .list(new OciLayout().image([weights]), "app:2")
      .all(),
  );
  const verdict = await signed(directory, changed, () => writeFileSync(changed, other));
  assert.equal(verdict.outcome, "deny");
});

test("no container of a BOM over an image counts as passed by", async (t) => {
  const directory = temporaryDirectory(t);
  const target = join(directory, "layout");
  writeFiles(target, twoLayers().all());
  const bom = join(directory, "bom.cdx.json");
  writeFileSync(bom, await buildBom(await inventory([target]), { specVersion: "1.7", toolVersion: "0.0.0" }));
  const trustRoot = join(directory, "trust");
  trust(trustRoot, []);
  const { skipped } = await verify([target], { trustRoot, bom, at, jobs: 1 });
  assert.deepEqual(skipped, []);
});
