// SPDX-License-Identifier: Apache-2.0
// Packs: pinned by digest, bounded, and never a way to replace a rule.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { AibomError } from "../../src/errors.ts";
import { loadPolicy, type ReadPack } from "../../src/policy/load.ts";

type Files = Map<string, Uint8Array>;

const signed = { id: "signed", kind: "signature", signers: "any" };
const complete = { id: "complete", kind: "complete" };

/** Puts a document among the files and answers how it is named by another. */
function pack(files: Files, path: string, content: object): { path: string; digest: string } {
  const bytes = Buffer.from(JSON.stringify({ apiVersion: "aibom/policy/v1", name: "pack", ...content }));
  files.set(path, bytes);
  return { path, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}

function load(files: Files, content: object) {
  const read: ReadPack = (path) => {
    const bytes = files.get(path);
    if (bytes === undefined) {
      throw AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path } });
    }
    return { bytes, path };
  };
  const text = JSON.stringify({ apiVersion: "aibom/policy/v1", name: "top", ...content });
  return loadPolicy(Buffer.from(text), "policy.json", {}, read);
}

test("the rules of packs come first, in order, also those of packs of packs", async () => {
  const files: Files = new Map();
  const inner = pack(files, "inner.json", { rules: [{ ...complete, id: "inner" }] });
  const outer = pack(files, "outer.json", { packs: [inner], rules: [{ ...complete, id: "outer" }] });
  const policy = await load(files, { packs: [outer], rules: [signed] });
  assert.deepEqual(
    policy.rules.map(({ id }) => id),
    ["inner", "outer", "signed"],
  );
  assert.ok(!("packs" in policy));
  assert.deepEqual(
    (await load(files, { packs: [inner] })).rules.map(({ id }) => id),
    ["inner"],
  );
});

test("a pack's mode is that of its rules; without one they take that of the policy", async () => {
  const files: Files = new Map();
  const warning = pack(files, "warn.json", {
    mode: "warn",
    rules: [complete, { ...complete, id: "own", mode: "enforce" }],
  });
  const silent = pack(files, "silent.json", { rules: [{ ...complete, id: "silent" }] });
  const policy = await load(files, { packs: [warning, silent], rules: [signed] });
  assert.deepEqual(
    policy.rules.map(({ mode }) => mode),
    ["warn", "enforce", undefined, undefined],
  );
});

test("the earliest end of all counts", async () => {
  const files: Files = new Map();
  const early = pack(files, "early.json", { expires: "2026-12-31T12:00:00Z", rules: [complete] });
  assert.equal(
    (await load(files, { packs: [early], expires: "2026-12-31" })).expires,
    "2026-12-31T12:00:00Z",
  );
  assert.equal((await load(files, { packs: [early] })).expires, "2026-12-31T12:00:00Z");
});

test("a pack that changed, a taken id and a pack with a place of its own are refused", async () => {
  const files: Files = new Map();
  const one = pack(files, "one.json", { rules: [complete] });
  const refused: [string, object][] = [
    ["POLICY_PACK_CHANGED", { packs: [{ ...one, digest: `sha256:${"0".repeat(64)}` }] }],
    ["POLICY_PACK_COLLISION", { packs: [one], rules: [complete] }],
    ["POLICY_PACK_COLLISION", { packs: [one, one] }],
    ["SOURCE_NOT_FOUND", { packs: [{ ...one, path: "absent.json" }] }],
    [
      "POLICY_PACK_INVALID",
      { packs: [pack(files, "env.json", { environments: { p: "audit" }, rules: [complete] })] },
    ],
    [
      "POLICY_PACK_INVALID",
      { packs: [pack(files, "root.json", { trustRoot: one.digest, rules: [complete] })] },
    ],
    ["POLICY_UNKNOWN_KEY", { packs: [pack(files, "bad.json", { ruels: [], rules: [complete] })] }],
    ["POLICY_INVALID_VALUE", {}],
    ["POLICY_INVALID_VALUE", { packs: [{ path: "one.json", digest: "" }] }],
  ];
  for (const [code, content] of refused) {
    await assert.rejects(load(files, content), { code });
  }
});

test("a path leads nowhere but down", async () => {
  const digest = `sha256:${"0".repeat(64)}`;
  for (const path of ["/etc/x", "../x", "a/../x", "./x", "a//b", "a\\b", "c:x", "", ".x", "a/.x", "a/"]) {
    await assert.rejects(
      load(new Map(), { packs: [{ path, digest }] }),
      { code: "POLICY_INVALID_VALUE" },
      path,
    );
  }
});

test("depth, number of packs and number of rules are bounded", async () => {
  const files: Files = new Map();
  let reference = pack(files, "0.json", { rules: [complete] });
  for (let level = 1; level <= 4; level++) {
    reference = pack(files, `${level}.json`, {
      packs: [reference],
      rules: [{ ...complete, id: `r${level}` }],
    });
  }
  await assert.rejects(load(files, { packs: [reference] }), { code: "POLICY_PACK_INVALID" });

  const many = Array.from({ length: 64 }, (_, index) =>
    pack(files, `m${index}.json`, { rules: [{ ...complete, id: `m${index}` }] }),
  );
  assert.equal((await load(files, { packs: many })).rules.length, 64);
  const nested = pack(files, "n.json", { packs: [many[0]] });
  await assert.rejects(
    load(files, { packs: [nested, ...many.slice(1)] }).then(() =>
      load(files, {
        packs: [
          pack(files, "o.json", { packs: many.slice(0, 33) }),
          pack(files, "p.json", { packs: many.slice(33) }),
        ],
      }),
    ),
    {
      code: "POLICY_PACK_INVALID",
    },
  );
  const rules = (prefix: string) =>
    Array.from({ length: 600 }, (_, index) => ({ ...complete, id: `${prefix}${index}` }));
  const large = [pack(files, "a.json", { rules: rules("a") }), pack(files, "b.json", { rules: rules("b") })];
  const started = performance.now();
  await assert.rejects(load(files, { packs: large }), { code: "POLICY_TOO_LARGE" });
  assert.ok(performance.now() - started < 1000);
});

test("a policy that is no file has no packs", async () => {
  const text = JSON.stringify({
    apiVersion: "aibom/policy/v1",
    name: "x",
    packs: [{ path: "a", digest: `sha256:${"0".repeat(64)}` }],
  });
  await assert.rejects(loadPolicy(Buffer.from(text), "policy.json"), { code: "POLICY_PACK_INVALID" });
});
