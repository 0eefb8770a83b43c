// SPDX-License-Identifier: Apache-2.0
// Faults of any thread as errors with codes, on the main thread.

import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import type { Fault } from "./fault.ts";

/** The fault as an error about `path`, or about no file in particular. */
export function faultError(fault: Fault, path?: string): AibomError {
  const options = path === undefined ? {} : { where: { path } };
  switch (fault.kind) {
    case "changed":
      return AibomError.of("SOURCE_CHANGED", {}, options);
    case "not-regular":
      return AibomError.of("SOURCE_NOT_REGULAR", { kind: fault.detail }, options);
    case "system":
      return fileError(Object.assign(new Error(fault.detail), { code: fault.detail }), path ?? "");
    case "crash":
      return AibomError.of("DIGEST_WORKER_FAILED", { reason: fault.detail }, options);
  }
}
