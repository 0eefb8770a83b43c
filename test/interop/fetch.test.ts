// SPDX-License-Identifier: Apache-2.0
// An image that crane pushed and cosign signed, fetched from a registry that is not ours, is what crane says it is.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { cosignIn } from "./cosign.ts";
import { expectExit } from "./expect-exit.ts";
import { startRegistry } from "./image-registry.ts";
import { missingGoTools, missingPrograms, pathOf } from "./tools.ts";

const skip = missingGoTools("crane", "cosign") || missingPrograms("tar");

function run(cwd: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

test("crane pushes, cosign signs, aibom fetches, crane validates", { skip }, async (t) => {
  const cwd = temporaryDirectory(t);
  const host = await startRegistry(t, "crane", cwd);
  const crane = (...args: readonly string[]) => run(cwd, pathOf("crane"), ...args);

  mkdirSync(join(cwd, "files"));
  writeFileSync(join(cwd, "files/weights.bin"), randomBytes(3_000_000));
  run(cwd, "tar", "-C", "files", "-czf", "layer.tgz", "weights.bin");
  const name = `${host}/acme/llm`;
  const append = (...args: readonly string[]) => crane("append", "--new_layer", "layer.tgz", ...args);
  const image = append("--oci-empty-base", "--new_tag", `${name}:amd64`);
  append("--base", image, "--new_tag", `${name}:arm64`);
  crane("index", "append", "-m", `${name}:amd64`, "-m", `${name}:arm64`, "-t", `${name}:1`);
  const digest = crane("digest", `${name}:1`);

  const cosign = cosignIn(cwd);
  const offline = ["--signing-config", await cosign.createSigningConfig("signing-config.json")];
  await cosign.run(["generate-key-pair"]);
  const target = ["--allow-http-registry", `${name}@${digest}`];
  const signed = await cosign.run(["sign", "-y", "--key", "cosign.key", ...offline, ...target]);
  assert.equal(signed.code, 0, signed.stderr);

  const { stdout } = await expectExit(cwd, 0, "fetch", `${name}:1`, "-o", "layout", "--anonymous");
  assert.match(stdout, new RegExp(`is ${digest}`));
  assert.match(stdout, /about it {3}1 signature or attestation/);
  const blobs = join(cwd, "layout/blobs/sha256");
  for (const hex of readdirSync(blobs)) {
    assert.equal(
      createHash("sha256")
        .update(readFileSync(join(blobs, hex)))
        .digest("hex"),
      hex,
    );
  }
  // Pushed again by another tool, it is the same image.
  crane("push", "--index", "layout", `${name}:copy`);
  crane("validate", "--remote", `${name}@${digest}`);
  const { manifests } = JSON.parse(readFileSync(join(cwd, "layout/index.json"), "utf8"));
  assert.equal(manifests[0].digest, digest);
});
