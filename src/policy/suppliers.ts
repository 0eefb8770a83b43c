// SPDX-License-Identifier: Apache-2.0
// The supplier register: who is behind an artifact, and in whose reach that is. It is somebody's reviewed word about the
// world, so it is signed and it expires; the policy says whose signature counts.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import type { SignatureEvidence } from "../model/evidence.ts";
import { loadValidator } from "../schemas/validators.ts";
import { lastInstant } from "./expiry.ts";
import { parseYaml } from "./yaml.ts";

/** One supplier: schemas/suppliers.schema.json. */
export interface Supplier {
  readonly id: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly control?: readonly string[];
  readonly signers?: readonly string[];
  readonly packages?: readonly string[];
  readonly domains?: readonly string[];
  /** The day on which somebody last looked at the entry. */
  readonly reviewed: string;
}

export interface SupplierRegister {
  readonly digest: Digest;
  readonly suppliers: readonly Supplier[];
  /** Signatures that cover the register's bytes. */
  readonly signatures: readonly SignatureEvidence[];
}

/**
 * Reads a register, JSON or YAML.
 * @throws {AibomError} POLICY_* where it is no such document, SUPPLIERS_INVALID, SUPPLIERS_EXPIRED
 */
export async function loadSuppliers(
  bytes: Uint8Array,
  path: string,
  at: Date,
): Promise<Omit<SupplierRegister, "signatures">> {
  const document = parseYaml(bytes, path);
  const validate = await loadValidator("suppliers");
  if (!validate(document.value)) {
    const { instancePath = "", message = "is not valid" } = validate.errors?.[0] ?? {};
    const args = { pointer: instancePath || "/", reason: message };
    throw AibomError.of("SUPPLIERS_INVALID", args, { where: { path } });
  }
  // The validator has just shown that the value has this shape.
  const written = document.value as unknown as { expires: string; suppliers: readonly Supplier[] };
  if (!(at.getTime() <= lastInstant(written.expires).getTime())) {
    throw AibomError.of("SUPPLIERS_EXPIRED", { expires: written.expires }, { where: { path } });
  }
  const hex = createHash("sha256").update(bytes).digest("hex");
  return { digest: { algorithm: "sha256", hex }, suppliers: written.suppliers };
}
