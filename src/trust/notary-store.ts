// SPDX-License-Identifier: Apache-2.0
// A Notary Project trust store (trust-store-trust-policy.md, v1.0): truststore/x509/<type>/<name>/ with one
// certificate file each; types are ca, signingAuthority and tsa. Read once, when it is imported.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileError } from "../bytes/file-error.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { type Certificate, parseCertificates } from "../x509/certificate.ts";

export interface NotaryStore {
  /** Name of the store. */
  readonly name: string;
  readonly kind: "ca" | "tsa";
  /** The directory that it lies in; stores of two types may have one name. */
  readonly type: (typeof storeTypes)[number][0];
  readonly certificates: readonly Certificate[];
}

const storeTypes = [
  ["ca", "ca"],
  ["signingAuthority", "ca"],
  ["tsa", "tsa"],
] as const;

/**
 * The named stores below `directory`, which is a trust store, its `truststore` or its `x509` directory.
 * @throws {AibomError} TRUST_IMPORT_INVALID, SOURCE_*, CERTIFICATE_*
 */
export function readNotaryStores(directory: string): readonly NotaryStore[] {
  const base = ["truststore/x509", "x509", "."]
    .map((below) => join(directory, below))
    .find((path) => storeTypes.some(([type]) => listDirectories(join(path, type)).length > 0));
  const stores = base === undefined ? [] : storeTypes.flatMap((type) => readType(base, type));
  if (stores.length === 0) {
    const reason = "there is no x509/ca, x509/signingAuthority or x509/tsa with a named store";
    throw AibomError.of("TRUST_IMPORT_INVALID", { reason }, { where: { path: directory } });
  }
  return stores;
}

function readType(base: string, [type, kind]: (typeof storeTypes)[number]): NotaryStore[] {
  const directory = join(base, type);
  return listDirectories(directory).map((name) => ({
    name,
    kind,
    type,
    certificates: readStore(join(directory, name)),
  }));
}

function readStore(directory: string): readonly Certificate[] {
  const files = entries(directory).filter((entry) => entry.isFile());
  const certificates = files.flatMap((file) => {
    const path = join(directory, file.name);
    return parseCertificates(readBounded(path, limits.maxPolicyBytes), limits.maxAuthorityCertificates);
  });
  if (certificates.length === 0) {
    const reason = "the store has no certificate";
    throw AibomError.of("TRUST_IMPORT_INVALID", { reason }, { where: { path: directory } });
  }
  return certificates;
}

function listDirectories(directory: string): string[] {
  return entries(directory, true)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function entries(directory: string, mayBeAbsent = false) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    const error = fileError(cause, directory);
    if (mayBeAbsent && error.code === "SOURCE_NOT_FOUND") {
      return [];
    }
    throw error;
  }
}
