// SPDX-License-Identifier: Apache-2.0
// Rule kind `freshness`: somebody whom the rule names verified the artifact not long ago, and says so in a signed summary.

import { finding } from "../../model/finding.ts";
import { firstMiss, summaryTypes } from "../claim-demands.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { AttestationRule, FreshnessRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { formatSigners, isNamed } from "../signers.ts";

/** Where each kind of summary states its time, and what it has to say besides. */
const summaries: readonly Pick<AttestationRule, "predicateType" | "ageOf" | "claims">[] = [
  ...summaryTypes.map((predicateType) => ({
    predicateType,
    ageOf: "vsa.timeVerified",
    claims: { "vsa.result": "PASSED" },
  })),
  ...["v0.1", "v0.2"].map((version) => ({
    predicateType: `https://in-toto.io/attestation/svr/${version}`,
    ageOf: "svr.timeCreated",
  })),
];

export const freshnessRule: RuleKind<FreshnessRule> = {
  kind: "freshness",
  restsOnDigests: true,

  judgeArtifact(rule, { gated, files }, { at }) {
    const { name } = gated.artifact;
    const { id, signers, maxAge } = rule;
    const covered = new Set(
      gated.signatures
        .filter(({ usage, signer }) => usage === "statement" && isNamed(signers, signer.identity))
        .filter((each) =>
          summaries.some(
            (summary) =>
              summary.predicateType === each.predicateType &&
              firstMiss({ ...summary, id, kind: "attestation", signers, maxAge }, each, at) === undefined,
          ),
        )
        .flatMap(({ covers }) => covers),
    );
    const missing = files.filter(({ path }) => !covered.has(path)).length;
    if (missing === 0) {
      return passed;
    }
    const args = { artifact: name, maxAge, allowed: formatSigners(signers), count: missing };
    const own = finding("VERIFICATION_NOT_FRESH", { path: "." }, args, ruleFindingOptions(rule, name));
    const remedy = {
      action: "attest",
      args: { artifact: name, type: summaryTypes[0] ?? "", signers: formatSigners(signers) },
    } as const;
    return { status: "fail", findings: [own], remedy: [remedy] };
  },
};
