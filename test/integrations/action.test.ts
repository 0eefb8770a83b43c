// SPDX-License-Identifier: Apache-2.0
// The GitHub Action, run step by step as a runner does it: inputs put into the environment, each step a script of its own, outputs
// carried from one step to the next by file. What the runner itself does is written here; everything else is action.yml's.

import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { mainPath, type RunResult, runProgram } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type Release, signedRelease } from "../use-cases/release.ts";

const root = join(import.meta.dirname, "../..");

interface Step {
  readonly id?: string;
  readonly name: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action: Action = parse(readFileSync(join(root, "action.yml"), "utf8"));

interface Run {
  readonly steps: readonly RunResult[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs the action in a directory; the first step that fails is the last one. */
async function runAction(t: TestContext, cwd: string, given: Readonly<Record<string, string>>): Promise<Run> {
  assert.equal(action.runs.using, "composite");
  const files = temporaryDirectory(t);
  const inputs = new Map(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]),
  );
  const outputs = new Map<string, string>();
  const expand = (text: string): string =>
    text.replace(/\$\{\{\s*([^}]+?)\s*\}\}/g, (_, expression: string) => {
      const [, input, output] =
        /^(?:inputs\.([a-z-]+)|(steps\.[a-z]+\.outputs\.[a-z-]+))$/.exec(expression) ?? [];
      assert.ok(input ?? output, `an expression that this runner does not know: ${expression}`);
      return (input === undefined ? outputs.get(output ?? "") : inputs.get(input)) ?? "";
    });
  const summary = join(files, "summary.md");
  const steps: RunResult[] = [];
  for (const [index, step] of action.runs.steps.entries()) {
    assert.equal(step.shell, "sh");
    const [script, output] = [join(files, `${index}.sh`), join(files, `${index}.out`)];
    writeFileSync(script, expand(step.run));
    writeFileSync(output, "");
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, expand(value)]),
    );
    const runner = {
      GITHUB_ACTIONS: "true",
      GITHUB_ACTION_PATH: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    };
    // "sh -e {0}" is how runners call it.
    const result = await runProgram("/bin/sh", ["-e", script], { cwd, env: { ...env, ...runner } });
    steps.push(result);
    for (const line of readFileSync(output, "utf8")
      .split("\n")
      .filter((each) => each !== "")) {
      const at = line.indexOf("=");
      outputs.set(`steps.${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
    }
    if (result.code !== 0) {
      break;
    }
  }
  return {
    steps,
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [name, expand(value)]),
    ),
    summary: existsSync(summary) ? readFileSync(summary, "utf8") : "",
  };
}

async function setting(t: TestContext): Promise<Release & { readonly command: string }> {
  const made = await signedRelease(temporaryDirectory(t));
  const command = join(made.directory, "aibom");
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${mainPath}' "$@"\n`);
  chmodSync(command, 0o755);
  return { ...made, command };
}

test("allow: the step succeeds, outputs and reports are there, the summary is written", async (t) => {
  const { directory, targets, trustRoot, bom, command } = await setting(t);
  const inputs = { targets: targets.join("\n"), "trust-root": trustRoot, bom, command };
  const { steps, outputs, summary } = await runAction(t, directory, inputs);
  assert.deepEqual(
    steps.map(({ code }) => code),
    [0, 0],
    steps.at(-1)?.stderr,
  );
  assert.deepEqual(outputs, { verdict: "allow", "exit-code": "0", reports: "aibom-reports" });
  assert.ok(existsSync(join(directory, "aibom-reports/aibom.sarif")));
  assert.match(summary, /allow/i);
});

test("deny: the step fails with 1, and annotations name the rule", async (t) => {
  const { directory, targets, trustRoot, command } = await setting(t);
  writeFileSync(
    join(directory, "policy.yaml"),
    "apiVersion: aibom/policy/v1\nname: gate\nrules:\n  - { id: no-gguf, kind: format, deny: [gguf] }\n",
  );
  const inputs = { targets: targets.join("\n"), "trust-root": trustRoot, policy: "policy.yaml", command };
  const { steps, outputs } = await runAction(t, directory, { ...inputs, output: "out put" });
  assert.deepEqual(
    steps.map(({ code }) => code),
    [0, 1],
  );
  assert.match(steps.at(-1)?.stdout ?? "", /^::error file=\S+\.gguf,title=FORMAT_DENIED/m);
  assert.deepEqual(outputs, { verdict: "deny", "exit-code": "1", reports: "out put" });
});

test("no verdict: 2, and the output says so; inputs that try to be commands are none", async (t) => {
  const { directory, trustRoot, command } = await setting(t);
  const hostile = `absent"; touch stolen; echo "$(touch stolen2) \`touch stolen3\``;
  const { steps, outputs } = await runAction(t, directory, {
    targets: hostile,
    "trust-root": trustRoot,
    command,
  });
  assert.deepEqual(
    steps.map(({ code }) => code),
    [0, 2],
  );
  assert.deepEqual([outputs["verdict"], outputs["exit-code"]], ["none", "2"]);
  for (const name of ["stolen", "stolen2", "stolen3"]) {
    assert.ok(!existsSync(join(directory, name)));
  }
});
