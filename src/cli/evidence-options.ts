// SPDX-License-Identifier: Apache-2.0
// The flags of `verify` and `replay` that say which evidence and which rules there are.

import type { VerifyOptions } from "../verify-options.ts";

export interface EvidenceFlags {
  readonly bom?: string;
  readonly bomSignature: readonly string[];
  readonly signature: readonly string[];
  readonly attestation: readonly string[];
  readonly crl: readonly string[];
  readonly imageEvidence: readonly string[];
  readonly imageRepository?: string;
  readonly allowLegacy?: true;
  readonly policy?: string;
  readonly policySignature?: string;
  readonly suppliers?: string;
  readonly osv?: string;
  readonly vex: readonly string[];
  readonly waiver: readonly string[];
  readonly trustRoot: string;
  readonly ignore: readonly string[];
}

/** The options that they stand for. */
export function evidenceOptions(flags: EvidenceFlags): Omit<VerifyOptions, "at"> {
  const { bom, policy, policySignature, suppliers, osv, imageEvidence, imageRepository } = flags;
  return {
    trustRoot: flags.trustRoot,
    ignore: flags.ignore.map((path) => ({ path, reason: "--ignore" })),
    bomSignatures: flags.bomSignature,
    signatures: flags.signature,
    attestations: flags.attestation,
    revocationLists: flags.crl,
    waivers: flags.waiver,
    allowLegacyUnsafe: flags.allowLegacy === true,
    vex: flags.vex,
    ...(imageEvidence.length === 0 ? {} : { imageEvidence }),
    ...(imageRepository === undefined ? {} : { imageRepository }),
    ...(bom === undefined ? {} : { bom }),
    ...(policy === undefined ? {} : { policy }),
    ...(policySignature === undefined ? {} : { policySignature }),
    ...(suppliers === undefined ? {} : { suppliers }),
    ...(osv === undefined ? {} : { osv }),
  };
}
