// SPDX-License-Identifier: Apache-2.0
// Rules on real images: labels that a signature covers, users and platforms, pickles and packages in the layers.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { addSignatureTag, signatureLayer } from "../../fixtures/cosign.ts";
import { ImageLayout } from "../../fixtures/image-layout.ts";
import { pickled } from "../../fixtures/pickle.ts";
import { fixtureTime, keyPair } from "../../fixtures/pki.ts";
import { safetensorsModel } from "../../fixtures/safetensors.ts";
import type { TarMemberSpec } from "../../fixtures/tar.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTrust } from "./signed-model.ts";

const key = keyPair("p256", "release key");
const publicKey = key.publicKey.export({ type: "spki", format: "pem" }).toString();

interface Built {
  readonly files?: readonly TarMemberSpec[];
  readonly run?: object;
  readonly isSigned?: boolean;
}

/** How each of the rules ended on one image. */
async function judge(t: TestContext, rules: readonly object[], { isSigned = true, ...built }: Built) {
  const directory = temporaryDirectory(t);
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app", "amd64", built), "latest");
  if (isSigned) {
    addSignatureTag(layout, image, [signatureLayer({ digest: image.digest }, { key, log: false })]);
  }
  const policy = join(directory, "policy.json");
  const named = rules.map((rule, index) => ({ id: `r${index}`, ...rule }));
  writeFileSync(policy, JSON.stringify({ apiVersion: "aibom/policy/v1", name: "images", rules: named }));
  const trustRoot = writeTrust(join(directory, "trust"), {
    keys: [{ name: "release", publicKey, usages: ["model"] }],
  });
  const target = layout.writeTo(join(directory, "app"));
  const verdict = await verify([target], { trustRoot, policy, at: fixtureTime, jobs: 1 });
  return verdict.rules.map(({ status }) => status);
}

const bases = { kind: "image", bases: { allow: ["base.example/**"] } };

test("base, user and platform of an image; a label counts as signed where the manifest is", async (t) => {
  const run = { User: "1000", Labels: { "org.opencontainers.image.base.name": "base.example/python:3" } };
  const rules = [bases, { kind: "image", user: "numeric", platforms: ["linux/amd64"] }];
  assert.deepEqual(await judge(t, rules, { run }), ["pass", "pass"]);
  assert.deepEqual(await judge(t, rules, { run, isSigned: false }), ["fail", "pass"]);
  const other = { Labels: { "org.opencontainers.image.base.name": "evil.example/python:3" } };
  assert.deepEqual(await judge(t, rules, { run: other }), ["fail", "fail"]);
  const digest = `sha256:${"e".repeat(64)}`;
  const byDigest = { Labels: { "org.opencontainers.image.base.digest": digest } };
  assert.deepEqual(await judge(t, [{ kind: "image", bases: { allow: [digest] } }], { run: byDigest }), [
    "pass",
  ]);
});

test("weights in layers are files of the image: formats, pins and paths", async (t) => {
  const rules = [
    { kind: "format", deny: ["pickle"] },
    { kind: "format", deny: ["pickle"], scope: { path: "/srv/**" } },
  ];
  const files = [{ name: "srv/model.pkl", data: pickled() }];
  assert.deepEqual(await judge(t, rules, { files }), ["fail", "fail"]);
  const renamed = [{ name: "srv/model.bin", data: pickled() }];
  assert.deepEqual(await judge(t, rules, { files: renamed }), ["fail", "fail"]);
  assert.deepEqual(await judge(t, rules.slice(0, 1), {}), ["pass"]);
});

test("a model in a layer is in the scope of rules on models, and its files are what they look at", async (t) => {
  const model = [...safetensorsModel()].map(([name, data]) => ({ name: `models/tiny/${name}`, data }));
  const scope = { kind: "model" };
  const rules = [
    { kind: "license", allow: ["MIT"], scope },
    { kind: "format", deny: ["safetensors"], scope },
    { kind: "format", deny: ["safetensors"], scope: { kind: "model", name: "other" } },
    { kind: "signature", signers: "any", scope },
  ];
  const card = { name: "models/tiny/README.md", data: "---\nlicense: mit\n---\n" };
  const config = { name: "models/tiny/config.json", data: '{"model_type":"llama"}' };
  const files = [...model.filter(({ name }) => !/README|config.json/.test(name)), card, config];
  const whole = { kind: "digest", allow: ["sha256"] };
  assert.deepEqual(await judge(t, [...rules, whole], { files }), ["pass", "fail", "fail", "pass", "pass"]);
  const gpl = { ...card, data: "---\nlicense: gpl-3.0\n---\n" };
  const changed = files.map((each) => (each === card ? gpl : each));
  assert.deepEqual(await judge(t, [...rules.slice(0, 1), whole], { files: changed }), ["fail", "pass"]);
  // Without a model nothing is in scope, which never passes.
  assert.deepEqual(await judge(t, [...rules.slice(0, 1), whole], {}), ["fail", "pass"]);
});

test("packages in the layers are looked at by rules on packages", async (t) => {
  const files = [
    {
      name: "usr/lib/python3/dist-packages/vllm-0.8.5.dist-info/METADATA",
      data: "Metadata-Version: 2.1\nName: vllm\nVersion: 0.8.5\n",
    },
  ];
  const rule = { kind: "package", packages: ["pkg:pypi/vllm"] };
  const rules = [rule, { ...rule, versions: { min: "0.9.0" } }, { ...rule, packages: ["pkg:pypi/other"] }];
  assert.deepEqual(await judge(t, rules, { files }), ["pass", "fail", "fail"]);
});
