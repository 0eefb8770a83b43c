// SPDX-License-Identifier: Apache-2.0
// START-HERE.html: an audit folder for people, as one file. Pure: the same record, the same bytes. It loads nothing, its policy
// allows its own style and script by digest and nothing else, and all of it can be read without the script.

import type { AuditRecord } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { contentPolicy, embedConstantUnsafe, html } from "../report/html.ts";
import { artifactSection, byConcern } from "./artifacts.ts";
import { pageScript, pageStyle } from "./browser-files.ts";
import { chainSection } from "./chain/section.ts";
import { type CheckingOptions, checkingSection } from "./checking.ts";
import { byKind, componentSection } from "./components.ts";
import { completenessSection, notCoveredSection } from "./coverage.ts";
import { custodySection } from "./custody.ts";
import { findingSection } from "./findings.ts";
import { outcomeMark, shapes } from "./marks.ts";
import { nodeIds } from "./node-ids.ts";
import { contentsHtml, sectionHtml } from "./section.ts";
import { signerSection } from "./signers.ts";
import { cut } from "./text.ts";
import { mastheadHtml, summaryHtml, verdictHtml } from "./verdict.ts";

export type StartHereOptions = CheckingOptions;

/** The page for a record. */
export function renderStartHere(record: AuditRecord, options: StartHereOptions = {}): string {
  const artifacts = byConcern(record.artifacts).slice(0, pageLimits.maxArtifactRows);
  const components = byKind(record.components).slice(0, pageLimits.maxComponentRows);
  const ids = nodeIds(
    artifacts.map(({ ref }) => ref),
    components.map(({ ref }) => ref),
  );
  const sections = [
    artifactSection(record, ids),
    chainSection(record, ids),
    signerSection(record),
    findingSection(record),
    completenessSection(record),
    notCoveredSection(record),
    custodySection(record),
    checkingSection(record, options),
    componentSection(record, ids),
  ];
  const { word } = outcomeMark(record.verdict.outcome);
  return html`<!doctype html>
<html lang="en" data-report="aibom-start-here">
<head>
<meta charset="utf-8">
${contentPolicy({ style: pageStyle, script: pageScript })}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${word}: ${cut(record.title, pageLimits.maxNameCharacters)}</title>
${embedConstantUnsafe("style", pageStyle)}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${shapes}
${mastheadHtml(record)}<div class="page">
${contentsHtml(sections)}<main id="content" tabindex="-1">
${verdictHtml(record)}${summaryHtml(record)}${sections.map(sectionHtml)}</main>
</div>
<footer><p>A summary for people, made from <code>data/record.json</code>. The files of this folder are the proof, not this page.</p></footer>
${embedConstantUnsafe("script", pageScript)}
</body>
</html>
`.text;
}
