// SPDX-License-Identifier: Apache-2.0
// Receipts: for each artifact the listing of its files, what the BOM says of them, who signed them, and that nothing lies
// in a receipt that it does not list.

import { createHash } from "node:crypto";
import { bomArtifacts } from "../../bom/read.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../bytes/json.ts";
import { verifyTlogProof } from "../../custody/prove.ts";
import { folderLimits } from "../../folder-limits.ts";
import { listOf, textOf as memberText } from "../../layouts/member.ts";
import { counted } from "../../report/counted.ts";
import type { RecordedArtifact, RecordedSigner } from "../record.ts";
import { bytesOf, textOf } from "./check-bag.ts";
import { parseEntryDigests } from "./check-custody.ts";
import { requireGrade, requireTimes } from "./check-evidence.ts";
import { firstOf, isNotChecked, need } from "./checks.ts";
import { type AuditContext, judgedAt } from "./context.ts";
import { type ListedArtifact, type OpenedRecord, openRecorded } from "./open-recorded.ts";
import { signerText } from "./signer-text.ts";

export async function checkReceipts(context: AuditContext): Promise<void> {
  const { checks, folder, record } = context;
  const bom = await checks.make(
    "bom.read",
    record.files.bom,
    () => bomDigests(jsonOf(context, record.files.bom)),
    (found) => counted(found.size, "component"),
  );
  const receipts = new Map(record.artifacts.map((each) => [each.receipt, [] as string[]]));
  for (const place of folder.files.keys()) {
    const receipt = receipts.get(place.split("/").slice(0, 3).join("/"));
    receipt?.push(place);
    if (place.startsWith("data/receipts/") && receipt === undefined) {
      const text = "no artifact of the record has this receipt";
      checks.add({ id: "receipt.known", state: "FAIL", place, text, code: "AUDIT_CHECK_FAILED" });
    }
  }
  for (const artifact of record.artifacts) {
    const files = await checkListing(context, artifact);
    for (const hex of files?.values() ?? []) {
      context.digests.add(hex);
    }
    if (files !== undefined && bom !== undefined) {
      const places = receipts.get(artifact.receipt) ?? [];
      await checkArtifact(context, artifact, { files, bom, places });
    }
  }
}

function jsonOf({ folder }: Pick<AuditContext, "folder">, path: string): JsonObject {
  const { maxFolderDocumentBytes: maxBytes } = folderLimits;
  const value = parseJson(bytesOf(folder, path), { path, maxBytes, maxDepth: 64 });
  need(isJsonObject(value), "it is not an object");
  return value;
}

/** Digests of each component and of everything in it, by bom-ref. */
function bomDigests(bom: JsonObject): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    bomArtifacts(bom).flatMap(({ ref, files, digests }) => {
      const all = [...digests, ...files.flatMap((file) => file.digests)];
      const sha256 = all.filter(({ algorithm }) => algorithm === "sha256").map(({ hex }) => hex);
      return ref === undefined ? [] : [[ref, new Set(sha256)] as const];
    }),
  );
}

function checkListing(
  { checks, folder }: AuditContext,
  artifact: RecordedArtifact,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { receipt, manifest, name } = artifact;
  const place = `${receipt}/files.sha256`;
  return checks.make(
    "receipt.files",
    place,
    () => {
      need(
        receipt === `data/receipts/${manifest.replace("sha256:", "")}`,
        "it is not the receipt of this artifact",
      );
      const sha256 = createHash("sha256").update(bytesOf(folder, place)).digest("hex");
      need(`sha256:${sha256}` === manifest, "its SHA-256 is not the manifest of the artifact");
      const files = parseListing(textOf(folder, place));
      need(files.size === artifact.files, `it lists ${files.size} files, the record says ${artifact.files}`);
      return files;
    },
    (files) => `${name}: ${counted(files.size, "file")}, manifest ${manifest}`,
  );
}

/** What `sha256sum` prints; a backslash in front says that the name is escaped. */
function parseListing(text: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const line of text === "" ? [] : text.replace(/\n$/, "").split("\n")) {
    const match = /^(\\?)([0-9a-f]{64}) {2}(.+)$/s.exec(line); // s: names may have U+2028
    need(match !== null, "a line is no digest with a path");
    const [, escaped, hex = "", written = ""] = match;
    const name =
      escaped === "" ? written : written.replace(/\\([\\nr])/g, (_, char: string) => unescapes[char] ?? "");
    need(!files.has(name), "it lists a file twice");
    files.set(name, hex);
  }
  return files;
}

const unescapes: Readonly<Record<string, string>> = { "\\": "\\", n: "\n", r: "\r" };

/** What is known of an artifact: its listing, the digests of the BOM, the files of its receipt. */
interface Known {
  readonly files: ReadonlyMap<string, string>;
  readonly bom: ReadonlyMap<string, ReadonlySet<string>>;
  readonly places: readonly string[];
}

async function checkArtifact(
  context: AuditContext,
  artifact: RecordedArtifact,
  { files, bom, places }: Known,
): Promise<void> {
  const { checks } = context;
  await checks.make("receipt.bom", artifact.receipt, () => {
    const listed = bom.get(artifact.ref) ?? new Set();
    const equal = [...files.values()].filter((hex) => listed.has(hex)).length;
    const { bomFiles } = artifact.evidence;
    need(equal >= bomFiles, `the BOM lists the digests of ${equal} files, the record says ${bomFiles}`);
    return `the BOM lists the digests of ${equal} of ${counted(files.size, "file")}`;
  });
  const known = new Set([...files.values(), artifact.manifest.replace("sha256:", "")]);
  const vouched = new Set<string>();
  const notes = { isUnsure: context.bomSigners.isUnsure };
  for (const signer of artifact.signers) {
    const opened = await checkSigner(context, artifact, { name: artifact.name, files, known }, signer, notes);
    for (const path of opened?.usage === "model" ? opened.files : []) {
      vouched.add(path);
    }
  }
  const signedByBom = (context.bomSigners.isGood ? bom.get(artifact.ref) : undefined) ?? new Set();
  await checks.make("receipt.evidence", artifact.receipt, () =>
    requireGrade(artifact, { files, vouched, signedByBom, ...notes }),
  );
  await checkParts(context, artifact, places);
  await checkEvent(context, artifact);
}

async function checkSigner(
  context: AuditContext,
  { receipt, name }: RecordedArtifact,
  listed: ListedArtifact,
  recorded: RecordedSigner,
  notes: { isUnsure: boolean },
): Promise<OpenedRecord | undefined> {
  const { checks, folder } = context;
  const { path: place, identity } = recorded;
  if (place === undefined) {
    notes.isUnsure = true;
    const text = `the signature of ${identity} for ${name} is not in the folder`;
    checks.add({ id: "receipt.signature", state: "not checked", place: receipt, text });
    return undefined;
  }
  const check = async (): Promise<OpenedRecord> => {
    const file = { bytes: bytesOf(folder, place), path: place };
    return await firstOf(await openAtProvenTime(context, file, listed), async (each) => {
      const { signer } = each.proven;
      need(
        signer.identity === identity && signer.keyId === recorded.keyId && each.usage === recorded.usage,
        `it is by ${signer.identity}, the record says ${identity}`,
      );
      need(each.predicateType === recorded.predicateType, "it is a statement of another type");
      requireTimes(each, recorded);
      return each;
    });
  };
  const noting = (error: unknown): never => {
    notes.isUnsure ||= isNotChecked(error);
    throw error;
  };
  return await checks.make(
    "receipt.signature",
    place,
    () => check().catch(noting),
    ({ proven, covers }) => signerText(proven, `${name}: ${covers} signed`, judgedAt(context)),
  );
}

/**
 * What has a proven time is judged a second time for now: a witness whose key was revoked since proves nothing. The others
 * are proven by the seal alone.
 */
async function openAtProvenTime(
  context: AuditContext,
  file: Parameters<typeof openRecorded>[0],
  listed: ListedArtifact,
): ReturnType<typeof openRecorded> {
  const { trustRoot, now } = context;
  const opened = await openRecorded(file, listed, trustRoot, judgedAt(context));
  if (opened.every((each) => each.proven.times.length > 0)) {
    await openRecorded(file, listed, trustRoot, now);
  }
  return opened;
}

/** Copies of statements and time stamps must be of the documents, and nothing may lie there unlisted. */
async function checkParts(
  { checks, folder }: AuditContext,
  artifact: RecordedArtifact,
  places: readonly string[],
): Promise<void> {
  const { receipt, manifest } = artifact;
  const place = `${receipt}/receipt.json`;
  await checks.make("receipt.parts", place, () => {
    const root = jsonOf({ folder }, place);
    need(memberText(root, "manifest") === manifest, "it is about another artifact");
    const documents = listOf(root, "documents").map((each) => ({
      path: memberText(each, "path") ?? "",
      sha256: memberText(each, "sha256"),
    }));
    for (const { path, sha256 } of documents) {
      need(sha256 !== undefined && folder.files.get(path)?.sha256 === sha256, `${path} has another SHA-256`);
    }
    const texts = documents.map(({ path }) => Buffer.from(bytesOf(folder, path)).toString("latin1"));
    const copies = [...listOf(root, "statements"), ...listOf(root, "tokens")].map(String);
    for (const copy of copies) {
      const mark = copy.includes("/statement.dsse.json")
        ? (memberText(jsonOf({ folder }, copy), "payload") ?? "")
        : Buffer.from(bytesOf(folder, copy)).toString("base64");
      need(mark !== "" && texts.some((text) => text.includes(mark)), `${copy} is in none of the signatures`);
    }
    const own = [place, `${receipt}/files.sha256`, `${receipt}/event.tlog-proof`];
    const known = new Set([...own, ...copies, ...documents.map(({ path }) => path)]);
    const strange = places.find((each) => !known.has(each));
    need(strange === undefined, `it does not list ${strange}`);
    return `${counted(documents.length, "document")}, copies for other programs: ${copies.length}`;
  });
}

async function checkEvent({ checks, folder, log }: AuditContext, artifact: RecordedArtifact): Promise<void> {
  const place = `${artifact.receipt}/event.tlog-proof`;
  if (!folder.files.has(place)) {
    return;
  }
  await checks.make("receipt.log", place, () => {
    const text = textOf(folder, place);
    const entry = log.entries[Number(/^index (\d{1,15})$/m.exec(text)?.[1])];
    need(
      log.policy !== undefined && entry !== undefined,
      "the custody log of the folder does not have the entry",
    );
    const { index } = verifyTlogProof(text, entry, log.policy);
    const digests = parseEntryDigests(entry, place);
    need(digests.has(artifact.manifest.replace("sha256:", "")), "the event is about something else");
    return `entry ${index} of the custody log`;
  });
}
