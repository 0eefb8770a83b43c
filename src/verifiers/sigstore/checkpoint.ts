// SPDX-License-Identifier: Apache-2.0
// Checkpoints (C2SP tlog-checkpoint and signed-note): what a log says about itself, with its signature and those of
// witnesses. Read strictly and held against the inclusion proof and the trust root. The log's signature and the path
// of hashes are verified by @sigstore/verify, which compares names loosely and does not look at the size and the root
// hash of the proof. Cosignatures of witnesses are neither needed nor believed: a trusted root names no witnesses.

import { AibomError } from "../../errors.ts";
import { parseCheckpoint } from "../../tlog/checkpoint.ts";
import { isSameHash } from "../../tlog/merkle.ts";
import type { TransparencyLog } from "../../trust/sigstore-root.ts";
import type { InclusionProof, LogEntry } from "./bundle.ts";

/**
 * Checks that the checkpoint of an entry is the one that its proof means, and that it is signed in the name of `log`.
 * @throws {AibomError} SIGSTORE_LOG_PROOF
 */
export function checkCheckpoint(entry: LogEntry, proof: InclusionProof, log: TransparencyLog): void {
  const fail = (reason: string): AibomError =>
    AibomError.of("SIGSTORE_LOG_PROOF", { entry: entry.name, reason });
  const checkpoint = parseCheckpoint(proof.checkpoint, (reason) => fail(`the checkpoint: ${reason}`));
  if (checkpoint.size !== proof.treeSize) {
    throw fail("the checkpoint is for another size of the log");
  }
  if (!isSameHash(checkpoint.root, proof.rootHash)) {
    throw fail("the checkpoint has another root hash");
  }
  const own = checkpoint.signatures.filter(({ keyId }) => log.logId.startsWith(keyId));
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
