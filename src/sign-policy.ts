// SPDX-License-Identifier: Apache-2.0
// The use-case of signing a policy. It must be one first: nobody should sign what no gate will load.

import { basename } from "node:path";
import { parsePolicyFile, readPolicyBytes } from "./open-policy.ts";
import type { Policy } from "./policy/policy.ts";
import { chooseSigner, type SignerRequest, signerName } from "./signers/choose-signer.ts";
import { signPolicyBytes } from "./signers/policy.ts";
import type { Signer } from "./signers/signer.ts";

export interface SignedPolicy {
  readonly bundle: Uint8Array;
  readonly policy: Policy;
  /** Who signed, for people. */
  readonly signer: string;
  /** The key that signed; absent if a Sigstore instance certified one for this signature. */
  readonly key?: Signer;
}

/**
 * Signs the policy file at `path`.
 * @throws {AibomError} SOURCE_*, POLICY_*, and those of the signer
 */
export async function signPolicy(path: string, request: SignerRequest): Promise<SignedPolicy> {
  const bytes = readPolicyBytes(path);
  const policy = await parsePolicyFile(bytes, path);
  const signer = await chooseSigner(request);
  const bundle = await signPolicyBytes(bytes, basename(path), signer);
  return { bundle, policy, signer: signerName(signer), ...("keyId" in signer ? { key: signer } : {}) };
}
