// SPDX-License-Identifier: Apache-2.0
// What `aibom diff` says, as text, JSON and Markdown.

import type { Diff } from "../model/bom-diff.ts";
import { diffSummary } from "../report/diff-groups.ts";
import { renderDiffJson } from "../report/diff-json.ts";
import { renderDiffMarkdown } from "../report/diff-markdown.ts";
import { type DiffNames, renderDiffText } from "../report/diff-text.ts";
import { refuseForeignFile } from "./overwrite.ts";
import { deliver } from "./reports.ts";
import { type Session, textOptions } from "./session.ts";
import { parseSinks, type Sink } from "./sinks.ts";

type DiffFormat = "text" | "json" | "markdown";

/**
 * The sinks of `--format`.
 * @throws {AibomError} CLI_FORMAT_INVALID, CLI_OUTPUT_FOREIGN
 */
export function diffSinks(format: string): readonly Sink<DiffFormat>[] {
  const sinks = parseSinks(format, ["text", "json", "markdown"]);
  for (const sink of sinks) {
    if (sink.path !== undefined) {
      refuseForeignFile(sink.path, `${sink.format} diff`);
    }
  }
  return sinks;
}

/**
 * Renders the diff into every sink. With `--quiet`, text on stdout is one line.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliverDiff(
  session: Session,
  sinks: readonly Sink<DiffFormat>[],
  diff: Diff,
  names: DiffNames,
): Promise<void> {
  const options = await textOptions(session, session.stdout);
  await deliver(session, sinks, (format, isFile) => {
    switch (format) {
      case "json":
        return renderDiffJson(diff);
      case "markdown":
        return renderDiffMarkdown(diff, names);
      case "text":
        return session.options.quiet && !isFile
          ? `${diffSummary(diff)}\n`
          : renderDiffText(diff, names, isFile ? {} : options);
    }
  });
}
