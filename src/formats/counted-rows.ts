// SPDX-License-Identifier: Apache-2.0
// Rows of large data files are not counted: that takes reading them once more. The limit is told as a fact, so that
// a missing count is not taken for an empty file.

import type { ByteSource } from "../bytes/byte-source.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { ClaimList } from "./claim-list.ts";
import type { FindingList } from "./finding-list.ts";
import type { TextWindows } from "./text-data/text-windows.ts";

/** Says that rows were read up to the limit only. */
export function addUncounted(claims: ClaimList, file: ByteSource): void {
  const value = `not counted: the file has ${file.size} bytes, ${limits.maxCountedBytes} were read`;
  claims.computed("metadata", { key: "rows", value }, { path: file.path });
}

/** States the encoding and the rows of a text that was read as far as the limit allows. */
export function stateRows(
  file: ByteSource,
  text: TextWindows,
  rows: number,
  claims: ClaimList,
  findings: FindingList,
): void {
  const source = { path: file.path };
  claims.computed("encoding", text.encoding, source);
  if (text.invalidAt !== undefined) {
    findings.add(finding("TEXT_DATA_NOT_UTF8", { ...source, offset: text.invalidAt }, {}));
  }
  if (text.isCut) {
    addUncounted(claims, file);
  } else {
    claims.computed("rows.count", rows, source);
  }
}
