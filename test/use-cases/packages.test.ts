// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { site, virtualEnvironment } from "../../fixtures/packages/python.ts";
import { digest, type RootContents, writeRoot } from "../../fixtures/packages/root.ts";
import { bashHeader, sqliteDatabase } from "../../fixtures/packages/rpm.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { buildBom } from "../../src/bom/build.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

async function read(folder: string, isRoot = false): Promise<Artifact> {
  const [artifact] = await inventory([folder], isRoot ? { rootFileSystems: [folder] } : {});
  assert.ok(artifact);
  return artifact;
}

function written(t: TestContext, contents: RootContents): string {
  const folder = temporaryDirectory(t);
  writeRoot(folder, contents);
  return folder;
}

const codesOf = ({ findings }: Artifact): readonly string[] =>
  findings.map(({ severity, code, location }) => `${severity} ${code} ${location.path}`).sort();

test("a virtual environment: every file is what its RECORD says", async (t) => {
  const folder = written(t, virtualEnvironment());
  symlinkSync("lib", join(folder, "lib64"));
  const artifact = await read(folder);
  assert.equal(artifact.kind, "environment");
  assert.equal(artifact.complete, true);
  assert.deepEqual(codesOf(artifact), []);
  const [torch] = artifact.packages ?? [];
  assert.deepEqual(torch?.integrity, { matching: 2, weak: 0, modified: 0, missing: 0, unstated: 2 });
});

test("an edited torch/__init__.py is seen, a missing module and an unlisted one too", async (t) => {
  const folder = written(t, virtualEnvironment());
  writeFileSync(join(folder, site, "torch/__init__.py"), "import typing_extensionz\n");
  writeFileSync(join(folder, site, "torch/evil.py"), "evil()\n");
  rmSync(join(folder, site, "typing_extensions.py"));
  const artifact = await read(folder);
  assert.deepEqual(codesOf(artifact), [
    `high PACKAGE_FILE_MODIFIED ${site}/torch/__init__.py`,
    `low PACKAGE_FILES_MISSING ${site}/typing_extensions.py`,
    `medium PACKAGE_FILE_UNLISTED ${site}/torch/evil.py`,
  ]);
  const [torch] = artifact.packages ?? [];
  assert.equal(torch?.integrity?.modified, 1);
});

test("a file of another size is not hashed again to see that it differs", async (t) => {
  const folder = written(t, virtualEnvironment());
  writeFileSync(join(folder, site, "torch/nn.py"), "x = 12345\n");
  const { findings } = await read(folder);
  assert.deepEqual(findings[0]?.args, { package: "torch 2.9.0", algorithm: "size", actual: 10, expected: 6 });
});

const debian = (libc: string): RootContents => ({
  "etc/os-release": "ID=debian\nVERSION_ID=12\n",
  "var/lib/dpkg/status":
    "Package: libc6\nStatus: install ok installed\nVersion: 2.36\nArchitecture: amd64\nConffiles:\n /etc/x.conf 0123\n",
  "var/lib/dpkg/info/libc6.md5sums": `${digest("md5", "libc")}  lib/libc.so.6\n${digest("md5", "x")}  etc/x.conf\n`,
  "usr/lib/libc.so.6": libc,
  "etc/x.conf": "edited",
  lib: { link: "usr/lib" },
  "etc/mtab": { link: "/proc/self/mounts" },
});

test("a root file system: links mean its own root, MD5 is compared and counted as weak", async (t) => {
  const artifact = await read(written(t, debian("libc")), true);
  assert.equal(artifact.kind, "environment");
  assert.equal(artifact.complete, true);
  assert.deepEqual(codesOf(artifact), []);
  assert.deepEqual(artifact.packages?.[0]?.integrity, {
    matching: 0,
    weak: 1,
    modified: 0,
    missing: 0,
    unstated: 1,
  });
});

test("a changed library of a root file system is seen", async (t) => {
  const artifact = await read(written(t, debian("evil")), true);
  assert.deepEqual(codesOf(artifact), ["high PACKAGE_FILE_MODIFIED usr/lib/libc.so.6"]);
});

test("rpm's database is read without a trace beside it", async (t) => {
  const folder = written(t, {
    "var/lib/rpm/rpmdb.sqlite": sqliteDatabase([bashHeader(digest("sha256", "bash"))]),
    "usr/bin/bash": "bash",
  });
  const artifact = await read(folder, true);
  assert.equal(artifact.packages?.[0]?.integrity?.matching, 1);
  assert.deepEqual(readdirSync(join(folder, "var/lib/rpm")), ["rpmdb.sqlite"]);
});

test("an archive beside the lock file that pins it has to be the pinned one", async (t) => {
  const lock = (hex: string): RootContents => ({
    "uv.lock": `[[package]]\nname = "a"\nversion = "1"\nwheels = [{ url = "https://h/a-1.whl", hash = "sha256:${hex}" }]\n`,
    "vendor/a-1.whl": "wheel",
  });
  const right = await read(written(t, lock(digest("sha256", "wheel"))));
  assert.equal(right.kind, "environment");
  assert.deepEqual(codesOf(right), []);
  const wrong = await read(written(t, lock("ab".repeat(32))));
  assert.deepEqual(codesOf(wrong), ["high PACKAGE_ARCHIVE_DIFFERS vendor/a-1.whl"]);
});

test("a model with requirements stays a model, and has packages besides", async (t) => {
  const contents = {
    "config.json": '{"model_type":"bert","architectures":["BertModel"]}',
    "model.safetensors": buildSafetensors({ tensors: { w: { dtype: "F32", shape: [2] } } }),
    "requirements.txt": "torch==2.9.0\n",
  };
  const artifact = await read(written(t, contents));
  assert.equal(artifact.kind, "model");
  assert.deepEqual(
    artifact.packages?.map(({ purl }) => purl),
    ["pkg:pypi/torch@2.9.0"],
  );
});

test("weights among packages make a model; a library's small test data does not", async (t) => {
  const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [2] } } });
  const inLibrary = await read(
    written(t, { ...virtualEnvironment(), [`${site}/torch/tests/tiny.safetensors`]: weights }),
  );
  assert.equal(inLibrary.kind, "environment");
  const beside = await read(written(t, { ...virtualEnvironment(), "models/m.safetensors": weights }));
  assert.equal(beside.kind, "model");
  // A record that calls the weights of a model directory a package's hides nothing.
  const disguised = await read(
    written(t, {
      "model.safetensors": weights,
      "x-1.dist-info/METADATA": "Name: x\nVersion: 1\n",
      "x-1.dist-info/RECORD": "model.safetensors,,\n",
    }),
  );
  assert.equal(disguised.kind, "model");
});

for (const specVersion of ["1.6", "1.7"] as const) {
  test(`the BOM lists packages with edges (CycloneDX ${specVersion})`, async (t) => {
    const artifact = await read(written(t, virtualEnvironment()));
    const bytes = await buildBom([artifact], { specVersion, toolVersion: "0" });
    const bom = JSON.parse(Buffer.from(bytes).toString()) as {
      metadata: { component: { type: string; "bom-ref": string } };
      components: { name: string; purl: string; "bom-ref": string; licenses: unknown; evidence: unknown }[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    assert.equal(bom.metadata.component.type, "platform");
    const [torch, extensions] = bom.components;
    assert.equal(torch?.purl, "pkg:pypi/torch@2.9.0");
    assert.deepEqual(torch?.licenses, [{ license: { id: "BSD-3-Clause", acknowledgement: "declared" } }]);
    assert.deepEqual(torch?.evidence, {
      occurrences: [{ location: `${site}/torch-2.9.0.dist-info/METADATA` }],
    });
    const edges = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    assert.deepEqual(edges.get(torch?.["bom-ref"] ?? ""), [extensions?.["bom-ref"]]);
    assert.equal(edges.get(bom.metadata.component["bom-ref"])?.length, 2);
  });
}
