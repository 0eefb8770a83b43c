// SPDX-License-Identifier: Apache-2.0
// What is allowed in a policy and is probably a mistake; and what each rule demands, in words.

import assert from "node:assert/strict";
import test from "node:test";
import { baselinePolicy } from "../../src/policy/baseline.ts";
import { demandOf } from "../../src/policy/demand.ts";
import { lintPolicy } from "../../src/policy/lint.ts";
import { at, policyOf } from "./gate-inputs.ts";

const signed = { id: "signed", kind: "signature", signers: "any" };
const good = { version: 1 };

const remarks = async (rules: readonly object[], top: object = good) =>
  lintPolicy(await policyOf(rules, top), at).map(({ args }) => `${args["what"]}: ${args["reason"]}`);

test("a policy without mistakes has no remarks", async () => {
  assert.deepEqual(await remarks([signed, { id: "f", kind: "format", allow: ["gguf"] }]), []);
  assert.deepEqual(lintPolicy({ ...baselinePolicy(), version: 1 }, at), []);
});

test("each mistake has its remark", async () => {
  const cases: [RegExp, readonly object[], object?][] = [
    [/no `version`/, [signed], {}],
    [/has expired/, [signed], { ...good, expires: "2026-11-20" }],
    [/within 30 days/, [signed], { ...good, expires: "2026-12-01" }],
    [/nothing is enforced/, [{ ...signed, mode: "warn" }]],
    [/every rule is about the BOM/, [{ ...signed, scope: { kind: "bom" } }]],
    [/selects files by path/, [{ ...signed, scope: { path: "*.x" } }]],
    [/rules signed and again say the same/, [signed, { ...signed, id: "again", message: "x" }]],
    [/pass on nothing/, [{ ...signed, minMatches: 0 }]],
    [/writes the BOM can leave/, [signed, { ...signed, id: "p", minMatches: 0, scope: { purl: "pkg:x/*" } }]],
    [/never matches/, [signed, { ...signed, id: "p", scope: { path: "/weights/*" } }]],
    [/MIT: allowed and denied/, [signed, { id: "l", kind: "license", allow: ["MIT"], deny: ["MIT"] }]],
    [/`deny` changes nothing/, [signed, { id: "f", kind: "format", allow: ["gguf"], deny: ["pickle"] }]],
    [
      /below failAt critical/,
      [signed, { id: "c", kind: "content", failAt: "critical", except: ["FILE_OPAQUE"] }],
    ],
    [/named twice/, [{ ...signed, signers: ["a", "a"] }]],
  ];
  for (const [expected, rules, top] of cases) {
    const found = await remarks(rules, top);
    assert.equal(found.filter((remark) => expected.test(remark)).length, 1, `${expected}: ${found}`);
  }
});

test("every rule kind has words, and a new one is told key by key", async () => {
  const demand = async (rule: object) => demandOf((await policyOf([{ id: "r", ...rule }])).rules[0] as never);
  assert.equal(
    await demand({
      kind: "signature",
      signers: ["b", "a"],
      minSigners: 2,
      scope: { kind: "model", path: "*.x" },
    }),
    "every file *.x of every model is signed by 2 different signers of: a, b",
  );
  assert.equal(
    await demand({ kind: "attestation", signers: "any", predicateType: "t", claims: { n: [1, 2] } }),
    "every artifact has an attestation t by one of: any identity of the trust root, which says: n is 1 or 2",
  );
  assert.equal(
    await demand({
      kind: "license",
      allow: ["MIT"],
      deny: ["X"],
      scope: { property: { name: "a", value: "b" } },
    }),
    "every artifact with the property a=b is under a licence among MIT and not among X; an unknown one fails",
  );
  assert.equal(
    await demand({ kind: "bom-match", onMissing: "skip", signedBy: ["a"], scope: { purl: "p" } }),
    "every artifact with a package URL p is what the BOM lists, byte for byte, which is signed by one of: a (if there is a BOM)",
  );
  assert.equal(
    demandOf({ id: "r", kind: "future", signers: ["a"], minMatches: 0 } as never),
    'every artifact (there may be none) meets future (signers: ["a"])',
  );
});

test("a verification summary that passes whatever it says", async () => {
  const of = async (rule: object) => {
    const base = {
      id: "r",
      kind: "attestation",
      signers: "any",
      predicateType: "https://slsa.dev/verification_summary/v1",
    };
    const found = lintPolicy(await policyOf([{ ...base, ...rule }], { version: 1 }), at);
    return found.map(({ args }) => String(args["reason"])).filter((reason) => reason.includes("summary"));
  };
  assert.match(
    (await of({}))[0] ?? "",
    /says of vsa\.result, vsa\.verifier\.id, vsa\.resourceUri, vsa\.verifiedLevels: pin/,
  );
  assert.match((await of({ minBuildLevel: 2 }))[0] ?? "", /of vsa\.verifier\.id, vsa\.resourceUri: pin/);
  const claims = { "vsa.result": "PASSED", "vsa.verifier.id": "https://v.example" };
  const fields = { "vsa.resourceUri": { matches: ["pkg:**"] } };
  assert.deepEqual(await of({ claims, fields, minBuildLevel: 2 }), []);
  assert.deepEqual(await of({ predicateType: "https://example.com/other" }), []);
});
