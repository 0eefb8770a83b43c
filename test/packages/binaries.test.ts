// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { auditableCrates, elfFile, goBuildInfo } from "../../fixtures/packages/elf.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { find, named, purls } from "./find.ts";

const ollama = elfFile({
  ".go.buildinfo": goBuildInfo("go1.26.1", [
    "path\tgithub.com/ollama/ollama",
    "mod\tgithub.com/ollama/ollama\tv0.13.0\t",
    "dep\tgolang.org/x/sys\tv0.30.0\th1:abc=",
    "dep\tgithub.com/old/name\tv1.0.0",
    "=>\tgithub.com/new/name\tv1.1.0\th1:def=",
    "build\tGOOS=linux",
  ]),
});

test("Go: the main module needs the others; a replaced one is what replaced it", () => {
  const found = find({ "usr/bin/ollama": ollama });
  assert.deepEqual(
    purls(found),
    [
      "pkg:golang/github.com/new/name@v1.1.0",
      "pkg:golang/github.com/ollama/ollama@v0.13.0",
      "pkg:golang/golang.org/x/sys@v0.30.0",
      "pkg:golang/stdlib@1.26.1",
      "pkg:generic/ollama",
    ].sort(),
  );
  const main = found.packages.find(({ type, name }) => type === "golang" && name === "ollama");
  assert.equal(main?.role, "serving-runtime");
  assert.equal(main?.dependsOn.length, 3);
});

test("Rust: crates of an auditable binary refer to each other by position", () => {
  const found = find({
    "usr/bin/text-generation-router": elfFile({
      ".dep-v0": auditableCrates([
        { name: "serde", version: "1.0.1", source: "crates.io" },
        { name: "text-generation-router", version: "3.0.0", source: "local", dependencies: [0], root: true },
      ]),
    }),
  });
  const router = found.packages.find(({ type, name }) => type === "cargo" && name.startsWith("text"));
  assert.deepEqual(router?.dependsOn, ["pkg:cargo/serde@1.0.1"]);
  assert.equal(router?.role, "serving-runtime");
});

test("Java: pom.properties, jars in jars, and manifests where there is no pom", () => {
  const pom = (id: string): string => `#Maven\nversion=1.2\ngroupId=org.example\nartifactId=${id}\n`;
  const inner = buildZip({ "META-INF/maven/org.example/inner/pom.properties": pom("inner") });
  const found = find({
    "app/outer-1.2.jar": buildZip({
      "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nImplementation-Vendor: Exam\r\n ple Inc\r\n\r\n",
      "META-INF/maven/org.example/outer/pom.properties": pom("outer"),
      "BOOT-INF/lib/inner-1.2.jar": inner,
    }),
    "app/plain-2.0.jar": buildZip({
      "META-INF/MANIFEST.MF": "Bundle-SymbolicName: com.acme.plain;singleton:=true\nBundle-License: MIT\n",
    }),
  });
  assert.deepEqual(purls(found), [
    "pkg:maven/com.acme/plain@2.0",
    "pkg:maven/org.example/inner@1.2",
    "pkg:maven/org.example/outer@1.2",
  ]);
  assert.equal(named(found, "outer").supplier, "Example Inc");
  assert.deepEqual(named(found, "plain").licenses, ["MIT"]);
});

const note = (value: object): Buffer => {
  const json = Buffer.from(`${JSON.stringify(value)}\0`);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(4, 0);
  header.writeUInt32LE(json.length, 4);
  header.writeUInt32LE(0xcafe1a7e, 8);
  header.write("FDO\0", 12);
  return Buffer.concat([header, json]);
};

test("libraries say what they are by their note or their vendor's name, unless a package owns them", () => {
  const cudart = "usr/local/cuda/lib64/libcudart.so.12.4.127";
  const found = find({
    [cudart]: elfFile({ ".text": Buffer.alloc(8) }),
    "usr/lib/libcuda.so.550.54.15": elfFile({}),
    "opt/tool": elfFile({ ".note.package": note({ type: "deb", os: "debian", name: "tool", version: "1" }) }),
    "usr/lib/libother.so.1": elfFile({}),
  });
  assert.deepEqual(purls(found), [
    "pkg:deb/debian/tool@1",
    "pkg:generic/nvidia/cuda-cudart@12.4.127",
    "pkg:generic/nvidia/driver@550.54.15",
  ]);
  assert.equal(named(found, "driver").role, "gpu-library");
  const owned = find({
    [cudart]: elfFile({}),
    "var/lib/dpkg/status": "Package: cuda-cudart-12-4\nVersion: 12.4.127-1\nStatus: install ok installed\n",
    "var/lib/dpkg/info/cuda-cudart-12-4.list": `/${cudart}\n`,
  });
  assert.deepEqual(purls(owned), ["pkg:deb/debian/cuda-cudart-12-4@12.4.127-1"]);
});

test("GPU toolkits and servers state their version in small files", () => {
  const found = find({
    "usr/local/cuda-12.4/version.json": JSON.stringify({ cuda: { name: "CUDA SDK", version: "12.4.1" } }),
    "usr/include/cudnn_version.h":
      "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 1\n#define CUDNN_PATCHLEVEL 0\n",
    "opt/rocm-6.3.0/.info/version": "6.3.0-39\n",
    "opt/tritonserver/TRITON_VERSION": "2.52.0\n",
  });
  assert.deepEqual(purls(found), [
    "pkg:generic/amd/rocm@6.3.0",
    "pkg:generic/nvidia/cuda@12.4.1",
    "pkg:generic/nvidia/cudnn@9.1.0",
    "pkg:generic/tritonserver@2.52.0",
  ]);
  assert.equal(named(found, "tritonserver").role, "serving-runtime");
});

test("binaries that are cut and changed anywhere are read or refused", () => {
  const rust = elfFile({ ".dep-v0": auditableCrates([{ name: "a", version: "1" }]) });
  const jar = buildZip({ "META-INF/maven/g/a/pom.properties": "groupId=g\nartifactId=a\nversion=1\n" });
  const random = seededRandom(11);
  for (let round = 0; round < 1000; round += 1) {
    const [path, bytes] = (
      [
        ["bin/a", ollama],
        ["bin/b", rust],
        ["c.jar", jar],
      ] as const
    )[round % 3] ?? ["", jar];
    const { findings } = find({ [path]: mutate(bytes, random) });
    assert.ok(
      findings.every(({ code }) => code !== "READER_FAULT"),
      JSON.stringify(findings[0]?.args),
    );
  }
});
