// SPDX-License-Identifier: Apache-2.0
// How the `trust` commands write a changed trust root: the change is logged first, if there is a custody log, so that no
// trust root is in force that the log does not know.

import { createHash } from "node:crypto";
import { serializeTrustDocument } from "../trust/document.ts";
import { saveTrustRoot } from "../trust/edit.ts";
import { loadTrustRoot } from "../trust/load.ts";
import type { TrustDocument } from "../trust/trust-root.ts";
import { type LogFlags, openLogger } from "./custody.ts";
import type { Session } from "./session.ts";

interface SaveFlags extends LogFlags {
  readonly trustRoot: string;
}

export interface SavedChange {
  readonly document: TrustDocument;
  /** Files of authorities that come with it. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** What was done, in words. */
  readonly reason: string;
}

/**
 * Logs the change and saves the document.
 * @throws {AibomError} CUSTODY_*, TRUST_*, SOURCE_*
 */
export async function saveAndLog(
  session: Session,
  flags: SaveFlags,
  { document, files, reason }: SavedChange,
): Promise<void> {
  const log = await openLogger(session, flags, flags.trustRoot);
  if (log !== undefined) {
    const before = loadTrustRoot(flags.trustRoot).digest.hex;
    const after = createHash("sha256").update(serializeTrustDocument(document)).digest("hex");
    const resource = (sha256: string) => ({ name: "trust.json", digest: { sha256 } });
    await log.record({
      type: "trust-root-change",
      subject: [resource(before)],
      outputs: [resource(after)],
      reason: shortened(reason),
    });
  }
  saveTrustRoot(flags.trustRoot, document, files);
}

/** An entry's reason has an end; the digests say the rest. */
function shortened(reason: string): string {
  return reason.length > 2000 ? `${reason.slice(0, 1996)} …` : reason;
}
