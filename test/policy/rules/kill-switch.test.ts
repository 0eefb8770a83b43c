// SPDX-License-Identifier: Apache-2.0
// Rule kind `kill-switch`: pass, fail, undecided, nothing in scope; what is computed counts and what is claimed does not excuse.

import assert from "node:assert/strict";
import test from "node:test";
import { claim, computed, type Fact } from "../../../src/model/fact.ts";
import { finding } from "../../../src/model/finding.ts";
import { artifact, evaluateRule, file, gate, gated, summary } from "../gate-inputs.ts";

const source = { path: "compose.yaml" };
const configuration = computed("configuration", { kind: "compose", workloads: 1 }, source);
const killSwitch = (value: object, path = "compose.yaml"): Fact =>
  computed(
    "kill_switch",
    { class: "maas-endpoint", name: "api.openai.com", why: "x", line: 7, ...value },
    { path },
  );

const deployed = (facts: readonly Fact[], parts: object = {}) =>
  gate([
    gated({
      artifact: artifact({
        kind: "file-set",
        files: [file("compose.yaml"), file("other/compose.yaml")],
        facts,
        ...parts,
      }),
    }),
  ]);

const judge = async (rule: object, facts: readonly Fact[], parts: object = {}) =>
  summary(await evaluateRule({ kind: "kill-switch", ...rule }, deployed(facts, parts)));

test("passes without a kill switch, fails with one and says where", async () => {
  assert.deepEqual(await judge({}, [configuration]), ["allow", "pass", []]);
  const verdict = await evaluateRule({ kind: "kill-switch" }, deployed([configuration, killSwitch({})]));
  assert.equal(verdict.outcome, "deny");
  assert.deepEqual(verdict.rules[0]?.findings[0]?.location, { path: "compose.yaml", line: 7 });
});

test("classes, names and seats decide what is let through", async () => {
  const facts = [configuration, killSwitch({ seat: "FR" })];
  assert.equal((await judge({ deny: ["phone-home"] }, facts))[1], "pass");
  assert.equal((await judge({ deny: ["maas-endpoint"] }, facts))[1], "fail");
  assert.equal((await judge({ allow: ["api.openai.com"] }, facts))[1], "pass");
  assert.equal((await judge({ allow: ["*.openai.com"] }, facts))[1], "pass");
  assert.equal((await judge({ allow: ["*.mistral.ai"] }, facts))[1], "fail");
  assert.equal((await judge({ seats: ["FR"] }, facts))[1], "pass");
  assert.equal((await judge({ seats: ["DE"] }, facts))[1], "fail");
  assert.equal((await judge({ seats: ["FR"] }, [configuration, killSwitch({})]))[1], "fail");
});

test("nothing that was looked at shows nothing", async () => {
  assert.deepEqual(await judge({}, []), ["deny", "fail", ["KILL_SWITCH_NO_CONFIGURATION"]]);
  assert.deepEqual(await judge({ onNone: "pass" }, []), ["allow", "pass", []]);
  const stated = claim("configuration", { kind: "compose" }, source);
  assert.equal((await judge({}, [stated]))[1], "fail");
  const beside = gate([...deployed([configuration]).artifacts, gated()]);
  assert.equal((await evaluateRule({ kind: "kill-switch" }, beside)).outcome, "allow");
});

test("a list that was cut is undecided, as is a file that could not be read", async () => {
  const cut = finding("METADATA_CUT", source, { field: "kill_switch", got: "more", limit: 1000 });
  assert.deepEqual(await judge({}, [configuration], { findings: [cut] }), [
    "undecided",
    "undecided",
    ["KILL_SWITCHES_NOT_LISTED"],
  ]);
  const other = finding("METADATA_CUT", source, { field: "tag", got: "more", limit: 1000 });
  assert.equal((await judge({}, [configuration], { findings: [other] }))[1], "pass");
  const unread = { files: [file("compose.yaml", { status: "unverified" })] };
  assert.equal((await judge({}, [configuration], unread))[0], "undecided");
});

test("a scope selects files, and one that matches nothing fails", async () => {
  const facts = [configuration, killSwitch({}, "other/compose.yaml")];
  const rule = { kind: "kill-switch", scope: { path: "compose.yaml" } };
  assert.equal((await evaluateRule(rule, deployed(facts))).rules[0]?.status, "pass");
  assert.equal((await judge({ scope: { path: "other/**" } }, facts))[1], "fail");
  assert.equal((await judge({ scope: { kind: "model" } }, facts))[1], "fail");
});
