// SPDX-License-Identifier: Apache-2.0
// The verdict as workflow commands of GitHub Actions, which become annotations of the run and of the pull request. A
// command ends at its line: everything that could end or extend one is escaped as the runner unescapes it.

import { escapeText } from "../../codes/escape.ts";
import type { Finding } from "../../model/finding.ts";
import { atLeast } from "../../model/severity.ts";
import { findPlaces, type Place } from "../finding-place.ts";
import { formatFindingNamed } from "../finding-text.ts";
import { type JudgedFinding, judgedFindings } from "../judged-findings.ts";
import { renderLine } from "../line.ts";
import type { Reporter } from "../reporter.ts";

type Level = "error" | "warning" | "notice";

/** GitHub shows ten annotations of each level for one step; the verdict itself is one. */
const maxPerLevel = 9;

export const githubReporter: Reporter = {
  id: "github",
  render(verdict, options = {}) {
    const places = findPlaces(verdict, options);
    const level: Level = verdict.outcome === "allow" ? "notice" : "error";
    const counts = new Map<Level, number>();
    const lines = [command(level, { title: "aibom verify" }, renderLine(verdict).trimEnd())];
    let hidden = 0;
    for (const judged of judgedFindings(verdict)) {
      const own = levelOf(judged);
      const count = (own === undefined ? undefined : counts.get(own)) ?? 0;
      if (own === undefined) {
        continue;
      }
      counts.set(own, count + 1);
      if (count < maxPerLevel) {
        lines.push(annotation(own, judged.finding, places.toShow(judged.finding, judged.rules)));
      } else {
        hidden++;
      }
    }
    if (hidden > 0) {
      lines.push(
        command(
          "notice",
          { title: "aibom verify" },
          `and ${hidden} more findings; --format json=FILE has all`,
        ),
      );
    }
    return `${lines.join("\n")}\n`;
  },
};

/** Undefined for what is not worth an annotation. */
function levelOf({ finding, role }: JudgedFinding): Level | undefined {
  if (role === "deciding") {
    return "error";
  }
  if (role === "warning" || atLeast(finding.severity, "medium")) {
    return "warning";
  }
  return finding.severity === "info" ? undefined : "notice";
}

function annotation(level: Level, finding: Finding, { path, line }: Place): string {
  const properties = {
    file: escapeText(path),
    ...(line === undefined ? {} : { line: String(line) }),
    title: `${finding.code} (${finding.severity})`,
  };
  return command(level, properties, formatFindingNamed(finding));
}

function command(level: Level, properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${list.join(",")}::${escapeData(message)}`;
}

/** As the runner's `ActionCommand` unescapes messages. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** As the runner's `ActionCommand` unescapes properties. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
