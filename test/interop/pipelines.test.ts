// SPDX-License-Identifier: Apache-2.0
// What pipelines are given, against the schemas that their systems publish (vendored by check-jsonschema and
// kubernetes-validate) and by pre-commit itself. Each check is also shown something wrong.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { environmentDirectory, missingEnvironment } from "./python-environments.ts";

const skip = missingEnvironment("pipelines");
const root = join(import.meta.dirname, "../..");

function run(program: string, ...args: string[]): { status: number | null; text: string } {
  const path = join(environmentDirectory("pipelines"), "bin", program);
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: "utf8", cwd: root });
  return { status, text: stdout + stderr };
}

interface Check {
  readonly file: string;
  readonly command: readonly [string, ...string[]];
  /** From the file to what is checked. */
  readonly prepare?: (text: string) => string;
  /** From what is checked to something wrong. */
  readonly spoil: readonly [string, string];
}

const checks: readonly Check[] = [
  {
    file: "action.yml",
    command: ["check-jsonschema", "--builtin-schema", "vendor.github-actions"],
    spoil: ["using: composite", "using: composit"],
  },
  {
    file: "templates/verify.yml",
    command: ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    // As GitLab sees it: without the head, with the inputs put in.
    prepare: (text) =>
      (text.split("\n---\n")[1] ?? "")
        .replace("$[[ inputs.job-name ]]", "aibom-verify")
        .replaceAll(/\$\[\[ inputs\.[a-z-]+ \]\]/g, "x"),
    spoil: ["when: always", "when: someday"],
  },
  {
    file: ".pre-commit-hooks.yaml",
    command: ["pre-commit", "validate-manifest"],
    spoil: ["language: node", "language: nodejs"],
  },
  {
    file: "integrations/kubernetes/init-container.yaml",
    command: ["kubernetes-validate", "--strict"],
    spoil: ["initContainers:", "initContainer:"],
  },
  {
    file: "integrations/kubernetes/gate-job.yaml",
    command: ["kubernetes-validate", "--strict"],
    spoil: ["backoffLimit: 0", "backoffLimit: none"],
  },
];

for (const { file, command, prepare = (text: string) => text, spoil } of checks) {
  test(`${file} is what its system accepts`, { skip }, (t) => {
    const [program, ...args] = command;
    const copy = join(temporaryDirectory(t), file.split("/").at(-1) ?? "");
    const text = prepare(readFileSync(join(root, file), "utf8"));
    writeFileSync(copy, text);
    const good = run(program, ...args, copy);
    assert.equal(good.status, 0, good.text);
    const [right, wrong] = spoil;
    assert.ok(text.includes(right));
    writeFileSync(copy, text.replace(right, wrong));
    assert.notEqual(run(program, ...args, copy).status, 0);
  });
}
