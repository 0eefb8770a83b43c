// SPDX-License-Identifier: Apache-2.0
// The folder as a bag (BagIt 1.0, RFC 8493): every file in exactly one manifest with its digest, none besides, no name that
// means another file elsewhere.

import { decodeUtf8 } from "../../bytes/utf8.ts";
import { counted } from "../../report/counted.ts";
import type { PlainFolder } from "../../sources/plain-folder.ts";
import { type Checks, need } from "./checks.ts";

export const bagManifests = { payload: "manifest-sha256.txt", tags: "tagmanifest-sha256.txt" } as const;

const plainPath = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** @param refused what could not be read as a plain file, with the reason */
export async function checkBag(
  checks: Checks,
  folder: PlainFolder,
  refused: ReadonlyMap<string, string>,
): Promise<void> {
  checkNames(checks, folder, refused);
  await checks.make("bag.declaration", "bagit.txt", () => {
    const declared = textOf(folder, "bagit.txt");
    const expected = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    need(declared === expected, "it does not declare BagIt 1.0 in UTF-8");
    return "BagIt 1.0 (RFC 8493)";
  });
  const names = [...folder.files.keys()];
  const payload = names.filter((name) => name.startsWith("data/"));
  const tags = names.filter(
    (name) => !name.startsWith("data/") && !name.startsWith("seal/") && name !== bagManifests.tags,
  );
  await checkManifest(checks, "bag.tags", folder, bagManifests.tags, tags);
  await checkManifest(checks, "bag.payload", folder, bagManifests.payload, payload);
  await checks.make("bag.info", "bag-info.txt", () => {
    const stated = /^Payload-Oxum: (\d{1,15}\.\d{1,9})$/m.exec(textOf(folder, "bag-info.txt"))?.[1];
    const bytes = payload.reduce((sum, name) => sum + (folder.files.get(name)?.size ?? 0), 0);
    need(stated === `${bytes}.${payload.length}`, "the payload is not as large as stated");
    return `payload of ${counted(payload.length, "file")}`;
  });
}

function checkNames(checks: Checks, folder: PlainFolder, refused: ReadonlyMap<string, string>): void {
  const folded = new Map<string, string>();
  const faults = new Map(refused);
  for (const name of folder.files.keys()) {
    const key = name.toLowerCase();
    const other = folded.get(key);
    folded.set(key, name);
    if (other !== undefined) {
      faults.set(name, `on other systems it is the same file as ${other}`);
    } else if (!plainPath.test(name)) {
      faults.set(name, "its name is not a plain relative path");
    }
  }
  for (const [place, text] of faults) {
    checks.add({ id: "folder.files", state: "FAIL", place, text, code: "AUDIT_CHECK_FAILED" });
  }
  if (faults.size === 0) {
    checks.add({ id: "folder.files", state: "ok", place: ".", text: `${folder.files.size} plain files` });
  }
}

async function checkManifest(
  checks: Checks,
  id: string,
  folder: PlainFolder,
  manifest: string,
  expected: readonly string[],
): Promise<void> {
  const listed = await checks.make(
    `${id}-manifest`,
    manifest,
    () => parseManifest(textOf(folder, manifest)),
    (found) => `it lists ${counted(found.size, "file")}`,
  );
  if (listed === undefined) {
    return;
  }
  const wanted = new Set(expected);
  const faults = [...listed].flatMap(([name, hex]) => {
    const sha256 = folder.files.get(name)?.sha256;
    const fault =
      sha256 === undefined
        ? "it is listed and is missing"
        : !wanted.has(name)
          ? `it does not belong into ${manifest}`
          : sha256 !== hex
            ? `its SHA-256 is ${sha256}, not ${hex}`
            : undefined;
    return fault === undefined ? [] : [[name, fault] as const];
  });
  const unlisted = expected.filter((name) => !listed.has(name));
  const all = [...faults, ...unlisted.map((name) => [name, `it is not listed in ${manifest}`] as const)];
  for (const [place, text] of all) {
    checks.add({ id, state: "FAIL", place, text, code: "AUDIT_CHECK_FAILED" });
  }
  if (all.length === 0) {
    const text = `${counted(listed.size, "file")}, each with its digest, and no other`;
    checks.add({ id, state: "ok", place: manifest, text });
  }
}

function parseManifest(text: string): ReadonlyMap<string, string> {
  need(text === "" || text.endsWith("\n"), "it does not end with a line end");
  const listed = new Map<string, string>();
  for (const line of text === "" ? [] : text.slice(0, -1).split("\n")) {
    const [, hex = "", name = ""] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    need(plainPath.test(name), `a line is no digest with a plain relative path: ${line.slice(0, 80)}`);
    need(!listed.has(name), `it lists ${name} twice`);
    listed.set(name, hex);
  }
  return listed;
}

/** @throws {AibomError} SOURCE_*, TEXT_NOT_UTF8, AUDIT_CHECK_FAILED */
export function textOf(folder: PlainFolder, name: string): string {
  return decodeUtf8(bytesOf(folder, name), name);
}

/** @throws {AibomError} SOURCE_*, AUDIT_CHECK_FAILED if it is not there */
export function bytesOf(folder: PlainFolder, name: string): Uint8Array {
  need(folder.files.has(name), `${name} is missing`);
  return folder.bytes(name);
}
