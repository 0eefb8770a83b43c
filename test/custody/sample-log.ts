// SPDX-License-Identifier: Apache-2.0
// A log in a temporary directory, with keys made for the test.

import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppendOptions, EventActor } from "../../src/custody/append.ts";
import {
  appendEvents,
  type CustodyEvent,
  createLogWithKey,
  type LogWriter,
  openLog,
  openWriter,
  verifyLog,
} from "../../src/custody-log.ts";
import { generateKey, type KeyType } from "../../src/signers/generate-key.ts";
import { loadPrivateKey } from "../../src/signers/key.ts";
import type { Signer } from "../../src/signers/signer.ts";

/** The name of every sample log. */
export const origin = "log.example/custody";

/** Whom the operating system names in samples. */
export const claimed = { user: "alice", host: "build-1" };

/** A new log in `folder`. */
export async function sampleLog(folder: string): Promise<LogWriter> {
  const directory = join(folder, "log");
  await createLogWithKey(directory, { name: origin });
  return openWriter(directory);
}

/** The file of a new key. */
export function keyFile(folder: string, name: string, type: KeyType = "ed25519"): string {
  const path = join(folder, name);
  writeFileSync(path, generateKey(type).privatePem, { mode: 0o600 });
  return path;
}

export function newSigner(folder: string, name: string, type?: KeyType): Signer {
  return loadPrivateKey(keyFile(folder, name, type));
}

/** An event that differs from others by its number. */
export function sampleEvent(number: number, more: Partial<CustodyEvent> = {}): CustodyEvent {
  return {
    type: "sign",
    time: new Date(Date.UTC(2026, 0, 1, 0, 0, number)),
    subject: [{ name: `model-${number}`, digest: { sha256: number.toString(16).padStart(64, "0") } }],
    tool: { name: "aibom", version: "0.0.0" },
    ...more,
  };
}

/** Appends `count` events at once. */
export function appendMany(
  writer: LogWriter,
  count: number,
  actor: EventActor = {},
  options: AppendOptions = {},
) {
  return appendEvents(
    writer,
    Array.from({ length: count }, (_, number) => sampleEvent(number)),
    actor,
    options,
  );
}

/** All files below a folder, by path. */
export function filesBelow(folder: string, prefix = ""): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const name of readdirSync(join(folder, prefix)).sort()) {
    const path = join(prefix, name);
    if (statSync(join(folder, path)).isDirectory()) {
      for (const [below, bytes] of filesBelow(folder, path)) {
        files.set(below, bytes);
      }
    } else {
      files.set(path, readFileSync(join(folder, path)));
    }
  }
  return files;
}

/** A copy of a log with its private folder. */
export function copyOf(directory: string, to: string): string {
  cpSync(directory, to, { recursive: true });
  cpSync(`${directory}.private`, `${to}.private`, { recursive: true });
  return to;
}

/** The log verifies, has `least` entries or more, and takes another. */
export async function requireSound(directory: string, least: number, most: number): Promise<void> {
  const log = openLog(directory);
  const { size } = log.checkpoint;
  assert.ok(size === least || size === most, `${size} entries, not ${least} or ${most}`);
  assert.deepEqual((await verifyLog(log)).findings, []);
  await appendMany(await openWriter(directory), 1);
  const after = openLog(directory);
  assert.equal(after.checkpoint.size, size + 1);
  assert.deepEqual((await verifyLog(after)).findings, []);
}
