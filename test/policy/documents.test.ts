// SPDX-License-Identifier: Apache-2.0
// The policies that aibom writes and documents: all of them load, and mean what the text beside them says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import schema from "../../schemas/policy.schema.json" with { type: "json" };
import { formatNames } from "../../src/formats/format-names.ts";
import { baselinePolicy, baselineText } from "../../src/policy/baseline.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import { ruleKinds } from "../../src/policy/rules/index.ts";
import { starterPolicy } from "../../src/policy/starter.ts";
import { elementCases, patched, silentDocument } from "../score/element-cases.ts";
import { artifact, bom, bomDigests, gate, gated, signature } from "./gate-inputs.ts";

const load = (text: string) =>
  loadPolicy(new TextEncoder().encode(text), "policy.yaml", { formats: formatNames });
const guide = readFileSync(join(import.meta.dirname, "../../docs/policy.md"), "utf8");
const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

/** A BOM that holds all that the G7 list asks for. */
const readyDocument = patched(silentDocument(), Object.values(elementCases["g7-ai"]).flat());

const provenance = signature({
  identity: "build",
  usage: "statement",
  predicateType: "https://slsa.dev/provenance/v1",
  claims: [
    { name: "slsa.builder.id", value: "https://github.com/actions/runner/github-hosted" },
    { name: "slsa.source.uri", value: "https://github.com/org/repo" },
  ],
});
const input = gate(
  [
    gated({
      artifact: artifact({ licenses: ["apache-2.0"] }),
      signatures: [signature(), signature({ identity: "security" }), provenance],
      digests: [bomDigests()],
    }),
  ],
  bom({ signatures: [signature({ usage: "bom" })], document: readyDocument }),
);

test("every example of the guide loads, allows a good release and denies an unsigned one", async () => {
  assert.ok(examples.length >= 3);
  for (const text of examples) {
    const policy = await load(text);
    assert.equal(evaluatePolicy(policy, input).outcome, "allow", policy.name);
    assert.equal(evaluatePolicy(policy, gate([gated()], bom())).outcome, "deny", policy.name);
  }
});

test("the guide names every rule kind and every key", () => {
  for (const kind of Object.keys(ruleKinds)) {
    assert.ok(guide.includes(`### \`${kind}\``), kind);
  }
  const keys = Object.values(schema.$defs).flatMap((each) =>
    "properties" in each ? Object.keys(each.properties) : [],
  );
  for (const key of new Set([...keys, ...Object.keys(schema.properties)])) {
    assert.ok(key === "$schema" || guide.includes(`${key}`), key);
  }
});

test("the schema, the types and the rule list agree on the kinds", () => {
  assert.deepEqual(schema.$defs.rule.properties.kind.enum.toSorted(), Object.keys(ruleKinds).toSorted());
});

/** A copy with ordinary prototypes. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

test("the baseline is what its text says", async () => {
  assert.deepEqual(plain(await load(baselineText)), baselinePolicy());
  assert.equal(baselinePolicy().name, "builtin:baseline");
});

test("the starter policy has the rules of the baseline, and its examples load when uncommented", async () => {
  const starter = await load(starterPolicy);
  assert.deepEqual(plain(starter.rules), baselinePolicy().rules);
  const uncommented = starterPolicy
    .replace(/^#( {2}(?:- | {2}).*)$/gm, "$1")
    .replace("# expires:", "expires:");
  const full = await load(uncommented);
  assert.equal(full.expires, "2027-12-31");
  assert.deepEqual([...new Set(full.rules.map((rule) => rule.kind))].sort(), Object.keys(ruleKinds).sort());
});
