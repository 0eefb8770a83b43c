// SPDX-License-Identifier: Apache-2.0
// `aibom log`, and the commands that log by themselves: as a user runs them. A gate that must log and cannot is no allow.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { errorCode } from "./run-aibom.ts";
import { workplace } from "./workplace.ts";

interface ShownLog {
  readonly log: { readonly size: number };
  readonly entries: readonly {
    readonly index: number;
    readonly entry: {
      readonly type: string;
      readonly outcome?: string;
      readonly actor: { readonly authenticated?: object; readonly claimed?: { readonly person: string } };
      readonly outputs: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
    };
  }[];
}

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

test("sign, verify, inventory and trust changes log by themselves, and their outputs are found by hash", async (t) => {
  const { cwd, run } = await workplace(t);
  const made = await run(0, "log", "init", "--name", "example.org/custody");
  assert.match(made.stdout, /^log example\.org\/custody\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\n$/);
  await run(0, "trust", "add", "release", "--key", "release.pub");
  const signed = await run(0, "sign", "model", "--key", "release.key");
  assert.match(signed.stderr, /logged sign as entry 1 of \.aibom\/log/);
  await run(0, "inventory", "model", "-o", "bom.cdx.json");
  await run(0, "verify", "model", "--format", "json=verdict.json");
  await run(1, "verify", "model", "--bom", "bom.cdx.json", "--policy", "policy.yaml", "--quiet");
  await run(0, "verify", "model", "--no-log", "--quiet");
  await run(0, "log", "append", "model", "--type", "approval", "--reason", "OK-1", "--key", "release.key");
  const shown = JSON.parse((await run(0, "log", "show", "--format", "json")).stdout) as ShownLog;
  assert.deepEqual(
    shown.entries.map(({ entry }) => [entry.type, entry.outcome, entry.actor.authenticated !== undefined]),
    [
      ["trust-root-change", undefined, false],
      ["sign", undefined, true],
      ["inventory", undefined, false],
      ["gate-decision", "allow", false],
      ["gate-decision", "deny", false],
      ["approval", undefined, true],
    ],
  );
  const outputs = shown.entries.map(({ entry }) => entry.outputs[0]?.digest.sha256);
  assert.equal(outputs[0], sha256(join(cwd, ".aibom/trust/trust.json")));
  assert.equal(outputs[1], sha256(join(cwd, "model/model.sig")));
  assert.equal(outputs[2], sha256(join(cwd, "bom.cdx.json")));
  assert.equal(outputs[3], sha256(join(cwd, "verdict.json")));
  assert.match(shown.entries[0]?.entry.actor.claimed?.person ?? "", /^person-[0-9a-f]{32}$/);
  const text = (await run(0, "log", "show", "1")).stdout;
  assert.match(text, /by key [0-9a-f]{16} \(release\); says the system: /);
  assert.match((await run(0, "log", "show", "--digest", outputs[2] ?? "")).stdout, /^2 {2}.* inventory\n/);
  const start = `sha256:${outputs[2]?.slice(0, 16)}`;
  assert.match((await run(0, "log", "show", "--digest", start)).stdout, /^2 {2}.* inventory\n/);
  for (const args of [
    ["show", "--digest", "abc"],
    ["show", "--digest", "bom.cdx.json"],
    ["append", "model", "--type", "My Type!"],
  ]) {
    assert.equal(errorCode(await run(2, "log", ...args)), "CLI_OPTION_INVALID", args.join(" "));
  }
});

test("what must be logged and cannot be is not done, and is not an allow", async (t) => {
  const { cwd, run } = await workplace(t);
  await run(0, "trust", "add", "release", "--key", "release.pub");
  await run(0, "sign", "model", "--key", "release.key");
  assert.match((await run(0, "verify", "model")).stdout, /^ALLOW/);
  assert.match((await run(2, "verify", "model", "--log", "nowhere")).stderr, /CUSTODY_LOG_MISSING/);
  mkdirSync(join(cwd, ".aibom/log"));
  const empty = await run(2, "verify", "model", "--format", "json");
  assert.match(empty.stdout, /"CUSTODY_/);
  assert.doesNotMatch(empty.stdout, /allow/);
  assert.match((await run(2, "log", "init", "--name", "a.example/b")).stderr, /CUSTODY_LOG_EXISTS/);

  const unnamed = await run(0, "log", "init", "--log", "log");
  assert.match(unnamed.stdout, /^log aibom\.local\/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\n$/);
  await run(0, "log", "append", "--type", "import", "--reason", "by courier", "--log", "log");
  const tile = join(cwd, "log/tile/0/000.p/1");
  writeFileSync(tile, Buffer.alloc(32, 7));
  const damaged = await run(1, "verify", "model", "--log", "log");
  assert.match(damaged.stderr, /CUSTODY_LOG_DAMAGED/);
  assert.equal(damaged.stdout, "");
  writeFileSync(join(cwd, "model/more.json"), "{}");
  const before = sha256(join(cwd, "model/model.sig"));
  await run(1, "sign", "model", "--key", "release.key", "--log", "log");
  assert.equal(sha256(join(cwd, "model/model.sig")), before);
  await run(1, "inventory", "model", "-o", "bom.cdx.json", "--log", "log");
  assert.ok(!existsSync(join(cwd, "bom.cdx.json")));
  await run(1, "trust", "remove", "release", "--log", "log");
  assert.match((await run(0, "trust", "list")).stdout, /release/);
  assert.match((await run(1, "log", "verify", "--log", "log")).stdout, /^DOES NOT HOLD/);
});
