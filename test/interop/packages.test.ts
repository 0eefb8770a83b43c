// SPDX-License-Identifier: Apache-2.0
// Package lists against ground truth on real things: `pip list`, `dpkg-query`, `npm ls`, `go version -m` and
// syft on the same directory. Every package that they have, ours has, with the same version. docs/packages.md explains
// the differences that are left.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inventory } from "../../src/inventory.ts";
import type { Package } from "../../src/model/package.ts";
import { normalName } from "../../src/packages/python/metadata.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  environmentDirectory,
  missingEnvironment,
  type PythonEnvironment,
  pythonEnvironments,
} from "./python-environments.ts";
import { interopDirectory, missingGoTools, pathOf } from "./tools.ts";

const maxBuffer = 512 * 1024 * 1024;

/** What a program prints; undefined if it is not there. */
function output(program: string, args: readonly string[], exitCodes = [0], cwd?: string): string | undefined {
  const { status, stdout, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer, cwd });
  return error !== undefined || !exitCodes.includes(status ?? -1) ? undefined : stdout;
}

async function packagesOf(folder: string, isRoot = false): Promise<readonly Package[]> {
  const [artifact] = await inventory([folder], isRoot ? { rootFileSystems: [folder] } : {});
  return artifact?.packages ?? [];
}

function assertHasAll(ours: ReadonlySet<string>, theirs: Iterable<string>, atLeast: number): void {
  const all = [...theirs];
  assert.ok(all.length >= atLeast, `the ground truth has ${all.length} packages only`);
  assert.deepEqual(
    all.filter((each) => !ours.has(each)),
    [],
  );
}

function skipped(t: TestContext, what: string): void {
  t.skip(`${what} is not here`);
}

for (const name of Object.keys(pythonEnvironments) as PythonEnvironment[]) {
  test(`pip list: ${name}`, { skip: missingEnvironment(name) }, async () => {
    const folder = environmentDirectory(name);
    const listed = output(join(folder, "bin/python"), ["-m", "pip", "list", "--format", "json"]) ?? "[]";
    const theirs = (JSON.parse(listed) as { name: string; version: string }[]).map(
      (each) => `${normalName(each.name)} ${each.version}`,
    );
    const packages = (await packagesOf(folder)).filter(
      ({ type, state }) => type === "pypi" && state === "installed",
    );
    assertHasAll(new Set(packages.map((each) => `${normalName(each.name)} ${each.version}`)), theirs, 2);
    // A fresh environment: nothing was changed since pip put it there.
    assert.deepEqual(
      packages.filter(({ integrity }) => (integrity?.modified ?? 0) > 0).map(({ name: changed }) => changed),
      [],
    );
  });
}

/** dpkg-query's own placeholders, written so that no reader takes them for a template. */
const dpkgFormat = ["db:Status-Status", "Package", "Version", "Architecture"]
  .map((field) => `\u0024{${field}}`)
  .join(" ")
  .concat("\n");

test("dpkg-query: this system's database", async (t) => {
  const listed = output("dpkg-query", ["-W", "-f", dpkgFormat]);
  if (listed === undefined) {
    return skipped(t, "dpkg-query");
  }
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, "var/lib/dpkg"), { recursive: true });
  mkdirSync(join(folder, "etc"), { recursive: true });
  copyFileSync("/var/lib/dpkg/status", join(folder, "var/lib/dpkg/status"));
  copyFileSync("/etc/os-release", join(folder, "etc/os-release"));
  const theirs = listed
    .split("\n")
    .filter((line) => line.startsWith("installed "))
    .map((line) => line.slice("installed ".length));
  const ours = await packagesOf(folder, true);
  const names = new Set(
    ours.map(({ name, version, purl }) => `${name} ${version} ${/arch=(\w+)/.exec(purl)?.[1]}`),
  );
  assertHasAll(names, theirs, 50);
  assert.equal(names.size, theirs.length);
});

test("npm ls: this project", async (t) => {
  const folder = join(import.meta.dirname, "../..");
  const listed = output("npm", ["ls", "--all", "--json"], [0, 1], folder);
  if (listed === undefined) {
    return skipped(t, "npm");
  }
  interface Tree {
    readonly version?: string;
    readonly dependencies?: Readonly<Record<string, Tree>>;
  }
  const theirs = new Set<string>();
  const collect = ({ dependencies = {} }: Tree): void => {
    for (const [name, item] of Object.entries(dependencies)) {
      // Optional ones of other systems are named without a version.
      if (item.version !== undefined) {
        theirs.add(`${name} ${item.version}`);
      }
      collect(item);
    }
  };
  collect(JSON.parse(listed) as Tree);
  const ours = (await packagesOf(folder)).filter(({ type }) => type === "npm");
  const names = ours.map(
    ({ namespace, name, version }) => `${namespace === undefined ? "" : `${namespace}/`}${name} ${version}`,
  );
  assertHasAll(new Set(names), theirs, 100);
});

test("go version -m: the programs built for these tests, else go itself", async (t) => {
  const go = output("go", ["env", "GOROOT"])?.trim();
  if (go === undefined) {
    return skipped(t, "go");
  }
  const built = ["cosign-v3.1.3/cosign", "fulcio-v1.8.8/fulcio"].map((path) => join(interopDirectory, path));
  const program =
    built.find((path) => existsSync(path)) ??
    join(go, "pkg/tool", `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`, "compile");
  const listed = output("go", ["version", "-m", program]) ?? "";
  const theirs: string[] = [];
  for (const line of listed.split("\n")) {
    const [, kind, name = "", version = ""] = line.split("\t");
    if (kind === "=>") {
      theirs.pop();
    }
    if (kind === "mod" || kind === "dep" || kind === "=>") {
      theirs.push(`${name} ${version}`);
    }
  }
  const ours = (await packagesOf(program)).filter(({ type }) => type === "golang");
  const names = ours.map(
    ({ namespace, name, version }) => `${namespace === undefined ? "" : `${namespace}/`}${name} ${version}`,
  );
  assertHasAll(new Set(names), theirs, 1);
});

/** Types that syft gives and we do: others (binaries it guesses by strings, GitHub actions) are no package records. */
const compared: ReadonlySet<string> = new Set([
  "python",
  "deb",
  "apk",
  "rpm",
  "npm",
  "go-module",
  "rust-crate",
]);

interface SyftPackage {
  readonly name: string;
  readonly version: string;
  readonly type: string;
}

/** What syft finds in a source, as `name version`. */
function syftPackages(source: string): string[] {
  const listed = output(pathOf("syft"), [source, "-q", "-o", "json"]) ?? "{}";
  const { artifacts = [] } = JSON.parse(listed) as { artifacts?: SyftPackage[] };
  return artifacts
    .filter(({ type, version }) => compared.has(type) && version !== "")
    .map(({ type, name, version }) => `${type === "python" ? normalName(name) : name} ${version}`);
}

/** Ours, as syft names them. */
function asSyftNames(packages: readonly Package[]): Set<string> {
  return new Set(
    packages.map(({ type, namespace, name, version }) => {
      const full = namespace === undefined || type === "deb" ? name : `${namespace}/${name}`;
      return `${type === "pypi" ? normalName(name) : full} ${version}`;
    }),
  );
}

const missingSyft = missingGoTools("syft");
const debianRoot = process.env["AIBOM_INTEROP_DEBIAN_ROOT"] ?? join(interopDirectory, "debian-root");

for (const [what, folder, isRoot] of [
  ["a Python environment", environmentDirectory("mlflow"), false],
  ["a debootstrap root", debianRoot, true],
] as const) {
  test(`syft: ${what}`, {
    skip: missingSyft || (!existsSync(folder) && `${folder} is not here`),
  }, async () => {
    assertHasAll(asSyftNames(await packagesOf(folder, isRoot)), syftPackages(`dir:${folder}`), 50);
  });
}

test("syft: an image with Debian's and Python's packages", {
  skip: missingSyft || missingGoTools("crane") || missingEnvironment("hub"),
}, async (t) => {
  const directory = temporaryDirectory(t);
  const [records, python, image] = ["1.tar", "2.tgz", "image.tar"].map((name) => join(directory, name));
  const run = (program: string, ...args: string[]) =>
    assert.notEqual(output(program, args, [0], directory), undefined, program);
  run("tar", "-C", "/", "-cf", `${records}`, "etc/os-release", "usr/lib/os-release", "var/lib/dpkg/status");
  run("tar", "-C", environmentDirectory("hub"), "-czf", `${python}`, "lib");
  run(
    pathOf("crane"),
    "append",
    "--oci-empty-base",
    "-f",
    `${records},${python}`,
    "-t",
    "acme/x:1",
    "-o",
    `${image}`,
  );
  const [artifact] = await inventory([`${image}`]);
  const ours = (artifact?.images ?? []).flatMap(({ packages = [] }) => packages);
  assertHasAll(asSyftNames(ours), syftPackages(`docker-archive:${image}`), 50);
});
