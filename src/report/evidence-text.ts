// SPDX-License-Identifier: Apache-2.0
// Evidence in one sentence: what was accepted and what it rests on, what was rejected and why.

import { escapeText } from "../codes/escape.ts";
import { codes, isCode } from "../codes/index.ts";
import { formatDigest } from "../model/digest.ts";
import type { Evidence, Rejection, SignatureEvidence, Signer } from "../model/evidence.ts";
import type { Verdict } from "../model/verdict.ts";
import { counted } from "./counted.ts";
import { formatCoded } from "./finding-text.ts";

/** Accepted evidence: what it covers, by whom, since when, from which file. Untrusted text is escaped. */
export function evidenceText(evidence: Evidence, { artifacts }: Verdict): string {
  if (evidence.kind === "package") {
    const { signer, signature, predicateType } = evidence;
    return `${escapeText(evidence.subject)}: archive of ${escapeText(evidence.package)} attested by ${signerText(signer)}${timeText(evidence)}, ${escapeText(signature)}, ${escapeText(predicateType)}`;
  }
  const total = artifacts.find(({ name }) => name === evidence.subject)?.files;
  const covered = evidence.covers.length;
  // A signature over a part is good for that part only: the number shows which it is.
  const files =
    total === undefined || total === covered
      ? counted(covered, "file")
      : `${covered} of ${counted(total, "file")}`;
  const subject = escapeText(evidence.subject);
  if (evidence.kind === "digest") {
    return `${subject}: ${files} recomputed, as in the BOM (${evidence.algorithms.join(", ")})`;
  }
  if (evidence.kind === "manifest") {
    const { manifests, signer, signature, algorithms } = evidence;
    const others = manifests.length === 1 ? "" : ` and ${manifests.length - 1} more`;
    const list = `${escapeText(manifests[0] ?? "")}${others}`;
    return `${subject}: ${files} recomputed, as in ${list} (${algorithms.join(", ")}), signed by ${signerText(signer)}, ${escapeText(signature)}`;
  }
  const what =
    evidence.usage === "bom" ? "the BOM" : evidence.usage === "statement" ? `${files} attested` : files;
  const verb = evidence.usage === "statement" ? "by" : "signed by";
  const place = escapeText(evidence.signature);
  return `${subject}: ${what} ${verb} ${signerText(evidence.signer)}${timeText(evidence)}, ${place}${predicateText(evidence)}`;
}

/** The trust root's name for the signer, and what it rests on. */
function signerText({ identity, keyId, algorithm, certificate }: Signer): string {
  const ground =
    certificate === undefined
      ? `key ${keyId.slice(0, 16)}`
      : `${escapeText(certificate.subjectAltName ?? certificate.subject ?? "")} by ${escapeText(certificate.authority)}`;
  return `${escapeText(identity)} (${escapeText(algorithm)}, ${ground})`;
}

/** The earliest instant at which the signature is proven to have existed. */
function timeText({ times }: Pick<SignatureEvidence, "times">): string {
  const [first] = [...times].sort((left, right) => left.time.getTime() - right.time.getTime());
  return first === undefined
    ? ""
    : `, ${first.time.toISOString().slice(0, 19)}Z proven by ${escapeText(first.authority)}`;
}

function predicateText({ usage, predicateType }: SignatureEvidence): string {
  return usage === "statement" ? `, ${escapeText(predicateType)}` : "";
}

/** Rejected evidence, with the reason. */
export function rejectionText({ subject, signature, code, args }: Rejection): string {
  return `${escapeText(subject)}: ${escapeText(signature)}: ${formatCoded(code, args)} [${escapeText(code)}]`;
}

/** Why evidence was accepted and all that it says, a line each. */
export function evidenceDetails(evidence: Evidence): readonly string[] {
  if (evidence.kind === "package") {
    const { signer, digest } = evidence;
    return [
      `accepted because ${escapeText(signer.identity)} signed this name, this version and ${formatDigest(digest)}, which a record here pins for the package; it says nothing about files`,
      ...signingDetails(evidence),
      ...claimDetails(evidence),
    ];
  }
  const covers = `covers ${evidence.covers.map(escapeText).join(", ")}`;
  if (evidence.kind === "digest") {
    return ["accepted because the digests of these bytes equal those of the BOM", covers];
  }
  if (evidence.kind === "manifest") {
    const { manifests, signer } = evidence;
    return [
      `accepted because ${escapeText(signer.identity)} signed ${manifests.map(escapeText).join(", ")}, and these bytes have the digests stated there`,
      covers,
    ];
  }
  const { signer, usage, scheme, contradicts = [] } = evidence;
  return [
    `accepted because the signature (${scheme}) is good over these bytes and the trust root lets ${escapeText(signer.identity)} vouch for usage ${usage}`,
    ...signingDetails(evidence),
    covers,
    ...(contradicts.length === 0
      ? []
      : [`names with other digests ${contradicts.map(escapeText).join(", ")}`]),
    ...claimDetails(evidence),
  ];
}

function signingDetails({
  signer,
  times,
  logEntries,
}: Pick<SignatureEvidence, "signer" | "times" | "logEntries">): readonly string[] {
  return [
    `signer's key ${signer.keyId}`,
    ...times.map(
      ({ time, source, authority }) => `time ${time.toISOString()}, ${source}, ${escapeText(authority)}`,
    ),
    ...(logEntries === 0
      ? []
      : [`transparency log: ${logEntries === 1 ? "1 entry" : `${logEntries} entries`} verified`]),
  ];
}

function claimDetails({ claims }: Pick<SignatureEvidence, "claims">): readonly string[] {
  return claims.map(({ name, value }) => `claims ${escapeText(name)} = ${escapeText(String(value))}`);
}

/** What a rejection means and what to do about it. */
export function rejectionDetails({ code }: Rejection): readonly string[] {
  return isCode(code) ? [codes[code].explain, `hint: ${codes[code].hint}`] : [];
}
