// SPDX-License-Identifier: Apache-2.0
// Databases that rpm itself made, of packages that rpmbuild built here: what `rpm -qa` lists is what aibom lists, with either
// backend, and a file that `rpm -V` calls changed is a finding.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inventory } from "../../src/inventory.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingPrograms } from "./tools.ts";

const skip = missingPrograms("rpm", "rpmbuild");

function run(program: string, args: readonly string[], exitCodes: readonly number[] = [0]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assert.ok(exitCodes.includes(status ?? -1), `${program} ${args.join(" ")}\n${stderr}`);
  return stdout;
}

function spec(name: string, more: string): string {
  return `Name: ${name}
Version: 1.2.3
Release: 4
Epoch: 2
Summary: A package called ${name}
License: MIT AND Apache-2.0
BuildArch: noarch
AutoReqProv: no
${more}
%description
For a test.
%install
mkdir -p %{buildroot}/usr/share/${name} %{buildroot}/usr/bin
echo '${name}' > %{buildroot}/usr/share/${name}/data
printf '#!/bin/sh\\n' > %{buildroot}/usr/bin/${name}
chmod 755 %{buildroot}/usr/bin/${name}
%files
/usr/share/${name}/data
/usr/bin/${name}
`;
}

/** Builds two packages, one of which needs the other; answers their files. */
function build(directory: string): readonly string[] {
  for (const [name, more] of [
    ["base-data", ""],
    ["app-tool", "Requires: base-data >= 1\n"],
  ] as const) {
    writeFileSync(join(directory, `${name}.spec`), spec(name, more));
    run("rpmbuild", ["-bb", "--define", `_topdir ${directory}/top`, join(directory, `${name}.spec`)]);
  }
  const built = join(directory, "top/RPMS/noarch");
  return readdirSync(built).map((name) => join(built, name));
}

/** rpm's own placeholders, written so that no reader takes them for a template. */
const fields = ["NAME", "EPOCH", "VERSION", "RELEASE", "ARCH"].map((name) => `%{${name}}`).join("|");

for (const backend of ["sqlite", "ndb"] as const) {
  test(`rpm -qa and rpm -V: ${backend}`, { skip }, async (t) => {
    const directory = temporaryDirectory(t);
    const root = join(directory, "root");
    mkdirSync(join(root, "etc"), { recursive: true });
    writeFileSync(join(root, "etc/os-release"), "ID=fedora\nVERSION_ID=42\n");
    const options = [
      "--root",
      root,
      "--define",
      `_db_backend ${backend}`,
      "--define",
      "_dbpath /var/lib/rpm",
    ];
    run("rpm", [...options, "--initdb"]);
    const made = readdirSync(join(root, "var/lib/rpm"));
    if (!made.includes(backend === "ndb" ? "Packages.db" : "rpmdb.sqlite")) {
      return t.skip(`this rpm was built without ${backend}`);
    }
    run("rpm", [...options, "-i", "--nosignature", ...build(directory)]);
    const listed = run("rpm", [...options, "-qa", "--qf", `${fields}\n`])
      .trim()
      .split("\n")
      .sort();
    const read = async () => {
      const [artifact] = await inventory([root], { rootFileSystems: [root] });
      assert.equal(artifact?.complete, true);
      return artifact;
    };
    const { packages = [], findings } = await read();
    const ours = packages.map(({ name, version, purl }) => {
      const { searchParams } = new URL(purl.replace(/^pkg:/, "pkg://"));
      const [plain = "", release = ""] = version.replace(/^\d+:/, "").split("-");
      return [name, searchParams.get("epoch"), plain, release, searchParams.get("arch")].join("|");
    });
    assert.deepEqual(ours.sort(), listed);
    assert.deepEqual(
      findings.filter(({ code }) => code.startsWith("PACKAGE_FILE")),
      [],
    );
    const [app, base] = packages;
    assert.deepEqual(app?.dependsOn, [base?.purl]);
    assert.equal(app?.integrity?.matching, 2);
    appendFileSync(join(root, "usr/bin/app-tool"), "evil\n");
    assert.match(run("rpm", [...options, "-V", "app-tool"], [1]), /^S?.5.*\/usr\/bin\/app-tool/m);
    const changed = (await read()).findings.filter(({ code }) => code === "PACKAGE_FILE_MODIFIED");
    assert.deepEqual(
      changed.map(({ location }) => location.path),
      ["usr/bin/app-tool"],
    );
  });
}
