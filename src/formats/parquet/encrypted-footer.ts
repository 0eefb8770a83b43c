// SPDX-License-Identifier: Apache-2.0
// A Parquet file whose footer is encrypted (parquet-format, "Encryption"): only the algorithm can be read.

import { ThriftReader, thriftType } from "../../bytes/thrift.ts";
import { computed } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import type { Description } from "../format.ts";
import { encryptionName } from "./footer.ts";

/** What can be said without the key. @throws {AibomError} THRIFT_INVALID */
export function readEncryptedFooter(bytes: Uint8Array, path: string, start: number): Description {
  const reader = new ThriftReader(bytes, path, start);
  let scheme = "unknown";
  reader.struct((id, type) => {
    if (id !== 1 || type !== thriftType.struct) {
      return false;
    }
    reader.struct((algorithm) => {
      scheme = encryptionName(algorithm);
      return false;
    });
    return true;
  });
  return {
    facts: [computed("encryption", { scheme, footer: true }, { path })],
    findings: [finding("PARQUET_FOOTER_ENCRYPTED", { path, offset: start }, { scheme })],
    references: [],
    incomplete: true,
  };
}
