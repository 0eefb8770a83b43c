// SPDX-License-Identifier: Apache-2.0
// Who seals a report, as the flags name them. No flag is no seal, and that has to be said.

import type { ReportOptions } from "../../../audit-report-options.ts";
import { AibomError } from "../../../errors.ts";
import { Refusal } from "../../refusal.ts";
import { onlineOptions, type Session } from "../../session.ts";
import { type SignerFlags, signerChoice } from "../../signer-flags.ts";

export interface SealFlags extends SignerFlags {
  readonly unsealed?: true;
}

/** @throws {AibomError} REPORT_UNSEALED, CLI_USAGE */
export async function sealRequest(session: Session, flags: SealFlags): Promise<ReportOptions["seal"]> {
  const { key, signerCommand, method, signingConfig, timestamp } = flags;
  const isSigned = [key, signerCommand, method, signingConfig].some((each) => each !== undefined);
  if (flags.unsealed === true && (isSigned || timestamp !== undefined)) {
    throw Refusal.of("CLI_USAGE", { reason: "--unsealed goes with no key and no time stamp" });
  }
  if (flags.unsealed === true) {
    return undefined;
  }
  if (!isSigned) {
    throw AibomError.of("REPORT_UNSEALED", {});
  }
  return {
    signer: await signerChoice(session, flags),
    at: session.startedAt,
    ...(timestamp === undefined ? {} : { timestamp: { url: timestamp, fetch: onlineOptions(session) } }),
  };
}
