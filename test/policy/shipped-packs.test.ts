// SPDX-License-Identifier: Apache-2.0
// The packs that come with aibom: what the program says of their bytes is true, their own cases hold and cover every
// rule, and nobody gets another pack than the one that was named.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { parsePolicyFile, readPolicyFile } from "../../src/open-policy.ts";
import { requirePackable } from "../../src/policy/packs.ts";
import { runPolicyTests, uncovered } from "../../src/policy/run-tests.ts";
import {
  findShippedPack,
  parseShippedPath,
  shippedPacks,
  shippedPath,
} from "../../src/policy/shipped-packs.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at } from "./gate-inputs.ts";

const folder = join(import.meta.dirname, "../../packs");
const guide = readFileSync(join(import.meta.dirname, "../../docs/packs.md"), "utf8");
const fileOf = ({ name, version }: { name: string; version: number }) =>
  join(folder, `${name}-${version}.yaml`);

test("the list and the files are the same, byte for byte", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  assert.deepEqual(
    files.toSorted(),
    shippedPacks.map(({ name, version }) => `${name}-${version}.yaml`).toSorted(),
  );
  for (const pack of shippedPacks) {
    const got = createHash("sha256")
      .update(readFileSync(fileOf(pack)))
      .digest("hex");
    assert.equal(`sha256:${got}`, pack.digest, `${pack.name}: a published version never changes`);
  }
});

for (const pack of shippedPacks) {
  test(`${pack.name} ${pack.version}: its cases hold and cover every rule`, async () => {
    const policy = await readPolicyFile(shippedPath(pack));
    const report = runPolicyTests(policy, at);
    assert.deepEqual(
      report.results.filter(({ misses }) => misses.length > 0),
      [],
    );
    const own = report.coverage.filter(({ rule }) => rule.startsWith(`${pack.name}.`));
    assert.deepEqual(uncovered({ ...report, coverage: own }), []);
    assert.ok(own.length > 0);
  });

  test(`${pack.name} ${pack.version}: it says who it is and what it rests on, and can be included`, async () => {
    const policy = await readPolicyFile(shippedPath(pack));
    assert.deepEqual([policy.name, policy.version], [pack.name, pack.version]);
    assert.ok(policy.description !== undefined && (policy.sources?.length ?? 0) > 0);
    requirePackable(policy, pack.name, pack.name);
    assert.ok(guide.includes(`## \`${pack.name}\``), "docs/packs.md describes it");
    for (const { message } of policy.rules) {
      assert.ok(message !== undefined);
    }
  });
}

test("all of them go together: no two have a rule of one id", async () => {
  const packs = shippedPacks.map(({ name, version }) => ({ name, version }));
  const included = (await Promise.all(shippedPacks.map((pack) => readPolicyFile(shippedPath(pack))))).filter(
    ({ rules, name }) => rules.some(({ id }) => !id.startsWith(`${name}.`)),
  );
  const alone = packs.filter(({ name }) => !included.some((each) => each.name === name));
  const text = JSON.stringify({ apiVersion: "aibom/policy/v1", name: "all", packs: alone });
  const policy = await parsePolicyFile(Buffer.from(text), "policy.json");
  assert.equal(new Set(policy.rules.map(({ id }) => id)).size, policy.rules.length);
});

const load = (packs: readonly object[]) =>
  parsePolicyFile(
    Buffer.from(JSON.stringify({ apiVersion: "aibom/policy/v1", name: "top", packs })),
    "policy.json",
  );

test("a pack is named by name and version, or by reference and digest", async () => {
  const { digest } = findShippedPack({ name: "no-pickle", version: 1 });
  const ways = [
    { name: "no-pickle", version: 1 },
    { name: "no-pickle", version: 1, digest },
    { path: "aibom:no-pickle@1", digest },
  ];
  for (const way of ways) {
    const { rules } = await load([way]);
    assert.equal(rules[0]?.id, "no-pickle.format");
  }
});

test("another pack, version or digest is refused, and none is taken in its place", async () => {
  const wrong = `sha256:${"0".repeat(64)}`;
  const refused: [string, object][] = [
    ["POLICY_PACK_UNKNOWN", { name: "no-pikle", version: 1 }],
    ["POLICY_PACK_UNKNOWN", { name: "no-pickle", version: 999 }],
    ["POLICY_PACK_UNKNOWN", { path: "aibom:nothing@1", digest: wrong }],
    ["POLICY_PACK_CHANGED", { name: "no-pickle", version: 1, digest: wrong }],
    ["POLICY_PACK_CHANGED", { path: "aibom:no-pickle@1", digest: wrong }],
    ["POLICY_INVALID_VALUE", { name: "no-pickle" }],
    ["POLICY_INVALID_VALUE", { path: "aibom:no-pickle@1" }],
    ["POLICY_INVALID_VALUE", { path: "aibom:no-pickle", digest: wrong }],
    ["POLICY_INVALID_VALUE", { path: "aibom:../x@1", digest: wrong }],
    ["POLICY_INVALID_VALUE", { name: "no-pickle", version: 1, path: "x.yaml" }],
    ["POLICY_UNKNOWN_KEY", { name: "no-pickle", vresion: 1 }],
  ];
  for (const [code, reference] of refused) {
    await assert.rejects(load([reference]), { code }, JSON.stringify(reference));
  }
  await assert.rejects(load([{ name: "no-pikle", version: 1 }]), /did you mean no-pickle\?/);
  await assert.rejects(load([{ name: "no-pickle", version: 999 }]), /there is version 1/);
});

test("references are told from paths", (t) => {
  assert.deepEqual(parseShippedPath("aibom:no-pickle@1"), { name: "no-pickle", version: 1 });
  for (const path of [
    "no-pickle@1",
    "aibom:no-pickle",
    "aibom:No@1",
    "aibom:a@0",
    "aibom:a@1.0",
    "aibom:a/b@1",
  ]) {
    assert.equal(parseShippedPath(path), undefined, path);
  }
  // A file may have any name: it is reached with its directory in front.
  const file = join(temporaryDirectory(t), "aibom:no-pickle@1");
  writeFileSync(
    file,
    '{"apiVersion":"aibom/policy/v1","name":"mine","rules":[{"id":"c","kind":"complete"}]}',
  );
  return readPolicyFile(file).then(({ name }) => assert.equal(name, "mine"));
});
