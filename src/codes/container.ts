// SPDX-License-Identifier: Apache-2.0
// Codes of the area "container": archives and compressed files, and what lies inside them.

import type { CodeTable } from "./code.ts";

export const containerCodes = {
  CONTAINER_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "containers are nested deeper than {limit} levels",
    hint: "unpack it and inventory what is inside, or ask why it is packed that often",
    explain:
      "Archives inside archives cost a scanner more at every level and hide what they hold. aibom looks into a few levels; " +
      "what lies deeper was not read, and is listed as unverified.",
  },
  CONTAINER_UNPACKS_TOO_MUCH: {
    severity: "high",
    exit: 3,
    message: "the file unpacks to more than {limit} bytes",
    hint: "unpack it in a place with room and inventory what is inside",
    explain:
      "A few kilobytes can unpack to terabytes. aibom stops at its limit for one file; the rest was not read, and the file " +
      "is listed as unverified.",
  },
} as const satisfies CodeTable;
