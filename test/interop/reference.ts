// SPDX-License-Identifier: Apache-2.0
// The Python reference implementation of OpenSSF Model Signing, through its command line.

import { spawnSync } from "node:child_process";
import { type RunResult, runProgram } from "../cli/run-aibom.ts";
import { python } from "./tools.ts";

const probe = spawnSync(python, ["-c", "import model_signing; print(model_signing.__version__)"]);

/** Why it cannot be run here, in one line; false if it can. */
export const referenceIsMissing: string | false =
  probe.status === 0 ? false : `the Python package model-signing is not installed for ${python}`;

/** Runs `model_signing`. */
export function reference(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return runProgram(python, ["-m", "model_signing", ...args], { env });
}

/** Runs sigstore-python, which the reference implementation stands on. */
export function sigstorePython(args: readonly string[]): Promise<RunResult> {
  return runProgram(python, ["-m", "sigstore", ...args]);
}
