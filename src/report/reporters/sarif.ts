// SPDX-License-Identifier: Apache-2.0
// The findings of a verdict as SARIF 2.1.0. What decided is in the JSON report; here is where to look.

import type { Reporter } from "../reporter.ts";
import { renderSarif } from "../sarif.ts";
import { pathInTarget } from "../target-path.ts";

export const sarifReporter: Reporter = {
  id: "sarif",
  render(verdict, { invocation = {}, toolVersion } = {}) {
    return renderSarif({
      toolVersion,
      isComplete: verdict.outcome !== "undecided",
      findings: verdict.findings.map((finding) => {
        const { subject, location } = finding;
        return {
          finding,
          path: pathInTarget(invocation.targets?.get(subject) ?? subject, subject, location.path),
        };
      }),
    });
  },
};
