// SPDX-License-Identifier: Apache-2.0
// The findings of a verdict as SARIF 2.1.0: where to look, and which rules of the policy minded. What decided is in the
// JSON report.

import { findPlaces, type Place } from "../finding-place.ts";
import { judgedFindings } from "../judged-findings.ts";
import type { Reporter } from "../reporter.ts";
import { type RelatedPlace, renderSarif } from "../sarif.ts";

export const sarifReporter: Reporter = {
  id: "sarif",
  render(verdict, options = {}) {
    const places = findPlaces(verdict, options);
    return renderSarif({
      toolVersion: options.toolVersion,
      isComplete: verdict.outcome !== "undecided",
      findings: judgedFindings(verdict).map(({ finding, rules }) => ({
        finding,
        ...places.toShow(finding, rules),
        filePath: places.ofFinding(finding).path,
        related: [
          ...related("what the BOM says of it", places.inBom(finding)),
          ...rules.flatMap((rule) => related(`rule ${rule.rule} of the policy`, places.ofRule(rule))),
        ],
      })),
    });
  },
};

function related(message: string, place: Place | undefined): readonly RelatedPlace[] {
  return place === undefined ? [] : [{ message, place }];
}
