// SPDX-License-Identifier: Apache-2.0
// Checkpoints (C2SP tlog-checkpoint and signed-note): what a log says about itself, with its signature and those of
// witnesses. Read strictly and held against the inclusion proof and the trust root. The log's signature and the path
// of hashes are verified by @sigstore/verify, which compares names loosely and does not look at the size and the root
// hash of the proof. Cosignatures of witnesses are neither needed nor believed: a trusted root names no witnesses.

import { AibomError } from "../../errors.ts";
import type { TransparencyLog } from "../../trust/sigstore-root.ts";
import type { InclusionProof, LogEntry } from "./bundle.ts";

interface Checkpoint {
  readonly origin: string;
  readonly treeSize: bigint;
  readonly rootHash: string;
  readonly signatures: readonly NoteSignature[];
}

interface NoteSignature {
  readonly name: string;
  /** First four bytes of the key id, hexadecimal. */
  readonly hint: string;
}

/**
 * Checks that the checkpoint of an entry is the one that its proof means, and that it is signed in the name of `log`.
 * @throws {AibomError} SIGSTORE_LOG_PROOF
 */
export function checkCheckpoint(entry: LogEntry, proof: InclusionProof, log: TransparencyLog): void {
  const fail = (reason: string): AibomError =>
    AibomError.of("SIGSTORE_LOG_PROOF", { entry: entry.name, reason });
  const checkpoint = parseCheckpoint(proof.checkpoint, fail);
  if (checkpoint.treeSize !== proof.treeSize) {
    throw fail("the checkpoint is for another size of the log");
  }
  if (checkpoint.rootHash !== Buffer.from(proof.rootHash).toString("base64")) {
    throw fail("the checkpoint has another root hash");
  }
  const own = checkpoint.signatures.filter(({ hint }) => log.logId.startsWith(hint));
  if (own.length === 0) {
    throw fail("the log did not sign the checkpoint");
  }
  for (const { name } of own) {
    if (!log.origins.includes(name) || !isOrigin(checkpoint.origin, name)) {
      throw fail(`the checkpoint is of ${checkpoint.origin}, signed as ${name}`);
    }
  }
}

/** Rekor v1 writes the number of its tree behind its name. */
function isOrigin(origin: string, name: string): boolean {
  const suffix = origin.startsWith(name) ? origin.slice(name.length) : undefined;
  return suffix === "" || (suffix !== undefined && /^ - [0-9]{1,20}$/.test(suffix));
}

function parseCheckpoint(text: string, fail: (reason: string) => AibomError): Checkpoint {
  // With two blank lines it would be a matter of the reader where the signed part ends.
  const [note = "", signatures, ...rest] = text.split("\n\n");
  if (signatures === undefined || rest.length > 0 || !text.endsWith("\n")) {
    throw fail("the checkpoint is not a note with signatures");
  }
  const [origin = "", size = "", rootHash = "", ...extensions] = note.split("\n");
  if (origin === "" || !/^(?:0|[1-9][0-9]{0,18})$/.test(size) || !isHash(rootHash)) {
    throw fail("the checkpoint does not begin with origin, size and root hash");
  }
  if (extensions.includes("")) {
    throw fail("the checkpoint has an empty line");
  }
  return {
    origin,
    treeSize: BigInt(size),
    rootHash,
    signatures: signatures
      .slice(0, -1)
      .split("\n")
      .map((line) => parseSignature(line, fail)),
  };
}

function isHash(encoded: string): boolean {
  const bytes = Buffer.from(encoded, "base64");
  return bytes.length === 32 && bytes.toString("base64") === encoded;
}

function parseSignature(line: string, fail: (reason: string) => AibomError): NoteSignature {
  const [dash, name, encoded, ...rest] = line.split(" ");
  const bytes = Buffer.from(encoded ?? "", "base64");
  const isCanonical = bytes.length > 4 && bytes.toString("base64") === encoded;
  if (dash !== "\u2014" || name === undefined || name === "" || !isCanonical || rest.length > 0) {
    throw fail("a signature of the checkpoint is malformed");
  }
  return { name, hint: bytes.subarray(0, 4).toString("hex") };
}
