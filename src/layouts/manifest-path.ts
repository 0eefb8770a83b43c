// SPDX-License-Identifier: Apache-2.0
// A path that a manifest states, as a path of the directory: joined to the manifest's own folder, without `.`,
// with `..` resolved. A path that leaves the directory is none, whatever lies there.

/** The path relative to the root; undefined if it is absolute, leaves the directory or is no plain path. */
export function manifestPath(folder: string, stated: string): string | undefined {
  const isPlain =
    !/[\0\\]/.test(stated) && !stated.startsWith("/") && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(stated);
  if (!isPlain) {
    return undefined;
  }
  const names = folder === "" ? [] : folder.split("/");
  for (const name of stated.split("/")) {
    if (name === "..") {
      if (names.pop() === undefined) {
        return undefined;
      }
    } else if (name !== "." && name !== "") {
      names.push(name);
    }
  }
  return names.length === 0 ? undefined : names.join("/");
}

/** True if a path is an address (`https://…`, `hf://…`) and no file of the directory. */
export function isAddress(stated: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]{1,}:\/\//.test(stated);
}

/**
 * The path in the repository of a Hugging Face address of one of its files, with the revision taken off:
 * `https://huggingface.co/datasets/ORG/NAME/resolve/main/data/a.parquet`, `hf://datasets/ORG/NAME@REV/data/a.parquet`.
 */
export function repositoryPath(address: string): string | undefined {
  const patterns = [
    /^https:\/\/(?:huggingface\.co|hf\.co)\/(?:datasets\/)?[^/?#]+\/[^/?#]+\/(?:resolve|raw|blob)\/[^/?#]+\/([^?#]+)/,
    /^hf:\/\/(?:datasets\/)?[^/?#]+\/[^/?#]+\/([^?#]+)/,
  ];
  for (const pattern of patterns) {
    const [, path] = pattern.exec(address) ?? [];
    if (path !== undefined) {
      return decoded(path);
    }
  }
  return undefined;
}

/** A percent-encoded path in plain text; as it stands if it is not encoded properly. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
