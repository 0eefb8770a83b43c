// SPDX-License-Identifier: Apache-2.0
// `aibom score` as a user runs it: formats, what is enough, what is refused; and names that try to be markup.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { loadValidator } from "../../src/schemas/validators.ts";
import { scoreProfileIds } from "../../src/score/element.ts";
import { elementCases, patched, silentDocument } from "../score/element-cases.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const head = { bomFormat: "CycloneDX", specVersion: "1.7", version: 1 };

function write(directory: string, document: object, name = "bom.cdx.json"): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(document));
  return path;
}

/** Two models, one of them with a version. */
const twoModels = {
  ...head,
  components: [
    { type: "machine-learning-model", "bom-ref": "a", name: "a", version: "1" },
    { type: "machine-learning-model", "bom-ref": "b", name: "b\u001b[31m|`<b>" },
  ],
};

test("text names places and ways to fill them, json fits its schema, and foreign names are escaped", async (t) => {
  const directory = temporaryDirectory(t);
  const path = write(directory, twoModels);
  const text = await aibom(["score", path]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^bom\.cdx\.json: CycloneDX 1\.7\n/);
  assert.match(text.stdout, /g7-ai readiness \d+% {2}G7 SBOM for AI/);
  assert.match(
    text.stdout,
    /- model-version +Model version: 1 of 2 models\n +missing: \/components\/1\/version \(b/,
  );
  assert.ok(!text.stdout.includes("\u001b"));
  assert.ok(!/compliant|complies with the/.test(text.stdout));

  const json = await aibom(["score", path, "--profile", scoreProfileIds.join(","), "--format", "json"]);
  const report = JSON.parse(json.stdout);
  const validate = await loadValidator("score");
  assert.ok(validate(report), JSON.stringify(validate.errors));
  assert.deepEqual(
    report.scores.map(({ profile }: { profile: string }) => profile),
    scoreProfileIds,
  );
  assert.equal(report.document.name, "bom.cdx.json");

  const markdown = await aibom(["score", path, "--format", "markdown"]);
  assert.ok(!markdown.stdout.includes("<b>") || /`[^`\n]*<b>/.test(markdown.stdout));
  const rows = markdown.stdout.split("\n").filter((line) => line.startsWith("| `model-version`"));
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.split("|").length, 6, "the bar in the name opens no cell");

  const again = await aibom(["score", path, "--format", "json"]);
  const once = await aibom(["score", path, "--format", "json"]);
  assert.equal(again.stdout, once.stdout, "same input, same bytes");
});

test("--fail-under and --require decide, and an invalid document is never enough", async (t) => {
  const directory = temporaryDirectory(t);
  const whole = patched({ ...silentDocument(), ...head }, Object.values(elementCases["cisa-2025"]).flat());
  const path = write(directory, whole);
  const run = (file: string, ...flags: string[]) =>
    aibom(["score", file, "--profile", "cisa-2025", ...flags]);
  const json = JSON.parse((await run(path, "--format", "json")).stdout);
  assert.deepEqual(
    [json.document.valid, json.scores[0].readiness.percent],
    [false, 100],
    "its hashes are no hashes",
  );
  assert.equal((await run(path)).code, 0, "nothing was asked for");
  assert.equal((await run(path, "--fail-under", "1")).code, 1);
  assert.match((await run(path)).stdout, /invalid: see aibom validate/);

  const valid = write(directory, twoModels, "valid.json");
  assert.equal((await run(valid, "--fail-under", "1")).code, 0);
  assert.equal((await run(valid, "--fail-under", "90")).code, 1);
  assert.equal((await run(valid, "--require", "component-name")).code, 0);
  assert.equal((await run(valid, "--require", "component-name", "--require", "component-version")).code, 1);
  const stranger = await run(valid, "--require", "component-nam");
  assert.deepEqual([stranger.code, errorCode(stranger)], [2, "SCORE_ELEMENT_UNKNOWN"]);
  const other = await aibom(["score", valid, "--profile", "g7-ai", "--require", "component-name"]);
  assert.deepEqual(
    [other.code, errorCode(other)],
    [2, "SCORE_ELEMENT_UNKNOWN"],
    "an element of another list",
  );
});

test("what is no CycloneDX JSON is refused, and outputs replace only their like", async (t) => {
  const directory = temporaryDirectory(t);
  const spdx = write(directory, { spdxVersion: "SPDX-2.3" });
  assert.equal(errorCode(await aibom(["score", spdx])), "BOM_UNSUPPORTED");
  const deep = join(directory, "deep.json");
  writeFileSync(deep, `${'{"components":['.repeat(2000)}${"]}".repeat(2000)}`);
  const refused = await aibom(["score", deep]);
  assert.deepEqual([refused.code, errorCode(refused)], [3, "JSON_TOO_DEEP"]);
  assert.equal((await aibom(["score", join(directory, "missing.json")])).code, 2);
  assert.equal((await aibom(["score", spdx, "--profile", "g7"])).code, 2);

  const path = write(directory, twoModels, "valid.json");
  const key = join(directory, "release.key");
  writeFileSync(key, "-----BEGIN PRIVATE KEY-----\n");
  const foreign = await aibom(["score", path, "--format", `json=${key}`]);
  assert.deepEqual([foreign.code, errorCode(foreign)], [2, "CLI_OUTPUT_FOREIGN"]);
  const outputs = ["text", "json", "markdown", "oscal"].map(
    (each) => [each, join(directory, `out.${each}`)] as const,
  );
  const format = outputs.map((each) => each.join("=")).join(",");
  for (let run = 0; run < 2; run++) {
    const result = await aibom(["score", path, "--format", format, "--at", "2026-06-30T12:00:00Z"]);
    assert.equal(result.code, 0, `${run}: ${result.stderr}`);
  }
  assert.ok(outputs.every(([, file]) => existsSync(file)));
  const oscal = JSON.parse(readFileSync(join(directory, "out.oscal"), "utf8"));
  assert.equal(oscal["assessment-results"].metadata["last-modified"], "2026-06-30T12:00:00Z");
});
