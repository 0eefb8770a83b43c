// SPDX-License-Identifier: Apache-2.0
// Documents as a whole: what the record names by digest, the signatures of the BOM, of the policy and of waivers, the
// verdict and the statements made of it.

import { isJsonObject, type JsonObject, parseJson } from "../../bytes/json.ts";
import { folderLimits } from "../../folder-limits.ts";
import { listOf, textOf as memberText, objectOf } from "../../layouts/member.ts";
import { limits } from "../../limits.ts";
import { counted } from "../../report/counted.ts";
import { verifyBomJsf } from "../../verifiers/bom-jsf.ts";
import { verifyBomStatement } from "../../verifiers/bom-statement.ts";
import { parseJsfDocument } from "../../verifiers/jsf/verify-jsf.ts";
import { openSignature } from "../../verifiers/open-signature.ts";
import { verifyPolicySignature } from "../../verifiers/policy-signature.ts";
import { type ProvenSigner, proofOf } from "../../verifiers/signature.ts";
import { parseStatement, statementDepth, statementTypeV1 } from "../../verifiers/statement.ts";
import type { SignatureVerification } from "../../verifiers/verification.ts";
import { openWaiver } from "../../verifiers/waiver.ts";
import type { RecordedInput, RecordedWaiver } from "../record.ts";
import { bytesOf, textOf } from "./check-bag.ts";
import { requireRecordedTrust, requireSameRules } from "./check-rules.ts";
import { isNotChecked, need, refusalOf } from "./checks.ts";
import { type AuditContext, judgedAt } from "./context.ts";
import { signerText } from "./signer-text.ts";

export async function checkInputs({
  checks,
  folder,
  record,
  trustRoot,
  isOwnTrust,
}: AuditContext): Promise<void> {
  for (const input of record.inputs) {
    const { path: place } = input;
    if (place === undefined) {
      const text = `${input.kind} with the digest ${input.digest}: not part of the folder`;
      checks.add({ id: "record.input", state: "ok", place: input.name, text });
    } else {
      await checks.make("record.input", place, () => requireInput(input, folder.files.get(place)?.sha256));
    }
  }
  if (!isOwnTrust) {
    await checks.make("record.trust-root", record.trustRoot.path, () => {
      need(
        `sha256:${trustRoot.digest.hex}` === record.trustRoot.digest,
        "the record was made with another trust root",
      );
      requireRecordedTrust(trustRoot, record);
      return `identities: ${trustRoot.document.identities.length}`;
    });
  }
}

function requireInput({ kind, digest }: RecordedInput, sha256: string | undefined): string {
  need(sha256 !== undefined, "it is missing");
  need(`sha256:${sha256}` === digest, `its SHA-256 is ${sha256}, the record says ${digest}`);
  return `the ${kind} of the record`;
}

/** The signatures of the BOM and of the policy, and the waivers. */
export async function checkDocuments(context: AuditContext): Promise<void> {
  const { checks, folder, record, trustRoot } = context;
  const at = judgedAt(context);
  const { bom, bomSignatures, policy, policySignature } = record.files;
  for (const place of bomSignatures) {
    const refused = record.rejected.find((each) => each.path === place);
    await checks.make("bom.signature", place, async () => {
      try {
        const text = await openBomSignature(context, place, bom);
        context.bomSigners.isGood = true;
        return text;
      } catch (error) {
        context.bomSigners.isUnsure ||= isNotChecked(error);
        if (refused === undefined) {
          throw error;
        }
        return `it was not accepted (${refused.code}), and is not now`;
      }
    });
  }
  if (policySignature !== undefined) {
    await checks.make("policy.signature", policySignature, async () => {
      const bundle = bytesOf(folder, policySignature);
      const signature = { bundle, signature: policySignature, trustRoot, at };
      const signer = await verifyPolicySignature(signature, bytesOf(folder, policy));
      return `signed by ${signer.identity}, key ${signer.keyId.slice(0, 16)}...`;
    });
  }
  for (const waiver of record.waivers) {
    const { path: place } = waiver;
    if (place === undefined) {
      const text = "the waiver is not in the folder";
      checks.add({ id: "decision.waiver", state: "not checked", place: waiver.rule, text });
    } else {
      await checks.make("decision.waiver", place, () => openRecordedWaiver(context, waiver, place));
    }
  }
}

async function openBomSignature(context: AuditContext, place: string, bom: string): Promise<string> {
  const { folder, trustRoot } = context;
  const at = judgedAt(context);
  const bytes = bytesOf(folder, bom);
  const answer =
    place === bom
      ? verifyBomJsf({ bytes, document: parseJsfDocument(bytes, bom), path: bom }, trustRoot, at)
      : await verifyBomStatement(
          { bundle: bytesOf(folder, place), signature: place, trustRoot, at },
          { bytes, path: bom },
        );
  return signerText(accepted(answer), "signed", at);
}

/** @throws {AibomError} the reason of the first rejection */
function accepted(answer: SignatureVerification | undefined): ProvenSigner {
  const evidence = answer?.evidence[0];
  const rejected = answer?.rejected[0];
  if (evidence === undefined && rejected !== undefined) {
    throw refusalOf(rejected);
  }
  need(evidence !== undefined, "there is no signature in it");
  return proofOf(evidence);
}

/** It must have counted when the verdict was made, and its signature must be good when the folder was sealed. */
async function openRecordedWaiver(
  context: AuditContext,
  recorded: RecordedWaiver,
  place: string,
): Promise<string> {
  const { folder, record, trustRoot } = context;
  const bundle = bytesOf(folder, place);
  const rules = { usage: "policy", maxBytes: limits.maxWaiverBytes } as const;
  await openSignature({ bundle, signature: place, trustRoot, at: judgedAt(context) }, rules);
  const waiver = await openWaiver({ bundle, signature: place, trustRoot, at: new Date(record.at) });
  need(`sha256:${waiver.sha256}` === recorded.digest, "it is about something else");
  const fields = ["rule", "reason", "ticket", "issuedAt", "notAfter"] as const;
  need(
    fields.every((each) => waiver[each] === recorded[each]),
    "the record says something else of it",
  );
  const { identity } = waiver.signer;
  need(identity === recorded.signer, `it is by ${identity}, the record says ${recorded.signer}`);
  return `rule ${waiver.rule} waived until ${waiver.notAfter} by ${identity}`;
}

/** The verdict, and the statements that were made of it. */
export async function checkDecision(context: AuditContext): Promise<void> {
  const { checks, folder, record } = context;
  const { outcome, path } = record.verdict;
  await checks.make("decision.verdict", path, () => {
    const verdict = jsonObject(bytesOf(folder, path), path);
    const isSame = memberText(verdict, "verdict") === outcome && memberText(verdict, "at") === record.at;
    need(isSame, "the verdict is another one than the record says");
    requireSameRules(record, verdict);
    return `${outcome} at ${record.at}`;
  });
  for (const kind of ["vsa", "svr"] as const) {
    const place = record.files[kind];
    if (place !== undefined) {
      await checks.make(`decision.${kind}`, place, () => openSummaries(context, place));
    }
  }
}

function jsonObject(bytes: Uint8Array, path: string): JsonObject {
  const { maxFolderDocumentBytes: maxBytes, maxFolderJsonDepth: maxDepth } = folderLimits;
  const value = parseJson(bytes, { path, maxBytes, maxDepth });
  need(isJsonObject(value), "it is not an object");
  return value;
}

/** One statement or bundle on each line. */
async function openSummaries(context: AuditContext, place: string): Promise<string> {
  const lines = textOf(context.folder, place).split("\n");
  const signers: string[] = [];
  let count = 0;
  for (const line of lines.filter((each) => each !== "")) {
    const bytes = Buffer.from(line);
    const signed = Object.hasOwn(jsonObject(bytes, place), "verificationMaterial")
      ? await openSignature(
          { bundle: bytes, signature: place, trustRoot: context.trustRoot, at: judgedAt(context) },
          { usage: "statement", maxBytes: limits.maxBundleBytes },
        )
      : undefined;
    requireSummary(context, signed?.payload ?? bytes, place);
    signers.push(...(signed === undefined ? [] : [signed.signer.identity]));
    count += 1;
  }
  const by = signers.length === 0 ? "unsigned: the seal covers them" : `signed by ${signers.join(", ")}`;
  return `${counted(count, "statement")}, ${by}`;
}

/** A statement about one artifact must say no more than the verdict. */
function requireSummary({ record, digests }: AuditContext, payload: Uint8Array, path: string): void {
  const rules = { path, types: [statementTypeV1], maxDepth: statementDepth + 8 };
  const { subjects, predicate } = parseStatement(payload, rules);
  const verifier = objectOf(predicate, "verifier");
  const stated = objectOf(predicate, "policy") ?? listOf(verifier, "policies")[0];
  const policy = record.inputs.find(({ kind }) => kind === "policy")?.digest;
  const sha256 = memberText(objectOf(stated, "digest"), "sha256");
  need(`sha256:${sha256}` === policy, "a statement is about another policy");
  const areKnown = subjects.every((each) => digests.has(each.digests.get("sha256") ?? ""));
  need(areKnown, "a statement is about other files");
  const isPass =
    memberText(predicate, "verificationResult") === "PASSED" || listOf(predicate, "properties").length > 0;
  const { outcome, environment, unsafe } = record.verdict;
  need(!isPass || outcome === "allow", "a statement says that a policy passed, the verdict does not");
  const isWeak = unsafe.length > 0 || (environment !== undefined && environment.mode !== "enforce");
  need(!isPass || !isWeak, "a statement says that a policy passed, checks were weakened");
}
