// SPDX-License-Identifier: Apache-2.0
// The BOM's part of a verification: its bytes, its validity, its signature. An invalid BOM is an error: a
// document that two readers may understand differently proves nothing. Files are reported by name: a verdict
// may be published, and where they lay on this machine is nobody's business.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { placedComponents } from "./bom/listed-components.ts";
import { type BomArtifact, bomArtifacts } from "./bom/read.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import type { JsonObject } from "./bytes/json.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { finding } from "./model/finding.ts";
import type { ListedComponent } from "./model/listed-component.ts";
import type { GatedBom } from "./policy/rule.ts";
import { readCompanion } from "./sources/companions.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { verifyBomJsf } from "./verifiers/bom-jsf.ts";
import { verifyBomStatement } from "./verifiers/bom-statement.ts";
import type { SignatureVerification } from "./verifiers/verification.ts";
import type { VerifyOptions } from "./verify-options.ts";

type BomOptions = Pick<VerifyOptions, "bomSignatures" | "at" | "onDocument">;

export interface OpenedBom {
  readonly gated: GatedBom;
  readonly document: JsonObject;
  /** The components that have files. */
  readonly artifacts: readonly BomArtifact[];
  /** What is listed inside of one of them. */
  readonly componentsIn: (artifact: BomArtifact) => readonly ListedComponent[];
}

/**
 * Reads, validates and verifies the BOM at `path`.
 * @throws {AibomError} SOURCE_*, JSON_*, BOM_INVALID, BOM_WITHOUT_FILES
 */
export async function openBom(path: string, trustRoot: TrustRoot, options: BomOptions): Promise<OpenedBom> {
  const bytes = readBounded(path, limits.maxBomBytes);
  const name = basename(path);
  options.onDocument?.({ role: "bom", name, bytes });
  const validation = await requireValidBom(bytes, name);
  const artifacts = bomArtifacts(validation.document).filter((artifact) => artifact.files.length > 0);
  if (artifacts.length === 0) {
    throw AibomError.of("BOM_WITHOUT_FILES", {}, { where: { path: name } });
  }
  const verifications = await verifySignatures(bytes, validation.document, path, trustRoot, options);
  const placed = placedComponents(validation.document);
  return {
    artifacts,
    document: validation.document,
    componentsIn: ({ ref, name: own }) =>
      placed.filter(({ inside }) => inside.includes(ref ?? own)).map(({ component }) => component),
    gated: {
      path: name,
      document: validation.document,
      components: placed.map(({ component }) => component),
      digest: { algorithm: "sha256", hex: createHash("sha256").update(bytes).digest("hex") },
      signatures: verifications.flatMap((each) => each.evidence),
      rejected: verifications.flatMap((each) => each.rejected),
      findings: [
        ...validation.findings,
        ...verifications.flatMap((each) => each.findings),
        ...(isUnsigned(verifications) ? [finding("BOM_SIGNATURE_NOT_FOUND", { path: name }, {})] : []),
      ],
    },
  };
}

/** The signatures beside the BOM, and the one inside it. */
async function verifySignatures(
  bytes: Uint8Array,
  document: JsonObject,
  path: string,
  trustRoot: TrustRoot,
  { bomSignatures = [], at, onDocument }: BomOptions,
): Promise<readonly SignatureVerification[]> {
  const name = basename(path);
  const given = bomSignatures.length === 0 ? [undefined] : [...new Set(bomSignatures)];
  const verifications: SignatureVerification[] = [];
  for (const each of given) {
    const file = readCompanion(each, `${path}.sigstore.json`, limits.maxBomBundleBytes);
    if (file !== undefined) {
      const context = { bundle: file.bytes, signature: basename(file.path), trustRoot, at };
      onDocument?.({ role: "bom-signature", name: context.signature, bytes: file.bytes });
      verifications.push(await verifyBomStatement(context, { bytes, path: name }));
    }
  }
  const embedded = verifyBomJsf({ bytes, document, path: name }, trustRoot, at);
  return embedded === undefined ? verifications : [...verifications, embedded];
}

function isUnsigned(verifications: readonly SignatureVerification[]): boolean {
  return verifications.every(({ evidence, rejected }) => evidence.length === 0 && rejected.length === 0);
}
