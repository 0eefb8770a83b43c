// SPDX-License-Identifier: Apache-2.0
// Loads a trust root from its directory: trust.json and the authority files that it names, each under its
// SHA-256. Reads nothing else: no system store, no network.

import { createHash } from "node:crypto";
import { existsSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { parseCertificates } from "../x509/certificate.ts";
import type { AuthorityEntry } from "./authorities.ts";
import { parseTrustDocument } from "./document.ts";
import { parseSigstoreRoot } from "./sigstore-root.ts";
import {
  type Authorities,
  buildTrustRoot,
  type CertificateAuthority,
  type SigstoreInstance,
  type TrustRoot,
} from "./trust-root.ts";

/** Name of the file inside a trust root's directory. */
export const trustFileName = "trust.json";

/** A complete update that was not put in place yet (trust/tuf/install.ts): the files may be of two publications. */
export const unfinishedUpdate = "tuf/ready";

const groupOrOthersMayWrite = 0o022;

/**
 * Loads and validates the trust root in `directory`.
 * @throws {AibomError} TRUST_ROOT_MISSING, TRUST_ROOT_WRITABLE, TRUST_AUTHORITY_CHANGED, TUF_UPDATE_UNFINISHED, SOURCE_*, CERTIFICATE_*,
 *   and those of `parseTrustDocument` and `parseSigstoreRoot`
 */
export function loadTrustRoot(directory: string): TrustRoot {
  const file = join(directory, trustFileName);
  checkMode(directory, statOf(directory, directory));
  checkMode(file, statOf(file, directory));
  if (existsSync(join(directory, unfinishedUpdate))) {
    throw AibomError.of("TUF_UPDATE_UNFINISHED", {}, { where: { path: directory } });
  }
  return readTrustRoot(directory, (name) => {
    const path = join(directory, name);
    checkMode(path, statOf(path, directory));
    return readBounded(path, limits.maxPolicyBytes);
  });
}

/**
 * Validates a trust root that lies anywhere: in the folder of an audit, in an archive.
 * @param directory for errors and reports
 * @param read answers the bytes of a file by its name inside the trust root, bounded
 * @throws {AibomError} those of `read`, TRUST_AUTHORITY_CHANGED, CERTIFICATE_*, and those of `parseTrustDocument` and `parseSigstoreRoot`
 */
export function readTrustRoot(directory: string, read: (name: string) => Uint8Array): TrustRoot {
  const bytes = read(trustFileName);
  const digest = { algorithm: "sha256", hex: sha256Hex(bytes) } as const;
  try {
    const { document, identities } = parseTrustDocument(bytes);
    const authorities = loadAuthorities(directory, document.authorities, read);
    return buildTrustRoot(directory, digest, document, identities, authorities);
  } catch (cause) {
    throw cause instanceof AibomError ? cause.at({ path: join(directory, trustFileName) }) : cause;
  }
}

function loadAuthorities(
  directory: string,
  entries: readonly AuthorityEntry[],
  read: (name: string) => Uint8Array,
): Authorities {
  const sigstore: SigstoreInstance[] = [];
  const certified: CertificateAuthority[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.file);
    const bytes = readAuthority(path, entry, read);
    if (entry.kind === "sigstore") {
      sigstore.push({ entry, root: parseSigstoreRoot(bytes, path) });
    } else {
      certified.push({ entry, certificates: parseCertificates(bytes, limits.maxAuthorityCertificates) });
    }
  }
  return {
    sigstore,
    ca: certified.filter((each) => each.entry.kind === "ca"),
    tsa: certified.filter((each) => each.entry.kind === "tsa"),
  };
}

function readAuthority(path: string, entry: AuthorityEntry, read: (name: string) => Uint8Array): Uint8Array {
  const bytes = read(entry.file);
  const got = sha256Hex(bytes);
  if (got !== entry.sha256) {
    const args = { name: entry.name, expected: entry.sha256, got };
    throw AibomError.of("TRUST_AUTHORITY_CHANGED", args, { where: { path } });
  }
  return bytes;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function statOf(path: string, directory: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    const error = fileError(cause, path);
    throw error.code === "SOURCE_NOT_FOUND"
      ? AibomError.of("TRUST_ROOT_MISSING", { directory }, { where: { path }, cause })
      : error;
  }
}

/**
 * Refuses what others may write to. Windows has no such mode bits; its access lists are not looked at.
 * @throws {AibomError} TRUST_ROOT_WRITABLE
 */
export function checkMode(path: string, stat: Stats): void {
  if (process.platform !== "win32" && (stat.mode & groupOrOthersMayWrite) !== 0) {
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, "0");
    throw AibomError.of("TRUST_ROOT_WRITABLE", { mode }, { where: { path } });
  }
}
