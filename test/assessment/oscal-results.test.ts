// SPDX-License-Identifier: Apache-2.0
// OSCAL assessment results: what is not known is not satisfied, names are tokens, strings have no line breaks, UUIDs come from content.
// test/interop/oscal.test.ts holds it against the schema of NIST and another program.

import assert from "node:assert/strict";
import test from "node:test";
import { assessedStandards } from "../../src/assessment/assessed.ts";
import { oscalResults, renderOscal } from "../../src/assessment/oscal-results.ts";
import { context, sampleInput } from "./samples.ts";

interface Finding {
  readonly uuid: string;
  readonly target: {
    readonly type: string;
    readonly "target-id": string;
    readonly status: { readonly state: string; readonly reason: string; readonly remarks?: string };
  };
  readonly "related-observations": readonly { readonly "observation-uuid": string }[];
}

interface Result {
  readonly title: string;
  readonly start: string;
  readonly observations: readonly { readonly uuid: string; readonly methods: readonly string[] }[];
  readonly findings: readonly Finding[];
  readonly "reviewed-controls": {
    readonly "control-objective-selections": readonly {
      readonly "include-objectives": readonly { readonly "objective-id": string }[];
    }[];
  };
}

const input = await sampleInput();
const results = (oscalResults(input, context)["assessment-results"] as { results: readonly Result[] })
  .results;

/** Every text of a document, with its member name. */
function texts(value: unknown, key = ""): readonly (readonly [string, string])[] {
  if (typeof value === "string") {
    return [[key, value]];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, each]) => texts(each, Array.isArray(value) ? key : name))
    : [];
}

test("a result for the policy, the profile and each list; a finding and its observation for each requirement", () => {
  assert.equal(results.length, 8);
  for (const { findings, observations, start, title, ...rest } of results) {
    assert.equal(start, "2026-11-24T12:00:00Z");
    assert.equal(findings.length, observations.length, title);
    assert.deepEqual(
      findings.map((each) => each["related-observations"][0]?.["observation-uuid"]),
      observations.map(({ uuid }) => uuid),
    );
    const objectives =
      rest["reviewed-controls"]["control-objective-selections"][0]?.["include-objectives"] ?? [];
    const named = new Set(objectives.map((each) => each["objective-id"]));
    assert.ok(
      findings.every(({ target }) => named.has(target["target-id"])),
      title,
    );
  }
});

test("only what is met is satisfied", () => {
  const status = (result: number, id: string) =>
    results[result]?.findings.find(({ target }) => target["target-id"].endsWith(`_${id}`))?.target.status;
  assert.deepEqual(status(0, "signed"), { state: "satisfied", reason: "pass" });
  assert.deepEqual(status(0, "two-signers"), { state: "not-satisfied", reason: "fail" });
  assert.deepEqual(status(1, "AS2"), { state: "not-satisfied", reason: "other", remarks: "not known" });
  assert.deepEqual(status(2, "sbom-timestamp"), { state: "not-satisfied", reason: "fail" });
});

test("texts are of the shapes that OSCAL asks for, whatever artifacts are called", () => {
  const document = oscalResults(input, context);
  const all = texts(document);
  const uuids = all.filter(([key]) => key === "uuid").map(([, value]) => value);
  assert.equal(new Set(uuids).size, uuids.length, "no UUID twice");
  for (const [key, value] of all) {
    assert.match(value, /^\S(?:[^\n]*\S)?$/u, `${key}: ${JSON.stringify(value)}`);
    assert.ok(!/[\p{Cc}\u202e]/u.test(value), key);
    assert.ok(!value.includes("/home/alice"), key);
    if (key === "uuid" || key === "observation-uuid") {
      assert.match(value, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    if (key === "target-id" || key === "objective-id") {
      assert.match(value, /^[\p{L}_][\p{L}\p{N}.\-_]*$/u);
    }
  }
});

test("the same assessment gives the same bytes, another time other UUIDs", async () => {
  const first = renderOscal(await sampleInput(), context);
  assert.equal(first, renderOscal(await sampleInput(), context));
  const later = oscalResults(input, { ...context, at: new Date("2026-11-25T12:00:00Z") });
  const shared = new Set(
    texts(later)
      .filter(([key]) => key === "uuid")
      .map(([, value]) => value),
  );
  assert.ok(!texts(JSON.parse(first)).some(([key, value]) => key === "uuid" && shared.has(value)));
});

test("rules whose names differ only in signs, or are that of the gate, keep ids of their own", () => {
  const verdict = input.verdict;
  assert.ok(verdict !== undefined);
  const [rule] = verdict.rules;
  assert.ok(rule !== undefined);
  const names = ["a:b", "ab", "ab-2", "(gate)", "gate", "a:b:"];
  const rules = names.map((name) => ({ ...rule, rule: name }));
  const [standard] = assessedStandards({ verdict: { ...verdict, rules } });
  const ids = standard?.requirements.map(({ id }) => id) ?? [];
  assert.deepEqual(ids, ["ab", "ab-3", "ab-2", "gate", "gate-2", "ab-4"]);
});
