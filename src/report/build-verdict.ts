// SPDX-License-Identifier: Apache-2.0
// Puts a verdict together: everything it was decided from, in an order that does not depend on how it was found.

import type { Digest } from "../model/digest.ts";
import type { JsonValue } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import type { SkippedCheck, Verdict, VerdictArtifact } from "../model/verdict.ts";
import type { PolicyVerdict } from "../policy/evaluate.ts";
import { compareText, sortFindings } from "../policy/finding-order.ts";
import type { Policy } from "../policy/policy.ts";
import { qualifyFindings } from "../policy/qualify.ts";
import type { GatedArtifact, GateInput } from "../policy/rule.ts";
import { waiverFindings } from "../policy/waive.ts";
import { artifactJson, evidenceJson, rejectionJson } from "./json-shape.ts";

export interface VerdictParts {
  readonly input: GateInput;
  readonly policy: Policy;
  /** What `evaluatePolicy` said about exactly these inputs. */
  readonly decision: PolicyVerdict;
  readonly trustRootDigest: Digest;
  readonly skipped?: readonly SkippedCheck[];
  /** What the policy itself is told about: it decides nothing. */
  readonly notices?: readonly Finding[];
  /** Flags that weaken a check, as typed. */
  readonly unsafe?: readonly string[];
}

/** Builds the verdict. Findings about a file of an artifact get the artifact as their subject. */
export function buildVerdict(parts: VerdictParts): Verdict {
  const { policy, decision, trustRootDigest, skipped = [], notices = [], unsafe = [] } = parts;
  const { artifacts, bom, suppliers, vulnerabilities, at } = qualifyFindings(parts.input);
  return {
    outcome: decision.outcome,
    at: at.toISOString(),
    artifacts: sortByText(artifacts.map(verdictArtifact), artifactJson),
    rules: decision.rules,
    ...(decision.waivers.length === 0 ? {} : { waivers: decision.waivers }),
    findings: sortFindings([
      ...artifacts.flatMap((each) => [...each.artifact.findings, ...each.findings]),
      ...(bom?.findings ?? []),
      ...decision.rules.flatMap((rule) => rule.findings),
      ...waiverFindings(policy, decision.waivers),
      ...notices,
    ]),
    evidence: sortByText(
      [
        ...artifacts.flatMap(({ signatures, digests, manifests = [], attestedPackages = [] }) => [
          ...signatures,
          ...digests,
          ...manifests,
          ...attestedPackages,
        ]),
        ...(bom?.signatures ?? []),
        ...(suppliers?.signatures ?? []),
        ...(vulnerabilities?.osv?.signatures ?? []),
        ...(vulnerabilities?.vex ?? []).flatMap(({ signatures }) => signatures),
      ],
      evidenceJson,
    ),
    rejected: sortByText(
      [...artifacts.flatMap(({ rejected }) => rejected), ...(bom?.rejected ?? [])],
      rejectionJson,
    ),
    skipped: sortByText(skipped, ({ check, reason }) => [check, reason]),
    inputs: {
      ...(bom === undefined ? {} : { bom: bom.digest }),
      policy: {
        name: policy.name,
        ...(policy.version === undefined ? {} : { version: policy.version }),
        digest: policy.digest,
        ...(policy.signer === undefined ? {} : { signer: policy.signer }),
      },
      trustRoot: trustRootDigest,
      ...(suppliers === undefined ? {} : { suppliers: suppliers.digest }),
      ...(vulnerabilities?.osv === undefined ? {} : { osv: vulnerabilities.osv.digest }),
      ...(vulnerabilities === undefined || vulnerabilities.vex.length === 0
        ? {}
        : { vex: vulnerabilities.vex.map(({ digest }) => digest) }),
      ...(policy.environment === undefined ? {} : { environment: policy.environment }),
      unsafe: [...unsafe].sort(compareText),
    },
  };
}

function verdictArtifact({ artifact, manifest }: GatedArtifact): VerdictArtifact {
  const bytes = artifact.files.reduce((sum, file) => sum + file.size, 0);
  return {
    name: artifact.name,
    kind: artifact.kind,
    files: artifact.files.length,
    bytes,
    manifest,
    contents: artifact.files,
    isRead: artifact.complete && artifact.files.every(({ status }) => status !== "unverified"),
  };
}

/** Orders by the value itself, written canonically, so that no two different values compare equal. */
function sortByText<T>(items: readonly T[], textOf: (item: T) => JsonValue): readonly T[] {
  const keyed = items.map((item) => ({ item, key: JSON.stringify(textOf(item)) }));
  return keyed.sort((left, right) => compareText(left.key, right.key)).map(({ item }) => item);
}
