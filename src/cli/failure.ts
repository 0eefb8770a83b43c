// SPDX-License-Identifier: Apache-2.0
// How a run that could not finish ends: text on stderr, and the failure as JSON wherever JSON was asked
// for, so that nobody mistakes the report of an earlier run for this one.

import { escapeText } from "../codes/escape.ts";
import { AibomError } from "../errors.ts";
import { readEnvironment } from "./environment.ts";
import { createOutput, type Output } from "./output.ts";
import { Refusal } from "./refusal.ts";
import { jsonSinksOf } from "./sinks.ts";
import { loadStyle, textWidth, wantsColour } from "./terminal.ts";

/** The error with a code that was thrown, or undefined for anything else: a fault. */
export function asFailure(thrown: unknown): AibomError | undefined {
  if (thrown instanceof Refusal) {
    const { where, cause } = thrown;
    return AibomError.of(thrown.code, thrown.args, { cause, ...(where === undefined ? {} : { where }) });
  }
  return thrown instanceof AibomError ? thrown : undefined;
}

/** Writes an error with a code. Never throws: the first failure is the one that counts. */
export async function writeFailure(
  error: AibomError,
  argv: readonly string[],
  streams: { readonly stdout: Output; readonly stderr: Output },
  command = "aibom",
): Promise<void> {
  const { renderErrorText, renderFailureJson } = await import("../report/errors.ts");
  const { stdout, stderr } = streams;
  const colour = wantsColour(readEnvironment(), !argv.includes("--no-color"), stderr.isTerminal);
  const isUsage = error.code === "CLI_USAGE" || error.code === "CLI_OPTION_INVALID";
  const options = {
    style: await loadStyle(colour),
    width: textWidth(stderr.columns),
    // At the root the general hint says more: how to find the command.
    ...(isUsage && command !== "aibom"
      ? { hint: `\`${command} --help\` lists its arguments and flags` }
      : {}),
  };
  await attempt(() => stderr.write(renderErrorText(error, options)));
  for (const { path } of jsonSinksOf(argv)) {
    // The places themselves were refused, perhaps because one of them holds the BOM.
    if (path !== undefined && error.code === "CLI_FORMAT_INVALID") {
      continue;
    }
    const json = renderFailureJson(error);
    await attempt(async () => {
      if (path === undefined) {
        await stdout.write(json);
      } else {
        const { refuseForeignFile } = await import("./overwrite.ts");
        const { writeFileAtomic } = await import("./write-file.ts");
        refuseForeignFile(path, "json report");
        writeFileAtomic(path, json);
      }
    });
  }
}

/** Reports a fault of ours. The stack is for `--debug`: it holds paths of the machine. */
export async function writeFault(fault: unknown, argv: readonly string[]): Promise<void> {
  const stderr = createOutput("stderr");
  const stdout = createOutput("stdout");
  const reason = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault);
  await writeFailure(AibomError.of("CLI_FAULT", { reason }, { cause: fault }), argv, { stdout, stderr });
  if (argv.includes("--debug") && fault instanceof Error) {
    const lines = (fault.stack ?? "").split("\n").map((line) => `aibom: debug: ${escapeText(line)}\n`);
    await attempt(() => stderr.write(lines.join("")));
  }
}

async function attempt(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch {
    // There is nowhere left to say it: the exit code still does.
  }
}
