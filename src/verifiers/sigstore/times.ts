// SPDX-License-Identifier: Apache-2.0
// Proofs of time in a bundle: RFC 3161 time stamps over the signature, verified here by our own verifier (the
// library's reads only fractions of exactly three digits, and checks neither purpose nor status), and the integrated
// time of log entries with a promise, which counts only because the library verifies that promise afterwards.

import { AibomError } from "../../errors.ts";
import type { TimeSource } from "../../model/trusted-time.ts";
import type { SigstoreAuthority, SigstoreRoot } from "../../trust/sigstore-root.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { type TimestampAuthority, verifyTimestamp } from "../timestamp/verify-timestamp.ts";
import type { SigstoreBundle } from "./bundle.ts";
import type { BoundEntry } from "./log-entries.ts";

/** One proof that the signature existed. */
export interface TimeProof {
  /** The signature existed by then. */
  readonly time: Date;
  /** The party's clock said so: earlier than `time` if it claims an inaccuracy. */
  readonly earliest: Date;
  readonly source: TimeSource;
  /** Who proves it: operator, authority or log. Proofs of one party count once. */
  readonly party: string;
  /** Certificates of a time-stamping authority. */
  readonly chain: readonly Certificate[];
}

/**
 * Reads all proofs of time. One that does not verify, or lies after `at`, refuses the bundle.
 * @throws {AibomError} TIMESTAMP_*, CERTIFICATE_*, DER_*, SIGSTORE_TIME_IN_FUTURE
 */
export function establishTimes(
  bundle: SigstoreBundle,
  entries: readonly BoundEntry[],
  root: SigstoreRoot,
  at: Date,
): readonly TimeProof[] {
  const authorities = timestampAuthorities(root);
  const stamps = bundle.timestamps.map((token): TimeProof => {
    const stamp = verifyTimestamp(token, bundle.stampedBytes ?? bundle.content.signature, authorities);
    const operator = authorities.find(({ name }) => name === stamp.authority)?.operator;
    return {
      time: stamp.time,
      earliest: stamp.genTime,
      source: "rfc3161",
      party: operator ?? stamp.authority,
      chain: stamp.chain,
    };
  });
  const proofs = [...stamps, ...entries.flatMap(logTime)];
  for (const { earliest, source } of proofs) {
    // Negated, so that what is no date is refused.
    if (!(earliest <= at)) {
      throw AibomError.of("SIGSTORE_TIME_IN_FUTURE", {
        what: source === "rfc3161" ? "a time stamp" : "a log entry",
        time: Number.isNaN(earliest.getTime()) ? "no date" : earliest.toISOString(),
        at: at.toISOString(),
      });
    }
  }
  return proofs;
}

/** Without a promise nobody signed the time: sigstore_rekor.proto says it must not be trusted. */
function logTime({ entry, logs: [log] }: BoundEntry): readonly TimeProof[] {
  if (entry.promise === undefined) {
    return [];
  }
  const time = new Date(Number(entry.integratedTime) * 1000);
  return [{ time, earliest: time, source: "transparency-log", party: log.operator ?? log.logId, chain: [] }];
}

/** The name holds the place in the root: URIs need not be unique. */
function timestampAuthorities(root: SigstoreRoot): readonly (SigstoreAuthority & TimestampAuthority)[] {
  return root.timestampAuthorities.map((authority, index) => ({
    ...authority,
    name: `${authority.uri || "time stamp authority"} (${index + 1})`,
  }));
}
