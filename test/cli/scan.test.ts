// SPDX-License-Identifier: Apache-2.0
// `aibom scan` from the command line: exit codes, reports and where they go.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { buildSafetensors } from "../../fixtures/safetensors.ts";
import { limits } from "../../src/limits.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, runProgram } from "./run-aibom.ts";

const weights = buildSafetensors({ tensors: { w: { dtype: "F32", shape: [4] } } });

function workplace(t: TestContext): string {
  const cwd = temporaryDirectory(t);
  for (const [path, content] of [
    ["good/model.safetensors", weights],
    ["bad/config.json", '{"model_type":"x","auto_map":{"AutoModel":"owner/other--modeling.Model"}}'],
    ["broken/model.safetensors", weights.subarray(0, 30)],
  ] as const) {
    mkdirSync(join(cwd, path, ".."), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  return cwd;
}

describe("aibom scan", { concurrency: 2 }, () => {
  test("exit codes: clean 0, found 1, usage 2, not read 3", async (t) => {
    const cwd = workplace(t);
    for (const [code, ...args] of [
      [0, "good"],
      [1, "good", "bad"],
      [1, "bad", "broken"],
      [0, "bad", "--fail-on", "critical"],
      [3, "broken"],
      [2, "missing"],
      [2, "good", "--fail-on", "terrible"],
      [2, "good", "--format", "xml"],
      [2, "good", "--format", "json,sarif"],
      [2],
    ] as const) {
      const result = await aibom(["scan", ...args], { cwd });
      assert.equal(result.code, code, `${args.join(" ")}\n${result.stdout}${result.stderr}`);
    }
  });

  test("several reports at once; --quiet leaves one line", async (t) => {
    const cwd = workplace(t);
    const { stdout } = await aibom(["--quiet", "scan", "bad", "--format", "text,json=a.json,sarif=a.sarif"], {
      cwd,
    });
    assert.match(stdout, /^DANGEROUS {2}.*\n$/);
    const json = JSON.parse(readFileSync(join(cwd, "a.json"), "utf8"));
    assert.equal(json.outcome, "dangerous");
    assert.equal(json.findings[0].code, "CUSTOM_CODE_REMOTE");
    const sarif = JSON.parse(readFileSync(join(cwd, "a.sarif"), "utf8"));
    assert.equal(
      sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri,
      "bad/config.json",
    );
  });

  test("--ignore leaves a path out", async (t) => {
    const cwd = workplace(t);
    const result = await aibom(["scan", ".", "--ignore", "bad", "--ignore", "broken"], { cwd });
    assert.equal(result.code, 0, result.stdout + result.stderr);
  });

  test("a failure is JSON for whoever asked for JSON", async (t) => {
    const { stdout, code } = await aibom(["scan", "missing", "--format", "json"], { cwd: workplace(t) });
    assert.equal(code, 2);
    assert.equal(JSON.parse(stdout).error.code, "SOURCE_NOT_FOUND");
  });

  test("dist/: threads find their program", async (t) => {
    const bin = join(import.meta.dirname, "../../bin/aibom.js");
    if (!existsSync(join(bin, "../../dist/reader-worker.js"))) {
      t.skip("dist/ is not built: npm run build");
      return;
    }
    const cwd = temporaryDirectory(t);
    const names = Array.from({ length: limits.maxMainThreadReadBytes / 40 }, (_, index) => `w${index}`);
    const tensors = Object.fromEntries(names.map((name) => [name, { dtype: "U8", shape: [1] }]));
    writeFileSync(join(cwd, "model.safetensors"), buildSafetensors({ tensors }));
    const result = await runProgram(process.execPath, [bin, "scan", "model.safetensors"], { cwd });
    assert.equal(result.code, 0, result.stdout + result.stderr);
  });
});
