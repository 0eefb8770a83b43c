// SPDX-License-Identifier: Apache-2.0
// The record, which START-HERE.html shows, and the verdict are two copies of one decision: neither may tell another one, and
// what is allowed is allowed by every rule.

import type { JsonObject } from "../../bytes/json.ts";
import { listOf, textOf } from "../../layouts/member.ts";
import type { TrustRoot } from "../../trust/trust-root.ts";
import type { AuditRecord } from "../record.ts";
import { need } from "./checks.ts";

const sorted = (keys: readonly (readonly unknown[])[]): string =>
  JSON.stringify(keys.map((each) => JSON.stringify(each)).sort());

/** @throws {AibomError} AUDIT_CHECK_FAILED */
export function requireSameRules(record: AuditRecord, verdict: JsonObject): void {
  const told = sorted(record.rules.map(({ rule, status, mode }) => [rule, status, mode]));
  const decided = listOf(verdict, "rules").map((each) =>
    ["rule", "status", "mode"].map((name) => textOf(each, name)),
  );
  need(told === sorted(decided), "the record has other rules than the verdict");
  const findings = sorted(record.findings.map(({ code, severity, subject }) => [code, severity, subject]));
  const found = listOf(verdict, "findings").map((each) =>
    ["code", "severity", "subject"].map((name) => textOf(each, name)),
  );
  need(findings === sorted(found), "the record has other findings than the verdict");
  const counted = record.rules.filter(({ mode, status }) => mode === "enforce" || status === "undecided");
  const isAgainst = [...counted, ...record.artifacts].some(
    ({ status }) => status === "fail" || status === "undecided",
  );
  need(record.verdict.outcome !== "allow" || !isAgainst, "it allows what a rule does not");
}

/** Nobody but those of the trust root, with no usage more. */
export function requireRecordedTrust({ document }: TrustRoot, { trustRoot }: AuditRecord): void {
  const keyOf = (each: {
    readonly name: string;
    readonly kind: string;
    readonly keyId?: string;
    readonly usages: readonly string[];
  }) => [each.name, each.kind, each.keyId, ...each.usages];
  const told = JSON.stringify(trustRoot.identities.map(keyOf));
  need(
    told === JSON.stringify(document.identities.map(keyOf)),
    "the record names other identities than trust.json",
  );
  need(
    trustRoot.revocations === document.revocations.length,
    "the record counts other revocations than trust.json",
  );
}
