// SPDX-License-Identifier: Apache-2.0
// Runs the command as a user does: a process of its own, in a temporary directory.

import { execFile } from "node:child_process";
import { join } from "node:path";

/** The source entry point. */
export const mainPath = join(import.meta.dirname, "../../src/main.ts");

/** What a run left behind. */
export interface RunResult {
  /** Exit code, or null if a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for node itself. */
  readonly node?: readonly string[];
  readonly input?: string;
}

/** The test's environment without what would change colours, progress or time stamps. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const removed = new Set([
    "NO_COLOR",
    "FORCE_COLOR",
    "CI",
    "SOURCE_DATE_EPOCH",
    "NODE_OPTIONS",
    "NODE_TEST_CONTEXT",
  ]);
  const kept = Object.entries(process.env).filter(([name]) => !removed.has(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...extra };
}

/** Runs a program and waits for its end. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      {
        cwd: options.cwd,
        env: cleanEnvironment(options.env),
        maxBuffer: 1 << 28,
        timeout: 60_000,
      },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
  });
}

/** Runs `aibom` from source. */
export function aibom(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runProgram(process.execPath, [...(options.node ?? []), mainPath, ...args], options);
}

/** The code in brackets of the first error on stderr, which may be wrapped. */
export function errorCode(result: RunResult): string | undefined {
  return /^aibom: error: [\s\S]*?\[([A-Z0-9_]+)\]/m.exec(result.stderr)?.[1];
}
