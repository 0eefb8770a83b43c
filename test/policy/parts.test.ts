// SPDX-License-Identifier: Apache-2.0
// Models and datasets inside one target: none of them is out of a rule's sight because others lie beside it, and what one
// of them states is not stated about the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Artifact, ArtifactKind, ArtifactPart } from "../../src/model/artifact.ts";
import { claim, computed, type Fact, type FactName } from "../../src/model/fact.ts";
import { artifact, evaluateRule, file, gate, gated } from "./gate-inputs.ts";

type Stated = readonly (readonly [FactName, string])[];

/** A part of one file that states the facts. */
function part(kind: ArtifactKind, root: string, stated: Stated): ArtifactPart {
  const path = `${root}/README.md`;
  const facts = stated.map(([name, value]) => claim(name, value, { path }));
  const files = [file(path)];
  return { kind, name: root, store: "model-folders", root, files, facts, findings: [], complete: true };
}

function hub(parts: readonly ArtifactPart[], beside: readonly Fact[] = []): Artifact {
  const isModel = parts.some(({ kind }) => kind === "model");
  return {
    ...artifact({
      name: "hub",
      kind: isModel ? "model" : "dataset",
      files: [file("notes.txt"), ...parts.flatMap(({ files }) => files)],
      facts: [...beside, ...parts.flatMap(({ facts }) => facts)],
    }),
    parts,
  };
}

async function statusOf(rule: object, whole: Artifact): Promise<string | undefined> {
  const verdict = await evaluateRule(rule, gate([gated({ artifact: whole })]));
  return verdict.rules[0]?.status;
}

const good: Stated = [
  ["version", "2.0"],
  ["classification", "public"],
  ["license", "MIT"],
  ["base_model", "org/base"],
];
const silent: Stated = [];

const rules = {
  component: { kind: "component", minVersion: "1.0", evidence: "claim" },
  completeness: { kind: "completeness", require: ["version"], evidence: "claim" },
  lineage: { kind: "lineage", allow: ["org/*"], evidence: "claim" },
  license: { kind: "license", allow: ["MIT"] },
};

for (const [kind, rule] of Object.entries(rules)) {
  test(`${kind}: what one model states is not stated about the one beside it`, async () => {
    assert.equal(await statusOf(rule, hub([part("model", "a", good), part("model", "b", good)])), "pass");
    assert.equal(await statusOf(rule, hub([part("model", "a", good), part("model", "b", silent)])), "fail");
    assert.equal(await statusOf(rule, hub([part("model", "b", silent), part("model", "a", good)])), "fail");
  });
}

test("what lies beside the models has to state nothing, and what it states is judged", async () => {
  const models = [part("model", "a", good), part("model", "b", good)];
  const old = [computed("version", "0.1", { path: "notes.txt" })];
  assert.equal(await statusOf(rules.component, hub(models, old)), "fail");
  const foreign = [claim("base_model", "evil/base", { path: "notes.txt" })];
  assert.equal(await statusOf(rules.lineage, hub(models, foreign)), "fail");
});

test("a dataset put beside a model is judged, whether or not the model names it", async () => {
  const rule = { kind: "dataset", require: ["classified"], evidence: "claim", onNone: "pass" };
  const model = part("model", "a", good);
  assert.equal(await statusOf(rule, hub([model, part("dataset", "d", good)])), "pass");
  assert.equal(await statusOf(rule, hub([model, part("dataset", "d", silent)])), "fail");
});

test("a scope sees the models and datasets inside an artifact of another kind", async () => {
  const scope = { kind: "dataset" };
  const rule = { kind: "dataset", scope, minMatches: 0, require: ["classified"], evidence: "claim" };
  const model = part("model", "a", silent);
  assert.equal(await statusOf(rule, hub([model])), "not-applicable");
  assert.equal(await statusOf(rule, hub([model, part("dataset", "d", good)])), "pass");
  assert.equal(await statusOf(rule, hub([model, part("dataset", "d", silent)])), "fail");
  const named = { kind: "format", scope: { name: "d" }, deny: ["file"] };
  assert.equal(await statusOf(named, hub([model, part("dataset", "d", silent)])), "fail");
  // Files of other parts are none of its business.
  const others = { kind: "format", scope, deny: ["safetensors"] };
  const weights = { ...model, files: [...model.files, file("a/model.safetensors")] };
  assert.equal(await statusOf(others, hub([weights, part("dataset", "d", silent)])), "pass");
});

test("a scope by kind asks nothing of parts of another kind", async () => {
  const rule = { ...rules.component, scope: { kind: "model" } };
  const parts = [part("model", "a", good), part("dataset", "d", silent)];
  assert.equal(await statusOf(rule, hub(parts)), "pass");
});

test("a finding about a part names its folder, under the artifact that was verified", async () => {
  const whole = hub([part("model", "a", good), part("model", "b", silent)]);
  const verdict = await evaluateRule(rules.component, gate([gated({ artifact: whole })]));
  const [first] = verdict.rules[0]?.findings ?? [];
  assert.equal(first?.subject, "hub");
  assert.deepEqual(first?.location, { path: "b" });
  assert.equal(first?.args["artifact"], "b");
});
