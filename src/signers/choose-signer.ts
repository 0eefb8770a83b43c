// SPDX-License-Identifier: Apache-2.0
// Who signs, when, and whether an authority stamps it: the same for everything that can be signed.

import { AibomError } from "../errors.ts";
import type { FetchOptions } from "../net/fetch-bytes.ts";
import { loadSigner, type SignerChoice } from "./load-signer.ts";
import type { KeylessSigner, Signer } from "./signer.ts";

export interface SignerRequest {
  readonly signer: SignerChoice;
  /** The time of signing. */
  readonly at: Date;
  /** Asks this RFC 3161 authority for a time stamp over the signature. */
  readonly timestamp?: { readonly url: string; readonly fetch: FetchOptions };
}

/**
 * Loads the signer, with a time stamp if one was asked for.
 * @throws {AibomError} those of `loadSigner`, SIGNER_TIMESTAMP
 */
export async function chooseSigner({
  signer: choice,
  at,
  timestamp,
}: SignerRequest): Promise<Signer | KeylessSigner> {
  const signer = await loadSigner(choice, at);
  if (timestamp === undefined) {
    return signer;
  }
  if ("signStatement" in signer) {
    const reason = "the signing config names the time-stamp authorities; leave --timestamp out";
    throw AibomError.of("SIGNER_TIMESTAMP", { reason });
  }
  const { timestampedSigner } = await import("./timestamp.ts");
  return timestampedSigner(signer, timestamp.url, timestamp.fetch);
}

/** Who signs, in a few words. */
export function signerName(signer: Signer | KeylessSigner): string {
  return "keyId" in signer ? `key ${signer.keyId.slice(0, 16)}` : signer.identity;
}
