// SPDX-License-Identifier: Apache-2.0
// References of container images (distribution's reference grammar), as far as they are told apart here: registry,
// repository, and whether a digest pins the bytes.

export interface ImageReference {
  readonly registry: string;
  /** Without registry; `library/` of Docker Hub left out. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The parts of a reference; undefined if it is none, or if variables leave open what it is. */
export function parseImage(text: string): ImageReference | undefined {
  const [named = "", digest] = text.split("@", 2);
  if (!/^[a-z0-9][a-zA-Z0-9._:/-]{0,511}$/.test(named)) {
    return undefined;
  }
  const slash = named.indexOf("/");
  const first = slash === -1 ? "" : named.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === "localhost";
  const rest = hasRegistry ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(":");
  const repository = colon === -1 ? rest : rest.slice(0, colon);
  return {
    registry: hasRegistry ? first : "docker.io",
    repository: repository.replace(/^library\//, ""),
    ...(colon === -1 ? {} : { tag: rest.slice(colon + 1) }),
    ...(digest !== undefined && isImageDigest(digest) ? { digest } : {}),
  };
}

export function isImageDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

/** The name as lists of known images write it: without Docker Hub's own host. */
export function imageName({ registry, repository }: ImageReference): string {
  return registry === "docker.io" ? repository : `${registry}/${repository}`;
}
