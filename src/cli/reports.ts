// SPDX-License-Identifier: Apache-2.0
// Delivers reports to their places: files first, stdout last, so that whoever reads stdout knows that the
// files are complete.

import { basename, resolve } from "node:path";
import type { Verdict } from "../model/verdict.ts";
import { renderLine } from "../report/line.ts";
import { reporters } from "../report/reporters/index.ts";
import { plainStyle } from "../report/style.ts";
import { refuseForeignSinks } from "./overwrite.ts";
import { type Session, textOptions } from "./session.ts";
import { parseSinks, type Sink } from "./sinks.ts";
import { version } from "./version.ts";
import { writeFileAtomic } from "./write-file.ts";

/** How the command was called, for reports that say what to type next. */
export interface Invocation {
  readonly targets: readonly string[];
  readonly bom?: string;
  readonly policy?: string;
}

/**
 * The sinks of a `--format` value, for verdicts.
 * @throws {AibomError} CLI_FORMAT_INVALID, CLI_OUTPUT_FOREIGN
 */
export function reportSinks(format: string): readonly Sink[] {
  const sinks = parseSinks(
    format,
    reporters.map((reporter) => reporter.id),
  );
  refuseForeignSinks(sinks);
  return sinks;
}

/**
 * Renders the verdict into every sink. With `--quiet`, text on stdout is one line.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliverVerdict(
  session: Session,
  sinks: readonly Sink[],
  verdict: Verdict,
  invocation: Invocation,
): Promise<void> {
  const { targets, ...files } = invocation;
  const byName = new Map(targets.map((target) => [basename(resolve(target)), target]));
  const options = {
    ...(await textOptions(session, session.stdout)),
    invocation: { ...files, targets: byName },
    toolVersion: version,
  };
  await deliver(session, sinks, (format, isFile) => {
    const reporter = reporters.find((candidate) => candidate.id === format);
    if (reporter === undefined) {
      throw new Error(`no reporter ${format}`);
    }
    if (isFile) {
      return reporter.render(verdict, { ...options, style: plainStyle, width: 100 });
    }
    return format === "text" && session.options.quiet
      ? renderLine(verdict, options)
      : reporter.render(verdict, options);
  });
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
