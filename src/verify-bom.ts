// SPDX-License-Identifier: Apache-2.0
// The BOM's part of a verification: its bytes, its validity, its signature. An invalid BOM is an error: a
// document that two readers may understand differently proves nothing. Files are reported by name: a verdict
// may be published, and where they lay on this machine is nobody's business.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type BomArtifact, bomArtifacts } from "./bom/read.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { type Finding, finding } from "./model/finding.ts";
import type { GatedBom } from "./policy/rule.ts";
import { readCompanion } from "./sources/companions.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { verifyBomStatement } from "./verifiers/bom-statement.ts";

export interface OpenedBom {
  readonly gated: GatedBom;
  /** The components that have files. */
  readonly artifacts: readonly BomArtifact[];
}

/**
 * Reads, validates and verifies the BOM at `path`.
 * @throws {AibomError} SOURCE_*, JSON_*, BOM_INVALID, BOM_WITHOUT_FILES
 */
export async function openBom(
  path: string,
  trustRoot: TrustRoot,
  options: { readonly bomSignature?: string; readonly at: Date },
): Promise<OpenedBom> {
  const bytes = readBounded(path, limits.maxBomBytes);
  const name = basename(path);
  const validation = await requireValidBom(bytes, name);
  const artifacts = bomArtifacts(validation.document).filter((artifact) => artifact.files.length > 0);
  if (artifacts.length === 0) {
    throw AibomError.of("BOM_WITHOUT_FILES", {}, { where: { path: name } });
  }
  const signature = readCompanion(options.bomSignature, `${path}.sigstore.json`, limits.maxBomBundleBytes);
  const verification =
    signature === undefined
      ? { evidence: [], rejected: [], findings: [] as Finding[] }
      : await verifyBomStatement(
          { bundle: signature.bytes, signature: basename(signature.path), trustRoot, at: options.at },
          { bytes, path: name },
        );
  return {
    artifacts,
    gated: {
      path: name,
      digest: { algorithm: "sha256", hex: createHash("sha256").update(bytes).digest("hex") },
      signatures: verification.evidence,
      rejected: verification.rejected,
      findings: [
        ...validation.findings,
        ...verification.findings,
        ...(signature === undefined ? [finding("BOM_SIGNATURE_NOT_FOUND", { path: name }, {})] : []),
      ],
    },
  };
}
