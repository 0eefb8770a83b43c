// SPDX-License-Identifier: Apache-2.0
// A signature file after its signature was looked at and before any byte of the artifact was hashed: what the one
// hashing pass must compute for it, and the comparison that follows.

import type { DigestAlgorithm } from "../model/digest.ts";
import type { Rejection } from "../model/evidence.ts";
import type { ModelOnDisk } from "./model-comparison.ts";
import { rejectedOnly, type SignatureVerification } from "./verification.ts";

/** What the hashing pass must compute so that an artifact can be compared with what was signed. */
export interface HashingPlan {
  readonly algorithms: readonly DigestAlgorithm[];
  /** True if the signature names the path or a file below it: no ignore rule may hide it. */
  signs(path: string): boolean;
  /**
   * The shards to compute of a file, or undefined: for signatures over whole files, and for a file that is not
   * signed or whose size alone shows that it changed.
   */
  shardsFor(
    path: string,
    sizeBytes: number,
  ): { readonly algorithm: DigestAlgorithm; readonly sizeBytes: number } | undefined;
}

export interface OpenedSignature {
  /** Undefined if the signature was rejected: nothing needs to be hashed for it. */
  readonly plan: HashingPlan | undefined;
  /** Compares the artifact with what was signed. A bad signature is an answer, not an error. */
  verify(model: ModelOnDisk): SignatureVerification | Promise<SignatureVerification>;
}

/** A signature that was rejected before anything needed to be hashed. */
export function rejectedSignature(rejected: Rejection): {
  readonly plan: undefined;
  verify(): SignatureVerification;
} {
  return { plan: undefined, verify: () => rejectedOnly(rejected) };
}

/** A plan for signatures over whole files by digest, which name no paths. */
export function wholeFilePlan(algorithms: readonly DigestAlgorithm[]): HashingPlan {
  return { algorithms, signs: () => false, shardsFor: () => undefined };
}
