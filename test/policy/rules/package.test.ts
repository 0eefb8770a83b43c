// SPDX-License-Identifier: Apache-2.0
// Rule kind `package`: which packages, in which versions, with which files.

import assert from "node:assert/strict";
import test from "node:test";
import type { Package } from "../../../src/model/package.ts";
import { artifact, evaluateRule, gate, gated } from "../gate-inputs.ts";

const integrity = { matching: 5, weak: 0, modified: 0, missing: 0, unstated: 0 };

function installed(name: string, version: string, more: Partial<Package> = {}): Package {
  return {
    type: "pypi",
    name,
    version,
    purl: `pkg:pypi/${name}@${version}`,
    state: "installed",
    catalog: "python",
    licenses: [],
    hashes: [],
    foundAt: [{ path: `${name}.dist-info/METADATA` }],
    owned: [],
    dependsOn: [],
    integrity,
    ...more,
  };
}

async function judge(rule: object, ...packages: readonly Package[]) {
  const input = gate([gated({ artifact: { ...artifact(), packages } })]);
  const { outcome, rules } = await evaluateRule({ kind: "package", ...rule }, input);
  const findings = rules.flatMap((each) => each.findings);
  return [outcome, findings.map(({ code, args }) => String(args["reason"] ?? code))] as const;
}

test("allow and deny are about names without versions", async () => {
  const vllm = installed("vllm", "0.9.1");
  assert.deepEqual(await judge({ deny: ["pkg:pypi/torch"] }, vllm), ["allow", []]);
  assert.deepEqual(await judge({ deny: ["pkg:pypi/v*"] }, vllm), ["deny", ["it is denied"]]);
  assert.deepEqual(await judge({ allow: ["pkg:pypi/torch"] }, vllm), [
    "deny",
    ["it is not among those that are allowed"],
  ]);
});

test("versions are ordered as the ecosystem orders them", async () => {
  const bounds = { versions: { min: "0.9.0", max: "0.10.0" } };
  assert.deepEqual(await judge(bounds, installed("vllm", "0.9.1")), ["allow", []]);
  const [older, reason] = await judge(bounds, installed("vllm", "0.9.0rc1"));
  assert.deepEqual([older, reason], ["deny", ["its version is 0.9.0rc1, not 0.9.0 or newer"]]);
  assert.equal((await judge(bounds, installed("vllm", "0.10.1")))[0], "deny");
  assert.equal((await judge(bounds, installed("vllm", "no version")))[0], "deny");
  assert.equal((await judge(bounds, installed("vllm", "")))[0], "deny");
});

test("its files are there, and are what it says, by a digest that counts", async () => {
  const rule = { ownsFiles: true };
  const withCounts = (counts: Partial<typeof integrity>) =>
    installed("vllm", "1", { integrity: { ...integrity, ...counts } });
  assert.deepEqual(await judge(rule, withCounts({})), ["allow", []]);
  assert.equal((await judge(rule, withCounts({ modified: 1 })))[0], "deny");
  assert.equal((await judge(rule, withCounts({ missing: 1 })))[0], "deny");
  assert.equal((await judge(rule, withCounts({ weak: 1 })))[0], "deny");
  assert.equal((await judge(rule, withCounts({ matching: 0 })))[0], "deny");
  const { integrity: _, ...unread } = installed("vllm", "1");
  assert.equal((await judge(rule, unread))[0], "deny");
  assert.equal((await judge(rule, installed("vllm", "1", { state: "locked" })))[0], "deny");
});

test("no such package is no pass unless the rule says so", async () => {
  const rule = { packages: ["pkg:pypi/vllm"] };
  assert.deepEqual(await judge(rule, installed("torch", "2")), ["deny", ["PACKAGE_MISSING"]]);
  assert.deepEqual(await judge({ ...rule, onNone: "pass" }, installed("torch", "2")), ["allow", []]);
  assert.equal((await judge({ role: "serving-runtime" }, installed("vllm", "1")))[0], "deny");
  assert.equal(
    (await judge({ role: "serving-runtime" }, installed("vllm", "1", { role: "serving-runtime" })))[0],
    "allow",
  );
});
