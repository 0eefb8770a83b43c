// SPDX-License-Identifier: Apache-2.0
// Whether the trust root that goes into the folder lets its sealer seal. A seal that the folder's own verifier refuses is worse than
// none, so that is known before anything is read.

import { renderMessage } from "../codes/render.ts";
import { AibomError } from "../errors.ts";
import type { KeylessSigner, Signer } from "../signers/signer.ts";
import type { TrustRoot } from "../trust/trust-root.ts";

/**
 * Refuses a key that the trust root knows and does not trust with reports. Certified signers are not looked up: they are known
 * by what their authority says, when the signature is verified.
 * @param at when the folder is sealed
 * @returns true if the trust root does not know the key: a verifier needs it from elsewhere
 * @throws {AibomError} REPORT_SEALER_REFUSED
 */
export function isSealerUnknown(signer: Signer | KeylessSigner, trustRoot: TrustRoot, at: Date): boolean {
  if (!("keyId" in signer) || signer.certificates !== undefined) {
    return false;
  }
  const known = trustRoot.byKeyId.get(signer.keyId);
  if (known === undefined) {
    return true;
  }
  const decision = trustRoot.check(known.identity, "report", { at, times: [] }, { keyIds: [signer.keyId] });
  if (!decision.trusted) {
    const reason = renderMessage(decision.code, decision.args);
    throw AibomError.of("REPORT_SEALER_REFUSED", { reason }, { where: { path: trustRoot.directory } });
  }
  return false;
}
