// SPDX-License-Identifier: Apache-2.0
// `aibom fetch` as it is typed: what it prints, and how it ends.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LocalRegistry } from "../registry/local-registry.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom } from "./run-aibom.ts";

test("an image is copied, and its digest is the first thing that is said", async (t) => {
  const cwd = temporaryDirectory(t);
  const registry = await LocalRegistry.start(t);
  const image = registry.addImage("x", "1");
  registry.addImage("signature", undefined, { subject: image });
  const { code, stdout, stderr } = await aibom(["fetch", `${registry.host}/acme/llm:1`, "-o", "layout"], {
    cwd,
  });
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    [
      `${registry.host}/acme/llm:1 is ${image.digest}`,
      "  copied     4 blobs, 86 B",
      "  about it   1 signature or attestation",
      "wrote layout",
      "",
    ].join("\n"),
  );
  assert.equal(stderr, "next: aibom verify layout --policy policy.yaml\n");
  assert.ok(existsSync(join(cwd, "layout/index.json")));
});

test("how it ends otherwise", async (t) => {
  const cwd = temporaryDirectory(t);
  const registry = await LocalRegistry.start(t);
  registry.addImage("x", "1");
  const fetch = (...args: readonly string[]) => aibom(["fetch", ...args], { cwd });
  const ends = async (exit: number, code: string, ...args: readonly string[]) => {
    const result = await fetch(...args);
    assert.equal(result.code, exit, result.stderr);
    assert.match(result.stderr, new RegExp(`\\[${code}\\]`));
  };
  await ends(2, "REGISTRY_REFERENCE", "NOT A NAME", "-o", "layout");
  await ends(3, "REGISTRY_NOT_FOUND", `${registry.host}/acme/llm:absent`, "-o", "layout");
  await ends(2, "CLI_USAGE", `${registry.host}/acme/llm:1`, "-o", "layout", "--anonymous", "--authfile", "x");
  await ends(2, "LAYOUT_NOT_EMPTY", `${registry.host}/acme/llm:1`, "-o", "..");
  await ends(2, "SOURCE_NOT_FOUND", `${registry.host}/acme/llm:1`, "-o", "layout", "--ca", "absent.pem");
  for (const [digest, bytes] of registry.blobs) {
    registry.blobs.set(digest, Buffer.alloc(bytes.length));
  }
  await ends(1, "REGISTRY_DIGEST_DIFFERS", `${registry.host}/acme/llm:1`, "-o", "layout");
  assert.ok(!existsSync(join(cwd, "layout/index.json")));
});
