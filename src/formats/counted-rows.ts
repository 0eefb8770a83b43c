// SPDX-License-Identifier: Apache-2.0
// Rows of large data files are not counted: that takes reading them once more. The limit is told as a fact, so that
// a missing count is not taken for an empty file.

import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import type { ClaimList } from "./claim-list.ts";

/** Says that rows were read up to the limit only. */
export function addUncounted(claims: ClaimList, file: ByteSource): void {
  const value = `not counted: the file has ${file.size} bytes, ${limits.maxCountedBytes} were read`;
  claims.computed("metadata", { key: "rows", value }, { path: file.path });
}
