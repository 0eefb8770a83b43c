// SPDX-License-Identifier: Apache-2.0
// `aibom convert`: what it writes and prints, exit codes, files that it must not replace.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { loadValidator } from "../../src/schemas/validators.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const golden = join(import.meta.dirname, "../bom/golden/safetensors-with-card.1.7.json");
const env = { SOURCE_DATE_EPOCH: "1767323045" };

describe("aibom convert", () => {
  test("writes the document and its losses, and prints them", async (t) => {
    const cwd = temporaryDirectory(t);
    const run = () =>
      aibom(["convert", golden, "--to", "spdx-3.0.1", "-o", "out.json", "--losses", "losses.json"], {
        cwd,
        env,
      });
    const first = await run();
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stderr,
      /CycloneDX 1\.7 to spdx-3\.0\.1: \d+ values lost in \d+ places?, \d+ moved, \d+ gaps/,
    );
    assert.match(first.stderr, /^ {2}lost {3}\/metadata\/component\/evidence \(\d+ values\)$/m);
    assert.match(first.stderr, /^ {2}gap {4}profile ai wants suppliedBy, \d+ elements? without, first /m);
    const validate = await loadValidator("conversion");
    const losses = readFileSync(join(cwd, "losses.json"), "utf8");
    assert.equal(validate(JSON.parse(losses)), true, JSON.stringify(validate.errors));
    const bytes = readFileSync(join(cwd, "out.json"));
    assert.equal((await run()).code, 0);
    assert.ok(readFileSync(join(cwd, "out.json")).equals(bytes), "the same bytes again");
  });

  test("--fail-on", async (t) => {
    const cwd = temporaryDirectory(t);
    for (const [to, kinds, code] of [
      ["cyclonedx-1.6", "loss,gap", 0],
      ["cyclonedx-1.6", "move", 1],
      ["spdx-3.0.1", "gap", 1],
      ["csv", "any", 1],
      ["cyclonedx-1.7", "any", 0],
    ] as const) {
      const result = await aibom(["convert", golden, "--to", to, "--fail-on", kinds], { cwd, env });
      assert.equal(result.code, code, `${to} ${kinds}: ${result.stderr}`);
    }
  });

  test("refusals", async (t) => {
    const cwd = temporaryDirectory(t);
    writeFileSync(join(cwd, "weights.bin"), "weights");
    writeFileSync(
      join(cwd, "bad.json"),
      '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"dependencies":[{"ref":"x"}]}',
    );
    for (const [args, code, exit] of [
      [[golden, "--to", "csv", "-o", "weights.bin"], "CLI_OUTPUT_FOREIGN", 2],
      [[golden, "--to", "csv", "--losses", "weights.bin"], "CLI_OUTPUT_FOREIGN", 2],
      [[golden, "--to", "xml"], "CLI_OPTION_INVALID", 2],
      [["bad.json", "--to", "csv"], "BOM_INVALID", 2],
      [["missing.json", "--to", "csv"], "SOURCE_NOT_FOUND", 2],
      [["bad.json", "--to", "cyclonedx-1.6", "-o", "./bad.json"], "CLI_USAGE", 2],
      [[".", "--to", "csv"], "SOURCE_NOT_REGULAR", 3],
    ] as const) {
      const result = await aibom(["convert", ...args], { cwd, env });
      assert.deepEqual([result.code, errorCode(result)], [exit, code], args.join(" "));
    }
    assert.equal(readFileSync(join(cwd, "weights.bin"), "utf8"), "weights");
  });
});
