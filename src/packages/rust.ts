// SPDX-License-Identifier: Apache-2.0
// Rust: Cargo.lock of a project, and the list of crates in a binary that cargo-auditable built (section `.dep-v0`: JSON
// packed with zlib).

import type { ByteSource } from "../bytes/byte-source.ts";
import { openElf } from "../bytes/elf.ts";
import { type JsonValue, parseJson } from "../bytes/json.ts";
import { zlib } from "../bytes/node-zlib.ts";
import { parseToml } from "../bytes/toml.ts";
import { AibomError } from "../errors.ts";
import { listOf, textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { Catalog, FileCatalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { mayBeProgram } from "./program-names.ts";
import { statedHash } from "./stated-hash.ts";

export const cargoLock: Catalog = {
  id: "cargo-lock",
  wants(path) {
    return path.endsWith("Cargo.lock");
  },
  read(root, wanted) {
    const draft = new CatalogDraft("cargo-lock");
    for (const path of wanted) {
      const text = draft.text(root, path);
      const document = text === undefined ? undefined : draft.attempt(path, () => parseToml(text, path));
      for (const each of listOf(document, "package").slice(0, limits.maxPackagesPerRecord)) {
        // Crates of the workspace itself have no source.
        if (textOf(each, "source") !== undefined) {
          draft.packages.push(lockedCrate(each, path));
        }
      }
    }
    return draft.done();
  },
};

function lockedCrate(item: JsonValue, path: string): FoundPackage {
  const name = textOf(item, "name") ?? "";
  const version = textOf(item, "version") ?? "";
  const source = textOf(item, "source") ?? "";
  const hash = statedHash("sha256", textOf(item, "checksum") ?? "");
  return {
    type: "cargo",
    name,
    version,
    ...(source.startsWith("git+") ? { qualifiers: { vcs_url: source.replace("#", "@") } } : {}),
    state: "locked",
    path,
    hashes: hash === undefined ? [] : [{ ...hash, fileName: `${name}-${version}.crate` }],
    provides: [`${name} ${version}`],
    // `name`, or `name version` where there are several.
    requires: listOf(item, "dependencies").flatMap((each) =>
      typeof each === "string" ? each.split(" ").slice(0, 2).join(" ") : [],
    ),
    scope: path,
  };
}

export const rustBinary: FileCatalog = {
  id: "rust-binary",
  formats: ["elf"],
  wants: mayBeProgram,
  readFile(file) {
    const draft = new CatalogDraft("rust-binary");
    draft.packages.push(...(draft.attempt(file.path, () => auditablePackages(file)) ?? []));
    return draft.done();
  },
};

function auditablePackages(file: ByteSource): readonly FoundPackage[] {
  const elf = openElf(file);
  const section = elf?.section(".dep-v0");
  const packed = section === undefined ? undefined : elf?.bytes(section, limits.maxBuildRecordBytes);
  if (packed === undefined) {
    return [];
  }
  const { path } = file;
  const options = { path, maxBytes: limits.maxBuildRecordBytes, maxDepth: limits.maxJsonDepth };
  const items = listOf(parseJson(unpacked(packed, path), options), "packages").slice(
    0,
    limits.maxPackagesPerRecord,
  );
  // Its members refer to each other by their position.
  return items.map((item, index) => ({
    type: "cargo",
    name: textOf(item, "name") ?? "",
    version: textOf(item, "version") ?? "",
    state: "installed",
    path,
    provides: [`#${index}`],
    requires: listOf(item, "dependencies").map((each) => `#${String(each)}`),
    scope: path,
  }));
}

function unpacked(packed: Uint8Array, path: string): Uint8Array {
  try {
    return zlib().inflateSync(packed, { maxOutputLength: limits.maxBuildRecordBytes });
  } catch (cause) {
    throw AibomError.of(
      "PACKAGE_RECORD_INVALID",
      { reason: "the list of crates cannot be unpacked" },
      { where: { path, member: ".dep-v0" }, cause },
    );
  }
}
