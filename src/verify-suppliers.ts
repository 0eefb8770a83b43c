// SPDX-License-Identifier: Apache-2.0
// The supplier register's part of a verification: it is verified like any file that somebody signs, and read from the
// bytes that were verified.

import { limits } from "./limits.ts";
import { loadSuppliers, type SupplierRegister } from "./policy/suppliers.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { targetName } from "./sources/target.ts";
import { type TargetContext, verifyTarget } from "./verify-target.ts";

/**
 * Reads the register at `path` with the signatures beside it (`FILE.sig`, `FILE.sigstore.json`).
 * @throws {AibomError} SOURCE_*, POLICY_*, SUPPLIERS_*
 */
export async function openSuppliers(path: string, context: TargetContext): Promise<SupplierRegister> {
  const bytes = readBounded(path, limits.maxPolicyBytes);
  const register = await loadSuppliers(bytes, targetName(path), context.options.at);
  const {
    signatures: _signatures,
    attestations: _attestations,
    bom: _bom,
    imageEvidence: _evidence,
    imageRepository: _repository,
    ...options
  } = context.options;
  const { gated: all } = await verifyTarget(path, { ...context, options, bomArtifacts: undefined });
  const [gated] = all;
  const [file] = gated?.artifact.files ?? [];
  const isSame = file?.digests.some(({ hex }) => hex === register.digest.hex) === true;
  return {
    ...register,
    signatures: isSame
      ? (gated?.signatures ?? []).filter(
          ({ usage, covers }) => usage === "model" && covers.includes(file.path),
        )
      : [],
  };
}
