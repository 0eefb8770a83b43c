// SPDX-License-Identifier: Apache-2.0
// Opens an audit folder for what builds on one: a renewal, a comparison. The record is read only if the manifests of the
// folder hold for it; whether they are those that were sealed, and all the rest, `report verify` checks.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { isJsonObject, parseJson } from "../bytes/json.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { loadValidator } from "../schemas/validators.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { bagNames } from "./bag.ts";
import { type AuditRecord, auditPaths } from "./record.ts";

/**
 * The record of the folder at `directory`.
 * @throws {AibomError} REPORT_NOT_A_FOLDER, REPORT_FILE_CHANGED, SOURCE_*, JSON_*
 */
export async function openRecord(directory: string): Promise<AuditRecord> {
  const manifest = readListed(directory, bagNames.manifest, readTagManifest(directory).text);
  const bytes = readListed(directory, auditPaths.record, decodeUtf8(manifest, bagNames.manifest));
  const value = parseJson(bytes, {
    path: auditPaths.record,
    maxBytes: limits.maxAuditRecordBytes,
    maxDepth: limits.maxJsonDepth,
  });
  const validate = await loadValidator("audit-record");
  if (!isJsonObject(value) || !validate(value)) {
    const [problem] = validate.errors ?? [];
    const reason = `${auditPaths.record}: ${problem?.instancePath || "/"} ${problem?.message ?? "is no object"}`;
    throw notAFolder(directory, reason.slice(0, 200));
  }
  // The validator has just shown that the value has this shape.
  return value as unknown as AuditRecord;
}

/** What the seal is about. @throws {AibomError} REPORT_NOT_A_FOLDER, SOURCE_* */
export function readTagManifest(directory: string): { readonly text: string; readonly sha256: string } {
  const bytes = readFile(directory, bagNames.tagManifest, limits.maxBagManifestBytes);
  return { text: decodeUtf8(bytes, bagNames.tagManifest), sha256: sha256Of(bytes) };
}

/** A file that a manifest lists. */
function readListed(directory: string, name: string, manifest: string): Uint8Array {
  const bytes = readFile(directory, name, limits.maxAuditRecordBytes);
  const line = manifest.split("\n").find((each) => each.slice(66) === name);
  const [got, expected] = [sha256Of(bytes), line?.slice(0, 64) ?? "no digest"];
  if (got !== expected) {
    throw AibomError.of("REPORT_FILE_CHANGED", { got, expected }, { where: { path: join(directory, name) } });
  }
  return bytes;
}

function readFile(directory: string, name: string, maxBytes: number): Uint8Array {
  try {
    return readBounded(join(directory, name), maxBytes);
  } catch (cause) {
    const isAbsent = cause instanceof AibomError && cause.code === "SOURCE_NOT_FOUND";
    throw isAbsent ? notAFolder(directory, `there is no ${name}`) : cause;
  }
}

function notAFolder(directory: string, reason: string): AibomError {
  return AibomError.of("REPORT_NOT_A_FOLDER", { reason }, { where: { path: directory } });
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
