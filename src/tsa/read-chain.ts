// SPDX-License-Identifier: Apache-2.0
// The certificates of a time-stamp authority of one's own, from a PEM file.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";

/**
 * The chain in the order of the file. A file that is no chain is a wrong argument.
 * @throws {AibomError} TSA_UNUSABLE
 */
export function readAuthorityChain(bytes: Uint8Array, path: string): readonly Certificate[] {
  try {
    return parseCertificates(bytes, limits.maxChainLength);
  } catch (error) {
    throw error instanceof AibomError
      ? AibomError.of("TSA_UNUSABLE", { reason: error.message }, { where: { path }, cause: error })
      : error;
  }
}
