// SPDX-License-Identifier: Apache-2.0
// Delivers reports to their places: files first, stdout last, so that whoever reads stdout knows that the
// files are complete.

import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Verdict } from "../model/verdict.ts";
import { findingKey } from "../policy/finding-order.ts";
import { renderLine } from "../report/line.ts";
import { type VerdictFormat, verdictFormats } from "../report/report-formats.ts";
import { reporters } from "../report/reporters/index.ts";
import { markdownReporter } from "../report/reporters/markdown.ts";
import { plainStyle } from "../report/style.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { refuseForeignSinks } from "./overwrite.ts";
import { type Session, textOptions } from "./session.ts";
import { parseSinks, type Sink } from "./sinks.ts";
import { type StatementOptions, statementLines } from "./statement-lines.ts";
import { version } from "./version.ts";
import { appendToFile, writeFileAtomic } from "./write-file.ts";

/** How the command was called, for reports that say what to type next. */
export interface Invocation {
  readonly targets: readonly string[];
  readonly bom?: string;
  readonly policy?: string;
}

/** What reports need besides the verdict. */
interface DeliveryOptions {
  readonly verbose?: boolean;
  readonly statements?: StatementOptions;
}

/**
 * The sinks of a `--format` value, for verdicts.
 * @throws {AibomError} CLI_FORMAT_INVALID, CLI_OUTPUT_FOREIGN
 */
export function reportSinks(format: string): readonly Sink<VerdictFormat>[] {
  const sinks = parseSinks(format, verdictFormats);
  refuseForeignSinks(sinks);
  return sinks;
}

/**
 * Renders the verdict into every sink. With `--quiet`, text on stdout is one line. The sink `github` also appends Markdown to
 * the summary of the step, if the runner names a file for it.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliverVerdict(
  session: Session,
  sinks: readonly Sink<VerdictFormat>[],
  verdict: Verdict,
  invocation: Invocation,
  { verbose = false, statements = {} }: DeliveryOptions = {},
): Promise<void> {
  const { targets, ...files } = invocation;
  const byName = new Map(targets.map((target) => [basename(resolve(target)), target]));
  const options = {
    ...(await textOptions(session, session.stdout)),
    invocation: { ...files, targets: byName },
    toolVersion: version,
    ruleLines: await policyLines(verdict, invocation.policy),
    bomLines: sinks.some(showsLines) ? await linesInBom(verdict, invocation.bom) : new Map(),
    verbose,
  };
  const forFiles = { ...options, style: plainStyle, width: 100 };
  const summary = session.environment.githubStepSummary;
  if (summary !== undefined && sinks.some(({ format }) => format === "github")) {
    appendToFile(summary, markdownReporter.render(verdict, forFiles));
  }
  const lines = await statementLines(session, sinks, verdict, statements);
  await deliver(session, sinks, (format, isFile) => {
    const statement = lines.get(format);
    if (statement !== undefined) {
      return statement;
    }
    const reporter = reporters.find((candidate) => candidate.id === format);
    if (reporter === undefined) {
      throw new Error(`no reporter ${format}`);
    }
    if (isFile) {
      return reporter.render(verdict, forFiles);
    }
    return format === "text" && session.options.quiet
      ? renderLine(verdict, options)
      : reporter.render(verdict, options);
  });
}

/** Formats that point at lines. A BOM can be large: it is read once more for these only. */
function showsLines({ format }: Sink<VerdictFormat>): boolean {
  return format === "sarif" || format === "github" || format === "gitlab";
}

/** Where findings stand in the BOM; none if the file is no longer the one that was verified. */
async function linesInBom(verdict: Verdict, path: string | undefined): Promise<ReadonlyMap<string, number>> {
  if (path === undefined || verdict.inputs.bom === undefined) {
    return new Map();
  }
  const { findingLines } = await import("../bom/finding-lines.ts");
  const bytes = bytesOf(path, limits.maxBomBytes, verdict.inputs.bom.hex);
  const lines = bytes === undefined ? [] : findingLines(bytes, basename(path), verdict.findings);
  return new Map([...lines].map(([each, line]) => [findingKey(each), line]));
}

/** Where the rules stand in the policy file; none if the file is no longer the one that decided. */
async function policyLines(verdict: Verdict, path: string | undefined): Promise<ReadonlyMap<string, number>> {
  if (path === undefined) {
    return new Map();
  }
  const { ruleLines } = await import("../policy/rule-lines.ts");
  const bytes = bytesOf(path, limits.maxPolicyBytes, verdict.inputs.policy.digest.hex);
  return bytes === undefined ? new Map() : ruleLines(bytes, path);
}

/** The file, if it is still what was verified. The verdict stands without: a pipe, for example, can be read only once. */
function bytesOf(path: string, maxBytes: number, sha256: string): Uint8Array | undefined {
  try {
    const bytes = readBounded(path, maxBytes);
    return createHash("sha256").update(bytes).digest("hex") === sha256 ? bytes : undefined;
  } catch (error) {
    if (error instanceof AibomError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Writes what `render` gives for each sink.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliver<F extends string>(
  session: Session,
  sinks: readonly Sink<F>[],
  render: (format: F, isFile: boolean) => string,
): Promise<void> {
  for (const { format, path } of sinks) {
    if (path !== undefined) {
      writeFileAtomic(path, render(format, true));
    }
  }
  for (const { format, path } of sinks) {
    if (path === undefined) {
      await session.stdout.write(render(format, false));
    }
  }
}
