// SPDX-License-Identifier: Apache-2.0
// The reports `vsa` and `svr`: JSON Lines with one statement for each artifact, in a signed bundle if a key was given. An unsigned
// one is for a signer that the user runs; no verifier accepts it as it is.

import { escapeText } from "../codes/escape.ts";
import { limits } from "../limits.ts";
import type { Verdict } from "../model/verdict.ts";
import { statementFormats, type VerdictFormat } from "../report/report-formats.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Sink } from "./sinks.ts";
import { version } from "./version.ts";

export const defaultVerifierId = "https://aibom.dev/verify";

export interface StatementOptions {
  /** Private key that signs the statements. */
  readonly key?: string;
  readonly passphraseFile?: string;
  /** URI of the verifier that the statements name. */
  readonly verifierId?: string;
}

/** The text of each statement report that is asked for. */
export async function statementLines(
  session: Session,
  sinks: readonly Sink<VerdictFormat>[],
  verdict: Verdict,
  options: StatementOptions,
): Promise<ReadonlyMap<VerdictFormat, string>> {
  const kinds = statementFormats.filter((kind) => sinks.some(({ format }) => format === kind));
  const lines = new Map<VerdictFormat, string>();
  if (kinds.length === 0) {
    return lines;
  }
  const { verdictStatements } = await import("../signers/verdict-statement.ts");
  const sign = await statementSigner(session, options);
  const verifier = { id: options.verifierId ?? defaultVerifierId, version, verifiedAt: session.startedAt };
  for (const kind of kinds) {
    let text = "";
    for (const statement of verdictStatements(kind, verdict, verifier)) {
      text += `${await sign(statement)}\n`;
    }
    lines.set(kind, text);
  }
  return lines;
}

/**
 * Refuses what would be ignored, before any work is done.
 * @throws {AibomError} CLI_USAGE
 */
export function refuseIdleKey(
  sinks: readonly Sink<VerdictFormat>[],
  { key, passphraseFile }: StatementOptions,
): void {
  const isAsked = sinks.some(({ format }) => statementFormats.some((kind) => kind === format));
  if (key !== undefined && !isAsked) {
    throw Refusal.of("CLI_USAGE", {
      reason: "--vsa-key signs the reports vsa and svr, and --format names neither",
    });
  }
  if (passphraseFile !== undefined && key === undefined) {
    throw Refusal.of("CLI_USAGE", { reason: "--passphrase-file goes with --vsa-key" });
  }
}

/** From a statement to its line. */
async function statementSigner(
  session: Session,
  { key, passphraseFile }: StatementOptions,
): Promise<(statement: Uint8Array) => Promise<string>> {
  if (key === undefined) {
    return (statement) => Promise.resolve(Buffer.from(statement).toString());
  }
  const { loadSigner } = await import("../signers/load-signer.ts");
  const { signStatement } = await import("../signers/statement-bundle.ts");
  const { askPassphrase, givenPassphrase } = await import("./passphrase.ts");
  const given = givenPassphrase(passphraseFile === undefined ? {} : { passphraseFile });
  const passphrase = () =>
    given === undefined
      ? askPassphrase(`passphrase of ${escapeText(key)}: `, session)
      : Promise.resolve(given);
  const signer = await loadSigner({ kind: "key", key, passphrase }, session.startedAt);
  return async (statement) => {
    const bundle = await signStatement(statement, signer, limits.maxBomBundleBytes);
    // JSON Lines: the bundle in one line.
    return JSON.stringify(JSON.parse(Buffer.from(bundle).toString()));
  };
}
