// SPDX-License-Identifier: Apache-2.0
// Every rule kind. The list is by hand: it is where an auditor sees what a policy can ask for.

import type { PolicyRule } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { assertRule } from "./assert.ts";
import { attestationRule } from "./attestation.ts";
import { bomMatchRule } from "./bom-match.ts";
import { completeRule } from "./complete.ts";
import { completenessRule } from "./completeness.ts";
import { componentRule } from "./component.ts";
import { contentRule } from "./content.ts";
import { datasetRule } from "./dataset.ts";
import { digestRule } from "./digest.ts";
import { formatRule } from "./format.ts";
import { freshnessRule } from "./freshness.ts";
import { imageRule } from "./image.ts";
import { importsRule } from "./imports.ts";
import { killSwitchRule } from "./kill-switch.ts";
import { licenseRule } from "./license.ts";
import { lineageRule } from "./lineage.ts";
import { originRule } from "./origin.ts";
import { packageRule } from "./package.ts";
import { readinessRule } from "./readiness.ts";
import { signatureRule } from "./signature.ts";
import { vulnerabilityRule } from "./vulnerability.ts";

export const ruleKinds = {
  signature: signatureRule,
  attestation: attestationRule,
  "bom-match": bomMatchRule,
  license: licenseRule,
  format: formatRule,
  digest: digestRule,
  content: contentRule,
  complete: completeRule,
  component: componentRule,
  lineage: lineageRule,
  dataset: datasetRule,
  origin: originRule,
  imports: importsRule,
  completeness: completenessRule,
  readiness: readinessRule,
  freshness: freshnessRule,
  vulnerability: vulnerabilityRule,
  package: packageRule,
  "kill-switch": killSwitchRule,
  image: imageRule,
  assert: assertRule,
} as const satisfies { readonly [K in PolicyRule["kind"]]: RuleKind<Extract<PolicyRule, { kind: K }>> };
