// SPDX-License-Identifier: Apache-2.0
// direct_url.json (PEP 610): a distribution that was installed from a URL, a repository or a directory.

import type { JsonObject, JsonValue } from "../../bytes/json.ts";
import { redact } from "../../bytes/redact.ts";
import { memberOf, objectOf, textOf } from "../../layouts/member.ts";
import type { ArchiveHash } from "../../model/package.ts";
import { statedHash } from "../stated-hash.ts";

export interface DirectUrl {
  readonly url: string;
  readonly isEditable: boolean;
  readonly hashes: readonly ArchiveHash[];
  /** Of the package URL. */
  readonly qualifiers?: Readonly<Record<string, string>>;
}

export function readDirectUrl(value: JsonObject): DirectUrl {
  const url = redact(textOf(value, "url") ?? "").text;
  const vcs = objectOf(value, "vcs_info");
  const archive = objectOf(value, "archive_info");
  const stated = Object.entries(objectOf(archive, "hashes") ?? {});
  const old = textOf(archive, "hash")?.split("=");
  const pairs: readonly (readonly [string, JsonValue | undefined])[] =
    stated.length > 0 ? stated : old === undefined ? [] : [[old[0] ?? "", old[1]]];
  const fileName = url.slice(url.lastIndexOf("/") + 1);
  const hashes = pairs.flatMap(([algorithm, hex]) => {
    const hash = typeof hex === "string" ? statedHash(algorithm, hex) : undefined;
    return hash === undefined ? [] : [{ ...hash, ...(archive === undefined ? {} : { fileName }) }];
  });
  const commit = textOf(vcs, "commit_id");
  const kind = textOf(vcs, "vcs");
  const origin =
    commit !== undefined && kind !== undefined
      ? { vcs_url: `${kind}+${url}@${commit}` }
      : archive !== undefined && url.startsWith("http")
        ? { download_url: url }
        : undefined;
  return {
    url,
    isEditable: memberOf(objectOf(value, "dir_info"), "editable") === true,
    hashes,
    ...(origin === undefined ? {} : { qualifiers: origin }),
  };
}
