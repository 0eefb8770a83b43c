// SPDX-License-Identifier: Apache-2.0
// One writer at a time. The lock is a folder with one file in it that is named after its holder. Taking it is one rename
// onto a folder that must be absent or empty; a lock whose holder is gone is broken by removing the file of that holder, by
// name, so that nobody can remove the lock of somebody who came in between.

import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AibomError } from "../errors.ts";

/** Milliseconds between two attempts. */
const pauseMs = 20;
/** Attempts: 30 seconds. An append takes milliseconds; a program that signs may take some seconds. */
const maxAttempts = 1500;

/** A process, and enough about it to tell whether it is gone. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Of systemd: two machines that share a folder may have one name. */
  readonly machine?: string;
  /** Of Linux: boot, namespace of process ids and start of the process. Numbers of processes are used again. */
  readonly boot?: string;
  readonly namespace?: string;
  readonly started?: string;
}

/**
 * Runs `work` while no other process does in the same folder.
 * @throws {AibomError} CUSTODY_LOG_BUSY
 */
export async function withLock<T>(
  folder: string,
  work: () => Promise<T>,
  attempts = maxAttempts,
): Promise<T> {
  const lock = join(folder, "lock");
  const name = `${process.pid}-${randomBytes(8).toString("hex")}`;
  const prepared = join(folder, `.lock-${name}`);
  try {
    mkdirSync(prepared);
    writeFileSync(join(prepared, name), JSON.stringify(thisProcess()));
    await take(prepared, lock, attempts);
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    throw error;
  }
  try {
    return await work();
  } finally {
    release(lock, name);
  }
}

async function take(prepared: string, lock: string, attempts: number): Promise<void> {
  for (let attempt = 0; !moveOnto(prepared, lock); attempt += 1) {
    const holder = holderOf(lock);
    if (holder !== undefined && isGone(holder.process)) {
      rmSync(join(lock, holder.name), { force: true });
    } else if (attempt >= attempts) {
      throw AibomError.of(
        "CUSTODY_LOG_BUSY",
        { holder: describe(holder?.process) },
        { where: { path: lock } },
      );
    } else if (holder !== undefined) {
      await sleep(pauseMs);
    }
  }
}

/** True if the prepared folder became the lock. A folder that is there and empty is nobody's. */
function moveOnto(prepared: string, lock: string): boolean {
  try {
    // Windows does not move onto an empty folder; removing it fails if it is not empty.
    removeEmpty(lock);
    renameSync(prepared, lock);
    return true;
  } catch (error) {
    if (existsSync(lock)) {
      return false;
    }
    throw error;
  }
}

function release(lock: string, name: string): void {
  try {
    unlinkSync(join(lock, name));
  } catch {
    // Somebody removed the lock by hand.
  }
  removeEmpty(lock);
}

function removeEmpty(lock: string): void {
  try {
    rmdirSync(lock);
  } catch {
    // It is absent, or somebody's.
  }
}

/** Undefined if the lock was released in between. */
function holderOf(lock: string): { readonly name: string; readonly process: Holder | undefined } | undefined {
  try {
    const [name] = readdirSync(lock);
    if (name === undefined) {
      return undefined;
    }
    return { name, process: parseHolder(readFileSync(join(lock, name), "utf8")) };
  } catch {
    return undefined;
  }
}

/** Undefined if it cannot be read: then nobody knows whether the holder is gone. */
function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Holder;
    return Number.isSafeInteger(value.pid) && value.pid > 0 && typeof value.host === "string"
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** True only if it is certain: this machine, and no such process any more. */
function isGone(holder: Holder | undefined): boolean {
  const here = thisProcess();
  if (holder === undefined || holder.host !== here.host) {
    return false;
  }
  if (isKnownToDiffer(holder.machine, here.machine)) {
    return false;
  }
  if (isKnownToDiffer(holder.boot, here.boot)) {
    // Of this machine before it was started again, or of another of its name.
    return holder.machine !== undefined && here.machine !== undefined;
  }
  if (holder.namespace !== here.namespace) {
    return false;
  }
  return !isRunning(holder.pid) || isKnownToDiffer(startOf(holder.pid), holder.started);
}

/** Where /proc is not there, or hides the processes of others (hidepid), nothing is known. */
function isKnownToDiffer(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function thisProcess(): Holder {
  const machine = textOf("/etc/machine-id")?.trim() || undefined;
  const boot = textOf("/proc/sys/kernel/random/boot_id")?.trim();
  const namespace = namespaceOf();
  const started = startOf(process.pid);
  return {
    pid: process.pid,
    host: hostname(),
    ...(machine === undefined ? {} : { machine }),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(started === undefined ? {} : { started }),
  };
}

/** When a process started, in ticks since boot: field 22 of proc_pid_stat(5). Only Linux says. */
function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold anything.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function namespaceOf(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function describe(holder: Holder | undefined): string {
  return holder === undefined ? "one that left no name" : `process ${holder.pid} on ${holder.host}`;
}
