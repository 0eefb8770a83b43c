// SPDX-License-Identifier: Apache-2.0
// Digests that package managers recorded are recomputed over the layers, with whatever function they state: weak ones count
// as weak, and an exchanged file is found in whichever layer it lies.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildLayer, OciLayout, tarOf } from "../../fixtures/oci.ts";
import { digest } from "../../fixtures/packages/root.ts";
import type { TarMemberSpec } from "../../fixtures/tar.ts";
import { inventory } from "../../src/inventory.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Package } from "../../src/model/package.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const library = randomBytes(700_000);
const status = `Package: libx
Status: install ok installed
Architecture: amd64
Version: 1.0
`;

/** A Debian package with two files, one of them under a name that leads through a link. */
function debian(libraryBytes: Uint8Array = library): TarMemberSpec[] {
  return [
    { name: "var/lib/dpkg/status", data: status },
    {
      name: "var/lib/dpkg/info/libx.md5sums",
      data: `${digest("md5", library)}  lib/libx.so.1\n${digest("md5", "#!/bin/sh\n")}  usr/bin/x\n`,
    },
    { name: "lib", type: "2", target: "usr/lib" },
    { name: "usr/lib/libx.so.1", data: libraryBytes },
    { name: "usr/bin/x", data: "#!/bin/sh\n" },
  ];
}

/** The packages of the first image, and what was found about packages. */
async function read(
  t: TestContext,
  layers: readonly TarMemberSpec[][],
  compression: "none" | "gzip" | "zstd" = "gzip",
): Promise<{ readonly packages: readonly Package[]; readonly findings: readonly Finding[] }> {
  const layout = new OciLayout();
  const image = layout.image(layers.map((each) => buildLayer(each, compression)));
  const path = join(temporaryDirectory(t), "image.tar");
  writeFileSync(path, tarOf(layout.list(image, "app:1").all()));
  const [artifact] = await inventory([path]);
  assert.equal(artifact?.complete, true, JSON.stringify(artifact?.findings));
  const findings = artifact.findings.filter(({ code }) => code.startsWith("PACKAGE_"));
  return { packages: artifact.images?.[0]?.packages ?? [], findings };
}

test("dpkg's MD5 sums are recomputed in layers of each compression, and count as weak", async (t) => {
  for (const compression of ["none", "gzip", "zstd"] as const) {
    const { packages, findings } = await read(t, [debian()], compression);
    assert.deepEqual(findings, []);
    assert.deepEqual(packages[0]?.integrity, { matching: 0, weak: 2, modified: 0, missing: 0, unstated: 0 });
  }
});

test("a library that another layer exchanged is modified, and so is one that was built in", async (t) => {
  const other = Buffer.from(library).fill(0, 0, 1);
  const upper = [{ name: "usr/lib/libx.so.1", data: other }];
  for (const layers of [[debian(), upper], [debian(other)]]) {
    const { packages, findings } = await read(t, layers);
    assert.deepEqual(
      findings.map(({ code, severity }) => [code, severity]),
      [["PACKAGE_FILE_MODIFIED", "high"]],
    );
    assert.match(findings[0]?.location.member ?? "", /^sha256:[0-9a-f]{64}!usr\/lib\/libx\.so\.1$/);
    assert.equal(packages[0]?.integrity?.modified, 1);
    assert.equal(packages[0]?.integrity?.weak, 1);
  }
  // The other way round: the record was right below, and the upper layer restores the file.
  const { findings } = await read(t, [debian(other), [{ name: "usr/lib/libx.so.1", data: library }]]);
  assert.deepEqual(findings, []);
});

test("a hard link has the digest of the file that it names", async (t) => {
  const members = debian().map((each) =>
    each.name === "usr/bin/x" ? { name: "usr/bin/x", type: "1", target: "usr/bin/real" } : each,
  );
  const real = { name: "usr/bin/real", data: "#!/bin/sh\n" };
  const { packages, findings } = await read(t, [[real, ...members]]);
  assert.deepEqual(findings, []);
  assert.equal(packages[0]?.integrity?.weak, 2);
});

test("apk states SHA-1, RECORD may state SHA-512", async (t) => {
  const sha1 = Buffer.from(digest("sha1", "busy"), "hex").toString("base64");
  const sha512 = Buffer.from(digest("sha512", "pass"), "hex").toString("base64url");
  const { packages, findings } = await read(t, [
    [
      { name: "etc/os-release", data: "ID=alpine\nVERSION_ID=3.20\n" },
      { name: "lib/apk/db/installed", data: `P:busybox\nV:1\nA:x86_64\nF:bin\nR:busybox\nZ:Q1${sha1}\n\n` },
      { name: "bin/busybox", data: "busy" },
      { name: "usr/lib/python3/site-packages/m-1.dist-info/METADATA", data: "Name: m\nVersion: 1\n" },
      { name: "usr/lib/python3/site-packages/m-1.dist-info/RECORD", data: `m.py,sha512=${sha512},4\n` },
      { name: "usr/lib/python3/site-packages/m.py", data: "pass" },
    ],
  ]);
  assert.deepEqual(findings, []);
  const counts = new Map(packages.map(({ name, integrity }) => [name, integrity]));
  assert.equal(counts.get("busybox")?.weak, 1);
  assert.equal(counts.get("m")?.matching, 1);
});
