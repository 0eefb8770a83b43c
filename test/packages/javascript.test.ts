// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "../../fixtures/packages/root.ts";
import { find, named, purls } from "./find.ts";

const integrity = `sha512-${digest("sha512", "tarball", "base64")}`;
const sha512 = digest("sha512", "tarball");

test("node_modules: what a package needs is looked up from its own folder upwards", () => {
  const found = find({
    "node_modules/a/package.json": JSON.stringify({
      name: "a",
      version: "1.0.0",
      license: "MIT",
      author: { name: "Ann" },
      dependencies: { b: "^1", "@s/c": "1" },
    }),
    "node_modules/a/node_modules/b/package.json": JSON.stringify({ name: "b", version: "1.9.0" }),
    "node_modules/b/package.json": JSON.stringify({
      name: "b",
      version: "2.0.0",
      licenses: [{ type: "BSD" }],
    }),
    "node_modules/@s/c/package.json": '\uFEFF{"name":"@s/c","version":"3.0.0","dependencies":{"b":"*"}}',
    "node_modules/a/test/package.json": JSON.stringify({ name: "no-package" }),
  });
  assert.deepEqual(found.findings, []);
  assert.deepEqual(purls(found), [
    "pkg:npm/%40s/c@3.0.0",
    "pkg:npm/a@1.0.0",
    "pkg:npm/b@1.9.0",
    "pkg:npm/b@2.0.0",
  ]);
  assert.deepEqual(named(found, "a").dependsOn, ["pkg:npm/%40s/c@3.0.0", "pkg:npm/b@1.9.0"]);
  assert.deepEqual(named(found, "c").dependsOn, ["pkg:npm/b@2.0.0"]);
  assert.deepEqual(named(found, "a").licenses, ["MIT"]);
});

test("package-lock.json: version 3, version 1, and a package that is installed too is one", () => {
  const item = { version: "1.0.0", resolved: "https://registry/a/-/a-1.0.0.tgz", integrity, license: "MIT" };
  const three = find({
    "package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: {
        "": { name: "me" },
        "node_modules/a": { ...item, dependencies: { b: "1" } },
        "node_modules/b": { version: "1.0.0" },
        "node_modules/me": { link: true },
        "packages/own": { version: "1.0.0" },
      },
    }),
    "node_modules/a/package.json": JSON.stringify({ name: "a", version: "1.0.0" }),
  });
  const a = named(three, "a");
  assert.deepEqual(a.hashes, [{ algorithm: "sha512", hex: sha512, fileName: "a-1.0.0.tgz" }]);
  assert.deepEqual([a.state, named(three, "b").state], ["installed", "locked"]);
  assert.deepEqual(a.dependsOn, ["pkg:npm/b@1.0.0"]);
  assert.equal(a.foundAt.length, 2);
  assert.equal(three.packages.length, 2);
  const one = find({
    "package-lock.json": JSON.stringify({
      lockfileVersion: 1,
      dependencies: {
        a: { ...item, requires: { b: "1" }, dependencies: { b: { version: "1.9.0" } } },
        b: { version: "2.0.0" },
      },
    }),
  });
  assert.deepEqual(named(one, "a").dependsOn, ["pkg:npm/b@1.9.0"]);
  assert.equal(one.packages.length, 3);
});

test("pnpm-lock.yaml: versions 5, 6 and 9", () => {
  const locks = [
    `lockfileVersion: 5.4
packages:
  /@s/c/3.0.0_b@2.0.0:
    resolution: {integrity: ${integrity}}
    dependencies:
      b: 2.0.0
  /b/2.0.0:
    resolution: {integrity: ${integrity}}
`,
    `lockfileVersion: '6.0'
packages:
  /@s/c@3.0.0(b@2.0.0):
    resolution: {integrity: ${integrity}}
    dependencies:
      b: 2.0.0
  /b@2.0.0:
    resolution: {integrity: ${integrity}}
`,
    `lockfileVersion: '9.0'
packages:
  '@s/c@3.0.0':
    resolution: {integrity: ${integrity}}
  b@2.0.0:
    resolution: {integrity: ${integrity}}
snapshots:
  '@s/c@3.0.0(b@2.0.0)':
    dependencies:
      b: 2.0.0
  b@2.0.0: {}
`,
  ];
  for (const lock of locks) {
    const found = find({ "pnpm-lock.yaml": lock });
    assert.deepEqual(purls(found), ["pkg:npm/%40s/c@3.0.0", "pkg:npm/b@2.0.0"], lock);
    assert.deepEqual(named(found, "c").dependsOn, ["pkg:npm/b@2.0.0"]);
    assert.equal(named(found, "b").hashes[0]?.hex, sha512);
  }
});

test("yarn.lock: version 1 and Berry", () => {
  const one = find({
    "yarn.lock": `# yarn lockfile v1

"@s/c@^3.0.0", "@s/c@^3.1.0":
  version "3.1.0"
  resolved "https://registry/@s/c/-/c-3.1.0.tgz#abc"
  integrity ${integrity}
  dependencies:
    b "^2.0.0"

b@^2.0.0:
  version "2.0.0"
`,
  });
  assert.deepEqual(purls(one), ["pkg:npm/%40s/c@3.1.0", "pkg:npm/b@2.0.0"]);
  assert.deepEqual(named(one, "c").dependsOn, ["pkg:npm/b@2.0.0"]);
  assert.equal(named(one, "c").hashes[0]?.fileName, "c-3.1.0.tgz");
  const berry = find({
    "yarn.lock": `__metadata:
  version: 8

"@s/c@npm:^3.0.0":
  version: 3.1.0
  resolution: "@s/c@npm:3.1.0"
  dependencies:
    b: "npm:^2.0.0"
  checksum: 10c0/${sha512}
  languageName: node

"b@npm:^2.0.0":
  version: 2.0.0
  resolution: "b@npm:2.0.0"

"me@workspace:.":
  version: 0.0.0-use.local
  resolution: "me@workspace:."
`,
  });
  assert.deepEqual(purls(berry), ["pkg:npm/%40s/c@3.1.0", "pkg:npm/b@2.0.0"]);
  assert.deepEqual(named(berry, "c").dependsOn, ["pkg:npm/b@2.0.0"]);
});

test("records that are no JSON or YAML are reported and unverified", () => {
  for (const [path, text] of [
    ["package-lock.json", "{"],
    ["node_modules/a/package.json", "[]"],
    ["pnpm-lock.yaml", "a: [b"],
  ] as const) {
    const { findings, unverified } = find({ [path]: text });
    assert.equal(findings.length, 1, path);
    assert.deepEqual(unverified, [path]);
  }
});
