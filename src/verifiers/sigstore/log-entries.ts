// SPDX-License-Identifier: Apache-2.0
// Binds the log entries of a bundle to its signature: each entry must be of a log of the trusted root, and must
// record this signature, this digest and this key or certificate. That the log vouches for the entry (promise, proof,
// checkpoint signature) is verified by @sigstore/verify afterwards; an entry that binds proves nothing by itself.

import { AibomError } from "../../errors.ts";
import type { TransparencyLog } from "../../trust/sigstore-root.ts";
import type { LogEntry } from "./bundle.ts";
import { checkCheckpoint } from "./checkpoint.ts";
import { isSameKey, type LoggedVerifier, parseLogBody } from "./log-body.ts";
import type { SignedContent } from "./signed-content.ts";

/** An entry with the log that it names. */
export interface BoundEntry {
  readonly entry: LogEntry;
  /** Instances of the trusted root with the entry's log id: one, or several with different windows. */
  readonly logs: readonly [TransparencyLog, ...TransparencyLog[]];
}

/**
 * Binds every entry; one that does not bind refuses the bundle, whatever the threshold.
 * @param signer the certificate, or the key as SubjectPublicKeyInfo, that the signature verifies with.
 * @throws {AibomError} SIGSTORE_LOG_*, JSON_*, TEXT_NOT_UTF8
 */
export function bindLogEntries(
  entries: readonly LogEntry[],
  content: SignedContent,
  signer: LoggedVerifier,
  logs: readonly TransparencyLog[],
): readonly BoundEntry[] {
  const seen = new Set<string>();
  return entries.map((entry) => {
    // The index is not part of what a proof authenticates, so it cannot tell two entries apart.
    const identity = `${hex(entry.logId)} ${hex(entry.body)}`;
    if (seen.has(identity)) {
      throw AibomError.of("SIGSTORE_LOG_DUPLICATE", { entry: entry.name });
    }
    seen.add(identity);
    const [log, ...others] = logs.filter((each) => each.logId === hex(entry.logId));
    if (log === undefined) {
      throw AibomError.of("SIGSTORE_LOG_UNKNOWN", { entry: entry.name, logId: hex(entry.logId) });
    }
    requireBinding(entry, content, signer);
    refuseUnsignedFields(entry);
    if (entry.proof !== undefined) {
      checkCheckpoint(entry, entry.proof, log);
    }
    return { entry, logs: [log, ...others] };
  });
}

/** Version of the entries that only Rekor v2 writes. */
const rekorV2Version = "0.0.2";

/**
 * Rekor v2 gives no promise: nobody signs the time of an entry, and of the two indexes only the proof's. Nothing is
 * decided by them, and they are refused all the same: a report that showed them would show what anybody wrote.
 * Entries of Rekor v1 may have both without a promise; what nobody signed of them counts for nothing.
 */
function refuseUnsignedFields({ name, kind, version, proof, integratedTime, logIndex }: LogEntry): void {
  if (version !== rekorV2Version || kind === "intoto") {
    return;
  }
  if (integratedTime !== 0n) {
    throw AibomError.of("SIGSTORE_LOG_UNSIGNED", { entry: name, field: "integratedTime" });
  }
  if (proof !== undefined && proof.logIndex !== logIndex) {
    throw AibomError.of("SIGSTORE_LOG_UNSIGNED", { entry: name, field: "logIndex" });
  }
}

function requireBinding(entry: LogEntry, content: SignedContent, signer: LoggedVerifier): void {
  const logged = parseLogBody(entry);
  const mismatch = (what: string): AibomError =>
    AibomError.of("SIGSTORE_LOG_ENTRY_OTHER", { entry: entry.name, what });
  if (Buffer.compare(logged.signature, content.signature) !== 0) {
    throw mismatch("signature");
  }
  const { of, algorithm, value } = logged.digest;
  const expected = of === "payload" ? content.payloadDigest(algorithm) : content.signedDigest(algorithm);
  if (expected === undefined || Buffer.compare(expected, value) !== 0) {
    throw mismatch("digest");
  }
  // A bare key in place of the certificate would hide the identity from those who watch the log for it.
  const isSame =
    logged.verifier.kind === signer.kind &&
    (signer.kind === "certificate"
      ? Buffer.compare(logged.verifier.der, signer.der) === 0
      : isSameKey(logged.verifier.der, signer.der));
  if (!isSame) {
    throw mismatch(signer.kind);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
