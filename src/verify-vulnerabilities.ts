// SPDX-License-Identifier: Apache-2.0
// The part of a verification that vulnerability data has: an OSV export (a file, a directory, or the ZIP archive that an
// ecosystem is published as) and VEX documents. They are verified like anything that somebody signs, and read from the
// bytes that were verified.

import { createHash } from "node:crypto";
import { memorySource } from "./bytes/byte-source.ts";
import { isJsonArray, type JsonValue, parseJson } from "./bytes/json.ts";
import { readAll } from "./bytes/unpacked.ts";
import { openZipEntry } from "./bytes/zip/unpack.ts";
import { readZip } from "./bytes/zip.ts";
import { AibomError } from "./errors.ts";
import { listOf } from "./layouts/member.ts";
import { limits } from "./limits.ts";
import { type Digest, digestOf } from "./model/digest.ts";
import type { SignatureEvidence } from "./model/evidence.ts";
import type { ListedComponent } from "./model/listed-component.ts";
import { parsePackageUrl } from "./model/parsed-package-url.ts";
import type { GatedArtifact } from "./policy/rule.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { readTarget, targetName } from "./sources/target.ts";
import { verifyData } from "./verify-data.ts";
import type { TargetContext } from "./verify-target.ts";
import type { SignedOsv, SignedVex, VulnerabilityData } from "./vulnerabilities/data.ts";
import { listedPackage } from "./vulnerabilities/ecosystems.ts";
import { OsvExport, osvKey } from "./vulnerabilities/osv.ts";
import { readVex } from "./vulnerabilities/vex/read.ts";

export interface VulnerabilityFiles {
  readonly osv?: string;
  readonly vex: readonly string[];
}

/**
 * Reads the data. Of an export, only advisories about `components` are kept.
 * @throws {AibomError} SOURCE_*, JSON_*, OSV_INVALID, VEX_INVALID
 */
export async function openVulnerabilities(
  { osv, vex }: VulnerabilityFiles,
  components: Iterable<ListedComponent>,
  context: TargetContext,
): Promise<VulnerabilityData> {
  const documents: SignedVex[] = [];
  for (const path of [...new Set(vex)]) {
    documents.push(await openVex(path, context));
  }
  documents.sort((left, right) => (left.digest.hex < right.digest.hex ? -1 : 1));
  return {
    ...(osv === undefined ? {} : { osv: await openOsv(osv, wantedKeys(components), context) }),
    vex: documents,
  };
}

function wantedKeys(components: Iterable<ListedComponent>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { purl } of components) {
    const parsed = purl === undefined ? undefined : parsePackageUrl(purl);
    const listed = parsed === undefined ? undefined : listedPackage(parsed);
    for (const name of listed?.names ?? []) {
      keys.add(osvKey(listed?.ecosystem ?? "", name));
    }
  }
  return keys;
}

async function openVex(path: string, context: TargetContext): Promise<SignedVex> {
  const name = targetName(path);
  const bytes = readBounded(path, limits.maxVexBytes);
  context.options.onDocument?.({ role: "vex", name, bytes });
  const content = readVex(bytes, name);
  const digest = sha256(bytes);
  const gated = await verifyData(path, context);
  const isSame = gated.artifact.files.every(({ digests }) => digestOf(digests, "sha256") === digest.hex);
  return { name, digest, content, signatures: isSame ? coveringAll(gated) : [] };
}

async function openOsv(
  path: string,
  wanted: ReadonlySet<string>,
  context: TargetContext,
): Promise<SignedOsv> {
  const records = new OsvExport(wanted);
  const read = new Map<string, string>();
  for (const file of readTarget(path).files) {
    if (/\.(?:json|jsonl|ndjson|zip)$/i.test(file.path)) {
      const bytes = readBounded(file.absolutePath, limits.maxOsvBytes);
      read.set(file.path, sha256(bytes).hex);
      addFile(records, bytes, file.path);
    }
  }
  if (records.newest === undefined) {
    throw AibomError.of("OSV_INVALID", { reason: "there is no record in it" }, { where: { path } });
  }
  const gated = await verifyData(path, context);
  const digests = new Map(gated.artifact.files.map((file) => [file.path, digestOf(file.digests, "sha256")]));
  const isSame = [...read].every(([name, hex]) => digests.get(name) === hex);
  return {
    name: targetName(path),
    digest: gated.manifest,
    records,
    signatures: isSame ? coveringAll(gated) : [],
  };
}

/** A signature of a part would let the rest be changed. */
function coveringAll({ artifact, signatures }: GatedArtifact): readonly SignatureEvidence[] {
  return signatures.filter(
    ({ usage, covers }) => usage === "model" && artifact.files.every(({ path }) => covers.includes(path)),
  );
}

function addFile(records: OsvExport, bytes: Uint8Array, path: string): void {
  if (/\.zip$/i.test(path)) {
    addZip(records, bytes, path);
    return;
  }
  const lines = /\.(?:jsonl|ndjson)$/i.test(path) ? linesOf(bytes) : [bytes];
  for (const line of lines) {
    addDocument(records, line, path);
  }
}

function addZip(records: OsvExport, bytes: Uint8Array, path: string): void {
  const file = memorySource(bytes, path);
  const archive = readZip(file, ({ code }) => {
    throw AibomError.of("OSV_INVALID", { reason: `the archive is not sound (${code})` }, { where: { path } });
  });
  let left = limits.maxOsvUnpackedBytes;
  const spend = (count: number): void => {
    left -= count;
    if (left < 0) {
      const reason = `it unpacks to more than ${limits.maxOsvUnpackedBytes} bytes`;
      throw AibomError.of("OSV_INVALID", { reason }, { where: { path } });
    }
  };
  for (const entry of archive.entries.filter(({ name }) => name.toLowerCase().endsWith(".json"))) {
    const opened = openZipEntry(file, entry, spend, true);
    if (opened.problem !== undefined) {
      throw opened.problem;
    }
    addDocument(records, readAll(opened.bytes, 0, opened.bytes.size), `${path}/${entry.name}`);
  }
}

/** One record, a list of them, or the answer of the OSV service. */
function addDocument(records: OsvExport, bytes: Uint8Array, path: string): void {
  const document = parseJson(bytes, { path, maxBytes: limits.maxOsvBytes, maxDepth: 64 });
  const vulns = listOf(document, "vulns");
  const list: readonly JsonValue[] = isJsonArray(document) ? document : vulns.length > 0 ? vulns : [document];
  for (const record of list) {
    if (!records.add(record)) {
      const reason = "something in it is no record: it has no id or no time of its last change";
      throw AibomError.of("OSV_INVALID", { reason }, { where: { path } });
    }
  }
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.byteLength; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.byteLength : newline;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) {
      lines.push(line);
    }
    start = end + 1;
  }
  return lines;
}

function sha256(bytes: Uint8Array): Digest {
  return { algorithm: "sha256", hex: createHash("sha256").update(bytes).digest("hex") };
}
