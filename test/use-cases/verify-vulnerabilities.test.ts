// SPDX-License-Identifier: Apache-2.0
// Vulnerability data as files: an OSV export in each of its forms and a VEX, signed or not, through the command line.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { buildZip } from "../../fixtures/zip.ts";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, type Release, signedRelease, signTo } from "./release.ts";

const record = {
  id: "GHSA-1",
  aliases: ["CVE-2026-1"],
  modified: "2026-06-29T00:00:00Z",
  affected: [
    {
      package: { ecosystem: "PyPI", name: "torch" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "2.1" }] }],
    },
  ],
  database_specific: { severity: "CRITICAL" },
};
const other = { id: "X", modified: "2026-06-01T00:00:00Z", affected: [] };

const policyText = `apiVersion: aibom/policy/v1
name: test
rules:
  - { id: signed, kind: signature, signers: any }
  - { id: known, kind: vulnerability, maxAge: 7d, vex: { signedBy: [release] } }
`;

interface Setting extends Release {
  readonly policy: string;
}

/** A signed release whose BOM lists torch inside the first model. */
async function release(t: TestContext): Promise<Setting> {
  const made = await signedRelease(temporaryDirectory(t));
  const bom = JSON.parse(readFileSync(made.bom, "utf8")) as {
    components: { name: string; components?: object[] }[];
    metadata: { component?: { components?: object[] } };
  };
  const torch = {
    type: "library",
    "bom-ref": "torch",
    name: "torch",
    version: "2.0",
    purl: "pkg:pypi/torch@2.0",
  };
  const model = [bom.metadata.component, ...bom.components].find((each) => each?.components !== undefined);
  model?.components?.push(torch);
  writeFileSync(made.bom, JSON.stringify(bom));
  await signTo(made.bom, made.key);
  const policy = join(made.directory, "policy.yaml");
  writeFileSync(policy, policyText);
  return { ...made, policy };
}

function write(path: string, ...records: object[]): string {
  writeFileSync(path, records.map((each) => JSON.stringify(each)).join("\n"));
  return path;
}

function exports(directory: string): readonly string[] {
  const folder = join(directory, "osv");
  mkdirSync(folder);
  write(join(folder, "GHSA-1.json"), record);
  write(join(folder, "X.json"), other);
  const list = join(directory, "list.json");
  writeFileSync(list, JSON.stringify([record, other]));
  const answer = write(join(directory, "answer.json"), { vulns: [record, other] });
  const lines = write(join(directory, "lines.jsonl"), record, other);
  const zip = join(directory, "all.zip");
  writeFileSync(zip, archive({ "GHSA-1.json": record, "X.json": other }));
  return [folder, list, answer, lines, zip];
}

const archive = (records: Readonly<Record<string, object>>) =>
  buildZip(Object.entries(records).map(([name, each]) => ({ name, data: JSON.stringify(each), method: 8 })));

test("an export in any form, signed: the vulnerable package is found; unsigned it is no evidence", async (t) => {
  const made = await release(t);
  for (const osv of exports(made.directory)) {
    const unsigned = await made.verify({ policy: made.policy, osv });
    assert.ok(codesOf(unsigned).has("VULNERABILITY_DATA_UNSIGNED"), osv);
    await signTo(osv, made.key);
    const verdict = await made.verify({ policy: made.policy, osv });
    assert.equal(verdict.outcome, "deny", osv);
    assert.ok(codesOf(verdict).has("VULNERABILITY_FOUND"), osv);
    assert.ok(!codesOf(verdict).has("VULNERABILITY_DATA_UNSIGNED"), osv);
    assert.ok(verdict.inputs.osv !== undefined);
  }
});

test("a record that is added after signing leaves the directory unsigned", async (t) => {
  const made = await release(t);
  const [folder = ""] = exports(made.directory);
  await signTo(folder, made.key);
  write(join(folder, "Y.json"), other);
  const verdict = await made.verify({ policy: made.policy, osv: folder });
  assert.ok(codesOf(verdict).has("VULNERABILITY_DATA_UNSIGNED"));
});

test("what is no export is refused as a whole", async (t) => {
  const made = await release(t);
  const file = (name: string, text: string | Uint8Array) => {
    const path = join(made.directory, name);
    writeFileSync(path, text);
    return path;
  };
  const bad: readonly [string, string][] = [
    [file("empty.json", "[]"), "OSV_INVALID"],
    [file("half.json", JSON.stringify([record, { id: "Y" }])), "OSV_INVALID"],
    [file("none.txt", "x"), "OSV_INVALID"],
    [file("text.json", "{"), "JSON_INVALID"],
    [file("twice.json", '{"id":"a","id":"b"}'), "JSON_DUPLICATE_KEY"],
    [file("cut.zip", archive({ "a.json": record }).subarray(0, 40)), "OSV_INVALID"],
  ];
  for (const [osv, code] of bad) {
    await assert.rejects(made.verify({ policy: made.policy, osv }), { code }, osv);
  }
  const inside = write(join(made.targets[0] ?? "", "osv.json"), record);
  await assert.rejects(made.verify({ policy: made.policy, osv: inside }), { code: "JUDGE_IN_TARGET" });
});

test("command line: a signed VEX lets through, and replay needs the same data", async (t) => {
  const made = await release(t);
  // One target: the other lists no component.
  const [target = ""] = made.targets;
  const osv = write(join(made.directory, "list.json"), record);
  await signTo(osv, made.key);
  const vex = write(join(made.directory, "vex.json"), {
    "@context": "https://openvex.dev/ns/v0.2.0",
    author: "us",
    timestamp: "2026-06-30T00:00:00Z",
    statements: [
      {
        vulnerability: "CVE-2026-1",
        products: [{ "@id": "pkg:pypi/torch@2.0" }],
        status: "not_affected",
        justification: "vulnerable_code_not_in_execute_path",
      },
    ],
  });
  const { policy, bom, trustRoot } = made;
  const report = join(made.directory, "verdict.json");
  const inputs = [target, "--policy", policy, "--bom", bom, "--trust-root", trustRoot, "--osv", osv];
  const run = (...more: string[]) =>
    aibom(["verify", ...inputs, "--at", at.toISOString(), "--format", `text,json=${report}`, ...more]);

  const without = await run();
  assert.equal(without.code, 1, without.stderr);
  assert.match(without.stdout, /pkg:pypi\/torch@2\.0 is affected by GHSA-1 \(critical\)/);
  assert.equal((await run("--vex", vex)).code, 1);
  await signTo(vex, made.key);
  const allowed = await run("--vex", vex, "--verbose");
  assert.equal(allowed.code, 0, allowed.stdout + allowed.stderr);
  assert.match(
    allowed.stdout.replaceAll(/\s+/g, " "),
    /does not count: not_affected \(vulnerable_code_not_in_execute_path\), says release in vex\.json/,
  );

  const same = await aibom(["replay", report, ...inputs, "--vex", vex]);
  assert.deepEqual([same.code, same.stderr], [0, ""]);
  assert.equal(errorCode(await aibom(["replay", report, ...inputs])), "REPLAY_INPUT_DIFFERS");
});
