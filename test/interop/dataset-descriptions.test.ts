// SPDX-License-Identifier: Apache-2.0
// Descriptions of datasets that mlcroissant and datasets write on the spot: what we read equals what they say, and what
// mlcroissant refuses has a finding here.

import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { croissantDocument, csvFile, fileObject } from "../../fixtures/dataset.ts";
import { inventory } from "../../src/inventory.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { atLeast } from "../../src/model/severity.ts";
import { corpus } from "../corpora.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";

const skip = missingEnvironment("descriptions");
const scratch = mkdtempSync(join(tmpdir(), "aibom-descriptions-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

async function read(target: string): Promise<Artifact> {
  const [artifact] = await inventory([target]);
  assert.ok(artifact !== undefined);
  return artifact;
}

function values(artifact: Artifact, name: string): readonly unknown[] {
  return artifact.facts.filter((each) => each.name === name).map((each) => each.value);
}

test("a Croissant document that mlcroissant writes", { skip }, async () => {
  const directory = join(scratch, "croissant");
  mkdirSync(directory);
  writeFileSync(join(directory, "rows.csv"), csvFile("id,text", "1,one", "2,two"));
  runPython(
    "descriptions",
    `
import hashlib, json, sys
import mlcroissant as mlc
folder = sys.argv[1]
content = open(folder + "/rows.csv", "rb").read()
files = [mlc.FileObject(id="rows.csv", name="rows.csv", content_url="rows.csv", encoding_formats=["text/csv"],
                        content_size=f"{len(content)} B", sha256=hashlib.sha256(content).hexdigest())]
source = lambda column: mlc.Source(file_object="rows.csv", extract=mlc.Extract(column=column))
fields = [mlc.Field(id="r/id", name="id", data_types=mlc.DataType.INTEGER, source=source("id")),
          mlc.Field(id="r/text", name="text", data_types=mlc.DataType.TEXT, source=source("text"))]
metadata = mlc.Metadata(name="rows", description="Rows.", cite_as="Nobody, 2026", license="mit", url="https://data.example/rows",
                        version="1.0.0", creators=[mlc.Person(name="Ada")], data_biases=["none"],
                        personal_sensitive_information=["no"], distribution=files,
                        record_sets=[mlc.RecordSet(id="r", name="r", fields=fields)])
with open(folder + "/croissant.json", "w") as file:
    json.dump(metadata.to_json(), file, default=str)
print("{}")
`,
    [directory],
  );
  const artifact = await read(directory);
  assert.equal(artifact.kind, "dataset");
  assert.deepEqual(artifact.findings, []);
  assert.deepEqual(values(artifact, "files.vouched"), [
    { by: "croissant.json", algorithm: "sha256", files: 1 },
  ]);
  assert.deepEqual(values(artifact, "author"), ["Ada"]);
  assert.deepEqual(values(artifact, "sensitive_data"), ["no"]);
  const [claimed] = artifact.facts.filter(({ name, grade }) => name === "schema" && grade === "claim");
  assert.deepEqual(claimed?.value, { id: "Integer", text: "Text" });
  appendFileSync(join(directory, "rows.csv"), "3,three\n");
  const codes = (await read(directory)).findings.map(({ code }) => code);
  assert.deepEqual(codes, ["MANIFEST_FILE_DIFFERS"]);
});

const documents = corpus("formats/croissant");
test("what mlcroissant refuses has a finding, and nothing else has", {
  skip: skip || documents.missing,
}, (t) => {
  const folder = join(scratch, "verdicts");
  mkdirSync(folder);
  for (const name of readdirSync(documents.path)) {
    writeFileSync(join(folder, name), readFileSync(join(documents.path, name)));
  }
  const csv = csvFile("a", "1");
  const field = { "@type": "cr:Field", "@id": "r/a", dataType: "sc:Text" };
  const made: Readonly<Record<string, object>> = {
    "made-sound": {},
    "made-unknown-source": {
      recordSet: [
        {
          "@type": "cr:RecordSet",
          "@id": "r",
          field: [{ ...field, source: { fileObject: { "@id": "x" }, extract: { column: "a" } } }],
        },
      ],
    },
    "made-no-address": { distribution: [fileObject("a.csv", csv, { contentUrl: undefined })] },
    "made-wrong-type": { "@type": "sc:Book" },
  };
  for (const [name, parts] of Object.entries(made)) {
    const document = croissantDocument({ recordSet: undefined, "prov:wasDerivedFrom": undefined, ...parts });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(document));
  }
  const accepted = runPython(
    "descriptions",
    `
import json, logging, os, sys
logging.disable(logging.CRITICAL)
import mlcroissant as mlc
def accepts(path):
    try:
        mlc.Dataset(jsonld=path)
        return True
    except mlc.ValidationError:
        return False
print(json.dumps({name: accepts(os.path.join(sys.argv[1], name)) for name in sorted(os.listdir(sys.argv[1]))}))
`,
    [folder],
  ) as Record<string, boolean>;
  return Promise.all(
    Object.entries(accepted).map(async ([name, isAccepted]) => {
      const { findings } = await read(join(folder, name));
      const own = findings.filter(
        ({ code, severity }) => code === "CROISSANT_INVALID" && atLeast(severity, "medium"),
      );
      t.diagnostic(
        `${name}: ${isAccepted ? "accepted" : "refused"}, ${own.map(({ args }) => args["reason"]).join("; ")}`,
      );
      assert.equal(own.length === 0, isAccepted, name);
    }),
  ).then(() => undefined);
});

test("a card, and saved data, that the datasets library writes", { skip }, async () => {
  const card = join(scratch, "card");
  const saved = join(scratch, "saved");
  const said = runPython(
    "descriptions",
    `
import json, os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
import datasets
from datasets import ClassLabel, Dataset, DatasetDict, DatasetInfo, Features, Image, List, Value, SplitInfo
from datasets.info import DatasetInfosDict
features = Features({"id": Value("int64"), "label": ClassLabel(names=["no", "yes"]), "words": List(Value("string")),
                     "place": {"x": Value("float32"), "y": Value("float32")}})
rows = {"id": [1, 2, 3], "label": [0, 1, 0], "words": [["a"], [], ["b", "c"]], "place": [{"x": 1.0, "y": 2.0}] * 3}
data = Dataset.from_dict(rows, features=features)
card, saved = sys.argv[1:3]
os.makedirs(card + "/data")
data.to_parquet(card + "/data/train-00000-of-00001.parquet")
splits = datasets.splits.SplitDict()
splits.add(SplitInfo("train", num_bytes=100, num_examples=3))
info = DatasetInfo(features=features, splits=splits, dataset_size=100)
DatasetInfosDict({"default": info}).write_to_directory(card) if hasattr(DatasetInfosDict, "write_to_directory") else DatasetInfosDict({"default": info}).to_directory(card)
DatasetDict({"train": data, "test": data.select([0])}).save_to_disk(saved)
print(json.dumps({"columns": data.column_names}))
`,
    [card, saved],
  ) as { readonly columns: readonly string[] };
  const described = await read(card);
  assert.equal(described.kind, "dataset");
  assert.deepEqual(described.findings, []);
  const [schema] = described.facts.filter(({ name, grade }) => name === "schema" && grade === "claim");
  assert.deepEqual(schema?.value, {
    id: "int64",
    label: "class_label",
    words: "list<string>",
    place: "struct<x: float32, y: float32>",
  });
  assert.deepEqual(Object.keys(schema?.value ?? {}), said.columns);
  assert.ok(values(described, "split").some((each) => JSON.stringify(each).includes('"rows":3')));
  const loaded = await read(saved);
  assert.equal(loaded.kind, "dataset");
  assert.deepEqual(loaded.findings, []);
  const infos = loaded.facts.filter(
    ({ name, source }) => name === "schema" && source.path.endsWith("dataset_info.json"),
  );
  assert.equal(infos.length, 2);
  assert.deepEqual(Object.keys(infos[0]?.value ?? {}), said.columns);
});
