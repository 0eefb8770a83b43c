// SPDX-License-Identifier: Apache-2.0
// Rule kind `bom-match`: the files are those of the BOM, byte for byte: none changed, missing or extra.
// The comparison is the digest verifier's; this rule asks for its evidence.

import { type Finding, finding } from "../../model/finding.ts";
import type { Remedy } from "../../model/verdict.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { BomMatchRule } from "../policy.ts";
import type { GatedBom, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { formatIdentities, formatSigners, isNamed } from "../signers.ts";

export const bomMatchRule: RuleKind<BomMatchRule> = {
  kind: "bom-match",
  restsOnDigests: true,

  judgeArtifact(rule, subject, { bom }) {
    if (bom === undefined) {
      return rule.onMissing === "skip" ? { ...passed, status: "not-applicable" } : bomMissing(rule);
    }
    const findings: Finding[] = [];
    const remedy: Remedy[] = [];
    const { artifact, digests, rejected } = subject.gated;
    const covered = new Set(digests.flatMap(({ covers, outside = [] }) => [...covers, ...outside]));
    const isMatched = subject.files.every((file) => covered.has(file.path));
    if (!isMatched || rejected.some((rejection) => rejection.kind === "digest")) {
      const content = new Set(artifact.findings);
      const related = subject.gated.findings.filter(
        (item) => !content.has(item) && item.code.startsWith("BOM_"),
      );
      const args = { artifact: artifact.name, count: related.length };
      const options = ruleFindingOptions(rule, artifact.name);
      findings.push(finding("BOM_NOT_MATCHED", { path: "." }, args, options), ...related);
      remedy.push({ action: "regenerate-bom", args: { artifact: artifact.name, bom: bom.path } });
    }
    if (rule.signedBy !== undefined && !isBomSigned(rule.signedBy, bom)) {
      const signers = formatIdentities(bom.signatures.filter(({ usage }) => usage === "bom"));
      const args = { signers, allowed: formatSigners(rule.signedBy) };
      const options = ruleFindingOptions(rule, bom.path);
      findings.push(finding("BOM_SIGNER_MISSING", { path: bom.path }, args, options));
      remedy.push({ action: "sign-bom", args: { bom: bom.path, signers: formatSigners(rule.signedBy) } });
    }
    return findings.length === 0 ? passed : { status: "fail", findings, remedy };
  },
};

function isBomSigned(signedBy: NonNullable<BomMatchRule["signedBy"]>, bom: GatedBom): boolean {
  return bom.signatures.some(
    (signature) => signature.usage === "bom" && isNamed(signedBy, signature.signer.identity),
  );
}

function bomMissing(rule: BomMatchRule) {
  const own = finding("BOM_MISSING", { path: "." }, { rule: rule.id }, ruleFindingOptions(rule, "bom"));
  return { status: "fail", findings: [own], remedy: [{ action: "give-bom", args: {} }] } as const;
}
