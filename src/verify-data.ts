// SPDX-License-Identifier: Apache-2.0
// Verifies a file or directory by which somebody says something (a supplier register, vulnerability data): like any target,
// with the signatures beside it, and without what was given for the targets themselves.

import type { GatedArtifact } from "./policy/rule.ts";
import { type TargetContext, verifyTarget } from "./verify-target.ts";

/**
 * What the verifiers say about it.
 * @throws {AibomError} SOURCE_*
 */
export async function verifyData(path: string, context: TargetContext): Promise<GatedArtifact> {
  const {
    signatures: _signatures,
    attestations: _attestations,
    bom: _bom,
    ignore: _ignore,
    imageEvidence: _evidence,
    imageRepository: _repository,
    ...options
  } = context.options;
  const { gated } = await verifyTarget(path, { ...context, options, bomArtifacts: undefined });
  const [only, ...others] = gated;
  if (only === undefined || others.length > 0) {
    // Images are never read as such data: their bytes are no document.
    throw new Error("a document is one artifact");
  }
  return only;
}
