// SPDX-License-Identifier: Apache-2.0
// Reports against the schemas that others published: SARIF 2.1.0 by OASIS's JSON Schema, JUnit by the XML Schema that Jenkins reads
// them by. Verdicts of every outcome, a scan, an error, and hostile words. Each check is also shown something wrong.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease } from "../use-cases/release.ts";
import { environmentDirectory, missingEnvironment, runPython } from "./python-environments.ts";
import { missingShipped, schemaFiles, schemaPackages, shippedDirectory } from "./shipped-packages.ts";

const schemaPath = (name: keyof typeof schemaFiles) =>
  join(shippedDirectory(schemaPackages[name]), schemaFiles[name]);
const skipSarif = missingEnvironment("pipelines") || missingShipped([schemaPackages.sarif]);
const skipJunit = missingEnvironment("reports") || missingShipped([schemaPackages.junit]);

/** Words that end strings, elements and comments, in every place that an artifact can put some. */
const hostile = `a"b'<c>&d]]>--e\u202ef`;

interface Report {
  readonly name: string;
  readonly text: string;
}

/** One report for each way in which a verification or scan ends. */
async function reports(t: TestContext, format: "sarif" | "junit"): Promise<readonly Report[]> {
  const { directory: cwd, trustRoot, bom } = await signedRelease(temporaryDirectory(t));
  const file = (name: string) => join(cwd, name);
  mkdirSync(file(hostile));
  writeFileSync(file(`${hostile}/model.pkl`), Buffer.from("80049595", "hex"));
  writeFileSync(file("cut.safetensors"), "x");
  writeFileSync(
    file("policy.yaml"),
    [
      "apiVersion: aibom/policy/v1",
      "name: gate",
      "rules:",
      "  - { id: signed, kind: signature, signers: [release], message: 'only \"ours\" <&>' }",
      "  - { id: no-gguf, kind: format, deny: [gguf], mode: warn }",
      "  - { id: complete, kind: complete }",
      "",
    ].join("\n"),
  );
  const policy = ["--trust-root", trustRoot, "--policy", "policy.yaml"];
  const runs: readonly (readonly [string, readonly string[]])[] = [
    ["allow", ["verify", "tiny-safetensors", "--bom", bom, ...policy]],
    ["deny", ["verify", hostile, "tiny-gguf", ...policy]],
    ["undecided", ["verify", "cut.safetensors", ...policy]],
    ["no target", ["verify", "absent", ...policy]],
    ...(format === "sarif" ? ([["scan", ["scan", hostile, "tiny-gguf", "cut.safetensors"]]] as const) : []),
  ];
  const written: Report[] = [];
  for (const [name, args] of runs) {
    const { stdout, stderr } = await aibom([...args, "--format", format], { cwd });
    if (stdout !== "") {
      written.push({ name, text: stdout });
    } else {
      assert.equal(name, "no target", stderr);
    }
  }
  assert.ok(written.length >= 3);
  return written;
}

test("SARIF is valid by the schema of OASIS", { skip: skipSarif }, async (t) => {
  const directory = temporaryDirectory(t);
  const check = (text: string) => {
    const path = join(directory, "report.sarif");
    writeFileSync(path, text);
    const program = join(environmentDirectory("pipelines"), "bin/check-jsonschema");
    const { status, stdout, stderr } = spawnSync(
      program,
      ["--regex-variant", "nonunicode", "--schemafile", schemaPath("sarif"), path],
      {
        encoding: "utf8",
      },
    );
    return { isValid: status === 0, said: stdout + stderr };
  };
  const all = await reports(t, "sarif");
  for (const { name, text } of all) {
    const { isValid, said } = check(text);
    assert.ok(isValid, `${name}: ${said}`);
  }
  for (const [right, wrong] of [
    ['"ruleId"', '"rule"'],
    ['"level": "', '"level": "x'],
    ['"2.1.0"', '"2.0.0"'],
  ] as const) {
    const text = all.map((each) => each.text).find((each) => each.includes(right)) ?? "";
    assert.notEqual(text, "", right);
    assert.equal(check(text.replace(right, wrong)).isValid, false, wrong);
  }
});

test("JUnit is valid by the schema that Jenkins reads it by", { skip: skipJunit }, async (t) => {
  const directory = temporaryDirectory(t);
  const all = await reports(t, "junit");
  const damaged = (all[0]?.text ?? "").replace("<testcase ", "<testcas ");
  const paths = [...all, { name: "damaged", text: damaged }].map(({ text }, index) => {
    const path = join(directory, `${index}.xml`);
    writeFileSync(path, text);
    return path;
  });
  const script = [
    "import json, sys, xmlschema",
    "schema = xmlschema.XMLSchema(sys.argv[1])",
    "def reason(path):",
    "    try:",
    "        schema.validate(path)",
    "        return None",
    "    except Exception as error:",
    "        return str(error)[:600]",
    "print(json.dumps([reason(path) for path in sys.argv[2:]]))",
  ].join("\n");
  const reasons = runPython("reports", script, [schemaPath("junit"), ...paths]) as (string | null)[];
  for (const [index, { name }] of all.entries()) {
    assert.equal(reasons[index], null, `${name}: ${reasons[index]}`);
  }
  assert.notEqual(reasons.at(-1), null, "a damaged one is refused");
});
