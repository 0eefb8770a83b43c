// SPDX-License-Identifier: Apache-2.0
// The policy that decides when no policy file is given. It is a document of the same language as any other:
// what aibom does by itself, a user can read, copy and change.

import { createHash } from "node:crypto";
import type { Policy, PolicyRule } from "./policy.ts";

/** Name of the built-in policy in verdicts. */
const baselineName = "builtin:baseline";

/** The rules of the baseline, which the starter policy repeats. */
export const baselineRules = `rules:
  # Somebody whom the trust root names has signed every file of every artifact.
  - id: signed
    kind: signature
    signers: any

  # With a BOM: every file is in it, byte for byte, and nothing is missing.
  - id: in-bom
    kind: bom-match
    onMissing: skip

  # With a BOM: somebody whom the trust root names has signed it.
  - id: bom-signed
    kind: signature
    scope: { kind: bom }
    minMatches: 0
    signers: any

  # Reading the files showed nothing dangerous.
  - id: no-dangerous-content
    kind: content
    failAt: high

  # Every file was read to its end: unknown is not fine.
  - id: read-completely
    kind: complete
`;

/** The built-in policy as a document. Its digest stands in every verdict that it decided. */
export const baselineText = `apiVersion: aibom/policy/v1
name: ${baselineName}
mode: enforce

${baselineRules}`;

/** What `baselineRules` says, as data: parsing YAML would take a tenth of the time of a small `verify`. */
const rules: readonly PolicyRule[] = [
  { id: "signed", kind: "signature", signers: "any" },
  { id: "in-bom", kind: "bom-match", onMissing: "skip" },
  { id: "bom-signed", kind: "signature", scope: { kind: "bom" }, minMatches: 0, signers: "any" },
  { id: "no-dangerous-content", kind: "content", failAt: "high" },
  { id: "read-completely", kind: "complete" },
];

/** The built-in policy: what `loadPolicy` makes of `baselineText`. A test compares the two. */
export function baselinePolicy(): Policy {
  const hex = createHash("sha256").update(baselineText).digest("hex");
  return {
    apiVersion: "aibom/policy/v1",
    name: baselineName,
    mode: "enforce",
    rules,
    digest: { algorithm: "sha256", hex },
  };
}
