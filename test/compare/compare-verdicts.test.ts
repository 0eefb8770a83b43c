// SPDX-License-Identifier: Apache-2.0
// Two verdicts: each thing that a gate decided otherwise is one change.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVerdicts } from "../../src/compare-boms.ts";
import { loadValidator } from "../../src/schemas/validators.ts";

// biome-ignore lint/suspicious/noExplicitAny: documents are edited freely
type Any = any;

function verdict(): Any {
  const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const signer = { identity: "release", keyId: "ab".repeat(32), algorithm: "ecdsa-p256", method: "key" };
  return {
    $schema: "https://aibom.dev/schemas/verdict/v1",
    verdict: "allow",
    at: "2026-01-02T03:04:05.000Z",
    artifacts: [{ name: "m", kind: "model", files: 2, bytes: 10, manifest: digest("a") }],
    findings: [
      {
        code: "PICKLE_IMPORT_UNKNOWN",
        severity: "medium",
        message: "imports x",
        hint: "look",
        subject: "m",
        location: { path: "a.pkl" },
        args: {},
      },
    ],
    evidence: [
      {
        kind: "signature",
        subject: "m",
        scheme: "oms",
        usage: "model",
        signer,
        signature: "model.sig",
        predicateType: "",
        times: [],
        logEntries: 0,
        claims: [],
        covers: ["w"],
      },
    ],
    rejected: [],
    rules: [
      {
        rule: "signed",
        kind: "signature",
        status: "pass",
        mode: "enforce",
        matched: 1,
        findings: [],
        remedy: [],
      },
    ],
    skipped: [],
    inputs: {
      policy: { name: "prod", version: 3, digest: digest("b") },
      trustRoot: { digest: digest("c") },
      unsafe: [],
    },
  };
}

const edits: Readonly<Record<string, (verdict: Any) => void>> = {
  "verdict document": (v) => {
    v.verdict = "deny";
  },
  "rule document signed": (v) => {
    v.rules[0].status = "fail";
  },
  "finding m PICKLE_IMPORT_UNKNOWN": (v) => {
    v.findings.push({ ...v.findings[0], location: { path: "b.pkl" } });
  },
  "finding-gone m PICKLE_IMPORT_UNKNOWN": (v) => {
    v.findings.pop();
  },
  "signer m": (v) => {
    v.evidence[0].signer.identity = "stranger";
  },
  "signer m rejected": (v) => {
    v.rejected.push({
      kind: "signature",
      subject: "m",
      signature: "x.sig",
      code: "SIGNATURE_WRONG",
      args: {},
    });
  },
  "digest m": (v) => {
    v.artifacts[0].manifest = `sha256:${"d".repeat(64)}`;
  },
  "removed m": (v) => {
    v.artifacts.pop();
  },
  "added n": (v) => {
    v.artifacts.push({ ...v.artifacts[0], name: "n" });
  },
  "policy document": (v) => {
    v.inputs.policy.version = 4;
  },
  "trust-root document": (v) => {
    v.inputs.trustRoot.digest = `sha256:${"e".repeat(64)}`;
  },
  "detail document inputs/unsafe": (v) => {
    v.inputs.unsafe.push("--unsafe-x");
  },
  "detail document skipped": (v) => {
    v.skipped.push({ check: "clock", reason: "none" });
  },
};

test("the sample is a verdict", async () => {
  const validate = await loadValidator("verdict");
  assert.equal(validate(verdict()), true, JSON.stringify(validate.errors));
});

for (const [expected, edit] of Object.entries(edits)) {
  test(`changes of verdicts: ${expected}`, async () => {
    const after = verdict();
    edit(after);
    const diff = compareVerdicts(verdict(), after);
    assert.deepEqual(
      diff.changes.map(({ kind, subject, field }) =>
        [kind, subject.type === "document" ? "document" : subject.name, field].filter(Boolean).join(" "),
      ),
      [expected],
    );
  });
}

test("the same verdict at another time is unchanged, in any order", () => {
  const after = verdict();
  after.at = "2027-01-02T03:04:05.000Z";
  after.findings.push({ ...after.findings[0], code: "A_CODE" });
  const before = verdict();
  before.findings.unshift({ ...before.findings[0], code: "A_CODE" });
  assert.deepEqual(compareVerdicts(before, after).changes, []);
});
