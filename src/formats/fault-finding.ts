// SPDX-License-Identifier: Apache-2.0
// A reader's error as a finding.

import { AibomError } from "../errors.ts";
import type { Finding, Location } from "../model/finding.ts";

/** Anything but an AibomError is a fault of ours, and still never a clean file. */
export function faultFinding(cause: unknown, place: Location, reader: string): Finding {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error =
    cause instanceof AibomError
      ? cause
      : AibomError.of("READER_FAULT", { format: reader, reason }, { cause });
  return error.toFinding(place);
}
