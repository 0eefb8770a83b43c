// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, type RootContents } from "../../fixtures/packages/root.ts";
import {
  bashHeader,
  bdbDatabase,
  ndbDatabase,
  rpmHeader,
  sqliteDatabase,
} from "../../fixtures/packages/rpm.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { find, named, purls } from "./find.ts";

const release = 'ID=debian\nVERSION_ID="12"\n';
const status = `Package: libc6
Status: install ok installed
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Architecture: amd64
Source: glibc (2.36-9)
Version: 2.36-9+deb12u10
Provides: libc6-virtual (= 2)
Conffiles:
 /etc/ld.so.conf.d/x.conf 0123456789abcdef0123456789abcdef
Description: GNU C Library
 Shared libraries

Package: bash
Status: install ok installed
Architecture: amd64
Multi-Arch: foreign
Version: 5.2.15-2
Depends: libc6 (>= 2.34), missing | dash:any
Description: GNU Bourne Again SHell

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;

function debian(): RootContents {
  return {
    "etc/os-release": { link: "../usr/lib/os-release" },
    "usr/lib/os-release": release,
    "var/lib/dpkg/status": status,
    "var/lib/dpkg/info/libc6:amd64.md5sums": `${digest("md5", "libc")}  lib/x86_64-linux-gnu/libc.so.6\n`,
    "var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib\n/lib/x86_64-linux-gnu/libc.so.6\n",
    "var/lib/dpkg/info/bash.md5sums": `${digest("md5", "bash")}  usr/bin/bash\n`,
    "usr/share/doc/bash/copyright": "Format: https://x/\n\nFiles: *\nLicense: GPL-3+\n",
    lib: { link: "usr/lib" },
    "usr/lib/x86_64-linux-gnu/libc.so.6": "libc",
    "usr/bin/bash": "bash",
  };
}

test("dpkg: installed packages with distribution, source, licence, files and edges", () => {
  const found = find(debian());
  assert.deepEqual(found.findings, []);
  assert.deepEqual(purls(found), [
    "pkg:deb/debian/bash@5.2.15-2?arch=amd64&distro=debian-12",
    "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc%402.36-9",
  ]);
  const bash = named(found, "bash");
  assert.deepEqual(bash.licenses, ["GPL-3+"]);
  assert.deepEqual(bash.dependsOn, [purls(found)[1]]);
  assert.deepEqual(named(found, "libc6").owned[0]?.digest, { algorithm: "md5", hex: digest("md5", "libc") });
});

test("a program or library that no package owns is listed, through merged directories too", () => {
  const { findings } = find({
    ...debian(),
    "usr/local/bin/miner": "x",
    "usr/lib/x86_64-linux-gnu/libevil.so.1": "x",
    "usr/share/data": "x",
  });
  assert.deepEqual(
    findings.map(({ code, location }) => [code, location.path]),
    [
      ["PACKAGE_UNOWNED", "usr/local/bin/miner"],
      ["PACKAGE_UNOWNED", "usr/lib/x86_64-linux-gnu/libevil.so.1"],
    ],
  );
});

test("distroless: one file for each package in status.d", () => {
  const found = find({
    "etc/os-release": release,
    "var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\nArchitecture: all\n",
    "var/lib/dpkg/status.d/base.md5sums": `${digest("md5", "x")}  etc/host.conf\n`,
    "etc/host.conf": "x",
  });
  assert.deepEqual(purls(found), ["pkg:deb/debian/base-files@12?arch=all&distro=debian-12"]);
  assert.equal(named(found, "base-files").owned.length, 1);
});

test("dpkg: paragraphs and lines that cannot be understood are reported", () => {
  for (const contents of [
    { "var/lib/dpkg/status": "Version: 1\nStatus: install ok installed\n" },
    { "var/lib/dpkg/status": "Package: a\nStatus: install ok installed\n" },
    { ...debian(), "var/lib/dpkg/info/bash.md5sums": "no sum\n" },
  ]) {
    assert.equal(find(contents).findings[0]?.code, "PACKAGE_RECORD_INVALID");
  }
});

test("apk: packages, files with SHA-1, provides and needs", () => {
  const sha1 = digest("sha1", "musl", "base64");
  const found = find({
    "etc/os-release": "ID=alpine\nVERSION_ID=3.20.1\n",
    "lib/apk/db/installed": `P:musl
V:1.2.5-r0
A:x86_64
L:MIT
m:Timo
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
Z:Q1${sha1}
F:etc
R:musl.conf

P:busybox
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only
D:so:libc.musl-x86_64.so.1

P:broken

`,
  });
  const [busybox, musl] = purls(found);
  assert.equal(musl, "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1");
  assert.deepEqual(named(found, "busybox").dependsOn, [musl]);
  assert.ok(busybox?.startsWith("pkg:apk/alpine/busybox@"));
  assert.deepEqual(named(found, "musl").owned[0], {
    path: "lib/ld-musl-x86_64.so.1",
    digest: { algorithm: "sha1", hex: digest("sha1", "musl") },
  });
  assert.equal(found.findings[0]?.code, "PACKAGE_RECORD_INVALID");
});

const glibc = rpmHeader({
  1000: "glibc",
  1001: "2.40",
  1002: "3.fc41",
  1003: [1],
  1022: "x86_64",
  1047: ["glibc"],
});
const key = rpmHeader({ 1000: "gpg-pubkey", 1001: "e99d6ad1" });
const headers = [bashHeader(digest("sha256", "bash")), glibc, key];
const databases: Readonly<Record<string, Uint8Array>> = {
  "var/lib/rpm/rpmdb.sqlite": sqliteDatabase(headers),
  "usr/lib/sysimage/rpm/Packages.db": ndbDatabase(headers),
  "var/lib/rpm/Packages": bdbDatabase(headers),
};

for (const [path, bytes] of Object.entries(databases)) {
  test(`rpm: ${path}`, () => {
    const found = find({ "etc/os-release": "ID=fedora\nVERSION_ID=41\n", [path]: bytes });
    assert.deepEqual(found.findings, []);
    assert.deepEqual(purls(found), [
      "pkg:rpm/fedora/bash@5.2.26-6.fc41?arch=x86_64&distro=fedora-41&upstream=bash-5.2.26-6.fc41.src.rpm",
      "pkg:rpm/fedora/glibc@2.40-3.fc41?arch=x86_64&distro=fedora-41&epoch=1",
    ]);
    const bash = named(found, "bash");
    assert.deepEqual(bash.owned, [
      { path: "usr/bin/bash", digest: { algorithm: "sha256", hex: digest("sha256", "bash") }, size: 4 },
    ]);
    assert.deepEqual(bash.dependsOn, [purls(found)[1]]);
    assert.equal(bash.supplier, "Fedora Project");
  });

  test(`rpm: ${path}, cut and changed anywhere, is read or refused`, () => {
    const random = seededRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const some = mutate(bytes, random);
      const { findings } = find({ [path]: some });
      assert.ok(
        findings.every(({ code }) => code !== "READER_FAULT"),
        JSON.stringify(findings[0]?.args),
      );
    }
  });
}

test("rpm: a journal beside the database is reported", () => {
  const path = "var/lib/rpm/rpmdb.sqlite";
  const { findings } = find({ [path]: databases[path] ?? "", [`${path}-wal`]: "changes" });
  assert.equal(findings[0]?.code, "PACKAGE_DATABASE_JOURNAL");
});
