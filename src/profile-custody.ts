// SPDX-License-Identifier: Apache-2.0
// The custody log's part of a profile: verified as a whole, then asked what signed events are about. An entry that nobody signed as
// actor is the log's own word and counts for nothing here.

import type { CustodyEntry } from "./custody/entry.ts";
import { openLog, readEntries, verifyLog } from "./custody-log.ts";
import type { CustodyRecord } from "./profile/custody-record.ts";
import type { TrustRoot } from "./trust/trust-root.ts";

/**
 * Reads a log for a profile.
 * @param policy file of keys of the log and its witnesses, from elsewhere
 * @throws {AibomError} CUSTODY_*, SOURCE_*
 */
export async function custodyRecord(
  directory: string,
  policy: string | undefined,
  trustRoot: TrustRoot,
  at: Date,
): Promise<CustodyRecord> {
  const log = openLog(directory, policy);
  const report = await verifyLog(log);
  const problems = report.findings.map(({ code, location }) => `${code} ${location.member ?? location.path}`);
  if (problems.length > 0) {
    return { problems, digests: new Set(), witnessed: new Set() };
  }
  const entries = await readEntries(log, 0, log.checkpoint.size);
  const signed = entries.filter(({ entry }) => isSignedByIdentity(entry, trustRoot, at));
  const { witnessed } = report;
  // Whoever brings the log could bring witnesses with it.
  const seen =
    log.isOwnPolicy || witnessed === undefined || witnessed.cosigners.length === 0 ? 0 : witnessed.size;
  return {
    problems,
    digests: digestsOf(signed.map(({ entry }) => entry)),
    witnessed: digestsOf(signed.filter(({ index }) => index < seen).map(({ entry }) => entry)),
  };
}

/** By a key that the trust root knows and has not revoked. When it was used nobody proves, so a key counts while it is valid. */
function isSignedByIdentity({ actor }: CustodyEntry, trustRoot: TrustRoot, at: Date): boolean {
  const { keyId } = actor.authenticated ?? {};
  const known = keyId === undefined ? undefined : trustRoot.byKeyId.get(keyId);
  return (
    known?.identity.usages.some(
      (usage) => trustRoot.check(known.identity, usage, { at, times: [] }).trusted,
    ) === true
  );
}

function digestsOf(entries: readonly CustodyEntry[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap(({ subject, outputs }) =>
      [...subject, ...outputs].flatMap(({ digest }) => digest["sha256"] ?? []),
    ),
  );
}
