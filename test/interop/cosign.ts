// SPDX-License-Identifier: Apache-2.0
// cosign, kept from looking for the public Sigstore instance: a home of its own, and always a trusted root and a
// signing config on the command line, if only empty ones.

import { join } from "node:path";
import { type RunResult, runProgram } from "../cli/run-aibom.ts";
import { pathOf } from "./tools.ts";

/** Opens the key files that cosign writes. */
export const keyFilePassword = "interop";

export interface Cosign {
  readonly directory: string;
  /** Runs a command in the directory. */
  run(args: readonly string[]): Promise<RunResult>;
  /** Writes a trusted root from the flags of `trusted-root create`; without any it trusts nothing. */
  createTrustedRoot(name: string, ...flags: readonly string[]): Promise<string>;
  /** Writes a signing config from the flags of `signing-config create`; without any it names no server. */
  createSigningConfig(name: string, ...flags: readonly string[]): Promise<string>;
}

/** cosign, working in this directory. */
export function cosignIn(directory: string): Cosign {
  const home = join(directory, "home");
  const env = { HOME: home, TUF_ROOT: join(home, "tuf"), COSIGN_PASSWORD: keyFilePassword };
  const run = (args: readonly string[]) => runProgram(pathOf("cosign"), args, { cwd: directory, env });
  const create = async (command: string, name: string, flags: readonly string[]) => {
    const out = join(directory, name);
    const { code, stderr } = await run([command, "create", "--out", out, ...flags]);
    if (code !== 0) {
      throw new Error(`cosign ${command} create ${flags.join(" ")}\n${stderr}`);
    }
    return out;
  };
  return {
    directory,
    run,
    createTrustedRoot: (name, ...flags) => create("trusted-root", name, flags),
    createSigningConfig: (name, ...flags) => create("signing-config", name, flags),
  };
}
