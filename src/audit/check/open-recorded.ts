// SPDX-License-Identifier: Apache-2.0
// Opens a file of a receipt by the same verifiers that opened it where it was found. The bytes of the artifact are not in
// the folder; the digests of its listing stand for them.

import type { SignatureEvidence } from "../../model/evidence.ts";
import { counted } from "../../report/counted.ts";
import type { TrustRoot } from "../../trust/trust-root.ts";
import { openAttestationFile } from "../../verifiers/attestation-signature.ts";
import { readSignatureFile } from "../../verifiers/image/signature-file.ts";
import { parseSimpleSigning } from "../../verifiers/image/simple-signing.ts";
import { verifyImageSignature } from "../../verifiers/image/verify-image-signature.ts";
import type { ModelOnDisk } from "../../verifiers/model-comparison.ts";
import { verifyNotarySignature } from "../../verifiers/notary/verify-notary.ts";
import type { ProvenSigner } from "../../verifiers/signature.ts";
import { need, notChecked, refusalOf } from "./checks.ts";

/** An artifact as its receipt lists it. */
export interface ListedArtifact {
  readonly name: string;
  /** SHA-256 by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Every digest that a subject may name: those of the files and of the listing. */
  readonly known: ReadonlySet<string>;
}

export interface OpenedRecord {
  readonly proven: ProvenSigner;
  readonly usage: SignatureEvidence["usage"];
  readonly predicateType: string;
  /** What it covers, in words. */
  readonly covers: string;
  /** The same as paths of the artifact. */
  readonly files: readonly string[];
}

export interface RecordedFile {
  readonly bytes: Uint8Array;
  readonly path: string;
}

/**
 * What a file proves about an artifact at an instant.
 * @returns at least one
 * @throws {AibomError} AUDIT_NOT_CHECKED for forms that are not known, else what the verifiers refuse it for
 */
export async function openRecorded(
  file: RecordedFile,
  artifact: ListedArtifact,
  trustRoot: TrustRoot,
  at: Date,
): Promise<readonly OpenedRecord[]> {
  const context = { bundle: file.bytes, signature: file.path, trustRoot, at };
  const [first] = file.bytes;
  if (first === 0) {
    return openCosign(file, artifact, trustRoot, at);
  }
  const isJws = first === 0x7b && bytesOf(file).includes('"protected"');
  if (first === 0xd2 || isJws) {
    const { proven, target } = verifyNotarySignature(isJws ? "jws" : "cose", context, { usage: "model" });
    need(artifact.known.has(target.digest.replace(/^sha256:/, "")), "it is about another image");
    return [
      {
        proven,
        usage: "model",
        predicateType: "",
        covers: "signed image",
        files: [...artifact.files.keys()],
      },
    ];
  }
  if (first !== 0x7b) {
    throw notChecked(`${file.path} is in a form that cannot be checked without the file that it signs`);
  }
  const model = modelOf(artifact);
  const results = [];
  for (const opened of await openAttestationFile(context, artifact.name)) {
    results.push(await opened.verify(model));
  }
  const evidence = results.flatMap((each) => each.evidence);
  const [rejected] = results.flatMap((each) => each.rejected);
  if (evidence.length === 0 && rejected !== undefined) {
    throw refusalOf(rejected);
  }
  need(evidence.length > 0, "it proves nothing about the artifact");
  return evidence.map(openedOf);
}

/** The same bytes, searchable. Payloads are base64: what is in them is not found. */
function bytesOf({ bytes }: RecordedFile): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function openedOf(evidence: SignatureEvidence): OpenedRecord {
  const { signer, times, logEntries, usage, predicateType, covers } = evidence;
  return {
    proven: { signer, times, logEntries },
    usage,
    predicateType,
    covers: counted(covers.length, "file"),
    files: covers,
  };
}

async function openCosign(
  { bytes, path }: RecordedFile,
  { name, known, files }: ListedArtifact,
  trustRoot: TrustRoot,
  at: Date,
): Promise<readonly OpenedRecord[]> {
  const signature = readSignatureFile(bytes, path);
  const { digest } = parseSimpleSigning(signature.bytes, path);
  const hex = digest.replace(/^sha256:/, "");
  need(known.has(hex), "it is about another image");
  const image = {
    artifact: name,
    mediaType: undefined,
    size: 0,
    digests: new Map([["sha256", hex]]),
    covers: [name],
  };
  const { evidence, rejected } = await verifyImageSignature(signature, image, { trustRoot, at });
  const [reason] = rejected;
  if (evidence.length === 0 && reason !== undefined) {
    throw refusalOf(reason);
  }
  return evidence.map((each) => ({ ...openedOf(each), covers: "signed image", files: [...files.keys()] }));
}

/** The artifact as verifiers see it. Sizes are not listed, and no signature is compared with them. */
function modelOf({ files }: ListedArtifact): ModelOnDisk {
  return {
    isSingleFile: files.size === 1,
    files: [...files].map(([path, hex]) => ({
      path,
      size: 0,
      digests: [{ algorithm: "sha256", hex }],
      shards: [],
    })),
    ignored: [],
    refused: [],
  };
}
