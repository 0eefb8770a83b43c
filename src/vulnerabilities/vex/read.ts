// SPDX-License-Identifier: Apache-2.0
// A VEX document in any of the three formats. One that is read in part would hide what is affected, so it is whole or an error.

import { parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isCsaf, readCsaf } from "./csaf.ts";
import { isCycloneDx, readCycloneDxVex } from "./cyclonedx.ts";
import { isOpenVex, readOpenVex } from "./openvex.ts";
import type { VexContent } from "./statement.ts";

/**
 * Reads a VEX document.
 * @param path for errors; nothing is opened.
 * @throws {AibomError} JSON_*, TEXT_NOT_UTF8, VEX_INVALID
 */
export function readVex(bytes: Uint8Array, path: string): VexContent {
  const document = parseJson(bytes, { path, maxBytes: limits.maxVexBytes, maxDepth: limits.maxBomDepth });
  const refuse = (reason: string) => AibomError.of("VEX_INVALID", { reason }, { where: { path } });
  const read = isOpenVex(document)
    ? readOpenVex(document)
    : isCycloneDx(document)
      ? readCycloneDxVex(document)
      : isCsaf(document)
        ? readCsaf(document)
        : undefined;
  if (read === undefined) {
    throw refuse(
      "it is neither OpenVEX nor CycloneDX nor CSAF, or lacks its time, or a statement its vulnerability or status",
    );
  }
  const timed = [read, ...read.statements].find(({ time }) => Number.isNaN(Date.parse(time)));
  if (timed !== undefined) {
    throw refuse("a time in it is none of the calendar");
  }
  return read;
}
