// SPDX-License-Identifier: Apache-2.0
// What every way of opening a signature takes and gives. Order matters in all of them: who may sign is settled
// before anything of the payload is read.

import type { Signer, Usage } from "../model/evidence.ts";
import type { TrustedTime } from "../model/trusted-time.ts";
import type { KeyAlgorithm } from "../trust/public-key.ts";
import type { TrustRoot } from "../trust/trust-root.ts";
import type { RevocationList } from "../x509/revocation-list.ts";
import type { ContentCheck } from "./content.ts";

/** What every verification needs to know besides the document that was signed. */
export interface SignatureContext {
  /** Bytes of the signature file. */
  readonly bundle: Uint8Array;
  /** Path of the signature file, for reports. */
  readonly signature: string;
  readonly trustRoot: TrustRoot;
  /** The instant to verify for. */
  readonly at: Date;
  /** Revocation lists of private CAs; certificates of CAs without one are not checked. */
  readonly revocationLists?: readonly RevocationList[];
  /** Accepts model signatures from before OMS v1.0, with a finding. */
  readonly allowLegacyUnsafe?: boolean;
}

/** What a kind of document demands of its signature. */
export interface SignatureRules {
  readonly usage: Usage;
  /** Bytes of the signature file at most. */
  readonly maxBytes: number;
  readonly isAlgorithmAllowed?: (algorithm: KeyAlgorithm) => boolean;
  /** How the content is verified with the signer's key; `verifyStatementEnvelope` unless stated. */
  readonly verifyContent?: ContentCheck;
}

/** A signer that the trust root names, and when they signed as far as that is proven. */
export interface ProvenSigner {
  readonly signer: Signer;
  readonly times: readonly TrustedTime[];
  /** Transparency log entries that were verified. */
  readonly logEntries: number;
}

/** A payload with its proven signer. */
export interface SignedPayload extends ProvenSigner {
  readonly payload: Uint8Array;
  /** The bundle carried its key (model-signing before 1.1). */
  readonly isOldBundle: boolean;
}

/** The fields of evidence that say who signed and when. */
export function proofOf({ signer, times, logEntries }: ProvenSigner): ProvenSigner {
  return { signer, times, logEntries };
}
