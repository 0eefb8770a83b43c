// SPDX-License-Identifier: Apache-2.0
// Waivers change what they name and nothing else, and never what is undecided.

import assert from "node:assert/strict";
import test from "node:test";
import { finding } from "../../src/model/finding.ts";
import type { Waiver } from "../../src/model/waiver.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { waiverFindings } from "../../src/policy/waive.ts";
import { mintWaiver } from "../../src/verifiers/mint.ts";
import { artifact, bom, file, gate, gated, hex, policyOf, signature } from "./gate-inputs.ts";

const signer = { identity: "officer", keyId: "k", algorithm: "ed25519", method: "key" } as const;

function waiver(fields: Partial<Waiver> = {}): Waiver {
  return mintWaiver({
    policy: "test",
    rule: "no-bin",
    subject: "artifact",
    sha256: hex("b"),
    reason: "known",
    ticket: "T-1",
    issuedAt: "2026-11-01T00:00:00Z",
    notAfter: "2026-12-01T00:00:00Z",
    path: "w.sigstore.json",
    signer,
    ...fields,
  });
}

const noBin = { id: "no-bin", kind: "format", deny: ["bin"] };
const digest = (digit: string) => ({ digests: [{ algorithm: "sha256" as const, hex: hex(digit) }] });
const files = [
  file("a.bin", { format: "bin", ...digest("1") }),
  file("b.bin", { format: "bin", ...digest("2") }),
  file("c.json", { format: "json", ...digest("3") }),
];
const subject = gated({ artifact: artifact({ files }) });
const byFile = (digit: string, rule = "no-bin") => waiver({ subject: "file", sha256: hex(digit), rule });

async function statusWith(
  waivers: readonly Waiver[],
  rules: readonly object[] = [noBin],
  input = gate([subject]),
) {
  const verdict = evaluatePolicy(await policyOf(rules), { ...input, waivers });
  return [verdict.outcome, ...verdict.rules.map(({ status }) => status)];
}

test("a waiver for the artifact waives this rule for these bytes", async () => {
  assert.deepEqual(await statusWith([]), ["deny", "fail"]);
  assert.deepEqual(await statusWith([waiver()]), ["allow", "waived"]);
  for (const other of [
    waiver({ sha256: hex("c") }),
    waiver({ rule: "no-bi" }),
    waiver({ policy: "other" }),
    waiver({ subject: "file" }),
  ]) {
    assert.deepEqual(await statusWith([other]), ["deny", "fail"]);
  }
  const second = { ...noBin, id: "again" };
  assert.deepEqual(await statusWith([waiver()], [noBin, second]), ["deny", "waived", "fail"]);
});

test("waivers for files waive these files: the others still fail", async () => {
  assert.deepEqual(await statusWith([byFile("1")]), ["deny", "fail"]);
  assert.deepEqual(await statusWith([byFile("1"), byFile("3")]), ["deny", "fail"]);
  assert.deepEqual(await statusWith([byFile("1"), byFile("2")]), ["allow", "waived"]);
  assert.deepEqual(await statusWith([byFile("1"), byFile("2", "other")]), ["deny", "fail"]);
});

test("one finding that counts several files is not waived by a waiver for the one it names", async () => {
  const signed = { id: "no-bin", kind: "signature", signers: "any" };
  const input = gate([{ ...subject, signatures: [signature({ covers: ["c.json"] })] }]);
  assert.deepEqual(await statusWith([byFile("1")], [signed], input), ["deny", "fail"]);
  assert.deepEqual(await statusWith([byFile("1"), byFile("2")], [signed], input), ["allow", "waived"]);
});

test("a finding about the artifact as a whole is not waived file by file", async () => {
  const content = { id: "no-bin", kind: "content", failAt: "high" };
  const at = (path: string) => finding("FORMAT_DENIED", { path }, { format: "bin" }, { subject: "tiny" });
  const withFindings = (...paths: string[]) =>
    gate([gated({ artifact: artifact({ files, findings: paths.map(at) }) })]);
  const all = ["1", "2", "3"].map((digit) => byFile(digit));
  assert.deepEqual(await statusWith([byFile("1")], [content], withFindings("a.bin")), ["allow", "waived"]);
  assert.deepEqual(await statusWith([byFile("1")], [content], withFindings("a.bin", ".")), ["deny", "fail"]);
  assert.deepEqual(await statusWith(all, [content], withFindings("a.bin")), ["allow", "waived"]);
  assert.deepEqual(await statusWith(all, [content], withFindings("a.bin", ".")), ["deny", "fail"]);
});

test("what could not be read, an empty scope and the gate itself are never waived", async () => {
  const unread = gated({ artifact: artifact({ files: [...files, file("d.x", { status: "unverified" })] }) });
  assert.deepEqual(await statusWith([waiver()], [noBin], gate([unread])), ["deny", "fail"]);
  const complete = { id: "no-bin", kind: "complete" };
  assert.deepEqual(await statusWith([waiver()], [complete], gate([unread])), ["undecided", "undecided"]);
  const narrow = { ...noBin, scope: { name: "nothing" } };
  assert.deepEqual(await statusWith([waiver()], [narrow]), ["deny", "fail", "fail"]);
  assert.equal((await statusWith([waiver()], [noBin], gate([])))[0], "deny");
});

test("the BOM is waived by its digest", async () => {
  const rule = { id: "no-bin", kind: "signature", scope: { kind: "bom" }, signers: "any" };
  const all = { id: "all", kind: "complete" };
  const input = gate([gated()], bom());
  assert.deepEqual(await statusWith([], [rule, all], input), ["deny", "fail", "pass"]);
  assert.deepEqual(await statusWith([byFile("c")], [rule, all], input), ["allow", "waived", "pass"]);
  assert.deepEqual(await statusWith([byFile("d")], [rule, all], input), ["deny", "fail", "pass"]);
});

test("every waiver is accounted for, and order and repeats do not matter", async () => {
  const policy = await policyOf([noBin]);
  const waivers = [waiver(), waiver({ sha256: hex("d") }), waiver({ rule: "absent" }), waiver()];
  const verdict = evaluatePolicy(policy, { ...gate([subject]), waivers });
  const again = evaluatePolicy(policy, { ...gate([subject]), waivers: waivers.toReversed() });
  assert.equal(JSON.stringify(verdict.waivers), JSON.stringify(again.waivers));
  assert.equal(verdict.waivers.length, 3);
  const codes = waiverFindings(policy, verdict.waivers).map(({ code }) => code);
  assert.deepEqual(codes.toSorted(), ["WAIVER_APPLIED", "WAIVER_NOT_USED", "WAIVER_UNKNOWN_RULE"]);
});

test("an object that merely looks like a waiver is a fault", async () => {
  const policy = await policyOf([noBin]);
  const forged = { ...waiver() } as Waiver;
  assert.throws(() => evaluatePolicy(policy, { ...gate([subject]), waivers: [forged] }), {
    code: "POLICY_EVIDENCE_FORGED",
  });
});

test("property: taking waivers away never turns deny into allow", async () => {
  const all = ["1", "2", "3"].flatMap((digit) => [byFile(digit), byFile(digit, "other")]).concat(waiver());
  for (let chosen = 0; chosen < 1 << all.length; chosen++) {
    const some = all.filter((_, index) => (chosen >> index) & 1);
    const [outcome] = await statusWith(some);
    for (const left of some) {
      const [fewer] = await statusWith(some.filter((each) => each !== left));
      assert.ok(!(outcome === "deny" && fewer === "allow"));
    }
  }
});
