// SPDX-License-Identifier: Apache-2.0
// Reports of `verify` on the command line: several places at once, the summary of a CI step, --verbose.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease } from "../use-cases/release.ts";
import { aibom } from "./run-aibom.ts";

const policy = `apiVersion: aibom/policy/v1
name: release
rules:
  - id: signed
    kind: signature
    signers: any
  - id: data
    kind: content
    scope: {kind: dataset}
`;

test("one run writes all reports, and the summary only for the report github", async (t) => {
  const { directory, trustRoot } = await signedRelease(temporaryDirectory(t));
  writeFileSync(join(directory, "policy.yaml"), policy);
  const run = (format: string, env: Record<string, string> = {}, flags: readonly string[] = []) =>
    aibom(
      [
        "verify",
        "tiny-gguf",
        "--trust-root",
        trustRoot,
        "--policy",
        "policy.yaml",
        "--format",
        format,
        ...flags,
      ],
      { cwd: directory, env },
    );
  const read = (name: string): string => readFileSync(join(directory, name), "utf8");
  const summary = join(directory, "summary.md");
  const env = { GITHUB_STEP_SUMMARY: summary };

  await run("text", env);
  assert.equal(existsSync(summary), false);
  assert.equal((await run("github", { GITHUB_STEP_SUMMARY: "" })).code, 1);

  writeFileSync(summary, "# before\n");
  const files = "junit=v.xml,gitlab=v.gitlab.json,markdown=v.md,html=v.html,sarif=v.sarif,json=v.json";
  const { code, stdout, stderr } = await run(`github,${files}`, env);
  assert.equal(code, 1, stderr);
  assert.match(stdout, /^::error title=aibom verify::DENY/);
  assert.match(stdout, /^::error file=policy\.yaml,line=7,title=POLICY_NO_MATCH/m);
  assert.match(read("v.xml"), /<testsuites name="aibom verify" tests="2" failures="1"/);
  assert.equal(JSON.parse(read("v.gitlab.json"))[0].location.lines.begin, 7);
  assert.match(read("v.html"), /^<!doctype html>/);
  assert.equal(JSON.parse(read("v.json")).verdict, "deny");
  assert.equal(read("summary.md"), `# before\n${read("v.md")}`);

  const again = await run(`text,${files}`, {}, ["--verbose"]);
  assert.equal(again.code, 1, "earlier reports are replaced");
  assert.match(again.stdout, /accepted because the signature \(oms\) is good/);
  assert.match(again.stdout, /^ {2}passed +signed: signature, enforce, matched 1$/m);
});

test("a summary that cannot be written is an error, not silence", async (t) => {
  const { directory, trustRoot } = await signedRelease(temporaryDirectory(t));
  const { code, stderr } = await aibom(
    ["verify", "tiny-gguf", "--trust-root", trustRoot, "--format", "github"],
    {
      cwd: directory,
      env: { GITHUB_STEP_SUMMARY: join(directory, "absent/summary.md") },
    },
  );
  assert.match(stderr, /CLI_OUTPUT_NOT_WRITABLE/);
  assert.equal(code, 2);
});

test("sarif points at the lines of the BOM on disk", async (t) => {
  const { directory, trustRoot, bom } = await signedRelease(temporaryDirectory(t));
  const [gone = ""] = readdirSync(join(directory, "tiny-safetensors")).filter((name) =>
    name.endsWith(".json"),
  );
  rmSync(join(directory, "tiny-safetensors", gone));
  const flags = ["--trust-root", trustRoot, "--bom", bom, "--format", "sarif"];
  const { stdout, stderr } = await aibom(["verify", "tiny-safetensors", ...flags], { cwd: directory });
  assert.equal(stderr, "");
  const results: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }[] =
    JSON.parse(stdout).runs[0].results;
  const missing = results.find(({ ruleId }) => ruleId === "BOM_FILE_MISSING");
  const line = missing?.locations[0]?.physicalLocation.region.startLine ?? 0;
  const text = readFileSync(bom, "utf8").split("\n");
  assert.ok(
    text
      .slice(line - 1, line + 5)
      .join(" ")
      .includes(`"name": "${gone}"`),
  );
});
