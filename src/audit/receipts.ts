// SPDX-License-Identifier: Apache-2.0
// The receipts: for each artifact a folder named after the digest of its file manifest, with the manifest itself, every
// file of a signature or attestation that was looked at, byte for byte, and what the verifiers said. A statement and the
// time stamps that a bundle holds lie beside it as files of their own, for tools that know no bundles.

import { createHash } from "node:crypto";
import { sha256Listing } from "../bom/file-manifest.ts";
import { isJsonArray, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import type { Verdict } from "../model/verdict.ts";
import { compareText } from "../policy/finding-order.ts";
import type { GatedArtifact } from "../policy/rule.ts";
import { evidenceJson, rejectionJson } from "../report/json-shape.ts";
import { type FolderFile, jsonFile, Names, safeName, textFile } from "./folder-file.ts";
import { unreadFiles } from "./not-covered.ts";
import { auditPaths } from "./record.ts";
import type { PlaceOf } from "./record-artifacts.ts";

/** The `$id` of schemas/audit-receipt.schema.json. */
const receiptSchemaId = "https://aibom.dev/schemas/audit-receipt/v1";

/** A file that was looked at for one artifact. */
export interface ReceiptDocument {
  readonly role: string;
  /** As the evidence names it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ReceiptParts {
  readonly verdict: Verdict;
  readonly artifacts: readonly GatedArtifact[];
  /** What was looked at for one of them. */
  readonly documentsOf: (gated: GatedArtifact) => readonly ReceiptDocument[];
  /** The proof that an event about an artifact is in the custody log, by the digest of its manifest. */
  readonly proofOf: (manifest: string) => string | undefined;
}

export interface Receipts {
  readonly files: readonly FolderFile[];
  readonly placeOf: PlaceOf;
}

/** Artifacts of the same bytes have one receipt. */
export function receipts(parts: ReceiptParts): Receipts {
  const byManifest = new Map<string, GatedArtifact[]>();
  for (const gated of parts.artifacts) {
    const { hex } = gated.manifest;
    byManifest.set(hex, [...(byManifest.get(hex) ?? []), gated]);
  }
  const bySubject = new Map<string, { evidence: JsonValue[]; rejected: JsonValue[] }>();
  const saidOf = (subject: string) => {
    const said = bySubject.get(subject) ?? { evidence: [], rejected: [] };
    bySubject.set(subject, said);
    return said;
  };
  for (const evidence of parts.verdict.evidence) {
    saidOf(evidence.subject).evidence.push(evidenceJson(evidence));
  }
  for (const rejection of parts.verdict.rejected) {
    saidOf(rejection.subject).rejected.push(rejectionJson(rejection));
  }
  const places = new Map<string, ReadonlyMap<string, string>>();
  const files: FolderFile[] = [];
  for (const hex of [...byManifest.keys()].sort(compareText)) {
    const artifacts = byManifest.get(hex) ?? [];
    const receipt = new Receipt(`${auditPaths.receipts}/${hex}`);
    for (const document of artifacts.flatMap(parts.documentsOf)) {
      receipt.add(document);
    }
    const names = [...new Set(artifacts.map(({ artifact }) => artifact.name))];
    files.push(...receipt.finish(hex, artifacts, names.map(saidOf)));
    const proof = parts.proofOf(hex);
    if (proof !== undefined) {
      files.push(textFile(`${auditPaths.receipts}/${hex}/event.tlog-proof`, proof));
    }
    places.set(hex, receipt.places);
  }
  return { files, placeOf: (manifest, signature) => placeIn(places.get(manifest), signature) };
}

/** Evidence out of one line or one part of a file is named after it: `file:3`, `file#/pointer`. */
function placeIn(places: ReadonlyMap<string, string> | undefined, signature: string): string | undefined {
  return places?.get(signature) ?? places?.get(signature.replace(/(?::\d+)?(?:#.*)?$/, ""));
}

class Receipt {
  /** Path in the folder by the name of the evidence. */
  readonly places = new Map<string, string>();
  readonly #folder: string;
  readonly #names = new Names();
  readonly #files: FolderFile[] = [];
  readonly #documents: JsonValue[] = [];
  readonly #statements: string[] = [];
  readonly #tokens: string[] = [];
  readonly #known = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    for (const name of ["receipt.json", "files.sha256", "event.tlog-proof"]) {
      this.#names.claim(name);
    }
  }

  add({ role, name, bytes }: ReceiptDocument): void {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const key = JSON.stringify([role, name, sha256]);
    if (this.#known.has(key)) {
      return;
    }
    this.#known.add(key);
    const path = this.#put(safeName(name.split("/").at(-1) ?? name), bytes);
    this.#documents.push({ role, name, path, sha256 });
    if (!this.places.has(name)) {
      this.places.set(name, path);
    }
    for (const bundle of bundlesIn(bytes, name)) {
      this.#unpack(bundle);
    }
  }

  finish(
    hex: string,
    artifacts: readonly GatedArtifact[],
    said: readonly { readonly evidence: readonly JsonValue[]; readonly rejected: readonly JsonValue[] }[],
  ): readonly FolderFile[] {
    const [first] = artifacts;
    const listing = first === undefined ? [] : sha256Listing(first.artifact.files);
    return [
      { path: `${this.#folder}/files.sha256`, pieces: listing },
      jsonFile(`${this.#folder}/receipt.json`, {
        $schema: receiptSchemaId,
        manifest: `sha256:${hex}`,
        artifacts: artifacts.map(({ artifact }) => ({
          name: artifact.name,
          kind: artifact.kind,
          files: artifact.files.length,
          bytes: artifact.files.reduce((sum, { size }) => sum + size, 0),
          isRead: artifact.complete,
          isGivenByDigest: artifact.isGivenByDigest === true,
        })),
        documents: this.#documents,
        statements: this.#statements,
        tokens: this.#tokens,
        evidence: said.flatMap(({ evidence }) => evidence),
        rejected: said.flatMap(({ rejected }) => rejected),
        unread: first === undefined ? [] : unreadFiles(first.artifact),
      }),
      ...this.#files,
    ];
  }

  #unpack(bundle: JsonValue): void {
    const envelope = objectOf(bundle, "dsseEnvelope");
    if (envelope !== undefined) {
      this.#statements.push(
        this.#put("statement.dsse.json", Buffer.from(`${JSON.stringify(envelope, null, 2)}\n`)),
      );
    }
    const data = objectOf(objectOf(bundle, "verificationMaterial"), "timestampVerificationData");
    for (const each of listOf(data, "rfc3161Timestamps")) {
      const token = Buffer.from(textOf(each, "signedTimestamp") ?? "", "base64");
      if (token.length > 0) {
        this.#tokens.push(this.#put("token.tsr", token));
      }
    }
  }

  #put(wanted: string, bytes: Uint8Array): string {
    const path = `${this.#folder}/${this.#names.claim(wanted)}`;
    this.#files.push({ path, pieces: [bytes] });
    return path;
  }
}

/** Levels of a bundle. */
const maxBundleDepth = 16;

/** The bundles of a file: itself, or one on each line. What is none has nothing to unpack. */
function bundlesIn(bytes: Uint8Array, path: string): readonly JsonValue[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.includes('"dsseEnvelope"') && !buffer.includes('"signedTimestamp"')) {
    return [];
  }
  const whole = parsed(bytes, path);
  if (whole !== undefined) {
    return isJsonArray(whole) ? whole : [whole];
  }
  return buffer
    .toString("latin1")
    .split("\n")
    .flatMap((line) => parsed(Buffer.from(line, "latin1"), path) ?? []);
}

function parsed(bytes: Uint8Array, path: string): JsonValue | undefined {
  try {
    return parseJson(bytes, { path, maxBytes: bytes.length, maxDepth: maxBundleDepth });
  } catch (error) {
    if (error instanceof AibomError) {
      return undefined;
    }
    throw error;
  }
}
