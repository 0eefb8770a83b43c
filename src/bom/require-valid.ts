// SPDX-License-Identifier: Apache-2.0
// The door through which a BOM enters a decision: valid, or an error.

import { AibomError } from "../errors.ts";
import { atLeast } from "../model/severity.ts";
import { type BomValidation, validateBom } from "./validate.ts";

/**
 * Validates a BOM that something is going to rest on.
 * @throws {AibomError} BOM_INVALID, and those of `validateBom`
 */
export async function requireValidBom(bytes: Uint8Array, path: string): Promise<BomValidation> {
  const validation = await validateBom(bytes, path);
  const grave = validation.findings.filter((each) => atLeast(each.severity, "high"));
  const [first] = grave;
  if (first !== undefined) {
    const args = { count: grave.length, first: first.code };
    throw AibomError.of("BOM_INVALID", args, { where: { ...first.location, path } });
  }
  return validation;
}
