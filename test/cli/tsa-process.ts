// SPDX-License-Identifier: Apache-2.0
// `aibom tsa serve` as a process: started on a free port, stopped by a signal.

import { type ChildProcess, spawn } from "node:child_process";
import type { TestContext } from "node:test";
import { cleanEnvironment, mainPath } from "./run-aibom.ts";

export interface TsaProcess {
  readonly url: string;
  /** What it has said so far. */
  log(): string;
  /** Sends a signal and waits for the exit code. */
  stop(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Starts the authority in `tsa/` of a directory. */
export async function startTsa(
  t: TestContext,
  cwd: string,
  args: readonly string[] = [],
): Promise<TsaProcess> {
  const files = ["--key", "tsa/tsa.key", "--certificate-chain", "tsa/chain.pem", "--listen", "127.0.0.1:0"];
  const child: ChildProcess = spawn(process.execPath, [mainPath, "tsa", "serve", ...files, ...args], {
    cwd,
    env: cleanEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  t.after(() => child.kill("SIGKILL"));
  let log = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on("data", (chunk) => {
      log += chunk;
      const found = /answers at (http:\S+);/.exec(log)?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    });
    void ended.then(() => reject(new Error(log)));
  });
  return {
    url,
    log: () => log,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
