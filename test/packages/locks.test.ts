// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { find, named, purls } from "./find.ts";

const hex = "ab".repeat(32);

test("uv.lock: all archives, edges, and not the project itself", () => {
  const found = find({
    "uv.lock": `version = 1
revision = 3

[[package]]
name = "me"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "torch" }]

[[package]]
name = "torch"
version = "2.9.0+cpu"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "typing-extensions", marker = "python_version < '3.13'" },
]
sdist = { url = "https://files/torch-2.9.0.tar.gz", hash = "sha256:${hex}", size = 1 }
wheels = [
    { url = "https://files/torch-2.9.0%2Bcpu-cp312.whl", hash = "sha256:${"cd".repeat(32)}", size = 2 },
]

[[package]]
name = "typing-extensions"
version = "4.15.0"
source = { git = "https://github.com/python/typing_extensions?rev=4#c0ffee" }
`,
  });
  assert.deepEqual(purls(found), [
    "pkg:pypi/torch@2.9.0%2Bcpu",
    "pkg:pypi/typing-extensions@4.15.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fpython%2Ftyping_extensions%40c0ffee",
  ]);
  const torch = named(found, "torch");
  assert.equal(torch.state, "locked");
  assert.equal(torch.dependsOn.length, 1);
  assert.deepEqual(
    torch.hashes.map(({ fileName }) => fileName),
    ["torch-2.9.0.tar.gz", "torch-2.9.0+cpu-cp312.whl"],
  );
});

test("poetry.lock, pylock.toml, Pipfile.lock, Cargo.lock", () => {
  const found = find({
    "poetry.lock": `[[package]]
name = "A_b"
version = "1.0"
description = "An a"
files = [
    {file = "a_b-1.0.whl", hash = "sha256:${hex}"},
]

[package.dependencies]
c = ">=1"

[[package]]
name = "c"
version = "2.0"

[metadata]
lock-version = "2.1"
`,
    "pylock.toml": `lock-version = '1.0'
[[packages]]
name = 'd'
version = '3.0'
[[packages.wheels]]
name = 'd-3.0.whl'
hashes = {sha256 = '${hex}'}
[[packages]]
name = 'e'
vcs = {type = 'git', url = 'https://h/e', commit-id = 'c0ffee'}
`,
    "Pipfile.lock": JSON.stringify({
      default: { f: { version: "==4.0", hashes: [`sha256:${hex}`] } },
      develop: {},
    }),
    "Cargo.lock": `version = 4
[[package]]
name = "me"
version = "0.1.0"
dependencies = ["serde"]
[[package]]
name = "serde"
version = "1.0.1"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "${hex}"
dependencies = ["serde_core 1.0.1"]
[[package]]
name = "serde_core"
version = "1.0.1"
source = "registry+https://github.com/rust-lang/crates.io-index"
`,
  });
  assert.deepEqual(found.findings, []);
  assert.deepEqual(purls(found), [
    "pkg:cargo/serde@1.0.1",
    "pkg:cargo/serde_core@1.0.1",
    "pkg:pypi/a-b@1.0",
    "pkg:pypi/c@2.0",
    "pkg:pypi/d@3.0",
    "pkg:pypi/e?vcs_url=git%2Bhttps:%2F%2Fh%2Fe%40c0ffee",
    "pkg:pypi/f@4.0",
  ]);
  assert.deepEqual(named(found, "A_b").dependsOn, ["pkg:pypi/c@2.0"]);
  assert.deepEqual(named(found, "serde").dependsOn, ["pkg:cargo/serde_core@1.0.1"]);
  assert.equal(named(found, "serde").hashes[0]?.fileName, "serde-1.0.1.crate");
  assert.equal(named(found, "d").hashes[0]?.hex, hex);
});

test("requirements.txt: pinned ones are packages, others are counted, a second index is reported", () => {
  const found = find({
    "requirements.txt": `# what we need
--extra-index-url https://internal/simple
torch==2.9.0 \\
    --hash=sha256:${hex}
transformers[torch] == 4.57.0 ; python_version > "3.9"  # comment
numpy>=1.26
pandas==2.*
tool @ git+https://h/tool@c0ffee
-r other.txt
`,
  });
  assert.deepEqual(purls(found), [
    "pkg:pypi/tool?vcs_url=git%2Bhttps:%2F%2Fh%2Ftool%40c0ffee",
    "pkg:pypi/torch@2.9.0",
    "pkg:pypi/transformers@4.57.0",
  ]);
  assert.deepEqual(
    found.findings.map(({ code, args }) => [code, args["count"]]),
    [
      ["PACKAGE_UNPINNED", 2],
      ["PACKAGE_EXTRA_INDEX", undefined],
    ],
  );
  assert.equal(named(found, "torch").hashes[0]?.hex, hex);
  assert.deepEqual(find({ "requirements.txt": "torch==2.9.0\n" }).findings, []);
});

test("conda-meta: build, channel without its token, digests of the files in this prefix", () => {
  const found = find({
    "conda-meta/numpy-2.1.0-py312_0.json": JSON.stringify({
      name: "numpy",
      version: "2.1.0",
      build: "py312_0",
      channel: "https://conda.example/t/tk-secret/conda-forge/linux-64",
      subdir: "linux-64",
      license: "BSD-3-Clause",
      fn: "numpy-2.1.0-py312_0.conda",
      sha256: hex,
      depends: ["python >=3.12,<3.13.0a0", "openssl"],
      files: ["lib/np.py", "lib/link.so"],
      paths_data: {
        paths: [
          { _path: "lib/np.py", path_type: "hardlink", sha256: "00".repeat(32), sha256_in_prefix: hex },
          { _path: "lib/link.so", path_type: "softlink", sha256: hex },
        ],
      },
    }),
    "conda-meta/openssl-3.json": JSON.stringify({ name: "openssl", version: "3.0" }),
    "conda-meta/broken.json": JSON.stringify({ name: "broken" }),
  });
  assert.deepEqual(purls(found), [
    "pkg:conda/numpy@2.1.0?build=py312_0&channel=conda-forge&subdir=linux-64",
    "pkg:conda/openssl@3.0",
  ]);
  const numpy = named(found, "numpy");
  assert.deepEqual(numpy.owned[0], { path: "lib/np.py", digest: { algorithm: "sha256", hex } });
  assert.deepEqual(numpy.dependsOn, ["pkg:conda/openssl@3.0"]);
  assert.equal(found.findings[0]?.code, "PACKAGE_RECORD_INVALID");
});
