// SPDX-License-Identifier: Apache-2.0
// A scan for people: findings by file, the gravest file first, then one line that sums up. Every word that a file chose
// is escaped.

import { escapeText } from "../codes/escape.ts";
import type { Finding } from "../model/finding.ts";
import type { ScannedImport, ScannedTarget, ScanOutcome, ScanReport } from "../model/scan-report.ts";
import { severities } from "../model/severity.ts";
import { renderFindings } from "./finding-text.ts";
import { plainStyle, type Style, type TextOptions } from "./style.ts";
import { pathInTarget } from "./target-path.ts";
import { wrap } from "./wrap.ts";

/** Findings of one file, and files of one target, that are written out. */
const maxPerFile = 20;
const maxFiles = 100;
/** Imports of one file that are named; the others are counted. */
const maxImports = 10;

interface Layout {
  readonly style: Style;
  readonly width: number;
}

/** The report with all findings but those that are only `info`. */
export function renderScan(report: ScanReport, options: TextOptions = {}): string {
  const { style = plainStyle, width = 100 } = options;
  const sections = report.targets.map((target) => targetSection(target, { style, width }));
  return sections.join("") + renderScanLine(report, options);
}

const words: Readonly<Record<ScanOutcome, string>> = {
  clean: "CLEAN",
  dangerous: "DANGEROUS",
  incomplete: "INCOMPLETE",
};

/** The outcome and the counts in one line. */
export function renderScanLine({ outcome, targets }: ScanReport, options: TextOptions = {}): string {
  const { style = plainStyle } = options;
  const mark = { clean: style.allow, dangerous: style.deny, incomplete: style.undecided }[outcome];
  const sum = (of: (target: ScannedTarget) => number): number =>
    targets.reduce((total, target) => total + of(target), 0);
  const [read, opaque] = [sum((each) => each.described), sum((each) => each.opaque)];
  const unverified = sum((each) => each.unverified.length);
  const total = read + opaque + unverified;
  const findings = targets.flatMap((target) => target.findings);
  const counts = [...severities]
    .reverse()
    .map((severity) => [severity, findings.filter((item) => item.severity === severity).length] as const)
    .filter(([severity, count]) => count > 0 && severity !== "info")
    .map(([severity, count]) => `${count} ${severity}`);
  const found = counts.length === 0 ? "no findings" : counts.join(", ");
  const files = `${total} ${total === 1 ? "file" : "files"}: ${read} read, ${opaque} opaque, ${unverified} unverified`;
  return `${mark(words[outcome])}  ${files}; ${found}\n`;
}

function targetSection(target: ScannedTarget, layout: Layout): string {
  const shown = target.findings.filter((item) => item.severity !== "info");
  // Findings are sorted, gravest first, and so are the groups by the first of each.
  const byFile = [...Map.groupBy(shown, (item) => item.location.path)];
  const { style } = layout;
  const sections = byFile.slice(0, maxFiles).map(([path, findings]) => {
    const place = pathInTarget(target.target, target.name, path);
    return `${style.bold(escapeText(place))}\n${fileFindings(findings, layout)}${importLines(untoldImports(target, path, findings), layout)}`;
  });
  const more = byFile.length - maxFiles;
  const rest = more > 0 ? style.dim(`and ${more} more files (--format json has all)\n`) : "";
  return sections.join("") + rest + leftOut(target, layout);
}

/** A clean scan must not hide what it did not look at. */
function leftOut({ target, name, ignored }: ScannedTarget, { style }: Layout): string {
  return ignored
    .slice(0, maxFiles)
    .map(({ path, rule }) => {
      const place = escapeText(pathInTarget(target, name, path));
      return style.dim(`left out  ${place}: rule ${escapeText(rule)}\n`);
    })
    .join("");
}

/** The file is named above its findings, so they name the place inside it. */
function fileFindings(findings: readonly Finding[], { style, width }: Layout): string {
  const inside = findings.map((item): Finding => ({ ...item, location: { ...item.location, path: "" } }));
  return renderFindings(inside, style, width, { max: maxPerFile });
}

/** The imports of one file that no finding shown above names. */
function untoldImports(
  { imports }: ScannedTarget,
  path: string,
  findings: readonly Finding[],
): readonly ScannedImport[] {
  const told = new Set(findings.slice(0, maxPerFile).map(({ args }) => args["import"]));
  return imports.filter((each) => each.path === path && !told.has(importName(each)));
}

function importLines(imports: readonly ScannedImport[], { style, width }: Layout): string {
  return (["dangerous", "unknown"] as const)
    .map((verdict) => {
      const names = [
        ...new Set(
          imports.filter((each) => each.verdict === verdict).map((each) => escapeText(importName(each))),
        ),
      ];
      if (names.length === 0) {
        return "";
      }
      const more = names.length > maxImports ? ` and ${names.length - maxImports} more` : "";
      const text = `${verdict} imports: ${names.slice(0, maxImports).join(", ")}${more}`;
      return wrap(text, width, " ".repeat(12), 14)
        .map((line) => `${style.dim(line)}\n`)
        .join("");
    })
    .join("");
}

function importName({ module, name }: ScannedImport): string {
  return module === "" ? name : `${module}.${name}`;
}
