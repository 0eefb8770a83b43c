// SPDX-License-Identifier: Apache-2.0
// The signature inside a BOM (JSF, CycloneDX `signature`): every signer is judged by itself with the keys of the
// trust root. Signatures of parts of the document are listed and never speak for the BOM.

import type { JsonObject } from "../bytes/json.ts";
import type { SignatureEvidence } from "../model/evidence.ts";
import type { TrustRoot } from "../trust/trust-root.ts";
import { findSignatures, partialSignatures } from "./jsf/find-signatures.ts";
import { type IdentityKey, trustRootKeys } from "./jsf/trust-root-keys.ts";
import { type JsfSigner, verifyJsf } from "./jsf/verify-jsf.ts";
import { mintSignatureEvidence } from "./mint.ts";
import { attempt, rejectedOnly, type SignatureVerification } from "./verification.ts";

/** A BOM without a member of this name anywhere holds no signature: it is not searched. */
const mark = Buffer.from('"signature"');

/** A BOM as `validateBom` parsed it, which is as strictly as a signature inside it needs. */
interface ParsedBom {
  readonly bytes: Uint8Array;
  readonly document: JsonObject;
  /** Name of the BOM, for reports. */
  readonly path: string;
}

/** Verifies the signature inside a BOM, if there is one; undefined without any. */
export function verifyBomJsf(
  { bytes, document, path }: ParsedBom,
  trustRoot: TrustRoot,
  at: Date,
): SignatureVerification | undefined {
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(mark)) {
    return undefined;
  }
  const checked = attempt({ subject: path, signature: `${path}#/signature` }, () => {
    const sites = findSignatures(document);
    const findings = partialSignatures(sites, path);
    return sites.some((site) => site.covers === "")
      ? { findings, result: verifyJsf(document, { path, findKeys: trustRootKeys(trustRoot, "bom", at) }) }
      : { findings, result: undefined };
  });
  if ("rejection" in checked) {
    return rejectedOnly(checked.rejection);
  }
  const { findings, result } = checked.value;
  if (result === undefined) {
    return findings.length === 0 ? undefined : { evidence: [], rejected: [], findings };
  }
  return {
    evidence: result.signers.map((signer) => evidenceOf(signer, path)),
    rejected: result.rejected,
    findings,
  };
}

function evidenceOf({ key, algorithm, signature }: JsfSigner<IdentityKey>, path: string): SignatureEvidence {
  return mintSignatureEvidence({
    scheme: "jsf",
    usage: "bom",
    signer: { identity: key.identity, keyId: key.keyId, algorithm, method: "key" },
    times: [],
    logEntries: 0,
    signature,
    subject: path,
    covers: [path],
    predicateType: "",
    claims: [],
  });
}
