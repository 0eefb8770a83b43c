// SPDX-License-Identifier: Apache-2.0
// The parts that a BOM is made of: file manifest, licences, cleaning of claimed text.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { PackageURL } from "packageurl-js";
import { buildBom } from "../../src/bom/build.ts";
import { cleanText, cleanUrl } from "../../src/bom/clean-text.ts";
import { fileManifest } from "../../src/bom/file-manifest.ts";
import { evaluateLicense, normalizeLicense } from "../../src/bom/spdx.ts";
import { AibomError } from "../../src/errors.ts";
import type { ArtifactFile } from "../../src/model/artifact.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { file, ggufFile } from "./sample-artifacts.ts";

test("the file manifest is what find, sort and sha256sum print", (t) => {
  const directory = temporaryDirectory(t);
  const paths = [
    "b.bin",
    "a b.bin",
    "sub/ü.bin",
    "sub/z",
    "B",
    "-dash",
    "line\nfeed",
    "return\rx",
    "back\\slash",
    "\u{1f600}",
    "\uff01",
    "sub.bin",
  ];
  const files = paths.map((path): ArtifactFile => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), path);
    const hex = createHash("sha256").update(path).digest("hex");
    return { ...file(path), digests: [{ algorithm: "sha256", hex }] };
  });
  const line = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum";
  const expected = execFileSync("/bin/sh", ["-c", line], { cwd: directory }).toString().slice(0, 64);
  assert.deepEqual(fileManifest(files), { algorithm: "sha256", hex: expected });
  assert.deepEqual(fileManifest(files.toReversed()), { algorithm: "sha256", hex: expected });
});

test("a file without SHA-256 has no place in a manifest", () => {
  assert.throws(
    () => fileManifest([{ ...file("a"), digests: [] }]),
    (error) => error instanceof AibomError && error.code === "BOM_DIGEST_MISSING",
  );
});

test("licences are brought to SPDX spelling, and never guessed", () => {
  const cases = [
    ["apache-2.0", "id", "Apache-2.0"],
    [" MIT ", "id", "MIT"],
    ["cc-by-4.0", "id", "CC-BY-4.0"],
    [
      "mit or gpl-2.0-only with classpath-exception-2.0",
      "expression",
      "MIT OR GPL-2.0-only WITH Classpath-exception-2.0",
    ],
    ["apache-2.0+", "expression", "Apache-2.0+"],
    ["LicenseRef-Acme", "expression", "LicenseRef-Acme"],
    ["llama3.2", "name", "llama3.2"],
    ["openrail", "name", "openrail"],
    ["bigscience-openrail-m", "name", "bigscience-openrail-m"],
    ["gemma", "name", "gemma"],
    ["other", "name", "other"],
    ["MIT License", "name", "MIT License"],
    ["(".repeat(5000), "name", "(".repeat(5000)],
  ] as const;
  for (const [text, kind, expected] of cases) {
    assert.deepEqual(normalizeLicense(text), { kind, text: expected }, text);
  }
});

test("expressions are evaluated against lists", () => {
  const lists = {
    allow: ["mit", "Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "gemma"],
    deny: ["AGPL-3.0-only", "GPL-2.0-only"],
  };
  const cases = [
    ["MIT", "allowed"],
    ["mit OR AGPL-3.0-only", "allowed"],
    ["MIT AND AGPL-3.0-only", "denied"],
    ["MIT AND BSD-3-Clause", "unknown"],
    ["AGPL-3.0-only OR BSD-3-Clause", "unknown"],
    ["AGPL-3.0-only OR GPL-2.0-only", "denied"],
    ["MIT AND (Apache-2.0 OR AGPL-3.0-only)", "allowed"],
    ["GPL-2.0-only WITH Classpath-exception-2.0", "allowed"],
    ["GPL-2.0-only WITH Bison-exception-2.2", "denied"],
    ["Apache-2.0 WITH LLVM-exception", "allowed"],
    ["Apache-2.0+", "allowed"],
    ["Gemma", "allowed"],
    ["gemma2", "unknown"],
    ["", "unknown"],
    ["MIT OR", "unknown"],
    ["MIT MIT", "unknown"],
  ] as const;
  for (const [expression, expected] of cases) {
    assert.equal(evaluateLicense(expression, lists), expected, expression);
  }
  assert.equal(evaluateLicense("MIT", { allow: ["MIT"], deny: ["mit"] }), "denied");
});

test("property: any text has a decision, and none is allowed by empty lists", () => {
  const word = fc.constantFrom(
    "MIT",
    "AND",
    "OR",
    "WITH",
    "(",
    ")",
    "+",
    "Apache-2.0",
    "LLVM-exception",
    "x",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      assert.equal(evaluateLicense(words.join(" "), { allow: [], deny: [] }), "unknown");
    }),
  );
});

test("secrets and homes are redacted, other text is left alone", () => {
  const hidden = [
    `hf_${"A1".repeat(17)}`,
    `sk-proj-${"a".repeat(40)}`,
    `ghp_${"b".repeat(36)}`,
    "AKIAABCDEFGHIJKLMNOP",
    "/home/alice/x",
    "/Users/alice",
    "C:\\Users\\alice\\x",
    "https://alice:pw@host.example/",
    `${"y".repeat(8180)} hf_${"a".repeat(40)}`,
  ];
  for (const text of hidden) {
    const cleaned = cleanText(`see ${text} there`);
    assert.ok(!/alice|AKIA|hf_[aA1]{4}|proj-a|ghp_b/.test(cleaned), cleaned.slice(0, 80));
  }
  for (const text of ["models/home/readme", "task-oriented", "a\tb\nc", "日本語 👩‍🔬", "sha256:ab"]) {
    assert.equal(cleanText(text), text);
  }
  assert.equal(cleanText("a\r\nb\u0007\u202e\ud800"), "a\nb\\u{7}\\u{202e}\\u{d800}");
  assert.ok(cleanText("\u{1f600}".repeat(5000)).length <= 4096);
});

test("only web addresses pass as URLs", () => {
  assert.equal(cleanUrl("https://models.example/a b"), "https://models.example/a%20b");
  for (const text of [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "not a url",
    "https://",
    "http://[",
    "https://e.example/%zz",
    "",
  ]) {
    assert.equal(cleanUrl(text), undefined, text);
  }
});

test("property: cleaning ends, and its result fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.nat(200), (text, times) => {
      const cleaned = cleanText(text.repeat(times));
      assert.ok(cleaned.length <= 4096 && cleaned.isWellFormed());
    }),
  );
});

test("the purl of a single file is legal and holds its checksum", async () => {
  const bytes = await buildBom([ggufFile], { specVersion: "1.7", toolVersion: "0.0.0" });
  const { purl, hashes } = JSON.parse(Buffer.from(bytes).toString()).metadata.component;
  const parsed = PackageURL.fromString(purl);
  assert.equal(parsed.name, ggufFile.name);
  assert.equal(parsed.qualifiers?.["checksum"], `sha256:${hashes[0].content}`);
});

test("the web address of a licence of the list is its id", () => {
  const ids = [
    ["https://choosealicense.com/licenses/cc-by-sa-4.0/", "CC-BY-SA-4.0"],
    ["https://choosealicense.com/licenses/mit", "MIT"],
    ["https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"],
    ["http://creativecommons.org/licenses/by-nc-nd/3.0/legalcode", "CC-BY-NC-ND-3.0"],
    ["https://creativecommons.org/licenses/by/3.0/us/", "CC-BY-3.0-US"],
    ["https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"],
    ["https://spdx.org/licenses/Apache-2.0.html", "Apache-2.0"],
    ["https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"],
    ["https://opensource.org/licenses/MIT", "MIT"],
  ] as const;
  for (const [address, id] of ids) {
    assert.deepEqual(normalizeLicense(address), { kind: "id", text: id });
    assert.equal(evaluateLicense(address, { allow: [id], deny: [] }), "allowed");
  }
  const names = [
    "https://choosealicense.com/licenses/undefined/",
    "https://creativecommons.org/licenses/by/9.9/",
    "https://creativecommons.org.evil.example/licenses/by/4.0/",
    "https://data.example/licenses/mit",
    "https://spdx.org/licenses/Apache-2.0?x=1",
  ];
  for (const address of names) {
    assert.deepEqual(normalizeLicense(address), { kind: "name", text: address });
    assert.notEqual(
      evaluateLicense(address, { allow: ["Apache-2.0", "CC-BY-4.0", "MIT"], deny: [] }),
      "allowed",
    );
  }
});
