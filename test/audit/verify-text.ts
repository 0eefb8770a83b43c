// SPDX-License-Identifier: Apache-2.0
// The commands of a folder's VERIFY.md, to be run one after the other.

import { spawnSync } from "node:child_process";
import type { FolderFiles } from "../../fixtures/audit-folder.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { renderVerifyText } from "../../src/audit/verify-text.ts";
import { readTrustRoot } from "../../src/trust/load.ts";

/** VERIFY.md of a folder. */
export function verifyTextOf(files: FolderFiles): string {
  const record = JSON.parse(Buffer.from(files.get("data/record.json") ?? "").toString()) as AuditRecord;
  const trustRoot = readTrustRoot(
    "trust",
    (name) => files.get(`data/trust-root/${name}`) ?? new Uint8Array(),
  );
  return renderVerifyText(record, trustRoot);
}

/** The blocks of commands, in order. */
export function commandsOf(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = ""]) => commands);
}

export interface CommandResult {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a block in a folder, with its own place for what it writes. */
export function runBlock(
  commands: string,
  folder: string,
  work: string,
  path = process.env["PATH"] ?? "",
): CommandResult {
  const own = commands.replaceAll("/tmp/aibom-verify", work);
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", own], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  return { status, output: stdout + stderr };
}
