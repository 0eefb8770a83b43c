// SPDX-License-Identifier: Apache-2.0
// rpm packages: the database of installed headers in its three forms (SQLite, NDB, Berkeley DB), told apart by their
// first bytes. Each header states its files with digests.

import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { OwnedFile, StatedAlgorithm } from "../model/package.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { isOsRelease, type OsRelease, readOsRelease } from "./os-release.ts";
import { readBdbHeaders } from "./rpm/bdb.ts";
import { RpmHeader, rpmTags } from "./rpm/header.ts";
import { readNdbHeaders } from "./rpm/ndb.ts";
import { readSqliteHeaders } from "./rpm/sqlite.ts";
import { statedHash } from "./stated-hash.ts";

const id = "rpm";
const database = /^(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:rpmdb\.sqlite|Packages\.db|Packages)$/;

export const rpm: Catalog = {
  id,
  wants(path) {
    return database.test(path) || isOsRelease(path);
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      if (database.test(path) && root.files.get(path)?.linkTarget === undefined) {
        readDatabase(root, draft, path, readOsRelease(root, draft));
      }
    }
    return draft.done();
  },
};

function readDatabase(
  root: RootView,
  draft: CatalogDraft,
  path: string,
  release: OsRelease | undefined,
): void {
  const bytes = draft.bytes(root, path, limits.maxPackageDatabaseBytes);
  if (bytes === undefined || bytes.byteLength === 0) {
    return;
  }
  if ((root.files.get(`${path}-wal`)?.size ?? 0) > 0) {
    draft.note(finding("PACKAGE_DATABASE_JOURNAL", { path }, {}));
  }
  const blobs = draft.attempt(path, () => readHeaders(bytes, path));
  for (const blob of blobs ?? []) {
    const one = draft.attempt(path, () => rpmPackage(new RpmHeader(blob, path), path, release));
    // Keys of trusted signers are kept as packages without files.
    if (one !== undefined && one.name !== "gpg-pubkey") {
      draft.packages.push(one);
    } else if (one === undefined) {
      draft.invalid(path, "a header has no name or version");
    }
  }
}

function readHeaders(bytes: Uint8Array, path: string): readonly Uint8Array[] {
  const magic = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString(
    "latin1",
  );
  if (magic.startsWith("SQLite format 3\0")) {
    return readSqliteHeaders(bytes, path);
  }
  return magic.startsWith("RpmP") ? readNdbHeaders(bytes, path) : readBdbHeaders(bytes, path);
}

function rpmPackage(
  header: RpmHeader,
  path: string,
  release: OsRelease | undefined,
): FoundPackage | undefined {
  const name = header.text(rpmTags.name);
  const version = header.text(rpmTags.version);
  if (name === undefined || version === undefined) {
    return undefined;
  }
  const revision = header.text(rpmTags.release);
  const [epoch] = header.numbers(rpmTags.epoch);
  const license = header.text(rpmTags.license);
  const supplier = header.text(rpmTags.vendor);
  const description = header.text(rpmTags.summary);
  const homepage = header.text(rpmTags.url);
  return {
    type: "rpm",
    namespace: release?.id ?? "redhat",
    name,
    version: revision === undefined ? version : `${version}-${revision}`,
    qualifiers: {
      arch: header.text(rpmTags.arch) ?? "",
      epoch: epoch === undefined ? "" : String(epoch),
      distro: release?.distro ?? "",
      upstream: header.text(rpmTags.sourceRpm) ?? "",
    },
    state: "installed",
    licenses: license === undefined ? [] : [license],
    ...(supplier === undefined ? {} : { supplier }),
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
    path,
    owned: ownedFiles(header),
    provides: header.texts(rpmTags.provideName),
    requires: header.texts(rpmTags.requireName).filter((each) => !each.startsWith("rpmlib(")),
  };
}

/** RFC 4880 numbers of hash functions; rpm had MD5 before it wrote one. */
const algorithms: Readonly<Record<number, StatedAlgorithm>> = {
  1: "md5",
  2: "sha1",
  8: "sha256",
  9: "sha384",
  10: "sha512",
};

/** RPMFILE_CONFIG, _DOC, _MISSINGOK, _GHOST, _LICENSE, _README, _ARTIFACT: edited, or not there to begin with. */
const flexibleFlags = 0x1 | 0x2 | 0x8 | 0x40 | 0x80 | 0x100 | 0x1000;
const fileTypeMask = 0o170000;
const regularFile = 0o100000;

function ownedFiles(header: RpmHeader): readonly OwnedFile[] {
  const folders = header.texts(rpmTags.dirNames);
  const indexes = header.numbers(rpmTags.dirIndexes);
  const modes = header.numbers(rpmTags.fileModes);
  const flags = header.numbers(rpmTags.fileFlags);
  const digests = header.texts(rpmTags.fileDigests);
  const sizes = header.numbers(rpmTags.fileSizes);
  const [number = 1] = header.numbers(rpmTags.fileDigestAlgorithm);
  const algorithm = Object.hasOwn(algorithms, number) ? algorithms[number] : undefined;
  return header.texts(rpmTags.baseNames).flatMap((name, index) => {
    const folder = folders[indexes[index] ?? -1];
    const isRegular = ((modes[index] ?? 0) & fileTypeMask) === regularFile;
    if (folder === undefined || !isRegular) {
      return [];
    }
    const digest = algorithm === undefined ? undefined : statedHash(algorithm, digests[index] ?? "");
    const size = sizes[index];
    return [
      {
        path: `${folder}${name}`.replace(/^\/+/, ""),
        ...(digest === undefined ? {} : { digest }),
        ...(size === undefined ? {} : { size }),
        ...(((flags[index] ?? 0) & flexibleFlags) === 0 ? {} : { isFlexible: true as const }),
      },
    ];
  });
}
