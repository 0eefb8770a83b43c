// SPDX-License-Identifier: Apache-2.0
// The documents that are about no single artifact, at their places in the folder: the BOM, the policy with its packs,
// waivers, the register of suppliers, VEX, revocation lists. Packs lie where the policy names them, so that the policy
// loads from the folder.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import { type FolderFile, Names, safeName } from "./folder-file.ts";
import { auditPaths, type RecordedInput } from "./record.ts";

export interface InputDocument {
  readonly role: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface DocumentFiles {
  readonly files: readonly FolderFile[];
  /** Sorted by kind, then name. */
  readonly inputs: readonly RecordedInput[];
  /** Path of the first document of a role. */
  readonly pathOf: (role: string) => string | undefined;
  readonly pathsOf: (role: string) => readonly string[];
  readonly placeOfWaiver: (name: string) => string | undefined;
}

const inputKinds: Readonly<Record<string, RecordedInput["kind"]>> = {
  bom: "bom",
  "previous-bom": "previous-bom",
  policy: "policy",
  "policy-signature": "policy-signature",
  "trust-root": "trust-root",
  suppliers: "suppliers",
  perimeter: "perimeter",
  vex: "vex",
  waiver: "waiver",
  system: "system",
};

/** Puts each document at its place; the same document twice is one file. */
export function documentFiles(documents: readonly InputDocument[]): DocumentFiles {
  const names = new Names();
  const known = new Map<string, string>();
  const files: FolderFile[] = [];
  const inputs: RecordedInput[] = [];
  const paths = new Map<string, string[]>();
  const waivers = new Map<string, string>();
  for (const { role, name, bytes } of documents) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const key = JSON.stringify([role, name, sha256]);
    if (known.has(key)) {
      continue;
    }
    const path = names.claim(placeOf(role, name));
    known.set(key, path);
    files.push({ path, pieces: [bytes] });
    paths.set(role, [...(paths.get(role) ?? []), path]);
    if (role === "waiver") {
      waivers.set(name, path);
    }
    const kind = inputKinds[role];
    if (kind !== undefined) {
      inputs.push({ kind, name, digest: `sha256:${sha256}`, path });
    }
  }
  return {
    files,
    inputs,
    pathOf: (role) => paths.get(role)?.[0],
    pathsOf: (role) => paths.get(role) ?? [],
    placeOfWaiver: (name) => waivers.get(name),
  };
}

function placeOf(role: string, name: string): string {
  const safe = safeName(name.split(/[/\\]/).at(-1) ?? name);
  switch (role) {
    case "bom":
      return auditPaths.bom;
    case "bom-signature":
      return `${auditPaths.bom}.sigstore.json`;
    case "previous-bom":
      return auditPaths.previousBom;
    case "pack":
      return packPlace(name, safe);
    case "waiver":
      return `${auditPaths.waivers}/${safe}`;
    case "trust-root":
      return `${auditPaths.trustRoot}/${safe}`;
    case "authority":
      return `${auditPaths.trustRoot}/${name.split("/").map(safeName).join("/")}`;
    case "revocation-list":
      return `${auditPaths.trustRoot}/crl/${safe}`;
    case "vex":
      return `${auditPaths.policy}/vex/${safe}`;
    default:
      return `${auditPaths.policy}/${safe}`;
  }
}

/** Packs are in or below the policy's directory; a shipped one has no directory. */
function packPlace(name: string, safe: string): string {
  const parts = name.split(/[/\\]/);
  return parts.length === 1 || parts.includes("..")
    ? `${auditPaths.policy}/packs/${safe}`
    : `${auditPaths.policy}/${parts.map(safeName).join("/")}`;
}

/**
 * Bytes that were read a second time must be those that were decided from.
 * @throws {AibomError} SOURCE_CHANGED
 */
export function requireSame(bytes: Uint8Array, sha256: string, path: string): Uint8Array {
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw AibomError.of("SOURCE_CHANGED", {}, { where: { path } });
  }
  return bytes;
}
