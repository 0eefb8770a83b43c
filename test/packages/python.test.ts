// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { distribution, site, virtualEnvironment } from "../../fixtures/packages/python.ts";
import { find, named, purls } from "./find.ts";

test("distributions are read with licence, supplier, files and what they need", () => {
  const found = find(virtualEnvironment());
  assert.deepEqual(found.findings, []);
  assert.deepEqual(found.unverified, []);
  assert.deepEqual(purls(found), ["pkg:pypi/torch@2.9.0", "pkg:pypi/typing-extensions@4.15.0"]);
  const torch = named(found, "torch");
  assert.deepEqual(torch.licenses, ["BSD-3-Clause"]);
  assert.equal(torch.supplier, "PyTorch Team");
  assert.equal(torch.role, "ml-framework");
  assert.deepEqual(torch.dependsOn, ["pkg:pypi/typing-extensions@4.15.0"]);
  assert.equal(torch.owned.length, 4);
  assert.equal(torch.foundAt[0]?.path, `${site}/torch-2.9.0.dist-info/METADATA`);
  assert.deepEqual(named(found, "typing_extensions").licenses, ["Python Software Foundation License"]);
});

test("a module that no RECORD lists is found; compiled files and virtualenv's own are not", () => {
  const found = find({
    ...virtualEnvironment(),
    [`${site}/torch/extra.py`]: "evil()",
    [`${site}/torch/__pycache__/nn.cpython-312.pyc`]: "compiled",
    [`${site}/_virtualenv.py`]: "pass",
    [`${site}/torch/notes.txt`]: "notes",
  });
  assert.deepEqual(
    found.findings.map(({ code, location }) => [code, location.path]),
    [["PACKAGE_FILE_UNLISTED", `${site}/torch/extra.py`]],
  );
});

test("where one distribution has no RECORD nobody can tell what is unlisted", () => {
  const { [`${site}/torch-2.9.0.dist-info/RECORD`]: _, ...contents } = virtualEnvironment();
  assert.deepEqual(find(contents).findings, []);
});

test("start-up code: listed is low, unlisted medium, hidden high; paths alone are none", () => {
  const severities = (line: string, isListed: boolean): readonly string[] =>
    find({
      ...distribution(site, {
        name: "tool",
        version: "1",
        files: { "tool.py": "", ...(isListed ? { "tool.pth": line } : {}) },
      }),
      [`${site}/tool.pth`]: line,
    })
      .findings.filter(({ code }) => code === "PACKAGE_STARTUP_CODE")
      .map(({ severity }) => severity);
  assert.deepEqual(severities("import tool\n", true), ["low"]);
  assert.deepEqual(severities("import tool\n", false), ["medium"]);
  assert.deepEqual(severities("import base64; exec(base64.b64decode('cGFzcw=='))\n", true), ["high"]);
  assert.deepEqual(severities("/usr/lib/other\n# import nothing\n", false), []);
});

test("a checkpoint called .pth is no start-up code where no distribution lies beside it", () => {
  assert.deepEqual(find({ "model.pth": "import os\n" }).findings, []);
});

test("RECORD: quoted paths, scripts outside of site-packages, malformed lines", () => {
  const spec = { name: "a", version: "1", files: { "a,b.py": "x" } };
  const quoted = find(
    Object.fromEntries(
      Object.entries(distribution(site, spec)).map(([path, text]) => [
        path,
        path.endsWith("RECORD") ? String(text).replace("a,b.py", '"a,b.py"') : text,
      ]),
    ),
  );
  assert.equal(named(quoted, "a").owned[0]?.path, `${site}/a,b.py`);
  const scripts = find(distribution(site, { ...spec, recordLines: ["../../../bin/a,,"] }));
  assert.ok(named(scripts, "a").owned.some(({ path }) => path === "bin/a"));
  for (const line of [
    "only-a-path",
    "../../../../../etc/passwd,,",
    "/etc/passwd,,",
    "x,md9=AAAA,1",
    "x,,many",
  ]) {
    const { findings, unverified } = find(distribution(site, { ...spec, recordLines: [line] }));
    assert.equal(findings[0]?.code, "PACKAGE_RECORD_INVALID", line);
    assert.deepEqual(unverified, [`${site}/a-1.dist-info/RECORD`]);
  }
});

test("direct_url.json: repositories, archives, editable installs; passwords do not leak", () => {
  const origin = (value: object) =>
    find({
      ...distribution(site, { name: "a", version: "1", files: {} }),
      [`${site}/a-1.dist-info/direct_url.json`]: JSON.stringify(value),
    });
  const git = origin({ url: "https://github.com/o/r", vcs_info: { vcs: "git", commit_id: "c0ffee" } });
  assert.deepEqual(purls(git), ["pkg:pypi/a@1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fr%40c0ffee"]);
  const editable = origin({ url: "file:///src/a", dir_info: { editable: true } });
  assert.equal(editable.findings[0]?.code, "PACKAGE_EDITABLE");
  const hex = "ab".repeat(32);
  const archive = origin({ url: "https://u:secret@host/a-1.whl", archive_info: { hashes: { sha256: hex } } });
  assert.deepEqual(named(archive, "a").hashes, [{ algorithm: "sha256", hex, fileName: "a-1.whl" }]);
  assert.ok(!purls(archive)[0]?.includes("secret"));
});

test("egg-info has no digests, and its files are listed relative to itself", () => {
  const found = find({
    [`${site}/old-1.0.egg-info/PKG-INFO`]: "Name: old\nVersion: 1.0\n",
    [`${site}/old-1.0.egg-info/installed-files.txt`]: "../old.py\nPKG-INFO\n",
    [`${site}/single-2.0.egg-info`]: "Name: single\nVersion: 2.0\nLicense: UNKNOWN\n",
  });
  assert.deepEqual(purls(found), ["pkg:pypi/old@1.0", "pkg:pypi/single@2.0"]);
  assert.deepEqual(named(found, "old").owned[0], { path: `${site}/old.py` });
  assert.deepEqual(named(found, "single").licenses, []);
});

test("metadata without a name or version is no package, and the file is unverified", () => {
  const path = `${site}/a-1.dist-info/METADATA`;
  const { findings, unverified, packages } = find({ [path]: "Name: a\n" });
  assert.equal(findings[0]?.code, "PACKAGE_RECORD_INVALID");
  assert.deepEqual(unverified, [path]);
  assert.deepEqual(packages, []);
});

test("BOMs that wheels carry name what was linked in", () => {
  const found = find({
    [`${site}/a-1.dist-info/sboms/auditwheel.cdx.json`]: JSON.stringify({
      components: [
        { name: "zlib", purl: "pkg:rpm/almalinux/zlib@1.2.11-40.el9", licenses: [{ expression: "Zlib" }] },
        { name: "nameless" },
      ],
    }),
    [`${site}/a-1.dist-info/sboms/b.spdx.json`]: JSON.stringify({
      packages: [
        {
          licenseDeclared: "MIT",
          externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:cargo/serde@1.0.1" }],
        },
      ],
    }),
  });
  assert.deepEqual(purls(found), ["pkg:cargo/serde@1.0.1", "pkg:rpm/almalinux/zlib@1.2.11-40.el9"]);
  assert.deepEqual(named(found, "zlib").licenses, ["Zlib"]);
});
