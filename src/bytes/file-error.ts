// SPDX-License-Identifier: Apache-2.0
// Errors of the file system as errors of ours. Does no I/O: it stands here because every layer that opens
// files needs it.

import { AibomError } from "../errors.ts";

/** Turns an error of the file system into ours: absent, or not readable with its reason. */
export function fileError(cause: unknown, path: string): AibomError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return code === "ENOENT" || code === "ENOTDIR"
    ? AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path }, cause })
    : AibomError.of("SOURCE_NOT_READABLE", { reason: code }, { where: { path }, cause });
}
