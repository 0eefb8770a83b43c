// SPDX-License-Identifier: Apache-2.0
// The report use-case: the gate runs once, and what it saw becomes a folder that proves itself. Everything is returned as
// bytes; writing them is the caller's. Same inputs, same bytes: no clock, no machine, no person that was not asked for.

import { buildBag } from "./audit/bag.ts";
import { buildRecord } from "./audit/build-record.ts";
import { type DocumentFiles, documentFiles } from "./audit/document-files.ts";
import { writeEscrow } from "./audit/escrow.ts";
import { digestOfFile, type FolderFile, jsonFile, textFile } from "./audit/folder-file.ts";
import { optional } from "./audit/optional.ts";
import { type Receipts, receipts } from "./audit/receipts.ts";
import { type AuditRecord, auditPaths, type RecordedFiles } from "./audit/record.ts";
import { redactGated, redactVerdict, trustedTexts } from "./audit/redact-examination.ts";
import { type Pseudonym, Redactor } from "./audit/redaction.ts";
import { sealBag } from "./audit/seal.ts";
import { isSealerUnknown } from "./audit/sealer.ts";
import { supplyChain } from "./audit/supply-chain.ts";
import type { ReportOptions } from "./audit-report-options.ts";
import type { Verdict } from "./model/verdict.ts";
import { renderStartHere } from "./page/start-here.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import { counted } from "./report/counted.ts";
import { assessmentOf, changesSince } from "./reported-assessment.ts";
import { bomOf } from "./reported-bom.ts";
import { custodyOf, type ReportedCustody } from "./reported-custody.ts";
import {
  decisionFiles,
  documentsAbout,
  isAboutAll,
  optionalInputs,
  osvInput,
  policyText,
  sortInputs,
  trustRootFiles,
} from "./reported-documents.ts";
import { reportedProfile } from "./reported-profile.ts";
import { selfVerifierFiles } from "./self-verifier-files.ts";
import { chooseSigner } from "./signers/choose-signer.ts";
import type { Signer } from "./signers/signer.ts";
import { targetName } from "./sources/target.ts";
import { loadTrustRoot } from "./trust/load.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { type Examination, type ExaminedTarget, examine } from "./verify.ts";
import type { ReadDocument } from "./verify-options.ts";

export interface AuditReport {
  readonly verdict: Verdict;
  readonly record: AuditRecord;
  /** Every file of the folder, the seal last. */
  readonly files: readonly FolderFile[];
  /** SHA-256 of tagmanifest-sha256.txt: the same for the same inputs, whoever seals it and when. */
  readonly tagManifestSha256: string;
  /** True if the trust root does not know the key that sealed: whoever checks the folder needs it from elsewhere. */
  readonly isSealerUnknown: boolean;
  /** The key that sealed; absent if nobody did, or a Sigstore instance certified one for this signature. */
  readonly sealer?: Signer;
  /** The file with pseudonyms, if one was asked for. It belongs outside the folder. */
  readonly escrow?: Uint8Array;
}

/**
 * Verifies the targets and gates them as `verify` does, and makes the folder of it, whatever the verdict.
 * @throws {AibomError} those of `verify` and of the signer
 */
export async function auditReport(targets: readonly string[], options: ReportOptions): Promise<AuditReport> {
  // First: nobody should hash for an hour to learn that the key is of the wrong kind.
  const signer = options.seal && (await chooseSigner(options.seal));
  const isUnknown =
    signer !== undefined &&
    isSealerUnknown(signer, loadTrustRoot(options.trustRoot), options.seal?.at ?? options.at);
  const documents: ReadDocument[] = [];
  const { system, local = {}, escrow } = options;
  const examination = await examine(targets, {
    ...options,
    ...optional("members", system?.system.members),
    onDocument: (document) => documents.push(document),
  });
  const { trustRoot } = examination;
  const redactor = new Redactor(local, trustedTexts(trustRoot), escrow?.pseudonyms);
  const verdict = redactVerdict(redactor, examination.verdict);
  const title = redactor.text(titleOf(targets, options));
  const bom = await bomOf(examination, documents, redactor, options);
  const custody = options.log === undefined ? undefined : await custodyOf(options.log, trustRoot);
  const assessment = await assessmentOf(verdict, bom, title, options);
  const changes = await changesSince(bom, options);
  const profile = await reportedProfile(examination, redactor, options, (document) =>
    documents.push(document),
  );
  const inputs = documentFiles([
    ...documents.filter((document) => isAboutAll(document, targets)),
    ...policyText(examination),
    ...trustRootFiles(trustRoot),
    ...optionalInputs(options),
  ]);
  const { artifacts, proof, comparedWith } = proofOf(examination, verdict, documents, redactor, custody);
  const copied = [...inputs.files, ...proof.files, ...(custody?.files ?? [])];
  const map = escrow && writeEscrow({ ...escrow, pseudonyms: allPseudonyms(redactor, custody) });
  const record = buildRecord({
    title,
    toolVersion: options.toolVersion,
    seal: signer === undefined ? "unsealed" : "signed",
    verdict,
    artifacts,
    chain: supplyChain(bom.document),
    isBomSigned: (examination.bom?.gated.signatures.length ?? 0) > 0,
    trustRoot,
    inputs: sortInputs([...inputs.inputs, ...bom.inputs, ...osvInput(verdict, options)]),
    files: recordedFiles(inputs, changes, profile),
    placeOf: proof.placeOf,
    comparedWith,
    placeOfWaiver: inputs.placeOfWaiver,
    completeness: assessment.completeness,
    loggedPeople: custody?.people ?? [],
    ...optional("custody", custody?.recorded),
    unreadEvents: custody?.unread ?? 0,
    redaction: { replaced: redactor.replaced, ...optional("escrow", map?.digest) },
    unredacted: copied.filter((file) => mentionsLocal(redactor, file)).map(({ path }) => path),
  });
  const payload = [
    ...copied,
    ...bom.files,
    ...decisionFiles(verdict, options),
    ...assessment.files,
    ...profile,
    ...changes,
    jsonFile(auditPaths.notCovered, { notCovered: record.notCovered }),
    jsonFile(auditPaths.record, record),
  ];
  const bag = buildBag(payload, startFiles(record, trustRoot), record);
  const seal = signer === undefined ? [] : await sealBag(bag, record, signer);
  return {
    verdict: examination.verdict,
    record,
    files: [...bag.files, ...seal],
    tagManifestSha256: bag.tagManifestSha256,
    isSealerUnknown: isUnknown,
    ...(signer !== undefined && "keyId" in signer ? { sealer: signer } : {}),
    ...optional("escrow", map?.bytes),
  };
}

interface Proof {
  readonly artifacts: readonly GatedArtifact[];
  readonly proof: Receipts;
  readonly comparedWith: (artifact: GatedArtifact) => string | undefined;
}

/** The receipts of all artifacts, each with what was looked at for it. */
function proofOf(
  { targets }: Examination,
  verdict: Verdict,
  documents: readonly ReadDocument[],
  redactor: Redactor,
  custody: ReportedCustody | undefined,
): Proof {
  const targetOf = new Map<GatedArtifact, ExaminedTarget>();
  const byTarget = Map.groupBy(documents, ({ target }) => target ?? "");
  for (const examined of targets) {
    for (const each of examined.gated) {
      targetOf.set(redactGated(redactor, each), examined);
    }
  }
  const artifacts = [...targetOf.keys()];
  const proof = receipts({
    verdict,
    artifacts,
    documentsOf: (each) =>
      documentsAbout(byTarget.get(targetOf.get(each)?.target ?? "") ?? [], each.artifact.name),
    proofOf: (manifest) => custody?.proofOf(manifest),
  });
  const comparedWith = (each: GatedArtifact) => targetOf.get(each)?.bomArtifacts[0]?.ref;
  return { artifacts, proof, comparedWith };
}

function recordedFiles(
  { pathOf, pathsOf }: DocumentFiles,
  changes: readonly FolderFile[],
  profile: readonly FolderFile[],
): RecordedFiles {
  return {
    bom: auditPaths.bom,
    bomSignatures: pathsOf("bom-signature"),
    ...optional("previousBom", pathOf("previous-bom")),
    ...optional("bomDiff", changes[0]?.path),
    declarations: auditPaths.declarations,
    oscal: auditPaths.oscal,
    vsa: auditPaths.vsa,
    svr: auditPaths.svr,
    ...optional("profile", profile[0]?.path),
    policy: pathOf("policy") ?? auditPaths.policy,
    ...optional("policySignature", pathOf("policy-signature")),
    notCovered: auditPaths.notCovered,
  };
}

/** What is copied is not changed; where it names local directories, the folder says so. */
function mentionsLocal(redactor: Redactor, { pieces }: FolderFile): boolean {
  return pieces.some((piece) => redactor.mentionsLocal(piece));
}

function titleOf(targets: readonly string[], { title, system }: ReportOptions): string {
  const [only, ...others] = targets;
  const named = title ?? system?.system.name;
  return (
    named ??
    (only !== undefined && others.length === 0 ? targetName(only) : counted(targets.length, "artifact"))
  );
}

/** Files for people and for verifiers, which the tag manifest lists. */
function startFiles(record: AuditRecord, trustRoot: TrustRoot): readonly FolderFile[] {
  const verifier = selfVerifierFiles(record, trustRoot);
  const program = verifier.find(({ path }) => path === auditPaths.verifier);
  const page = renderStartHere(record, {
    ...optional("verifierDigest", program && `sha256:${digestOfFile(program)}`),
  });
  return [textFile(auditPaths.startHere, page), ...verifier];
}

/** Those of the log are its own; of a person that both know there are two. */
function allPseudonyms(redactor: Redactor, custody: ReportedCustody | undefined): readonly Pseudonym[] {
  return [...redactor.pseudonyms, ...(custody?.pseudonyms ?? [])];
}
