// SPDX-License-Identifier: Apache-2.0
// Replays of verdicts that rest on packs, on images with signatures beside them, and on a chosen instant.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addSignatureTag, signatureLayer } from "../../fixtures/cosign.ts";
import { ImageLayout } from "../../fixtures/image-layout.ts";
import { fixtureTime, keyPair } from "../../fixtures/pki.ts";
import { replay } from "../../src/replay.ts";
import { jsonReporter } from "../../src/report/reporters/json.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease } from "./release.ts";
import { writeTrust } from "./signed-model.ts";

const write = (path: string, text: string): string => {
  writeFileSync(path, text);
  return path;
};

/** Verifies, writes the verdict down, and replays it with `again` changed. */
async function replayed(
  directory: string,
  targets: readonly string[],
  options: VerifyOptions,
  again: Partial<VerifyOptions> = {},
): Promise<boolean> {
  const verdict = await verify(targets, options);
  const path = write(join(directory, "verdict.json"), jsonReporter.render(verdict));
  const { at: _, isAtChosen: __, ...given } = options;
  return (await replay(path, targets, { ...given, ...again })).isSame;
}

test("packs: the rules of a pack are replayed, and another pack is another policy", async (t) => {
  const { directory, targets, trustRoot } = await signedRelease(temporaryDirectory(t));
  const policyWith = (format: string): string => {
    const pack = `apiVersion: aibom/policy/v1\nname: pack\nrules: [{ id: f, kind: format, deny: [${format}] }]\n`;
    write(join(directory, `${format}.yaml`), pack);
    const digest = createHash("sha256").update(pack).digest("hex");
    const packs = `packs: [{ path: ${format}.yaml, digest: "sha256:${digest}" }]`;
    return write(
      join(directory, `policy-${format}.yaml`),
      `apiVersion: aibom/policy/v1\nname: p\n${packs}\nrules: [{ id: s, kind: signature, signers: any }]\n`,
    );
  };
  const [policy, other] = [policyWith("pickle"), policyWith("onnx")];
  const options = { trustRoot, policy, at: fixtureTime, isAtChosen: true } as const;
  assert.equal(await replayed(directory, targets, options), true);
  const changed = replayed(directory, targets, options, { policy: other });
  await assert.rejects(changed, { code: "REPLAY_INPUT_DIFFERS" });
});

test("images: with the signatures beside them the bytes are the same, without they are not", async (t) => {
  const directory = temporaryDirectory(t);
  const key = keyPair("p256", "release key");
  const publicKey = key.publicKey.export({ type: "spki", format: "pem" }).toString();
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const target = layout.writeTo(join(directory, "app"));
  addSignatureTag(layout, image, [signatureLayer({ digest: image.digest }, { key, log: false })]);
  const beside = layout.writeTo(join(directory, "signatures"));
  const policy = write(
    join(directory, "policy.yaml"),
    "apiVersion: aibom/policy/v1\nname: p\nrules: [{ id: s, kind: signature, signers: [release] }]\n",
  );
  const trustRoot = writeTrust(join(directory, "trust"), {
    keys: [{ name: "release", publicKey, usages: ["model"] }],
  });
  const options = { trustRoot, policy, at: fixtureTime, imageEvidence: [beside] };
  assert.equal(await replayed(directory, [target], options), true);
  assert.equal(await replayed(directory, [target], options, { imageEvidence: [] }), false);
});
