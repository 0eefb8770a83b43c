// SPDX-License-Identifier: Apache-2.0
// The seal: an in-toto statement whose one subject is tagmanifest-sha256.txt, which covers every other file. It is signed
// as a Sigstore bundle, so that cosign and `aibom timestamp` know it; its time stamp lies beside it once more for
// openssl. It is in no manifest: it is what changes from one run to the next.

import { isJsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { KeylessSigner, Signer } from "../signers/signer.ts";
import { signStatement } from "../signers/statement-bundle.ts";
import { statementTypeV1 } from "../verifiers/statement.ts";
import { type Bag, bagNames } from "./bag.ts";
import type { FolderFile } from "./folder-file.ts";
import { type AuditRecord, auditPaths } from "./record.ts";

/** The predicate type of seals; docs/audit.md describes the predicate. */
export const sealPredicateType = "https://aibom.dev/audit-seal/v1";

/**
 * Signs the bag.
 * @throws {AibomError} BUNDLE_TOO_LARGE, and those of the signer
 */
export async function sealBag(
  bag: Bag,
  record: AuditRecord,
  signer: Signer | KeylessSigner,
): Promise<readonly FolderFile[]> {
  const bundle = await signStatement(sealStatement(bag, record), signer, limits.maxSealFileBytes);
  const tokens = tokensOf(bundle);
  return [
    { path: auditPaths.sealStatement, pieces: [bundle] },
    ...tokens.map((token, index) => ({
      path: index === 0 ? auditPaths.sealToken : `${auditPaths.seal}/token-${index + 1}.tsr`,
      pieces: [token],
    })),
  ];
}

function sealStatement({ tagManifestSha256 }: Bag, record: AuditRecord): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      _type: statementTypeV1,
      subject: [{ name: bagNames.tagManifest, digest: { sha256: tagManifestSha256 } }],
      predicateType: sealPredicateType,
      predicate: {
        title: record.title,
        verdict: record.verdict.outcome,
        verifiedFor: record.at,
        artifacts: record.artifacts.length,
        tool: record.tool,
      },
    }),
  );
}

/** The time stamps of a bundle. @throws {AibomError} JSON_* */
export function tokensOf(bundle: Uint8Array): readonly Uint8Array[] {
  const value: JsonValue = parseJson(bundle, {
    path: auditPaths.sealStatement,
    maxBytes: limits.maxSealFileBytes,
    maxDepth: 16,
  });
  const material = isJsonObject(value) ? objectOf(value, "verificationMaterial") : undefined;
  const data = objectOf(material, "timestampVerificationData");
  return listOf(data, "rfc3161Timestamps").map((each) =>
    Buffer.from(textOf(each, "signedTimestamp") ?? "", "base64"),
  );
}
