// SPDX-License-Identifier: Apache-2.0
// The custody log of a folder: every entry, the tree over all of them, who signed each, and which of its checkpoints were
// witnessed. It is read out of the folder's bytes, so that an archive needs no disk.

import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { openEntry } from "../../custody/envelope.ts";
import { type SignedCheckpoint, signedCheckpoint } from "../../custody/open-log.ts";
import { cosignersOf, isWitnessed, verifyTlogProof } from "../../custody/prove.ts";
import { AibomError } from "../../errors.ts";
import { listOf, memberOf, textOf as memberText } from "../../layouts/member.ts";
import { limits } from "../../limits.ts";
import { counted } from "../../report/counted.ts";
import { parseCheckpoint } from "../../tlog/checkpoint.ts";
import { parseEntryBundle } from "../../tlog/entry-bundle.ts";
import { type LogPolicy, parseLogPolicy } from "../../tlog/log-policy.ts";
import { hashBytes, isSameHash, leafHash, rootOver } from "../../tlog/merkle.ts";
import { tilePath, tileWidth, widthOf } from "../../tlog/tile.ts";
import { auditPaths, type RecordedCustody } from "../record.ts";
import { bagManifests, bytesOf, textOf } from "./check-bag.ts";
import { need, notChecked } from "./checks.ts";
import type { AuditContext } from "./context.ts";

const failed = (reason: string): AibomError => AibomError.of("AUDIT_CHECK_FAILED", { reason });

export async function checkCustody(context: AuditContext): Promise<void> {
  const { checks, folder, record, log } = context;
  const { custody } = record;
  if (custody === undefined) {
    const text = "no custody log is part of the folder, as recorded";
    checks.add({ id: "custody.log", state: "ok", place: auditPaths.custody, text });
    return;
  }
  const { path: root } = custody;
  const policy = await checks.make(
    "custody.policy",
    `${root}/policy`,
    () => parseLogPolicy(textOf(folder, `${root}/policy`), failed),
    ({ logs, witnesses }) =>
      `${counted(logs.length, "log")}, witnesses: ${witnesses.length}: the folder's own, which shows that the log is whole, not whose it is`,
  );
  if (policy === undefined) {
    return;
  }
  log.policy = policy;
  const newest = await checks.make(
    "custody.checkpoint",
    `${root}/checkpoint`,
    () => requireRecorded(checkpointOf(context, `${root}/checkpoint`, policy), custody),
    ({ origin, size }) => `${origin}, ${size} entries`,
  );
  if (newest !== undefined) {
    await checkTree(context, { root, policy, newest });
  }
}

interface CopiedLog {
  /** Its folder. */
  readonly root: string;
  readonly policy: LogPolicy;
  readonly newest: SignedCheckpoint;
}

function checkpointOf({ folder }: AuditContext, path: string, policy: LogPolicy): SignedCheckpoint {
  return signedCheckpoint(parseCheckpoint(textOf(folder, path), failed), policy.logs, failed);
}

function requireRecorded(checkpoint: SignedCheckpoint, custody: RecordedCustody): SignedCheckpoint {
  const { origin, size, root } = checkpoint;
  need(origin === custody.origin && size === custody.entries, "the record is about another log");
  need(Buffer.from(root).toString("base64") === custody.rootHash, "the record has another root");
  return checkpoint;
}

async function checkTree(context: AuditContext, copied: CopiedLog): Promise<void> {
  const { checks, log } = context;
  const { root, newest } = copied;
  const place = `${root}/tile/entries`;
  const leaves = await checks.make(
    "custody.entries",
    place,
    () => {
      log.entries = entriesOf(context, copied);
      const hashes = log.entries.map(leafHash);
      need(isSameHash(rootOver(hashes), newest.root), "the entries are not those that the log signed");
      requireTiles(context, root, hashes);
      return hashes;
    },
    (found) => `${found.length} entries in one tree`,
  );
  if (leaves === undefined) {
    return;
  }
  await checks.make("custody.actors", place, async () => {
    let count = 0;
    for (const [index, bytes] of log.entries.entries()) {
      const entry = await openEntry(bytes, newest.key, `entry ${index}`);
      const before = leaves[index - 1];
      const expected = before === undefined ? undefined : Buffer.from(before).toString("hex");
      need(entry.prev === expected, `entry ${index} does not follow the one before it`);
      count += entry.actor.authenticated === undefined ? 0 : 1;
    }
    return `signed by keys of their actors: ${count}, by the log: ${log.entries.length - count}`;
  });
  await checkWitnesses(context, copied, leaves);
}

function entriesOf({ folder }: AuditContext, { root, newest: { size } }: CopiedLog): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let index = 0; index * tileWidth < size; index += 1) {
    const width = widthOf(index, size);
    const bytes = bytesOf(folder, `${root}/${tilePath({ level: "entries", index, width })}`);
    entries.push(...parseEntryBundle(bytes, width, failed));
  }
  return entries;
}

/** The hashes that the log's files hold must be those of its entries. */
function requireTiles({ folder }: AuditContext, root: string, leaves: readonly Uint8Array[]): void {
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level += 1) {
    const above: Uint8Array[] = [];
    for (let index = 0; index * tileWidth < hashes.length; index += 1) {
      const part = hashes.slice(index * tileWidth, (index + 1) * tileWidth);
      const path = `${root}/${tilePath({ level, index, width: part.length })}`;
      const bytes = bytesOf(folder, path);
      const isSame =
        bytes.length === part.length * hashBytes && Buffer.compare(bytes, Buffer.concat(part)) === 0;
      need(isSame, `${path} does not hold the hashes of its entries`);
      if (part.length === tileWidth) {
        above.push(rootOver(part));
      }
    }
    hashes = above;
  }
}

/** Checkpoints that witnesses cosigned must be of this log's past; one must have the quorum. */
async function checkWitnesses(
  context: AuditContext,
  { root, policy, newest }: CopiedLog,
  leaves: readonly Uint8Array[],
): Promise<void> {
  const { checks, folder } = context;
  const all = [newest];
  for (const place of [...folder.files.keys()].filter((each) => each.startsWith(`${root}/cosigned/`))) {
    await checks.make("custody.cosigned", place, () => {
      const checkpoint = checkpointOf(context, place, policy);
      const { size } = checkpoint;
      const isPast = checkpoint.origin === newest.origin && size <= leaves.length;
      need(isPast, "it is of another log, or newer than the log");
      const isSame = isSameHash(rootOver(leaves.slice(0, size)), checkpoint.root);
      need(isSame, "the log was rewritten since it was cosigned");
      all.push(checkpoint);
      const names = cosignersOf(policy, checkpoint.note).map(({ name }) => name);
      return `${size} entries, cosigned by ${names.join(", ") || "nobody whom the policy names"}`;
    });
  }
  if (policy.quorum === undefined) {
    return;
  }
  await checks.make("custody.quorum", root, () => {
    const enough = all.findLast(({ note }) => isWitnessed(policy, note));
    if (enough === undefined) {
      throw notChecked(`no checkpoint has the cosignatures that the policy asks for (${policy.quorum})`);
    }
    return `${enough.size} of ${newest.size} entries are witnessed`;
  });
}

/** The event of the export itself, which is in the log and not in the folder's copy of it. */
export async function checkSealEvent({ checks, folder, log }: AuditContext): Promise<void> {
  const place = auditPaths.sealProof;
  if (!folder.files.has(place)) {
    return;
  }
  await checks.make("seal.log", place, () => {
    need(log.policy !== undefined, "the folder has no policy of a log");
    const entry = bytesOf(folder, "seal/event.dsse.json");
    const { index } = verifyTlogProof(textOf(folder, place), entry, log.policy);
    const tags = folder.files.get(bagManifests.tags)?.sha256 ?? "";
    need(parseEntryDigests(entry, place).has(tags), "the event is about something else");
    return `entry ${index} of the custody log`;
  });
}

/** SHA-256 of everything that an entry is about. Who signed it is another check. */
export function parseEntryDigests(bytes: Uint8Array, path: string): ReadonlySet<string> {
  const options = { path, maxBytes: bytes.length, maxDepth: limits.maxEntryDepth };
  const payload = memberText(parseJson(bytes, options), "payload") ?? "";
  const entry = parseJson(Buffer.from(payload, "base64"), options);
  need(isJsonObject(entry), "an entry is not an object");
  const resources = ["subject", "inputs", "outputs"].flatMap((each) => [...listOf(entry, each)]);
  return new Set(resources.map((each) => memberText(memberOf(each, "digest"), "sha256") ?? ""));
}
