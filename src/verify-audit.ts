// SPDX-License-Identifier: Apache-2.0
// The check of an audit folder, directory or archive: the same checks by the same ids as the folder's own verify.mjs makes, by
// the verifiers that decided when it was made. Two implementations that share no code must agree; tests hold them to it.

import { bytesOf, checkBag } from "./audit/check/check-bag.ts";
import { checkCustody, checkSealEvent } from "./audit/check/check-custody.ts";
import { checkDecision, checkDocuments, checkInputs } from "./audit/check/check-documents.ts";
import { checkReceipts } from "./audit/check/check-receipts.ts";
import { checkSeal, type ExpectedSealer } from "./audit/check/check-seal.ts";
import { type CheckLine, Checks, need } from "./audit/check/checks.ts";
import type { AuditContext } from "./audit/check/context.ts";
import { readAuditArchive } from "./audit/check/read-archive.ts";
import { type AuditRecord, auditPaths } from "./audit/record.ts";
import { parseJson } from "./bytes/json.ts";
import { AibomError } from "./errors.ts";
import { folderLimits } from "./folder-limits.ts";
import { limits } from "./limits.ts";
import { renderStartHere } from "./page/start-here.ts";
import { loadValidator } from "./schemas/validators.ts";
import { isDirectory } from "./sources/companions.ts";
import { type PlainFolder, readPlainFolder } from "./sources/plain-folder.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { parseTrustDocument, serializeTrustDocument } from "./trust/document.ts";
import { addIdentity } from "./trust/edit.ts";
import { loadTrustRoot, readTrustRoot } from "./trust/load.ts";
import { parsePublicKey } from "./trust/public-key.ts";
import { buildTrustRoot, type TrustRoot } from "./trust/trust-root.ts";

export interface VerifyAuditOptions {
  /** The instant of the check. */
  readonly at: Date;
  /** The auditor's own trust root; default: the folder's, which proves that the folder is whole and not who made it. */
  readonly trustRoot?: string;
  readonly expected?: ExpectedSealer;
  /** A key in PEM that may have sealed, besides those of the trust root. */
  readonly sealerKey?: string;
  /** Of this program: START-HERE.html of a folder that the same version made is made again and compared. */
  readonly toolVersion?: string;
}

export interface AuditVerification {
  readonly lines: readonly CheckLine[];
  readonly failed: number;
  readonly notChecked: number;
  /** 0 every check is ok, 1 something is wrong, 3 something could not be checked. */
  readonly exit: 0 | 1 | 3;
  readonly anchors: "folder" | "given";
  /** SHA-256 of the verify.mjs in the folder, hexadecimal. */
  readonly verifier: string | undefined;
}

/**
 * Checks a folder, or an archive of one (`.tar.zst`).
 * @throws {AibomError} what keeps it from being read at all: SOURCE_*, REPORT_NOT_A_FOLDER, AUDIT_ARCHIVE_BROKEN,
 * AUDIT_FOLDER_TOO_LARGE
 */
export async function verifyAudit(path: string, options: VerifyAuditOptions): Promise<AuditVerification> {
  const refused = new Map<string, string>();
  const refuse = (name: string, reason: string): void => {
    refused.set(name, reason);
  };
  if (!path.endsWith(".tar.zst") && !isDirectory(path)) {
    const reason = "it is a file, and none that ends in .tar.zst";
    throw AibomError.of("REPORT_NOT_A_FOLDER", { reason }, { where: { path } });
  }
  const folder = path.endsWith(".tar.zst")
    ? readAuditArchive(readBounded(path, folderLimits.maxFolderArchiveBytes), refuse)
    : readPlainFolder(path, refuse);
  const checks = new Checks();
  await checkBag(checks, folder, refused);
  const record = await checks.make("record.read", auditPaths.record, () => readRecord(folder), titleOf);
  const trustRoot = await readTrust(checks, folder, options);
  if (record !== undefined && record.tool.version === options.toolVersion) {
    await checkPage(checks, folder, record);
  }
  if (record !== undefined && trustRoot !== undefined) {
    await checkContent(checks, folder, record, trustRoot, options);
  }
  const failed = checks.count("FAIL");
  const notChecked = checks.count("not checked");
  return {
    lines: checks.lines,
    failed,
    notChecked,
    exit: failed > 0 ? 1 : notChecked > 0 ? 3 : 0,
    anchors: options.trustRoot === undefined ? "folder" : "given",
    verifier: folder.files.get(auditPaths.verifier)?.sha256,
  };
}

async function checkContent(
  checks: Checks,
  folder: PlainFolder,
  record: AuditRecord,
  trustRoot: TrustRoot,
  { at: now, trustRoot: own, expected = {}, sealerKey }: VerifyAuditOptions,
): Promise<void> {
  const sealers = sealerKey === undefined ? trustRoot : withSealer(trustRoot, sealerKey);
  const sealedAt = await checkSeal({ checks, folder, record, trustRoot: sealers, now, expected });
  const isOwnTrust = own !== undefined;
  const context: AuditContext = {
    checks,
    folder,
    record,
    trustRoot,
    isOwnTrust,
    now,
    sealedAt,
    log: { entries: [] },
    digests: new Set(),
    bomSigners: { isGood: false, isUnsure: false },
  };
  await checkInputs(context);
  await checkCustody(context);
  await checkSealEvent(context);
  await checkDocuments(context);
  await checkReceipts(context);
  await checkDecision(context);
}

/** People read the page and nothing else: it must say what the record says. */
async function checkPage(checks: Checks, folder: PlainFolder, record: AuditRecord): Promise<void> {
  const place = auditPaths.startHere;
  if (!folder.files.has(place)) {
    return; // If it was taken away, the manifest tells; a page that never was misleads nobody.
  }
  await checks.make("page.record", place, () => {
    const sha256 = folder.files.get(auditPaths.verifier)?.sha256;
    const page = renderStartHere(record, sha256 === undefined ? {} : { verifierDigest: `sha256:${sha256}` });
    const isSame = Buffer.from(page).equals(bytesOf(folder, place));
    need(isSame, "it is not the page that this version of aibom makes of the record");
    return "it shows what the record says";
  });
}

async function readRecord(folder: PlainFolder): Promise<AuditRecord> {
  const value = parseJson(bytesOf(folder, auditPaths.record), {
    path: auditPaths.record,
    maxBytes: folderLimits.maxFolderDocumentBytes,
    maxDepth: folderLimits.maxFolderJsonDepth,
  });
  const validate = await loadValidator("audit-record");
  const isValid = validate(value);
  const [problem] = validate.errors ?? [];
  need(isValid, `it is no record: ${problem?.instancePath} ${problem?.message}`);
  // The validator has just shown that it has this shape.
  return value as unknown as AuditRecord;
}

const titleOf = ({ title, at }: AuditRecord): string => `${title}, ${at}`;

function readTrust(
  checks: Checks,
  folder: PlainFolder,
  { trustRoot }: VerifyAuditOptions,
): Promise<TrustRoot | undefined> {
  const place = trustRoot ?? auditPaths.trustRoot;
  return checks.make(
    "trust.read",
    place,
    () =>
      trustRoot === undefined
        ? readTrustRoot(place, (name) => {
            const path = `${auditPaths.trustRoot}/${name}`;
            const { size = 0 } = folder.files.get(path) ?? {};
            need(size <= limits.maxPolicyBytes, `${path} is too large`);
            return bytesOf(folder, path);
          })
        : loadTrustRoot(trustRoot),
    ({ digest }) =>
      trustRoot === undefined
        ? `anchors: the folder's own, sha256:${digest.hex}: they show that the folder is whole, not who made it`
        : `anchors: yours, sha256:${digest.hex}`,
  );
}

/** The trust root with one more key, for the seal alone. */
function withSealer(trustRoot: TrustRoot, pem: string): TrustRoot {
  const { keyId } = parsePublicKey(pem);
  if (trustRoot.byKeyId.has(keyId)) {
    return trustRoot;
  }
  const name = "the-key-that-was-given";
  const document = addIdentity(trustRoot.document, { name, publicKey: pem, usages: ["report"] });
  const parsed = parseTrustDocument(serializeTrustDocument(document));
  return buildTrustRoot(
    trustRoot.directory,
    trustRoot.digest,
    parsed.document,
    parsed.identities,
    trustRoot.authorities,
  );
}
