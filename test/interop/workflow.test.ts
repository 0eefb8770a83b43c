// SPDX-License-Identifier: Apache-2.0
// The workflow of docs/ci.md by actionlint, beside this repository's action.yml: the inputs and outputs that it names are there, and
// one that is not is noticed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingGoTools, missingPrograms, pathOf } from "./tools.ts";

const root = join(import.meta.dirname, "../..");
const skip = missingPrograms("git") || missingGoTools("actionlint");

test("the workflow of the guide is one that actionlint accepts", { skip }, (t) => {
  const cwd = temporaryDirectory(t);
  spawnSync("git", ["init", "--quiet"], { cwd });
  mkdirSync(join(cwd, ".github/workflows"), { recursive: true });
  copyFileSync(join(root, "action.yml"), join(cwd, "action.yml"));
  const guide = readFileSync(join(root, "docs/ci.md"), "utf8");
  const steps = /## GitHub Actions\n\n```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  const job = steps
    .replaceAll("<owner>/aibom@<commit>", "./")
    .replaceAll("<commit>", "a".repeat(40))
    .replace(/^steps:/m, "runs-on: ubuntu-latest\nsteps:")
    .replace(/^/gm, "    ");
  const outputs = `      - run: echo "$VERDICT"\n        env: { VERDICT: "\${{ steps.gate.outputs.verdict }}" }\n`;
  const workflow = `on: push\njobs:\n  gate:\n${job.trimEnd()}\n${outputs}`;
  const lint = (text: string) => {
    writeFileSync(join(cwd, ".github/workflows/gate.yml"), text);
    const { status, stdout, stderr } = spawnSync(pathOf("actionlint"), ["-no-color"], {
      cwd,
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  };
  const good = lint(workflow);
  assert.equal(good.status, 0, good.said);
  assert.match(
    lint(workflow.replace("policy: policy.yaml", "polciy: policy.yaml")).said,
    /input "polciy" is not defined/,
  );
  assert.match(lint(workflow.replace("targets: |", "target: |")).said, /missing input "targets"/);
  assert.match(lint(workflow.replace("outputs.verdict", "outputs.verdikt")).said, /verdikt/);
});
