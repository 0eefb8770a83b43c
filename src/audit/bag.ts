// SPDX-License-Identifier: Apache-2.0
// The folder as a bag (BagIt 1.0, RFC 8493): the payload in data/, manifests that `sha256sum -c` checks, and what an
// archivist wants to know in bag-info.txt. Sorted, and a function of the payload alone.

import { digestOfFile, type FolderFile, sizeOf, textFile } from "./folder-file.ts";
import type { AuditRecord } from "./record.ts";

export const bagNames = {
  declaration: "bagit.txt",
  info: "bag-info.txt",
  manifest: "manifest-sha256.txt",
  tagManifest: "tagmanifest-sha256.txt",
} as const;

export interface Bag {
  /** All files, sorted by path; those of the seal come later and are in no manifest. */
  readonly files: readonly FolderFile[];
  /** SHA-256 of tagmanifest-sha256.txt, which covers everything. */
  readonly tagManifestSha256: string;
}

const safePath = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Makes the bag of a payload (paths below data/) and of other files beside it. */
export function buildBag(
  payload: readonly FolderFile[],
  tagFiles: readonly FolderFile[],
  record: AuditRecord,
): Bag {
  const sortedPayload = sortFiles(payload);
  const manifest = textFile(bagNames.manifest, listing(sortedPayload));
  const tags = sortFiles([
    ...tagFiles,
    textFile(bagNames.declaration, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    textFile(bagNames.info, bagInfo(sortedPayload, record)),
    manifest,
  ]);
  const tagManifest = textFile(bagNames.tagManifest, listing(tags));
  return {
    files: sortFiles([...sortedPayload, ...tags, tagManifest]),
    tagManifestSha256: digestOfFile(tagManifest),
  };
}

/** By path, in code units: all paths are ASCII. */
export function sortFiles(files: readonly FolderFile[]): readonly FolderFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As `sha256sum` writes it; what RFC 8493 asks for differs in nothing as long as paths need no escape. */
function listing(files: readonly FolderFile[]): string {
  return files
    .map((file) => {
      if (!safePath.test(file.path)) {
        throw new Error(`not a name for a file of the folder: ${JSON.stringify(file.path)}`);
      }
      return `${digestOfFile(file)}  ${file.path}\n`;
    })
    .join("");
}

function bagInfo(payload: readonly FolderFile[], record: AuditRecord): string {
  const bytes = payload.reduce((sum, file) => sum + sizeOf(file), 0);
  const { title, at, verdict, tool, seal } = record;
  const fields = [
    ["Bag-Group-Identifier", title],
    ["Bag-Software-Agent", `${tool.name} ${tool.version}`],
    ["Bagging-Date", at.slice(0, 10)],
    ["External-Description", `Audit folder of ${title}. ${verdict.summary}`],
    ["Payload-Oxum", `${bytes}.${payload.length}`],
    ["Aibom-Verdict", verdict.outcome],
    ["Aibom-Verified-For", at],
    ["Aibom-Seal", seal === "signed" ? "signed, see seal/" : "NONE: nobody vouches for this folder"],
  ];
  return fields.map(([label, value]) => `${label}: ${oneLine(value ?? "")}\n`).join("");
}

/** Values have no line breaks; what is odd in a name of a stranger is left out. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
