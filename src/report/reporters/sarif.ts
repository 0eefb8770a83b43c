// SPDX-License-Identifier: Apache-2.0
// The findings of a verdict as SARIF 2.1.0: where to look, and which rules of the policy minded. What decided is in the
// JSON report.

import { findPlaces } from "../finding-place.ts";
import { judgedFindings } from "../judged-findings.ts";
import type { Reporter } from "../reporter.ts";
import { renderSarif } from "../sarif.ts";

export const sarifReporter: Reporter = {
  id: "sarif",
  render(verdict, options = {}) {
    const places = findPlaces(verdict, options);
    return renderSarif({
      toolVersion: options.toolVersion,
      isComplete: verdict.outcome !== "undecided",
      findings: judgedFindings(verdict).map(({ finding, rules }) => ({
        finding,
        ...places.ofFinding(finding),
        rules: rules.flatMap((rule) => {
          const place = places.ofRule(rule);
          return place === undefined ? [] : [{ id: rule.rule, place }];
        }),
      })),
    });
  },
};
