// SPDX-License-Identifier: Apache-2.0
// Foreign servers as child processes that never outlive the test: stopped after it, stopped when this process
// ends, and, where `setpriv` (util-linux) is there, ended by the kernel should this process be killed outright.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { missingPrograms } from "./tools.ts";

/** A server that has not answered by then does not come. */
const startMs = 60_000;
/** A server that has not ended by then is killed. */
const stopMs = 10_000;
/** Has the kernel end a program with its parent. */
const withParent: readonly string[] =
  missingPrograms("setpriv") === false ? ["setpriv", "--pdeathsig", "KILL", "--"] : [];

const running = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(1));
}
process.once("exit", () => {
  for (const child of running) {
    child.kill("SIGTERM");
  }
});

export interface ServerProcess {
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Everything that it says goes here. */
  readonly logFile: string;
  readonly cwd: string;
  /** Answers whether it serves; asked until it does. */
  readonly isReady: () => Promise<boolean>;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether an HTTP server answers this at all, with any status below 500. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(stopMs, undefined, { ref: false })]);
  child.kill("SIGKILL");
}

/** Starts a server and waits until it serves. Throws with the end of its log if it does not. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const [program = "", ...args] = [...withParent, options.program, ...options.args];
  // Straight into the file: a pipe would fill up, and the server stop, while a test waits for another program.
  const log = openSync(options.logFile, "w");
  const child = spawn(program, args, { cwd: options.cwd, stdio: ["ignore", log, log] });
  closeSync(log);
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  const deadline = performance.now() + startMs;
  while (!(await options.isReady())) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) {
      await stop(child);
      const end = readFileSync(options.logFile, "utf8").trim().split("\n").slice(-20).join("\n");
      throw new Error(`${options.program} does not serve:\n${end}`);
    }
    await sleep(100);
  }
  return { stop: () => stop(child) };
}
