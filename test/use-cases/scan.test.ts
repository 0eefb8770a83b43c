// SPDX-License-Identifier: Apache-2.0
// A scan says what an inventory would, hashes nothing, and is clean only if everything was read.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { lfsPointer } from "../../fixtures/hugging-face.ts";
import { writeFixtures } from "../../fixtures/make.ts";
import { onnxModel } from "../../fixtures/onnx.ts";
import { openvinoXml } from "../../fixtures/openvino.ts";
import { pytorchZip } from "../../fixtures/pytorch.ts";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { checkpointIndex, node, savedModel } from "../../fixtures/tensorflow.ts";
import { buildZip } from "../../fixtures/zip.ts";
import { describedFile, HashedOnDisk } from "../../src/describe.ts";
import { hashTarget, inventoryTarget, type Progress } from "../../src/inventory.ts";
import { sortFindings } from "../../src/policy/finding-order.ts";
import { readOnDisk } from "../../src/reading/file-on-disk.ts";
import { formatFinding } from "../../src/report/finding-text.ts";
import { renderScanJson } from "../../src/report/scan-json.ts";
import { renderScanSarif } from "../../src/report/scan-sarif.ts";
import { renderScan } from "../../src/report/scan-text.ts";
import { scan } from "../../src/scan.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [4] } } });
const remoteCode = '{"model_type":"x","auto_map":{"AutoModel":"owner/other--modeling.Model"}}';

function directoryOf(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = join(temporaryDirectory(t), "model");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

test("every fixture is clean, and its scan finds what its inventory finds", async (t) => {
  const directory = temporaryDirectory(t);
  writeFixtures(directory);
  const report = await scan([directory]);
  const { artifact } = await inventoryTarget(directory);
  const own = artifact.findings.map((item) => ({ ...item, subject: artifact.name }));
  assert.deepEqual(report.targets[0]?.findings, sortFindings(own));
  assert.equal(report.targets[0]?.described, artifact.files.filter((f) => f.status === "described").length);
});

test("a grave finding makes it dangerous; how grave is the user's choice", async (t) => {
  const target = directoryOf(t, { "config.json": remoteCode, "model.safetensors": weights });
  assert.equal((await scan([target])).outcome, "dangerous");
  assert.equal((await scan([target], { failOn: "critical" })).outcome, "clean");
  const grave = (await scan([target])).targets[0]?.findings[0];
  assert.equal(grave?.code, "CUSTOM_CODE_REMOTE");
});

test("progress is told of files that were read, of all targets", async (t) => {
  const targets = [1, 2].map(() =>
    directoryOf(t, { "config.json": remoteCode, "model.safetensors": weights }),
  );
  const states: Progress[] = [];
  await scan(targets, { onProgress: (state) => states.push(state) });
  const bytes = 2 * (remoteCode.length + weights.length);
  assert.deepEqual(states.at(-1), { bytes, totalBytes: bytes, files: 4, totalFiles: 4 });
  assert.equal(states.length, 4);
});

test("a damaged file is not danger and not clean", async (t) => {
  const target = directoryOf(t, { "model.safetensors": weights.subarray(0, 30) });
  const report = await scan([target]);
  assert.equal(report.outcome, "incomplete");
  assert.deepEqual(report.targets[0]?.unverified, ["model.safetensors"]);
});

test("missing data are not danger and not clean, however strict the scan", async (t) => {
  const onnx = onnxModel().get("model.onnx") ?? new Uint8Array();
  const graph = savedModel({ nodes: [node("r", "Relu")] });
  const index = checkpointIndex({ variables: [{ name: "a", shape: [4] }] });
  const cases: readonly (readonly [string, Readonly<Record<string, Uint8Array>>])[] = [
    ["LFS_POINTER_NOT_WEIGHTS", { "model.safetensors": lfsPointer("ab".repeat(32), 12) }],
    ["SHARD_MISSING", { "m-00001-of-00002.safetensors": weights }],
    ["ONNX_EXTERNAL_MISSING", { "model.onnx": onnx }],
    ["OPENVINO_WEIGHTS_MISSING", { "model.xml": openvinoXml() }],
    ["PYTORCH_STORAGE_MISSING", { "m.pt": pytorchZip({ storages: {} }) }],
    ["TF_VARIABLES_MISSING", { "saved_model.pb": graph, "variables/variables.index": index }],
  ];
  for (const [code, files] of cases) {
    const report = await scan([directoryOf(t, files)], { failOn: "medium" });
    const found = report.targets[0]?.findings.map((item) => `${item.severity} ${item.code}`);
    assert.deepEqual([report.outcome, found], ["incomplete", [`medium ${code}`]], code);
  }
});

test("what was found goes before what could not be read", async (t) => {
  const target = directoryOf(t, { "config.json": remoteCode, "model.safetensors": weights.subarray(0, 30) });
  assert.equal((await scan([target])).outcome, "dangerous");
});

test("a scan that looked into nothing is not clean; beside a model, other files are only listed", async (t) => {
  const documents = directoryOf(t, { "readme.txt": "hello" });
  const nothing = await scan([documents]);
  assert.equal(nothing.outcome, "incomplete");
  assert.deepEqual(
    nothing.targets[0]?.findings.map(({ code }) => code),
    ["SCAN_NOTHING_READ"],
  );
  const licensed = await scan([
    directoryOf(t, { LICENSE: "MIT License", "README.md": "# Hello\n", "a.js": "1" }),
  ]);
  assert.equal(licensed.outcome, "incomplete");
  const tokenizer = await scan([directoryOf(t, { "config.json": '{"model_type":"bert"}' })]);
  assert.equal(tokenizer.outcome, "clean");
  const template = await scan([directoryOf(t, { "chat_template.jinja": "{{ messages[0].content }}" })]);
  assert.equal(template.outcome, "clean");
  const model = directoryOf(t, { "model.safetensors": weights, "readme.txt": "hello" });
  const both = await scan([documents, model]);
  assert.deepEqual(
    both.targets.map(({ outcome }) => outcome),
    ["incomplete", "clean"],
  );
  assert.equal((await scan([join(model, "..")])).outcome, "clean");
  assert.deepEqual(
    both.targets.map(({ opaque }) => opaque),
    [1, 1],
  );
});

test("a missing or empty target is an error", async (t) => {
  await assert.rejects(scan([join(temporaryDirectory(t), "none")]), { code: "SOURCE_NOT_FOUND" });
  await assert.rejects(scan([temporaryDirectory(t)]), { code: "SOURCE_EMPTY" });
});

test("nothing is hashed until somebody asks for a digest, and then only the file that was found", async (t) => {
  const target = directoryOf(t, { "model.safetensors": weights });
  const { tree, hashed } = await hashTarget(target, { algorithms: [] });
  const [source] = tree.files;
  const [file] = hashed;
  assert.ok(source !== undefined && file !== undefined);
  assert.deepEqual(file.digests, []);
  const described = describedFile(source, file, readOnDisk(new HashedOnDisk(source, file)));
  assert.equal(described.sha256, createHash("sha256").update(weights).digest("hex"));
  writeFileSync(join(target, "model.safetensors"), new Uint8Array(weights.length));
  assert.throws(() => described.sha256, { code: "SOURCE_CHANGED" });
});

test("JSON fits its schema, and the same files give the same bytes", async (t) => {
  const target = directoryOf(t, {
    "config.json": remoteCode,
    "model.safetensors": weights.subarray(0, 30),
    "sub/ü x'#.safetensors": weights.subarray(0, 40),
  });
  const report = await scan([target]);
  const json = renderScanJson(report);
  const validate = await loadValidator("scan-report");
  assert.ok(validate(JSON.parse(json)), JSON.stringify(validate.errors));
  assert.equal(renderScanJson(await scan([target])), json);
  const broken = { ...JSON.parse(json), outcome: "fine" };
  assert.equal(validate(broken), false);
});

test("text names each file once, the gravest first, and sums up", async (t) => {
  const target = directoryOf(t, { "config.json": remoteCode, "model.safetensors": weights.subarray(0, 30) });
  const text = renderScan(await scan([target]));
  const lines = text.split("\n");
  assert.match(lines.at(-2) ?? "", /^DANGEROUS {2}2 files: 0 read, 1 opaque, 1 unverified; \d high/);
  assert.equal(lines.filter((line) => line === `${target}/config.json`).length, 1);
});

test("imports that no library allows are named under the file with the finding", async (t) => {
  const target = directoryOf(t, { "config.json": remoteCode });
  const report = await scan([target]);
  const imports = [
    { path: "config.json", module: "os", name: "system", verdict: "dangerous" as const },
    { path: "config.json", module: "my\u001b[31m", name: "Thing", verdict: "unknown" as const },
    { path: "other.pkl", module: "x", name: "y", verdict: "unknown" as const },
  ];
  const text = renderScan({ ...report, targets: report.targets.map((each) => ({ ...each, imports })) });
  assert.match(text, /dangerous imports: os\.system\n/);
  assert.match(text, /unknown imports: my/);
  assert.ok(!text.includes("\u001b"));
  assert.ok(!text.includes("x.y"));
});

test("a byte inside an archive's member is told as such, and is no region of the file", async (t) => {
  const pickle = Buffer.from("cos\nsystem\n(S'id'\ntR.");
  const target = directoryOf(t, { "a.zip": buildZip([{ name: "in/m.pkl", data: pickle }]) });
  const report = await scan([target]);
  const [item] = report.targets[0]?.findings ?? [];
  assert.deepEqual(item?.location, { path: "a.zip", offset: 0, offsetIn: "member", member: "in/m.pkl" });
  assert.match(renderScan(report), /in\/m\.pkl, byte 0: loading it imports os\.system/);
  const validate = await loadValidator("scan-report");
  assert.ok(validate(JSON.parse(renderScanJson(report))), JSON.stringify(validate.errors));
  const [result] = JSON.parse(renderScanSarif(report, "1")).runs[0].results;
  assert.equal(result.locations[0].physicalLocation.region, undefined);
  assert.equal(result.properties.memberByteOffset, 0);
});

test("an import that a finding names is not named again", async (t) => {
  const target = directoryOf(t, { "a.pkl": Buffer.from("cos\nsystem\n(S'id'\ntR.") });
  const report = await scan([target]);
  assert.equal(report.targets[0]?.imports.length, 1);
  const text = renderScan(report);
  assert.match(text, /loading it imports os\.system/);
  assert.ok(!text.includes("dangerous imports:"), text);
});

test("a message that begins with the name of the part stands without it", async (t) => {
  const long = JSON.stringify({ __metadata__: { note: "x".repeat(9000) } });
  const header = Buffer.from(long.padEnd(Math.ceil(long.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const target = directoryOf(t, { "a.safetensors": Buffer.concat([length, header]) });
  const { artifact } = await inventoryTarget(target);
  const cut = artifact.findings.find(({ code }) => code === "METADATA_CUT");
  assert.ok(cut?.location.member !== undefined);
  assert.equal(formatFinding(cut).split(cut.location.member).length, 2);
});

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region?: { readonly byteOffset: number };
    };
  }[];
}

test("SARIF: rules for the codes that occur, relative URIs, byte regions, stable fingerprints", async (t) => {
  const target = directoryOf(t, {
    "config.json": remoteCode,
    "sub/ü x'#%.safetensors": new Uint8Array([0x80, 4, 0x95, 0x10]),
    "b.safetensors": weights.subarray(0, 30),
  });
  const report = await scan([target]);
  const relative = {
    ...report,
    targets: report.targets.map((each) => ({ ...each, target: "./models/model/" })),
  };
  const text = renderScanSarif(relative, "1.2.3");
  assert.equal(renderScanSarif(relative, "1.2.3"), text);
  const log = JSON.parse(text);
  assert.equal(log.version, "2.1.0");
  const [run] = log.runs;
  assert.equal(run.tool.driver.version, "1.2.3");
  assert.equal(run.invocations[0].executionSuccessful, false);
  for (const rule of run.tool.driver.rules as readonly { help: { text: string }; helpUri?: string }[]) {
    assert.ok(rule.help.text.length > 0);
    assert.equal(rule.helpUri, undefined);
  }
  const results = run.results as readonly SarifResult[];
  assert.equal(results.length, report.targets[0]?.findings.length);
  const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
  assert.deepEqual(ids, [...new Set(results.map(({ ruleId }) => ruleId))].sort());
  for (const { ruleId, ruleIndex, level } of results) {
    assert.equal(ids[ruleIndex], ruleId);
    assert.ok(["error", "warning", "note"].includes(level));
  }
  const uris = results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
  assert.ok(uris.includes("models/model/config.json"), uris.join());
  assert.ok(uris.includes("models/model/sub/%C3%BC%20x%27%23%25.safetensors"), uris.join());
  const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints["aibomFinding/v1"]);
  assert.equal(new Set(fingerprints).size, fingerprints.length);
  assert.ok(results.some(({ locations }) => locations[0]?.physicalLocation.region?.byteOffset === 0));
});

test("SARIF of a single file and of an absolute target", async (t) => {
  const target = join(directoryOf(t, { "config.json": remoteCode }), "config.json");
  const log = JSON.parse(renderScanSarif(await scan([target]), "1"));
  const uris = log.runs[0].results.map(
    (each: SarifResult) => each.locations[0]?.physicalLocation.artifactLocation.uri,
  );
  assert.ok(uris.length > 0);
  assert.ok(
    uris.every((uri: string) => uri === `file://${target}`),
    uris.join(),
  );
});
