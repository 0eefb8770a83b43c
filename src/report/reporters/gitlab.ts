// SPDX-License-Identifier: Apache-2.0
// The findings of a verdict as a Code Quality report of GitLab (a subset of Code Climate's), which merge requests show.

import { escapeText } from "../../codes/escape.ts";
import { renderMessage } from "../../codes/render.ts";
import type { Severity } from "../../model/severity.ts";
import { findPlaces } from "../finding-place.ts";
import { fingerprints } from "../fingerprint.ts";
import { judgedFindings } from "../judged-findings.ts";
import type { Reporter } from "../reporter.ts";

const severities: Readonly<Record<Severity, "info" | "minor" | "major" | "critical" | "blocker">> = {
  info: "info",
  low: "minor",
  medium: "major",
  high: "critical",
  critical: "blocker",
};

export const gitlabReporter: Reporter = {
  id: "gitlab",
  render(verdict, options = {}) {
    const places = findPlaces(verdict, options);
    const fingerprintOf = fingerprints();
    const issues = judgedFindings(verdict).map(({ finding, rules }) => {
      const { path, line } = places.toShow(finding, rules);
      const names = rules.map(({ rule }) => rule).join(", ");
      const message = renderMessage(finding.code, finding.args);
      return {
        description: names === "" ? message : `${message} (rule ${names})`,
        check_name: finding.code,
        fingerprint: fingerprintOf(finding, places.ofFinding(finding).path),
        severity: severities[finding.severity],
        // GitLab takes no path that begins with ./, and every issue needs a line.
        location: { path: escapeText(path).replace(/^(?:\.\/)+/, ""), lines: { begin: line ?? 1 } },
      };
    });
    return `${JSON.stringify(issues, null, 2)}\n`;
  },
};
