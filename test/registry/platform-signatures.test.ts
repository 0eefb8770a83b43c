// SPDX-License-Identifier: Apache-2.0
// One platform of several is fetched with what was signed: a signature on the index comes along and covers it by hash, one on
// another platform stays where it is, and nothing that is missing counts as verified.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { addSignatureTag, signatureLayer } from "../../fixtures/cosign.ts";
import { type DescriptorJson, ImageLayout } from "../../fixtures/image-layout.ts";
import { fixtureTime, keyPair } from "../../fixtures/pki.ts";
import { fetchImage } from "../../src/fetch-image.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTrust } from "../use-cases/signed-model.ts";
import { LocalRegistry } from "./local-registry.ts";

const key = keyPair("p256", "release key");
const publicKey = key.publicKey.export({ type: "spki", format: "pem" }).toString();
const policy =
  "apiVersion: aibom/policy/v1\nname: images\nrules:\n  - { id: signed, kind: signature, signers: [release] }\n";

interface Signed {
  readonly layout: ImageLayout;
  readonly index: DescriptorJson;
  readonly platforms: Readonly<Record<"amd64" | "arm64", DescriptorJson>>;
}

function build(): Signed {
  const layout = new ImageLayout();
  const child = (architecture: string): DescriptorJson => ({
    ...layout.image(`app for ${architecture}`, architecture),
    platform: { os: "linux", architecture },
  });
  const platforms = { amd64: child("amd64"), arm64: child("arm64") };
  return { layout, platforms, index: layout.list(layout.index([platforms.amd64, platforms.arm64]), "1") };
}

function signedAt({ layout }: Signed, target: DescriptorJson): void {
  addSignatureTag(layout, target, [signatureLayer({ digest: target.digest }, { key, log: false })]);
}

/** Serves the layout, fetches platforms of it and verifies what was fetched: the state of each, and the outcome. */
async function fetched(
  t: TestContext,
  { layout }: Signed,
  platforms: readonly string[],
): Promise<{ readonly outcome: string; readonly states: readonly (readonly [string, string])[] }> {
  const registry = await LocalRegistry.start(t);
  registry.hasReferrers = false;
  for (const [path, bytes] of layout.files) {
    const digest = path.replace("blobs/sha256/", "sha256:");
    const isDocument = Buffer.from(bytes.subarray(0, 18)).toString() === '{"schemaVersion":2';
    if (isDocument) {
      const { mediaType } = JSON.parse(Buffer.from(bytes).toString()) as { readonly mediaType: string };
      registry.manifests.set(digest, { bytes: Buffer.from(bytes), type: mediaType });
    } else {
      registry.blobs.set(digest, Buffer.from(bytes));
    }
  }
  for (const { digest, annotations = {} } of layout.entries) {
    registry.tags.set(annotations["org.opencontainers.image.ref.name"] ?? "", digest);
  }
  const directory = temporaryDirectory(t);
  const output = join(directory, "layout");
  await fetchImage(`${registry.host}/acme/llm:1`, { network: { online: true }, output, platforms });
  writeFileSync(join(directory, "policy.yaml"), policy);
  const trustRoot = writeTrust(join(directory, "trust"), {
    keys: [{ name: "release", publicKey, usages: ["model"] }],
  });
  const options = { trustRoot, policy: join(directory, "policy.yaml"), at: fixtureTime, jobs: 1 };
  const { outcome, rules } = await verify([output], options);
  return { outcome, states: (rules[0]?.subjects ?? []).map(({ name, status }) => [name, status] as const) };
}

test("a signature on the index covers the one platform that was fetched", async (t) => {
  const signed = build();
  signedAt(signed, signed.index);
  assert.deepEqual(await fetched(t, signed, ["linux/amd64"]), {
    outcome: "allow",
    states: [["layout", "pass"]],
  });
});

test("a signature on the platform itself comes along", async (t) => {
  const signed = build();
  signedAt(signed, signed.platforms.amd64);
  assert.deepEqual(await fetched(t, signed, ["linux/amd64"]), {
    outcome: "allow",
    states: [["layout", "pass"]],
  });
});

test("a signature on another platform does not cover the one that was fetched", async (t) => {
  const signed = build();
  signedAt(signed, signed.platforms.arm64);
  const { outcome, states } = await fetched(t, signed, ["linux/amd64"]);
  assert.deepEqual([outcome, states], ["deny", [["layout", "fail"]]]);
  const both = await fetched(t, signed, []);
  assert.deepEqual(both.states, [
    ["layout linux/amd64", "fail"],
    ["layout linux/arm64", "pass"],
  ]);
});
