// SPDX-License-Identifier: Apache-2.0
// Signers that a policy names and the trust root does not. No error: an identity that was removed must not stop the
// gate, and a name that nobody has can only deny. But a misspelt name would deny for ever, so it is said.

import { nearest } from "../codes/nearest.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Policy, PolicyRule } from "./policy.ts";

/** One finding for each name of each rule that is not among `identities`. */
export function unknownSigners(policy: Policy, identities: readonly string[]): readonly Finding[] {
  return policy.rules.flatMap((rule) =>
    signersOf(rule)
      .filter((name) => !identities.includes(name))
      .map((name) => unknownSigner(rule, name, identities)),
  );
}

/** Every key of a rule that holds names of identities. */
const signerKeys: ReadonlySet<string> = new Set(["signers", "signedBy", "registerSignedBy", "dataSignedBy"]);

function signersOf(rule: PolicyRule): readonly string[] {
  return [...new Set(namesIn(rule))];
}

/** Also those one level down: a demand within a rule names its own. */
function namesIn(value: object): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]): readonly string[] => {
    if (Array.isArray(inner)) {
      return signerKeys.has(key) ? (inner as readonly string[]) : [];
    }
    return typeof inner === "object" && inner !== null ? namesIn(inner) : [];
  });
}

function unknownSigner(rule: PolicyRule, name: string, identities: readonly string[]): Finding {
  const close = nearest(name, identities);
  const suggestion = close === undefined ? "nobody there is called like it" : `did you mean ${close}?`;
  const args = { rule: rule.id, name, suggestion };
  return finding("POLICY_SIGNER_UNKNOWN", { path: "." }, args, { subject: "policy" });
}
