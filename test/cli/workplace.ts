// SPDX-License-Identifier: Apache-2.0
// A directory to work in, as after the first commands of the guide.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom } from "./run-aibom.ts";

/** A model, a trust root and a key; `run` checks the exit code. */
export async function workplace(t: Parameters<typeof temporaryDirectory>[0]) {
  const cwd = temporaryDirectory(t);
  const run = async (code: number, ...args: readonly string[]) => {
    const result = await aibom(args, { cwd });
    assert.equal(result.code, code, `aibom ${args.join(" ")}\n${result.stdout}${result.stderr}`);
    return result;
  };
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/config.json"), '{"model_type":"tiny"}\n');
  await run(0, "init");
  await run(0, "keygen", "--out", "release.key", "--no-passphrase");
  return { cwd, run };
}
