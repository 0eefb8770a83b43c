// SPDX-License-Identifier: Apache-2.0
// The script that every pipeline calls, run for real: verdicts, exit codes, reports, and inputs that try to be commands.

import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { mainPath, runProgram } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type Release, signedRelease } from "../use-cases/release.ts";

const script = join(import.meta.dirname, "../../integrations/gate.sh");

interface Setting extends Release {
  /** A program that runs aibom from source. */
  readonly command: string;
  gate(variables: Readonly<Record<string, string>>): ReturnType<typeof runProgram>;
}

async function setting(t: TestContext): Promise<Setting> {
  const made = await signedRelease(temporaryDirectory(t));
  const command = join(made.directory, "aibom");
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${mainPath}' "$@"\n`);
  chmodSync(command, 0o755);
  const gate = (variables: Readonly<Record<string, string>>) =>
    runProgram("/bin/sh", [script], {
      cwd: made.directory,
      env: {
        AIBOM_COMMAND: command,
        AIBOM_TRUST_ROOT: made.trustRoot,
        AIBOM_TARGETS: made.targets.join("\n"),
        ...variables,
      },
    });
  return { ...made, command, gate };
}

test("allow: exit code 0, the verdict as output, the reports that were asked for", async (t) => {
  const { gate, directory, bom } = await setting(t);
  const output = join(directory, "github-output");
  const done = await gate({
    AIBOM_BOM: bom,
    AIBOM_OUTPUT: "reports dir",
    AIBOM_REPORTS: "github sarif  junit gitlab markdown html vsa svr",
    GITHUB_OUTPUT: output,
    AIBOM_RESULT_FILE: join(directory, "result"),
  });
  assert.equal(done.code, 0, done.stderr);
  assert.equal(readFileSync(output, "utf8"), "verdict=allow\nexit-code=0\n");
  assert.equal(readFileSync(join(directory, "result"), "utf8"), "allow");
  const files = ["verdict.json", "junit.xml"].map((name) => `aibom-${name}`);
  for (const name of [...files, "aibom.sarif", "gl-code-quality-report.json", "aibom.md", "aibom.html"]) {
    assert.ok(existsSync(join(directory, "reports dir", name)), name);
  }
});

test("deny and errors: the exit code of verify, and no verdict of an earlier run", async (t) => {
  const { gate, directory, targets } = await setting(t);
  writeFileSync(join(targets[0] ?? "", "added.bin"), "x");
  const result = join(directory, "result");
  const denied = await gate({ AIBOM_RESULT_FILE: result });
  assert.deepEqual([denied.code, readFileSync(result, "utf8")], [1, "deny"], denied.stderr);
  const broken = await gate({ AIBOM_RESULT_FILE: result, AIBOM_POLICY: "missing.yaml" });
  assert.deepEqual([broken.code, readFileSync(result, "utf8")], [2, "none"]);
  const report = join(directory, "aibom-verdict.json");
  assert.ok(!existsSync(report) || !readFileSync(report, "utf8").includes('"verdict":'));
});

test("nothing asked, a report or a program that there is not: exit code 2", async (t) => {
  const { gate } = await setting(t);
  const refused: readonly Readonly<Record<string, string>>[] = [
    { AIBOM_TARGETS: "" },
    { AIBOM_TARGETS: "\n\n" },
    { AIBOM_REPORTS: "sarif=x" },
    { AIBOM_OUTPUT: "a,vsa=b" },
    { AIBOM_COMMAND: "/nowhere/aibom" },
  ];
  for (const variables of refused) {
    const done = await gate(variables);
    assert.equal(done.code, 2, JSON.stringify(variables) + done.stdout);
    assert.match(done.stderr, /^aibom-gate: /);
  }
});

test("inputs are arguments: nothing in them is run, expanded or taken as a flag", async (t) => {
  const { gate, directory, targets } = await setting(t);
  const names = ["$(touch pwned)", "`touch pwned`", "a b; touch pwned", "*", "--help", "-v"];
  for (const name of names) {
    const done = await gate({ AIBOM_TARGETS: name });
    assert.equal(done.code, 2, name + done.stdout);
    assert.doesNotMatch(done.stdout, /Usage/);
  }
  for (const name of names) {
    const done = await gate({ AIBOM_POLICY: name, AIBOM_VEX: name, AIBOM_WAIVERS: name });
    assert.equal(done.code, 2, name);
  }
  assert.equal(existsSync(join(directory, "pwned")), false);
  const spaced = join(directory, "a model; $x");
  renameSync(targets[0] ?? "", spaced);
  const done = await gate({ AIBOM_TARGETS: `\n${spaced}\n` });
  assert.equal(done.code, 0, done.stderr + done.stdout);
});

test("a trust root as Kubernetes mounts secrets: links to a directory of the version", async (t) => {
  const { gate, directory, trustRoot } = await setting(t);
  const mounted = join(directory, "mounted");
  mkdirSync(join(mounted, "..2026_01"), { recursive: true });
  const trust = readFileSync(join(trustRoot, "trust.json"));
  writeFileSync(join(mounted, "..2026_01/trust.json"), trust, { mode: 0o440 });
  symlinkSync("..2026_01", join(mounted, "..data"));
  symlinkSync("..data/trust.json", join(mounted, "trust.json"));
  const done = await gate({ AIBOM_TRUST_ROOT: mounted });
  assert.equal(done.code, 0, done.stderr + done.stdout);
});
