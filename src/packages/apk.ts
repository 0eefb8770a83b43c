// SPDX-License-Identifier: Apache-2.0
// Alpine packages: apk's database of installed packages (apk-package(5), "installed database"). Paragraphs of
// one-letter fields; files follow their directory (F:, then R: and Z: for each), with SHA-1.

import type { OwnedFile } from "../model/package.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { isOsRelease, type OsRelease, readOsRelease } from "./os-release.ts";
import { statedHash } from "./stated-hash.ts";

const id = "apk";
const database = /^(?:usr\/)?lib\/apk\/db\/installed$/;

export const apk: Catalog = {
  id,
  wants(path) {
    return database.test(path) || isOsRelease(path);
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      if (database.test(path) && root.files.get(path)?.linkTarget === undefined) {
        readInstalled(root, draft, path, readOsRelease(root, draft));
      }
    }
    return draft.done();
  },
};

function readInstalled(
  root: RootView,
  draft: CatalogDraft,
  path: string,
  release: OsRelease | undefined,
): void {
  for (const paragraph of (draft.text(root, path) ?? "").split("\n\n")) {
    if (paragraph.trim() === "") {
      continue;
    }
    const one = alpinePackage(paragraph, path, release);
    if (one === undefined) {
      draft.invalid(path, "a package has no name or no version");
    } else {
      draft.packages.push(one);
    }
  }
}

interface AlpineEntry {
  readonly fields: ReadonlyMap<string, string>;
  readonly owned: readonly OwnedFile[];
}

function readEntry(paragraph: string): AlpineEntry {
  const fields = new Map<string, string>();
  const owned: OwnedFile[] = [];
  let folder = "";
  for (const line of paragraph.split("\n").filter((each) => each[1] === ":")) {
    const [key, value] = [line.slice(0, 1), line.slice(2)];
    if (key === "F") {
      folder = value;
    } else if (key === "R") {
      owned.push({ path: folder === "" ? value : `${folder}/${value}` });
    } else if (key === "Z") {
      addDigest(owned, value);
    } else if (!fields.has(key)) {
      fields.set(key, value);
    }
  }
  return { fields, owned };
}

function alpinePackage(
  paragraph: string,
  path: string,
  release: OsRelease | undefined,
): FoundPackage | undefined {
  const { fields, owned } = readEntry(paragraph);
  const name = fields.get("P") ?? "";
  const version = fields.get("V") ?? "";
  if (name === "" || version === "") {
    return undefined;
  }
  const origin = fields.get("o");
  return {
    type: "apk",
    namespace: release?.id ?? "alpine",
    name,
    version,
    qualifiers: {
      arch: fields.get("A") ?? "",
      ...(release === undefined ? {} : { distro: release.distro }),
      ...(origin === undefined || origin === name ? {} : { upstream: origin }),
    },
    state: "installed",
    licenses: fields.has("L") ? [fields.get("L") ?? ""].filter((each) => each !== "") : [],
    ...optional("supplier", fields.get("m")),
    ...optional("description", fields.get("T")),
    ...optional("homepage", fields.get("U")),
    path,
    owned,
    provides: namesOf(fields.get("p")),
    requires: namesOf(fields.get("D")),
  };
}

/** `Q1` is SHA-1 in base64, `Q2` SHA-256. Of a symbolic link it is over the target's name. */
function addDigest(owned: OwnedFile[], value: string): void {
  const last = owned.pop();
  if (last === undefined) {
    return;
  }
  const algorithm = value.startsWith("Q1") ? "sha1" : "sha256";
  const digest = statedHash(algorithm, Buffer.from(value.slice(2), "base64").toString("hex"));
  const isConfiguration = last.path.startsWith("etc/");
  owned.push({
    ...last,
    ...(digest === undefined ? {} : { digest }),
    ...(isConfiguration ? { isFlexible: true } : {}),
  });
}

/** `so:libc.musl-x86_64.so.1=1`, `cmd:sh`, `busybox>=1.36`; conflicts start with `!`. */
function namesOf(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(" ")
    .filter((each) => each !== "" && !each.startsWith("!"))
    .map((each) => each.split(/[<>=~]/)[0] ?? "");
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined || value === "" ? {} : { [key]: value }) as { readonly [P in K]?: string };
}
