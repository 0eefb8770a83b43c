// SPDX-License-Identifier: Apache-2.0
// Rule kind `origin`: suppliers by signer, package and address; countries; the register itself.

import assert from "node:assert/strict";
import test from "node:test";
import { claim } from "../../../src/model/fact.ts";
import { loadSuppliers, type SupplierRegister } from "../../../src/policy/suppliers.ts";
import { artifact, at, evaluateRule, gate, gated, signature, summary } from "../gate-inputs.ts";

const text = (fields: object = {}) =>
  new TextEncoder().encode(
    JSON.stringify({
      apiVersion: "aibom/suppliers/v1",
      name: "test",
      expires: "2027-01-01",
      suppliers: [
        {
          id: "acme",
          country: "DE",
          signers: ["release"],
          domains: ["acme.example"],
          reviewed: "2026-01-01",
        },
        { id: "owned", country: "DE", control: ["XX"], signers: ["security"], reviewed: "2026-01-01" },
        {
          id: "far",
          country: "XX",
          packages: ["huggingface/far/*"],
          domains: ["far.example"],
          reviewed: "2026-01-01",
        },
      ],
      ...fields,
    }),
  );
const register = async (isSigned = true): Promise<SupplierRegister> => ({
  ...(await loadSuppliers(text(), "suppliers.json", at)),
  signatures: isSigned ? [signature({ identity: "office", covers: ["suppliers.json"] })] : [],
});
interface Parts {
  readonly signers?: readonly string[];
  readonly urls?: readonly string[];
  readonly isSigned?: boolean;
  readonly package?: string;
  readonly complete?: boolean;
}
async function judge(demands: object, parts: Parts) {
  const { signers = [], urls = [], isSigned, complete = true } = parts;
  const facts = urls.map((url) => claim("url", url, { path: "README.md" }));
  const content = {
    ...artifact({ facts, complete }),
    ...(parts.package === undefined
      ? {}
      : { package: { type: "huggingface", namespace: parts.package, name: "m", version: "1" } as const }),
  };
  const signatures = signers.map((identity) => signature({ identity }));
  const input = { ...gate([gated({ artifact: content, signatures })]), suppliers: await register(isSigned) };
  return summary(await evaluateRule({ kind: "origin", ...demands }, input)).slice(1);
}
const rule = { allow: ["DE", "FR"] };

test("who signed every file decides; the weakest link counts", async () => {
  assert.deepEqual(await judge(rule, { signers: ["release"] }), ["pass", []]);
  assert.deepEqual(await judge(rule, { signers: ["security"] }), ["fail", ["ORIGIN_DENIED"]]);
  assert.deepEqual(await judge({ deny: ["XX"] }, { signers: ["release"] }), ["pass", []]);
  assert.deepEqual(await judge({ deny: ["XX"] }, { signers: ["security"] }), ["fail", ["ORIGIN_DENIED"]]);
  // More evidence never hurts.
  assert.deepEqual(await judge(rule, { signers: ["release", "security"] }), ["pass", []]);
});

test("unknown fails; a claim is no evidence, and counts against", async () => {
  assert.deepEqual(await judge(rule, { signers: ["intern"] }), ["fail", ["ORIGIN_UNKNOWN"]]);
  assert.deepEqual(await judge({ deny: ["XX"] }, {}), ["fail", ["ORIGIN_UNKNOWN"]]);
  const url = { urls: ["https://models.acme.example/m"] };
  assert.deepEqual(await judge(rule, url), ["fail", ["ORIGIN_UNKNOWN"]]);
  assert.deepEqual(await judge({ ...rule, evidence: "claim" }, url), ["pass", []]);
  const far = { signers: ["release"], urls: ["https://far.example"] };
  assert.deepEqual(await judge(rule, far), ["fail", ["ORIGIN_DENIED"]]);
  assert.deepEqual(await judge(rule, { signers: ["release"], package: "far" }), ["fail", ["ORIGIN_DENIED"]]);
  assert.deepEqual(await judge(rule, { signers: ["release"], urls: ["https://notfar.example", "no url"] }), [
    "pass",
    [],
  ]);
});

test("the register: missing, unsigned, signed by somebody else", async () => {
  const signed = gate([gated({ signatures: [signature()] })]);
  assert.deepEqual(summary(await evaluateRule({ kind: "origin", ...rule }, signed))[2], [
    "SUPPLIERS_MISSING",
  ]);
  assert.deepEqual(await judge(rule, { signers: ["release"], isSigned: false }), [
    "fail",
    ["SUPPLIERS_UNSIGNED"],
  ]);
  const named = { ...rule, registerSignedBy: ["board"] };
  assert.deepEqual(await judge(named, { signers: ["release"] }), ["fail", ["SUPPLIERS_UNSIGNED"]]);
});

test("undecided when the artifact was not read completely; matching nothing fails", async () => {
  assert.equal((await judge(rule, { signers: ["release"], complete: false }))[0], "undecided");
  assert.equal((await judge({ ...rule, scope: { name: "x" } }, {}))[0], "fail");
});

test("a register that is expired or not valid is refused", async () => {
  await assert.rejects(loadSuppliers(text({ expires: "2026-11-23" }), "s", at), {
    code: "SUPPLIERS_EXPIRED",
  });
  await assert.rejects(loadSuppliers(text({ suppliers: [] }), "s", at), { code: "SUPPLIERS_INVALID" });
  await assert.rejects(loadSuppliers(text({ extra: 1 }), "s", at), { code: "SUPPLIERS_INVALID" });
});
