// SPDX-License-Identifier: Apache-2.0
// Commands without a target are about the system in aibom.yaml.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom } from "./run-aibom.ts";

test("init writes one to start from, inventory and verify read it, and what is pinned counts", async (t) => {
  const cwd = temporaryDirectory(t);
  const run = async (exit: number, ...args: readonly string[]) => {
    const result = await aibom(args, { cwd });
    assert.equal(result.code, exit, `${args.join(" ")}\n${result.stdout}${result.stderr}`);
    return result;
  };
  const none = await run(2, "inventory");
  assert.match(none.stderr, /name a target, or describe the system in aibom\.yaml/);
  const initial = await run(0, "init");
  assert.match(initial.stderr, /policy\.yaml and aibom\.yaml/);
  assert.match((await run(2, "inventory")).stderr, /\[SYSTEM_EMPTY\]/);

  mkdirSync(join(cwd, "data"));
  writeFileSync(join(cwd, "data/rows.csv"), "a,b\n1,2\n");
  const system = (digest: string) =>
    `apiVersion: aibom/system/v1\nname: chat\ndatasets: { rows: { path: data/rows.csv${digest} } }\n`;
  writeFileSync(join(cwd, "aibom.yaml"), system(""));
  await run(0, "inventory", "-o", "aibom.cdx.json", "--no-timestamp");
  const bom = JSON.parse(readFileSync(join(cwd, "aibom.cdx.json"), "utf8"));
  assert.equal(bom.metadata.component.name, "chat");
  const [{ content }] = bom.components[0].hashes;

  writeFileSync(
    join(cwd, "policy.yaml"),
    ["apiVersion: aibom/policy/v1", "name: p", "rules:", "  - { id: bom, kind: bom-match }", ""].join("\n"),
  );
  const verify = ["verify", "--bom", "aibom.cdx.json", "--policy", "policy.yaml"] as const;
  await run(0, ...verify);
  writeFileSync(join(cwd, "aibom.yaml"), system(`, digest: "sha256:${content}"`));
  await run(0, ...verify);
  writeFileSync(join(cwd, "aibom.yaml"), system(`, digest: "sha256:${"0".repeat(64)}"`));
  assert.match((await run(1, ...verify)).stderr, /\[SYSTEM_DIGEST_DIFFERS\]/);
  assert.match((await run(1, "inventory", "-o", "new.json")).stderr, /\[SYSTEM_DIGEST_DIFFERS\]/);
  await run(0, "inventory", "data", "--no-timestamp");
  await run(2, "inventory", "data", "--system", "aibom.yaml");
});
