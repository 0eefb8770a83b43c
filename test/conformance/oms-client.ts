// SPDX-License-Identifier: Apache-2.0
// The conformance client for OpenSSF Model Signing, run as a suite runs it, and what its tests give it.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keySigner } from "../../src/signers/key.ts";
import { runProgram } from "../cli/run-aibom.ts";

export const client = join(import.meta.dirname, "../../conformance/oms-client");

export interface Answer {
  readonly code: number | null;
  /** The code or reason that it printed. */
  readonly said: string;
  readonly stdout: string;
}

/** Runs the client, which must end in an orderly way, with whatever exit code. */
export async function run(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await runProgram(client, args, { env: { OMS_TRUSTED_ROOT: "" } });
  assert.notEqual(code, null, stderr);
  assert.notEqual(code, 4, "never an internal fault");
  assert.ok(!stderr.includes("\n    at "), `a stack trace: ${stderr}`);
  return { code, said: stderr.trim(), stdout };
}

export const verifyModel = (...args: readonly string[]) => run("verify-model", ...args);
export const signModel = (...args: readonly string[]) => run("sign-model", ...args);

export async function accepted(answer: Promise<Answer>, what = ""): Promise<void> {
  const { code, said } = await answer;
  assert.equal(code, 0, `${what} ${said}`);
}

export async function rejected(answer: Promise<Answer>, expected: RegExp, what = ""): Promise<void> {
  const { code, said } = await answer;
  assert.ok(code === 1 || code === 2 || code === 3, `${what}: exit ${code}`);
  assert.match(said, expected, what);
}

/** Writes files below a directory; answers the directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

export interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly signer: ReturnType<typeof keySigner>;
}

/** What says: verify this bundle over this model with this key. */
export const byKey = (
  model: string,
  bundle: string,
  { publicKey }: Pick<Keys, "publicKey">,
): readonly string[] => [
  ...["--method", "key", "--model-path", model, "--bundle", bundle, "--public-key", publicKey],
];

/** A key pair on disk as the suite has them: SEC 1, readable by everybody. */
export function writeKeys(directory: string, curve = "P-256"): Keys {
  const pair = generateKeyPairSync("ec", { namedCurve: curve });
  const privateKey = join(directory, "key.pem");
  const publicKey = join(directory, "key-pub.pem");
  writeFileSync(privateKey, pair.privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o644 });
  writeFileSync(publicKey, pair.publicKey.export({ type: "spki", format: "pem" }));
  return { privateKey, publicKey, signer: keySigner(pair.privateKey) };
}
