// SPDX-License-Identifier: Apache-2.0
// Splits a file into attestations: Sigstore bundles and bare DSSE envelopes, alone, one a line (in-toto
// attestation bundle v1, `gh attestation download`), or inside the answer of a registry: GitHub's and npm's
// attestation APIs, PyPI's Integrity API (PEP 740). Forms are told by their fields; the name of the file says only
// whether it is read line by line. Labels outside the signatures (npm's predicateType, PyPI's publisher) are ignored.
// Left out: compressed bundles, cosign's bundles before version 3 (recognised by name and refused).

import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Location } from "../../model/finding.ts";
import { type DsseEnvelope, parseDsseEnvelope } from "./envelope.ts";
import { Fields } from "./fields.ts";
import { pep740Bundle } from "./pep740.ts";

/** Where an attestation lies. */
export interface AttestationPlace {
  readonly path: string;
  /** Line of the file, from 1, if it is read line by line. */
  readonly line?: number;
  /** JSON pointer inside the document, if the attestation is a part of it. */
  readonly pointer?: string;
}

/** One attestation of a file, or why there is none in its place. Nothing is verified yet. */
export type AttestationEntry =
  | { readonly kind: "bundle"; readonly bytes: Uint8Array; readonly place: AttestationPlace }
  | { readonly kind: "envelope"; readonly envelope: DsseEnvelope; readonly place: AttestationPlace }
  | { readonly kind: "rejected"; readonly error: AibomError; readonly place: AttestationPlace };

/** Ceilings for one file. */
export interface AttestationFileLimits {
  /** Bytes. */
  readonly maxBytes: number;
  /** Attestations, rejected ones included. */
  readonly maxEntries: number;
}

/** The ceilings of limits.ts. */
const attestationFileLimits: AttestationFileLimits = {
  maxBytes: limits.maxAttestationFileBytes,
  maxEntries: limits.maxAttestations,
};

const usualNames =
  /(?:\.sigstore(?:\.json)?|\.intoto\.jsonl?|\.attestation|\.provenance|^sha256[:-][0-9a-f]{64}\.jsonl)$/;

/**
 * True for the names under which attestations are published beside an artifact. Plain `.json` and `.jsonl` files
 * are not among them: they are mostly something else, and are read when they are given as attestations.
 */
export function isAttestationFileName(name: string): boolean {
  return usualNames.test(name.slice(name.lastIndexOf("/") + 1));
}

/**
 * Reads a file of attestations. One that cannot be read becomes a rejected entry (JSON_*, TEXT_NOT_UTF8,
 * ATTESTATION_*, ENVELOPE_*) and leaves the others alone.
 * @param name the file's path: entries carry it, and a name in `.jsonl` means one document a line
 * @returns at least one entry: a file without attestations is a rejected one
 * @throws {AibomError} for the file as a whole: ATTESTATION_FILE_TOO_LARGE, ATTESTATION_TOO_MANY
 */
export function parseAttestationFile(
  bytes: Uint8Array,
  name: string,
  bounds: AttestationFileLimits = attestationFileLimits,
): readonly AttestationEntry[] {
  if (bytes.length > bounds.maxBytes) {
    const args = { size: bytes.length, limit: bounds.maxBytes };
    throw AibomError.of("ATTESTATION_FILE_TOO_LARGE", args, { where: { path: name } });
  }
  const entries: AttestationEntry[] = [];
  const add = (entry: AttestationEntry): void => {
    if (entries.length >= bounds.maxEntries) {
      throw AibomError.of("ATTESTATION_TOO_MANY", { limit: bounds.maxEntries }, { where: { path: name } });
    }
    entries.push(entry);
  };
  if (name.endsWith(".jsonl")) {
    readLines(bytes, name, add);
  } else if (!isBlank(bytes, 0, bytes.length)) {
    const piece = { bytes, offset: 0, place: { path: name } };
    attemptEntry(piece.place, add, () => readDocument(piece, add));
  }
  if (entries.length === 0) {
    const place = { path: name };
    entries.push({
      kind: "rejected",
      error: AibomError.of("ATTESTATION_FILE_EMPTY", {}, { where: place }),
      place,
    });
  }
  return entries;
}

type Add = (entry: AttestationEntry) => void;

/** A JSON document in a file. */
interface Piece {
  readonly bytes: Uint8Array;
  /** Of the first byte, in the file. */
  readonly offset: number;
  readonly place: AttestationPlace;
}

const newlineByte = 0x0a;

/** Blank lines are allowed; a bad one is an entry of its own. */
function readLines(bytes: Uint8Array, path: string, add: Add): void {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes[start] === newlineByte ? start : bytes.indexOf(newlineByte, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isBlank(bytes, start, end)) {
      const piece = { bytes: bytes.subarray(start, end), offset: start, place: { path, line } };
      attemptEntry(piece.place, add, () => readDocument(piece, add));
    }
    start = end + 1;
  }
}

/** Only white space of JSON. */
function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== newlineByte && byte !== 0x0d) {
      return false;
    }
  }
  return true;
}

/** Runs `read`; an error becomes a rejected entry. One entry too many stays an error of the file: `add` throws again. */
function attemptEntry(place: AttestationPlace, add: Add, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof AibomError)) {
      throw error;
    }
    add({ kind: "rejected", error: error.at(locationOf(place)), place });
  }
}

/** A place as findings and errors name it. */
function locationOf({ path, line, pointer }: AttestationPlace): Location {
  const member = [line === undefined ? [] : [`line ${line}`], pointer ?? []].flat().join(" ");
  return member === "" ? { path } : { path, member };
}

function readDocument(piece: Piece, add: Add): void {
  const { bytes, offset, place } = piece;
  const root = parseJson(bytes, {
    path: place.path,
    maxBytes: bytes.length,
    maxDepth: limits.maxAttestationFileDepth,
    maxValues: limits.maxAttestationValues,
    offset,
    unsafeIntegers: "refuse",
  });
  if (!isJsonObject(root)) {
    throw unrecognised("/", "it is not an object");
  }
  const fields = new Fields(root, "", malformed);
  if (isBundle(fields)) {
    add({ kind: "bundle", bytes, place });
  } else if (isEnvelope(fields)) {
    add({ kind: "envelope", envelope: parseDsseEnvelope(root), place });
  } else if (isPep740(fields)) {
    add({ kind: "bundle", bytes: serialize(pep740Bundle(fields)), place });
  } else if (fields.has("attestations")) {
    readAnswer(fields, place, add);
  } else if (fields.has("attestation_bundles")) {
    readIntegrity(fields, place, add);
  } else {
    throw unknownForm(fields);
  }
}

/** GitHub and npm: `{attestations: [{bundle, …}]}`. */
function readAnswer(answer: Fields, place: AttestationPlace, add: Add): void {
  for (const { item, pointer } of itemsOf(answer, "attestations")) {
    const at = { ...place, pointer: `${pointer}/bundle` };
    attemptEntry(at, add, () => {
      const fields = asFields(item, pointer);
      const bundle = fields.optionalObject("bundle");
      if (bundle === undefined) {
        throw fields.has("bundle_url")
          ? AibomError.of("ATTESTATION_BUNDLE_ELSEWHERE", { pointer: at.pointer })
          : fields.fault("bundle", "is required and is absent");
      }
      if (!isBundle(bundle)) {
        throw unrecognised(at.pointer, "it is not a Sigstore bundle");
      }
      add({ kind: "bundle", bytes: serialize(fields.raw("bundle")), place: at });
    });
  }
}

/** PyPI: `{version: 1, attestation_bundles: [{publisher, attestations: [PEP 740]}]}`. */
function readIntegrity(answer: Fields, place: AttestationPlace, add: Add): void {
  if (answer.raw("version") !== 1) {
    throw answer.fault("version", "is not 1");
  }
  for (const { item, pointer } of itemsOf(answer, "attestation_bundles")) {
    attemptEntry({ ...place, pointer }, add, () => {
      for (const inner of itemsOf(asFields(item, pointer), "attestations")) {
        const at = { ...place, pointer: inner.pointer };
        attemptEntry(at, add, () => {
          const bundle = pep740Bundle(asFields(inner.item, inner.pointer));
          add({ kind: "bundle", bytes: serialize(bundle), place: at });
        });
      }
    });
  }
}

/** The members of a list, whatever they are, so that a bad one does not hide the others. */
function itemsOf(fields: Fields, name: string): { item: JsonValue; pointer: string }[] {
  const list = fields.raw(name);
  if (!Array.isArray(list)) {
    throw fields.fault(name, "is not a list");
  }
  if (list.length === 0) {
    throw AibomError.of("ATTESTATION_FILE_EMPTY", {});
  }
  return list.map((item: JsonValue, index) => ({ item, pointer: `${fields.pointer}/${name}/${index}` }));
}

function asFields(value: JsonValue, pointer: string): Fields {
  if (!isJsonObject(value)) {
    throw malformed(pointer, "is not an object");
  }
  return new Fields(value, pointer, malformed);
}

function isBundle(fields: Fields): boolean {
  return fields.has("mediaType") || fields.has("verificationMaterial");
}

function isEnvelope(fields: Fields): boolean {
  return fields.has("payloadType") && fields.has("payload");
}

function isPep740(fields: Fields): boolean {
  return fields.has("verification_material") && fields.has("envelope");
}

/** Forms that are known and refused, by name; else what the document looks like. */
function unknownForm(fields: Fields): AibomError {
  const legacy = ["base64Signature", "rekorBundle", "SignedEntryTimestamp"].find((name) => fields.has(name));
  if (legacy !== undefined) {
    return AibomError.of("ATTESTATION_COSIGN_LEGACY", { field: legacy });
  }
  if (fields.has("_type") && fields.has("predicateType")) {
    return AibomError.of("ATTESTATION_UNSIGNED", {});
  }
  const names = fields.names().slice(0, 5).join(", ").slice(0, 200);
  return unrecognised("/", names === "" ? "the object is empty" : `it has the fields ${names}`);
}

function serialize(bundle: JsonObject | JsonValue | undefined): Uint8Array {
  return Buffer.from(JSON.stringify(bundle));
}

function unrecognised(pointer: string, reason: string): AibomError {
  return AibomError.of("ATTESTATION_UNRECOGNISED", { pointer, reason });
}

function malformed(pointer: string, reason: string): AibomError {
  return AibomError.of("ATTESTATION_MALFORMED", { pointer, reason });
}
