// SPDX-License-Identifier: Apache-2.0
// Documents by which people say what files cannot: the supplier register and the perimeter. Each is verified like any file that
// somebody signs, and read from the bytes that were verified.

import { limits } from "./limits.ts";
import type { Digest } from "./model/digest.ts";
import type { SignatureEvidence } from "./model/evidence.ts";
import { loadSuppliers, type SupplierRegister } from "./policy/suppliers.ts";
import { loadPerimeter, type Perimeter } from "./profile/perimeter.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { targetName } from "./sources/target.ts";
import { verifyData } from "./verify-data.ts";
import type { TargetContext } from "./verify-target.ts";

interface Signed {
  /** Signatures that cover the document's bytes. */
  readonly signatures: readonly SignatureEvidence[];
}

/**
 * Reads the register at `path` with the signatures beside it (`FILE.sig`, `FILE.sigstore.json`).
 * @throws {AibomError} SOURCE_*, POLICY_*, SUPPLIERS_*
 */
export function openSuppliers(path: string, context: TargetContext): Promise<SupplierRegister> {
  return openSigned("suppliers", path, context, loadSuppliers);
}

/**
 * The same of a perimeter.
 * @throws {AibomError} SOURCE_*, POLICY_*, PERIMETER_*
 */
export function openPerimeter(path: string, context: TargetContext): Promise<Perimeter & Signed> {
  return openSigned("perimeter", path, context, loadPerimeter);
}

async function openSigned<T extends { readonly digest: Digest }>(
  role: "suppliers" | "perimeter",
  path: string,
  context: TargetContext,
  load: (bytes: Uint8Array, name: string, at: Date) => Promise<T>,
): Promise<T & Signed> {
  const bytes = readBounded(path, limits.maxPolicyBytes);
  context.options.onDocument?.({ role, name: targetName(path), bytes });
  const document = await load(bytes, targetName(path), context.options.at);
  const gated = await verifyData(path, context);
  const [file] = gated.artifact.files;
  const isSame = file?.digests.some(({ hex }) => hex === document.digest.hex) === true;
  return {
    ...document,
    signatures: isSame
      ? gated.signatures.filter(({ usage, covers }) => usage === "model" && covers.includes(file.path))
      : [],
  };
}
