// SPDX-License-Identifier: Apache-2.0
// Rule kind `imports`: beyond aibom's own list.

import assert from "node:assert/strict";
import test from "node:test";
import { computed } from "../../../src/model/fact.ts";
import { finding } from "../../../src/model/finding.ts";
import { artifact, evaluateRule, gate, gated, summary } from "../gate-inputs.ts";

const naming = (imports: Readonly<Record<string, string>>, complete = true) =>
  gate([
    gated({
      artifact: artifact({
        complete,
        facts: Object.entries(imports).map(([name, verdict]) =>
          computed("import", { module: "m.sub", name, verdict, count: 1 }, { path: "model.safetensors" }),
        ),
      }),
    }),
  ]);
const judge = async (demands: object, input: ReturnType<typeof naming>) =>
  summary(await evaluateRule({ kind: "imports", ...demands }, input)).slice(1);

test("known ones pass, unknown ones need `allow`, `deny` wins", async () => {
  assert.deepEqual(await judge({}, naming({})), ["pass", []]);
  assert.deepEqual(await judge({}, naming({ a: "allowed" })), ["pass", []]);
  assert.deepEqual(await judge({}, naming({ a: "unknown" })), ["fail", ["IMPORT_DENIED"]]);
  assert.deepEqual(await judge({ allow: ["m.*"] }, naming({ a: "unknown" })), ["pass", []]);
  assert.deepEqual(await judge({ deny: ["m.sub.a"] }, naming({ a: "allowed" })), ["fail", ["IMPORT_DENIED"]]);
  assert.equal((await judge({ allow: ["m.*"], deny: ["m.sub.a"] }, naming({ a: "allowed" })))[0], "fail");
  assert.deepEqual(await judge({ builtin: "ignore" }, naming({ a: "allowed" })), ["fail", ["IMPORT_DENIED"]]);
  assert.equal((await judge({ scope: { path: "*.md" } }, naming({ a: "dangerous" })))[0], "pass");
});

test("undecided when the artifact was not read completely; matching nothing fails", async () => {
  assert.equal((await judge({}, naming({ a: "allowed" }, false)))[0], "undecided");
  assert.equal((await judge({ scope: { name: "x" } }, naming({})))[0], "fail");
});

test("undecided when the list of imports was cut", async () => {
  const cut = (field: string) =>
    finding(
      "METADATA_CUT",
      { path: "model.safetensors" },
      { field, got: "more entries", limit: "9 entries" },
    );
  const judged = async (name: string) =>
    summary(
      await evaluateRule(
        { kind: "imports" },
        gate([gated({ artifact: artifact({ findings: [cut(name)] }) })]),
      ),
    );
  assert.deepEqual(await judged("import"), ["undecided", "undecided", ["IMPORTS_NOT_LISTED"]]);
  assert.deepEqual(await judged("tag"), ["allow", "pass", []]);
});
