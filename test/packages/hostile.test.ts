// SPDX-License-Identifier: Apache-2.0
// Records of packages, changed at random and cut at every byte: they are read or told as unreadable. A catalog that breaks
// is a fault of ours, and none of 10,000 changes may show one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { auditableCrates, elfFile, goBuildInfo } from "../../fixtures/packages/elf.ts";
import { site, virtualEnvironment } from "../../fixtures/packages/python.ts";
import { bashHeader, bdbDatabase, ndbDatabase, sqliteDatabase } from "../../fixtures/packages/rpm.ts";
import { buildZip } from "../../fixtures/zip.ts";
import type { PackageReading } from "../../src/packages/read-packages.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { find } from "./find.ts";

const rpms = [bashHeader("ab".repeat(32))];
const text = (value: string): Uint8Array => Buffer.from(value);
const torch = `${site}/torch-2.9.0.dist-info`;
const python = (name: string): Uint8Array => text(String(virtualEnvironment()[`${torch}/${name}`]));
const integrity = `sha512-${Buffer.alloc(64).toString("base64")}`;
const npmLock = { lockfileVersion: 3, packages: { "node_modules/a": { version: "1.0.0", integrity } } };

/** Path and content of each, and how many changes: SQLite opens a database for each. */
const samples: readonly [path: string, content: Uint8Array, runs?: number][] = [
  ["var/lib/rpm/rpmdb.sqlite", sqliteDatabase(rpms), 2000],
  ["usr/lib/sysimage/rpm/Packages.db", ndbDatabase(rpms)],
  ["var/lib/rpm/Packages", bdbDatabase(rpms)],
  [
    "usr/bin/go",
    elfFile({
      ".go.buildinfo": goBuildInfo("go1.25.1", [
        "path\tx/y",
        "mod\tx/y\tv1.0.0\t",
        "dep\tz/w\tv1.2.3\th1:a=",
      ]),
    }),
  ],
  [
    "usr/bin/rust",
    elfFile({
      ".dep-v0": auditableCrates([{ name: "a", version: "1.0.0", source: "crates.io", root: true }]),
    }),
  ],
  ["app.jar", buildZip({ "META-INF/maven/g/a/pom.properties": "groupId=g\nartifactId=a\nversion=1\n" })],
  [
    "uv.lock",
    text(
      `version = 1\n[[package]]\nname = "a"\nversion = "1"\nwheels = [{ url = "https://h/a-1.whl", hash = "sha256:${"ab".repeat(32)}" }]\n`,
    ),
  ],
  [
    "Cargo.lock",
    text(
      '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://h/index"\nchecksum = "00"\ndependencies = ["b"]\n',
    ),
  ],
  [
    "var/lib/dpkg/status",
    text(
      "Package: a\nStatus: install ok installed\nVersion: 1:2-3\nDepends: b (>= 1) | c\nConffiles:\n /etc/a 00\n\n",
    ),
  ],
  [
    "lib/apk/db/installed",
    text(
      "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1-r0\nA:x86_64\nD:so:b.so.1\nF:usr/bin\nR:a\nZ:Q1AAAA\n\n",
    ),
  ],
  [`${torch}/METADATA`, python("METADATA")],
  [`${torch}/RECORD`, python("RECORD")],
  ["package-lock.json", text(JSON.stringify(npmLock))],
  [
    "yarn.lock",
    text(
      `# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n  resolved "https://h/a-1.0.0.tgz#00"\n  integrity ${integrity}\n`,
    ),
  ],
];

function found(path: string, content: Uint8Array): PackageReading {
  const base = path.includes("dist-info") ? virtualEnvironment() : {};
  return find({ ...base, [path]: content });
}

function assertNoFault(path: string, content: Uint8Array): void {
  const { findings } = found(path, content);
  const fault = findings.find(({ code }) => code === "READER_FAULT");
  assert.equal(fault, undefined, JSON.stringify(fault));
}

for (const [path, content, runs = 10_000] of samples) {
  test(`${path}: ${runs} changes`, () => {
    const random = seededRandom(content.length);
    for (let run = 0; run < runs; run += 1) {
      assertNoFault(path, mutate(content, random));
    }
  });

  test(`${path}: unchanged, it records a package`, () => {
    assert.notEqual(found(path, content).packages.length, 0);
  });

  test(`${path}: cut at every byte of its start`, () => {
    const step = path.endsWith("sqlite") ? 16 : 1;
    for (let length = 0; length < Math.min(content.length, 1024); length += step) {
      assertNoFault(path, content.subarray(0, length));
    }
  });
}
