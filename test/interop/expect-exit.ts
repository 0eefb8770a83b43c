// SPDX-License-Identifier: Apache-2.0
// aibom, which must end as told.

import assert from "node:assert/strict";
import { aibom, type RunResult } from "../cli/run-aibom.ts";

/** Runs aibom in a directory and checks its exit code. */
export async function expectExit(cwd: string, exit: number, ...args: readonly string[]): Promise<RunResult> {
  const result = await aibom(args, { cwd });
  assert.equal(result.code, exit, `aibom ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  return result;
}

/** One accepted piece of evidence, as far as these tests look at it. */
export interface ReportedEvidence {
  readonly usage: string;
  readonly signer: { readonly identity: string; readonly method: string };
  readonly predicateType: string;
  readonly times: readonly { readonly source: string }[];
  readonly logEntries: number;
  readonly claims: readonly { readonly name: string; readonly value: string | number | boolean }[];
  readonly covers: readonly string[];
}

/** A verdict in JSON, as far as these tests look at it. */
export interface ReportedVerdict {
  readonly evidence: readonly ReportedEvidence[];
  readonly findings: readonly { readonly code: string; readonly location: { readonly path: string } }[];
  readonly rejected: readonly { readonly code: string }[];
}

/** Verifies and answers the verdict. */
export async function verdictOf(
  cwd: string,
  exit: number,
  ...args: readonly string[]
): Promise<ReportedVerdict> {
  const { stdout } = await expectExit(cwd, exit, "verify", ...args, "--format", "json");
  return JSON.parse(stdout);
}
