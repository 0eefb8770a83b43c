// SPDX-License-Identifier: Apache-2.0
// Checks a folder by both implementations: verify.mjs, which shares no code with aibom, and `aibom report verify`.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FolderFiles } from "../../fixtures/audit-folder.ts";
import { type VerifyAuditOptions, verifyAudit } from "../../src/verify-audit.ts";

export const selfVerifier = new URL("../../src/audit/self-verifier/verify.mjs", import.meta.url);

interface Line {
  readonly id: string;
  readonly state: string;
  readonly place: string;
  readonly text: string;
}

interface SelfOptions {
  readonly directory: string;
  readonly trustRoot?: string | undefined;
  readonly expectSigner?: string | undefined;
  readonly expectKey?: string | undefined;
  readonly key?: unknown;
  readonly now: Date;
}

// ?library: only tests ask for it, and a program that runs nothing by mistake would look like a pass.
const { verifyFolder } = (await import(`${selfVerifier.href}?library`)) as {
  verifyFolder(options: SelfOptions): {
    readonly lines: readonly Line[];
    readonly failed: number;
    readonly unable: number;
  };
};

/** When tests check: after everything in the fixture was made. */
export const checkedAt = new Date("2026-11-20T00:00:00Z");

export interface Both {
  /** Exit codes. */
  readonly own: number;
  readonly self: number;
  /** What is not ok, as `state id`, sorted, each once. */
  readonly ownFaults: readonly string[];
  readonly selfFaults: readonly string[];
  readonly ownLines: readonly Line[];
  readonly selfLines: readonly Line[];
}

export async function verifyBoth(
  directory: string,
  options: Partial<VerifyAuditOptions> & { readonly key?: unknown } = {},
): Promise<Both> {
  const { key, ...rest } = options;
  const own = await verifyAudit(directory, { at: checkedAt, ...rest });
  const report = verifyFolder({
    directory,
    trustRoot: options.trustRoot,
    expectSigner: options.expected?.identity,
    expectKey: options.expected?.keyId,
    key,
    now: options.at ?? checkedAt,
  });
  return {
    own: own.exit,
    self: report.failed > 0 ? 1 : report.unable > 0 ? 3 : 0,
    ownFaults: faultsOf(own.lines),
    selfFaults: faultsOf(report.lines),
    ownLines: own.lines,
    selfLines: report.lines,
  };
}

function faultsOf(lines: readonly Line[]): readonly string[] {
  const faults = lines.filter(({ state }) => state !== "ok").map(({ id, state }) => `${state} ${id}`);
  return [...new Set(faults)].sort();
}

/** Writes a folder, in place of what is there. */
export function writeFiles(directory: string, files: FolderFiles): string {
  rmSync(directory, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  return directory;
}
