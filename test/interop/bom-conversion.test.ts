// SPDX-License-Identifier: Apache-2.0
// Converted documents in the hands of others: SPDX in the official Python bindings, whose classes know types and cardinalities;
// CycloneDX in the CycloneDX project's Python library; and what syft writes through convert, merge and diff.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readBom } from "../../src/bom/read.ts";
import { compareFiles } from "../../src/compare-boms.ts";
import { convertFile } from "../../src/convert.ts";
import { mergeBomFiles } from "../../src/merge-boms.ts";
import type { ConversionTarget } from "../../src/model/conversion.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { environmentDirectory, missingEnvironment, runPython } from "./python-environments.ts";
import { missingGoTools, pathOf } from "./tools.ts";

const skip = missingEnvironment("bom");
const golden = join(import.meta.dirname, "../bom/golden");
const samples = readdirSync(golden).map((name) => join(golden, name));

async function convertTo(to: ConversionTarget, from: string, out: string): Promise<string> {
  const { pieces } = await convertFile(from, { to, at: new Date(0), toolVersion: "0.1.0" });
  writeFileSync(out, Buffer.concat(pieces));
  return out;
}

/** Reads files with the official bindings and writes them again, which checks what must be there; errors by file. */
const readSpdx = `
import io, json, sys
from spdx_python_model import v3_0_1 as spdx
found = {}
for path in sys.argv[1:]:
    try:
        objects = spdx.SHACLObjectSet()
        with open(path, "rb") as file:
            spdx.JSONLDDeserializer().read(file, objects)
        missing = objects.link()
        if missing:
            raise ValueError(f"missing {sorted(missing)[:3]}")
        spdx.JSONLDSerializer().write(objects, io.BytesIO())
        found[path] = sorted({type(each).__name__ for each in objects.foreach()})
    except Exception as error:
        found[path] = str(error)[:300]
print(json.dumps(found))
`;

test("SPDX: the official Python bindings read what we write", { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  const files = [];
  for (const [index, sample] of samples.entries()) {
    files.push(await convertTo("spdx-3.0.1", sample, join(directory, `${index}.spdx.json`)));
  }
  const found = runPython("bom", readSpdx, files) as Record<string, string[] | string>;
  for (const file of files) {
    assert.ok(Array.isArray(found[file]), `${file}: ${String(found[file])}`);
  }
  const classes = new Set(Object.values(found).flat());
  for (const name of ["ai_AIPackage", "dataset_DatasetPackage", "software_File", "Annotation"]) {
    assert.ok(classes.has(name), name);
  }
});

test("SPDX: the bindings refuse what is damaged", { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  const path = await convertTo("spdx-3.0.1", join(golden, "system.1.7.json"), join(directory, "a.json"));
  const text = readFileSync(path, "utf8");
  const damages = [
    text.replaceAll('"createdBy"', '"createdFor"'),
    text.replaceAll('"relationshipType": "trainedOn"', '"relationshipType": "educatedOn"'),
    text.replaceAll('"dataset_datasetType"', '"dataset_kind"'),
  ].map((damaged, index) => {
    assert.notEqual(damaged, text);
    const out = join(directory, `damaged-${index}.json`);
    writeFileSync(out, damaged);
    return out;
  });
  const found = runPython("bom", readSpdx, damages) as Record<string, unknown>;
  assert.deepEqual(
    damages.map((path) => typeof found[path]),
    damages.map(() => "string"),
  );
});

const validateCycloneDx = `
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
found = {}
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    error = JsonStrictValidator(version).validate_str(text)
    found[path] = None if error is None else str(error)[:300]
print(json.dumps(found))
`;

test("CycloneDX: the project's Python library finds both versions valid", { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  const files = [];
  for (const [index, sample] of samples.entries()) {
    const to = sample.endsWith(".1.7.json") ? "cyclonedx-1.6" : "cyclonedx-1.7";
    files.push(await convertTo(to, sample, join(directory, `${index}.cdx.json`)));
  }
  const found = runPython("bom", validateCycloneDx, files);
  assert.deepEqual(found, Object.fromEntries(files.map((file) => [file, null])));
});

const missingSyft = missingGoTools("syft");

test("syft's BOM is converted, merged with ours and compared", { skip: skip || missingSyft }, async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "syft.cdx.json");
  const { status } = spawnSync(
    pathOf("syft"),
    [`dir:${environmentDirectory("bom")}`, "-q", "-o", `cyclonedx-json@1.6=${path}`],
    { stdio: "ignore" },
  );
  assert.equal(status, 0);
  const spdx = await convertTo("spdx-3.0.1", path, join(directory, "syft.spdx.json"));
  assert.ok(Array.isArray((runPython("bom", readSpdx, [spdx]) as Record<string, unknown>)[spdx]));

  const newer = await convertTo("cyclonedx-1.7", path, join(directory, "syft.1.7.cdx.json"));
  const { changes, matched } = await compareFiles(path, newer);
  assert.deepEqual(
    changes.map(({ kind, field }) => `${kind} ${field}`),
    ["detail specVersion"],
  );
  assert.ok(matched > 20, `${matched} components`);

  const ours = join(golden, "model-and-dataset.1.7.json");
  const merged = await mergeBomFiles([ours, path], { name: "all", toolVersion: "0" });
  const bytes = Buffer.concat(merged.pieces);
  assert.deepEqual(
    (await readBom(bytes, "merged")).findings.filter(({ severity }) => severity === "high"),
    [],
  );
  const all = JSON.parse(bytes.toString()).components.map(({ name }: { name: string }) => name);
  const theirs = JSON.parse(readFileSync(path, "utf8")).components.map(({ name }: { name: string }) => name);
  for (const name of theirs) {
    assert.ok(all.includes(name), name);
  }
});
