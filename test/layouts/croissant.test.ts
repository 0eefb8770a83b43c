// SPDX-License-Identifier: Apache-2.0
// Croissant documents: what they claim, which of their rules are checked, digests that are none, renamed terms.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { croissantDataset, croissantDocument, csvFile, fileObject } from "../../fixtures/dataset.ts";
import { jsonFile } from "../../fixtures/hugging-face.ts";
import { croissant } from "../../src/layouts/croissant.ts";
import type { LayoutDescription } from "../../src/layouts/layout.ts";
import { limits } from "../../src/limits.ts";
import { corpus } from "../corpora.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { codesOf, describeFiles, metadataOf, valuesOf } from "./dataset-layouts.ts";
import { memoryDirectory } from "./memory-directory.ts";

const describeDocument = (parts: Readonly<Record<string, unknown>>): LayoutDescription =>
  describeFiles(croissant, { "croissant.json": croissantDocument(parts) });
const reasonsOf = ({ findings }: LayoutDescription): readonly unknown[] =>
  findings.filter(({ code }) => code === "CROISSANT_INVALID").map(({ args }) => args["reason"]);

test("a sound document makes claims and no findings", () => {
  const description = croissant.describe(memoryDirectory(croissantDataset()));
  assert.equal(description.dataset, "described");
  assert.deepEqual(description.findings, []);
  assert.deepEqual(description.unverified, []);
  assert.deepEqual(valuesOf(description, "name"), ["example-corpus"]);
  assert.deepEqual(valuesOf(description, "version"), ["1.2.0"]);
  assert.deepEqual(valuesOf(description, "license"), ["https://creativecommons.org/licenses/by/4.0/"]);
  assert.deepEqual(valuesOf(description, "author"), ["Ada Example"]);
  assert.deepEqual(valuesOf(description, "citation"), ["Example, 2026."]);
  assert.deepEqual(valuesOf(description, "sensitive_data"), ["Names"]);
  assert.deepEqual(valuesOf(description, "use_case"), ["Testing"]);
  assert.deepEqual(metadataOf(description, "rai:dataBiases"), ["English only"]);
  assert.deepEqual(metadataOf(description, "isLiveDataset"), ["false"]);
  assert.deepEqual(valuesOf(description, "schema"), [{ id: "Integer", text: "Text" }]);
  assert.deepEqual(valuesOf(description, "derived_from"), [
    { name: "https://data.example/base", url: "https://data.example/base" },
  ]);
  const expected = valuesOf(description, "file.expected") as { path: string; size: number }[];
  assert.deepEqual(
    expected.map(({ path, size }) => [path, size]),
    [
      ["data/train.csv", 28],
      ["data/test.csv", 15],
    ],
  );
  assert.ok(description.facts.every(({ grade }) => grade === "claim"));
});

test("found by content, in any place and under any name; other JSON is left alone", () => {
  const document = croissantDocument();
  for (const name of ["a.json", "deep/er/metadata.json", "x.jsonld"]) {
    assert.equal(
      describeFiles(croissant, { [name]: document, "package.json": {} }).dataset,
      "described",
      name,
    );
  }
  const none = describeFiles(croissant, {
    "croissant.json": { "@type": "Dataset", name: "x" },
    "a.txt": "x",
  });
  assert.deepEqual(none, { facts: [], findings: [], unverified: [] });
});

test("terms may be renamed, prefixed or written as addresses; contexts are not fetched", () => {
  const cases: readonly Record<string, unknown>[] = [
    {
      "@context": { p: "https://schema.org/", cr: "http://mlcommons.org/croissant/" },
      "@type": "p:Dataset",
      "p:name": "n",
    },
    {
      "@context": ["http://mlcommons.org/croissant/1.0"],
      "@type": "https://schema.org/Dataset",
      "http://schema.org/name": "n",
    },
    {
      "@context": { title: { "@id": "sc:name" }, cr: "http://mlcommons.org/croissant/" },
      "@type": ["Dataset"],
      title: "n",
    },
    {
      "@context": { cr: "http://mlcommons.org/croissant/" },
      "@graph": [{ "@type": "Person" }, { "@type": "Dataset", name: "n" }],
    },
    {
      conformsTo: "http://mlcommons.org/croissant/1.0",
      "@type": "schema.org/Dataset",
      name: { "@value": "n" },
    },
  ];
  for (const document of cases) {
    const description = describeFiles(croissant, { "croissant.json": document });
    assert.deepEqual(valuesOf(description, "name"), ["n"], JSON.stringify(document));
    assert.deepEqual(description.findings, []);
  }
  const renamed = describeDocument({
    "@context": { hash: "cr:sha256", cr: "http://mlcommons.org/croissant/" },
    distribution: [{ "@type": "cr:FileObject", "@id": "a", contentUrl: "a.csv", hash: "ab".repeat(32) }],
  });
  assert.deepEqual(valuesOf(renamed, "file.expected"), [
    { path: "a.csv", sha256: "ab".repeat(32), by: "croissant.json" },
  ]);
});

test("terms that name each other or the prototype do no harm", () => {
  const context = {
    a: "b:x",
    b: "a:y",
    __proto__x: "c",
    constructor: "toString",
    cr: "http://mlcommons.org/croissant/",
  };
  const description = describeDocument({ "@context": context, "a:z": 1, "b:z": 2, constructor: 3 });
  assert.deepEqual(valuesOf(description, "name"), ["example-corpus"]);
});

test("each broken rule is one finding that says what and where", () => {
  const csv = csvFile("a", "1");
  const field = (parts: object): object => ({
    recordSet: [
      { "@type": "cr:RecordSet", "@id": "r", field: [{ "@type": "cr:Field", "@id": "r/f", ...parts }] },
    ],
  });
  const cases: readonly (readonly [object, RegExp])[] = [
    [
      { distribution: [fileObject("a.csv", csv, { containedIn: { "@id": "nowhere" } })] },
      /nowhere, which is not/,
    ],
    [{ distribution: [fileObject("a.csv", csv, { contentUrl: undefined })] }, /has no contentUrl/],
    [{ distribution: [{ "@type": "cr:Thing", "@id": "x" }] }, /neither a FileObject nor/],
    [{ distribution: [{ "@type": "cr:FileSet", "@id": "x" }] }, /includes nothing/],
    [{ name: undefined }, /no name/],
    [{ "sc:name": "other" }, /states name twice/],
    [field({ isArray: true, arrayShape: "a,b" }), /arrayShape of r\/f/],
    [field({ source: { fileSet: { "@id": "missing" } } }), /from missing, which/],
    [field({ "@id": undefined }), /neither id nor name/],
  ];
  for (const [parts, reason] of cases) {
    const reasons = reasonsOf(describeDocument(parts as Record<string, unknown>));
    assert.equal(reasons.length, 1, String(reason));
    assert.match(String(reasons[0]), reason);
  }
  // Benign twins of the last ones.
  const sound = describeDocument({
    ...field({ isArray: true, arrayShape: "-1,3, 5", source: { fileObject: { "@id": "data/train.csv" } } }),
  });
  assert.deepEqual(reasonsOf(sound), []);
});

test("a document that is no dataset claims nothing and is unverified", () => {
  const description = describeDocument({ "@type": "sc:Recipe" });
  assert.deepEqual(reasonsOf(description), ["nothing in it is of type Dataset"]);
  assert.deepEqual(description.facts, []);
  assert.deepEqual(description.unverified, ["croissant.json"]);
  assert.equal(description.dataset, undefined);
});

test("a digest is 64 hexadecimal digits or none", () => {
  const csv = csvFile("a", "1");
  const issue = "https://github.com/mlcommons/croissant/issues/80";
  for (const sha256 of [issue, "", "ab", `${"ab".repeat(31)}zz`, "ab".repeat(33)]) {
    const description = describeDocument({ distribution: [fileObject("a.csv", csv, { sha256 })] });
    const [expected] = valuesOf(description, "file.expected") as Record<string, unknown>[];
    assert.equal(expected?.["sha256"], undefined);
    assert.deepEqual(codesOf(description), sha256 === "" ? [] : ["CROISSANT_DIGEST_UNUSABLE"], sha256);
  }
  const upper = describeDocument({ distribution: [fileObject("a.csv", csv, { sha256: "AB".repeat(32) })] });
  assert.equal((valuesOf(upper, "file.expected")[0] as Record<string, unknown>)["sha256"], "ab".repeat(32));
});

test("paths that leave the directory are reported; those inside archives and of addresses without digest are not looked for", () => {
  const csv = csvFile("a", "1");
  const sha256 = "ab".repeat(32);
  const description = describeDocument({
    distribution: [
      fileObject("x", csv, { contentUrl: "../../etc/passwd" }),
      fileObject("y", csv, { contentUrl: "/etc/passwd" }),
      fileObject("z", csv, { contentUrl: "%2e%2e/%2e%2e/etc/passwd" }),
      fileObject("archive.zip", csv, { encodingFormat: "application/zip" }),
      fileObject("inner.csv", csv, { containedIn: { "@id": "archive.zip" } }),
      fileObject("far", csv, { contentUrl: "https://data.example/far.csv", sha256: undefined }),
      fileObject("known", csv, { contentUrl: "https://data.example/files/known.csv?x=1", sha256 }),
      fileObject("hub", csv, {
        contentUrl: "https://huggingface.co/datasets/a/b/resolve/main/c/d.csv",
        sha256,
      }),
      fileObject("percent", csv, { contentUrl: "a%20b.csv" }),
      {
        "@type": "cr:FileObject",
        "@id": "repo",
        contentUrl: "https://x.example/git",
        encodingFormat: "git+https",
      },
      fileObject("in-repo.csv", csv, { containedIn: { "@id": "repo" } }),
    ],
  });
  assert.deepEqual(codesOf(description), [
    "MANIFEST_PATH_UNSAFE",
    "MANIFEST_PATH_UNSAFE",
    "MANIFEST_PATH_UNSAFE",
  ]);
  const expected = valuesOf(description, "file.expected") as { path: string; isElsewhere?: true }[];
  assert.deepEqual(
    expected.map(({ path, isElsewhere }) => (isElsewhere === true ? `${path} elsewhere` : path)),
    ["archive.zip", "known.csv elsewhere", "c/d.csv elsewhere", "a b.csv", "in-repo.csv"],
  );
});

test("a rounded size says nothing", () => {
  const csv = csvFile("a", "1");
  const sizes = ["4.698 MB", "4", 4, "4 B", "-4", "4e3", {}];
  const distribution = sizes.map((contentSize, index) => fileObject(`${index}.csv`, csv, { contentSize }));
  const expected = valuesOf(describeDocument({ distribution }), "file.expected") as { size?: number }[];
  assert.deepEqual(
    expected.map(({ size }) => size),
    [undefined, 4, 4, 4, undefined, undefined, undefined],
  );
});

test("rows that stand in the document are data and stay out; the names of splits are not", () => {
  const description = describeDocument({
    recordSet: [
      {
        "@type": "cr:RecordSet",
        "@id": "s",
        dataType: "cr:Split",
        data: [{ "s/name": "train", "s/url": "cr:x" }],
      },
      {
        "@type": "cr:RecordSet",
        "@id": "r",
        field: [{ "@id": "r/a" }],
        data: [{ "r/a": "secret" }],
        examples: ["secret"],
      },
    ],
  });
  assert.deepEqual(valuesOf(description, "split"), [{ name: "train" }]);
  assert.ok(!JSON.stringify(description).includes("secret"));
});

test("people are authors, organisations the manufacturer; holders and maintainers govern", () => {
  const organization = { "@type": "sc:Organization", name: "ACME" };
  const description = describeDocument({
    creator: ["Ada", { "@type": "Person", name: "Bo" }, organization],
    publisher: { "@type": "Organization", name: "Publisher" },
    copyrightHolder: organization,
    maintainer: { "@type": "Person", name: "Cy" },
    license: [{ "@type": "CreativeWork", name: "Own licence", url: "https://l.example" }, "mit"],
    keywords: "a, b",
  });
  assert.deepEqual(valuesOf(description, "author"), ["Ada", "Bo"]);
  assert.deepEqual(valuesOf(description, "organization"), ["ACME"]);
  assert.deepEqual(valuesOf(description, "governance"), [
    { role: "owner", name: "ACME" },
    { role: "steward", name: "Cy", type: "person" },
  ]);
  assert.deepEqual(valuesOf(description, "license"), ["mit", "Own licence"]);
  assert.deepEqual(valuesOf(description, "tag"), ["a", "b"]);
});

test("many documents are read up to a limit, and the rest is unverified", () => {
  const files = Object.fromEntries(
    Array.from({ length: limits.maxDatasetDocuments + 3 }, (_, index) => [
      `${index}.json`,
      croissantDocument(),
    ]),
  );
  const description = describeFiles(croissant, files);
  assert.ok(codesOf(description).includes("DATASET_DOCUMENTS_CUT"));
  assert.equal(description.unverified.length, 3);
});

test("duplicate keys, a cut document and a text in its place are unverified", () => {
  const bytes = jsonFile(croissantDocument());
  const twice = new TextDecoder().decode(bytes).replace('"name":', '"name": "a", "name":');
  for (const content of [twice, bytes.subarray(0, -20), Uint8Array.of(0xff, ...bytes)]) {
    const description = describeFiles(croissant, { "croissant.json": content });
    assert.deepEqual(description.unverified, ["croissant.json"]);
    assert.equal(description.dataset, undefined);
  }
});

test("whatever bytes change, there is a description", () => {
  const random = seededRandom(5);
  const sample = jsonFile(croissantDocument());
  let described = 0;
  for (let round = 0; round < 10_000; round += 1) {
    const description = describeFiles(croissant, { "croissant.json": mutate(sample, random) });
    described += description.dataset === undefined ? 0 : 1;
  }
  assert.ok(described > 100, String(described));
});

/** A copy of `value` in which one value in forty is another. */
function withOddValues(value: unknown, random: () => number): unknown {
  if (random() < 0.025) {
    const odd = [
      null,
      1,
      -1,
      true,
      "",
      "x",
      [],
      {},
      [[]],
      [null],
      { "@id": 3 },
      { "@value": {} },
      "a\0b",
      ["../x"],
    ];
    return odd[Math.floor(random() * odd.length)];
  }
  if (Array.isArray(value)) {
    return value.map((each) => withOddValues(each, random));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withOddValues(each, random)]))
    : value;
}

test("whatever types the values have, there is a description", () => {
  const random = seededRandom(6);
  let described = 0;
  for (let round = 0; round < 5000; round += 1) {
    const document = withOddValues(croissantDocument(), random);
    described += describeFiles(croissant, { "croissant.json": document }).dataset === undefined ? 0 : 1;
  }
  assert.ok(described > 1000, String(described));
});

const documents = corpus("formats/croissant");
test("the documents of the corpora: sound ones have no finding above info, bad ones have one", {
  skip: documents.missing,
}, (t) => {
  for (const name of readdirSync(documents.path)) {
    const description = describeFiles(croissant, { [name]: readFileSync(join(documents.path, name)) });
    const grave = description.findings.filter(({ severity }) => severity !== "info" && severity !== "low");
    t.diagnostic(`${name}: ${description.facts.length} claims, ${grave.map(({ code }) => code).join(", ")}`);
    assert.deepEqual(
      grave.map(({ code }) => code),
      name.startsWith("bad-") ? ["CROISSANT_INVALID"] : [],
      name,
    );
  }
});
