// SPDX-License-Identifier: Apache-2.0
// Images through the gate: a verdict for each platform, what an index covers and what it does not, a saved image bound to
// a signed manifest, and archives that are signed as files.

import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  addSignatureTag,
  bundleReferrer,
  signatureLayer,
  signEnvelope,
  statementAbout,
} from "../../fixtures/cosign.ts";
import { blobPath, type DescriptorJson, digestOf, ImageLayout } from "../../fixtures/image-layout.ts";
import { notaryCose, notaryJws, notaryRoot } from "../../fixtures/notary.ts";
import { fixtureTime, keyPair } from "../../fixtures/pki.ts";
import { buildTar } from "../../fixtures/tar.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTrust } from "./signed-model.ts";

const key = keyPair("p256", "release key");
const publicKey = key.publicKey.export({ type: "spki", format: "pem" }).toString();

const policyText = (rules: string): string =>
  `apiVersion: aibom/policy/v1\nname: images\nmode: enforce\nrules:\n${rules}`;
const signedRule = "  - { id: signed, kind: signature, signers: [release] }\n";
const attestedRule =
  "  - { id: attested, kind: attestation, predicateType: https://example.com/test/v1, signers: [release] }\n";

/** Verifies a target by the one rule; answers how it ended for each image. */
async function gate(
  directory: string,
  target: string,
  options: Partial<VerifyOptions> & { readonly rules?: string } = {},
): Promise<{ readonly verdict: Verdict; readonly subjects: Record<string, string> }> {
  const { rules = signedRule, ...rest } = options;
  const policy = join(directory, "policy.yaml");
  writeFileSync(policy, policyText(rules));
  const trustRoot = writeTrust(join(directory, "trust"), {
    keys: [{ name: "release", publicKey, usages: ["model", "statement"] }],
    authorities: [{ name: "notary", kind: "ca", bytes: Buffer.from(notaryRoot.pem) }],
    identities: [
      {
        name: "notary-release",
        kind: "x509",
        authority: "notary",
        subject: "CN=release,O=Example,C=US",
        usages: ["model"],
      },
    ],
  });
  const verdict = await verify([target], { trustRoot, policy, at: fixtureTime, jobs: 1, ...rest });
  const [rule] = verdict.rules;
  return {
    verdict,
    subjects: Object.fromEntries((rule?.subjects ?? []).map(({ name, status }) => [name, status])),
  };
}

interface MultiPlatform {
  readonly layout: ImageLayout;
  readonly amd64: DescriptorJson;
  readonly arm64: DescriptorJson;
  readonly index: DescriptorJson;
}

function multiPlatform(): MultiPlatform {
  const layout = new ImageLayout();
  const child = (architecture: string): DescriptorJson => ({
    ...layout.image(`app for ${architecture}`, architecture),
    platform: { os: "linux", architecture },
  });
  const [amd64, arm64] = [child("amd64"), child("arm64")];
  return { layout, amd64, arm64, index: layout.list(layout.index([amd64, arm64]), "latest") };
}

const byKey = { key, log: false } as const;

test("an index covers its children by hash; a signed child covers its own platform and nothing beside", async (t) => {
  const directory = temporaryDirectory(t);
  const whole = multiPlatform();
  addSignatureTag(whole.layout, whole.index, [signatureLayer({ digest: whole.index.digest }, byKey)]);
  const both = await gate(directory, whole.layout.writeTo(join(directory, "whole")));
  assert.deepEqual(both.subjects, { "whole linux/amd64": "pass", "whole linux/arm64": "pass" });
  assert.equal(both.verdict.outcome, "allow");
  const part = multiPlatform();
  addSignatureTag(part.layout, part.amd64, [signatureLayer({ digest: part.amd64.digest }, byKey)]);
  const one = await gate(directory, part.layout.writeTo(join(directory, "part")));
  assert.deepEqual(one.subjects, { "part linux/amd64": "pass", "part linux/arm64": "fail" });
  assert.equal(one.verdict.outcome, "deny");
});

test("a signature that lies at a sibling is rejected there and listed", async (t) => {
  const directory = temporaryDirectory(t);
  const { layout, amd64, arm64 } = multiPlatform();
  addSignatureTag(layout, arm64, [signatureLayer({ digest: amd64.digest }, byKey)]);
  const { subjects, verdict } = await gate(directory, layout.writeTo(join(directory, "app")));
  assert.deepEqual(subjects, { "app linux/amd64": "fail", "app linux/arm64": "fail" });
  assert.deepEqual(
    verdict.rejected.map(({ code }) => code),
    ["IMAGE_SIGNATURE_OTHER_IMAGE"],
  );
});

test("cosign issue 1912: a layer that was exchanged under a signed manifest is not covered", async (t) => {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  addSignatureTag(layout, image, [signatureLayer({ digest: image.digest }, byKey)]);
  const good = await gate(directory, layout.writeTo(join(directory, "good")));
  assert.deepEqual(good.subjects, { good: "pass" });
  const layer = [...layout.files].find(([, bytes]) => Buffer.from(bytes).includes("the layer of app"));
  assert.ok(layer);
  layout.files.set(
    layer[0],
    Buffer.from(Buffer.from(layer[1]).toString("latin1").replace("app", "APP"), "latin1"),
  );
  const bad = await gate(directory, layout.writeTo(join(directory, "bad")));
  assert.deepEqual(bad.subjects, { bad: "fail" });
  assert.ok(bad.verdict.findings.some(({ code }) => code === "IMAGE_BLOB_CHANGED"));
});

test("attestations meet their rule for the image that they name; without any nothing passes (CVE-2025-25204)", async (t) => {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const none = await gate(directory, layout.writeTo(join(directory, "none")), { rules: attestedRule });
  assert.equal(none.verdict.outcome, "deny");
  const { envelope, annotations } = signEnvelope(
    statementAbout(image.digest, "https://example.com/test/v1"),
    byKey,
  );
  addSignatureTag(layout, image, [{ bytes: envelope, annotations }], "att");
  const some = await gate(directory, layout.writeTo(join(directory, "some")), { rules: attestedRule });
  assert.deepEqual(some.subjects, { some: "pass" });
  const type = await gate(directory, join(directory, "some"), {
    rules: attestedRule.replace("test/v1", "test/v2"),
  });
  assert.equal(type.verdict.outcome, "deny");
});

test("V11, V12: a saved image is bound to a signed manifest by its configuration and its layers", async (t) => {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  layout.list(bundleReferrer(layout, image, { key }));
  const manifest = JSON.parse(Buffer.from(layout.files.get(blobPath(image.digest)) ?? "").toString());
  const blob = ({ digest }: DescriptorJson): Uint8Array =>
    layout.files.get(blobPath(digest)) ?? new Uint8Array();
  const save = (layer: Uint8Array): string => {
    const config = manifest.config.digest.slice("sha256:".length);
    const list = [{ Config: `${config}.json`, RepoTags: ["app:latest"], Layers: ["layer/layer.tar"] }];
    const path = join(directory, "saved.tar");
    const members = [
      { name: `${config}.json`, data: blob(manifest.config) },
      { name: "layer/layer.tar", data: layer },
      { name: "manifest.json", data: JSON.stringify(list) },
    ];
    writeFileSync(path, buildTar(members));
    return path;
  };
  // Only what is needed is carried: the manifest and its signature, no layers.
  const [layerDigest] = manifest.layers as DescriptorJson[];
  const layer = blob(layerDigest as DescriptorJson);
  layout.files.delete(blobPath(layerDigest?.digest ?? ""));
  const evidence = layout.writeTo(join(directory, "evidence"));
  const target = save(layer);
  const alone = await gate(directory, target);
  assert.deepEqual(alone.subjects, { "saved.tar": "fail" });
  const bound = await gate(directory, target, { imageEvidence: [evidence] });
  assert.deepEqual(bound.subjects, { "saved.tar": "pass" });
  assert.ok(bound.verdict.findings.some(({ code }) => code === "IMAGE_REBOUND"));
  const other = buildTar([{ name: "etc/motd", data: "another layer\n" }]);
  const exchanged = await gate(directory, save(other), { imageEvidence: [evidence] });
  assert.deepEqual(exchanged.subjects, { "saved.tar": "fail" });
});

test("signatures of an image may lie in a layout beside it", async (t) => {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const target = layout.writeTo(join(directory, "app"));
  layout.list(bundleReferrer(layout, image, { key }));
  const evidence = layout.writeTo(join(directory, "signed"));
  assert.deepEqual((await gate(directory, target, { imageEvidence: [evidence] })).subjects, { app: "pass" });
  const asked = await gate(directory, target, {
    imageEvidence: [evidence],
    imageRepository: "registry.example/app",
  });
  // CVE-2025-29778: a bundle of cosign 3 names no repository, so it cannot meet a demand for one.
  assert.deepEqual(asked.subjects, { app: "fail" });
  assert.deepEqual(
    asked.verdict.rejected.map(({ code }) => code),
    ["IMAGE_SIGNATURE_OTHER_REPOSITORY"],
  );
});

test("V13: an archive that is signed as a file covers what lies in it", async (t) => {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  layout.list(layout.image("app"), "latest");
  const bytes = layout.toTar();
  const digest = digestOf(bytes);
  const target = { mediaType: "application/x-tar", digest, size: bytes.length };
  const forms: Record<string, Uint8Array> = {
    sig: Buffer.from(sign("sha256", bytes, key.privateKey).toString("base64")),
    jws: notaryJws({ target }),
    cose: notaryCose({ target }),
  };
  const rules = signedRule.replace("release", "release, notary-release");
  for (const [ending, signature] of Object.entries(forms)) {
    const folder = join(directory, ending);
    mkdirSync(folder);
    const path = join(folder, "app.tar");
    writeFileSync(path, bytes);
    writeFileSync(`${path}.${ending}`, signature);
    const { subjects, verdict } = await gate(folder, path, { rules });
    assert.deepEqual(subjects, { "app.tar": "pass" }, `${ending} ${JSON.stringify(verdict.rejected)}`);
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(512)]));
    const changed = await gate(folder, path, { rules });
    assert.equal(changed.verdict.outcome, "deny", ending);
  }
});

test("V14: a model in OCI form is gated like an image", async (t) => {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  const weights = Buffer.from("not really weights");
  const model = layout.list(
    layout.manifest({
      artifactType: "application/vnd.cncf.model.manifest.v1+json",
      configType: "application/vnd.cncf.model.config.v1+json",
      layers: [layout.blob(weights, "application/vnd.cncf.model.weight.v1.raw")],
    }),
    "model",
  );
  const target = layout.writeTo(join(directory, "model"));
  assert.deepEqual((await gate(directory, target)).subjects, { model: "fail" });
  layout.list(bundleReferrer(layout, model, { key }));
  layout.writeTo(target);
  assert.deepEqual((await gate(directory, target)).subjects, { model: "pass" });
});

test("options about images are refused where there are none", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "weights.bin"), "x");
  await assert.rejects(gate(directory, join(directory, "weights.bin"), { imageRepository: "a/b" }), {
    code: "IMAGE_CARRIER_INVALID",
  });
});
