// SPDX-License-Identifier: Apache-2.0
// The packs that aibom ships: packs/NAME-VERSION.yaml, each by the digest of its bytes. A version never changes; a change is
// a new version beside the old one, so that a policy which was reviewed with a pack keeps that pack. docs/packs.md
// says what each demands.

import { nearest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";

/** A shipped pack. */
export interface ShippedPackEntry {
  readonly name: string;
  readonly version: number;
  /** `sha256:HEX` of its file. */
  readonly digest: string;
}

/** By name, then version. A test compares the digests with the files. */
export const shippedPacks: readonly ShippedPackEntry[] = [
  {
    name: "baseline",
    version: 1,
    digest: "sha256:cd686979b16ced54a9667b36ef77dfd0399c8dce1dd489ded3c637cec925d565",
  },
  {
    name: "eu-ai-act-readiness",
    version: 1,
    digest: "sha256:02b6d8832155325913411f12b26955e7a627ffabad47dcf154f3c7ab1ec3efc7",
  },
  {
    name: "licence-clauses",
    version: 1,
    digest: "sha256:c1f0d12b10b8a957b0d9e643e31f076ea5e58990d17d84e5b15669f659acc4ce",
  },
  {
    name: "licences-permissive",
    version: 1,
    digest: "sha256:98a7117992a4f02626259b281eb3a39171a4044f71c2606574ea5f6ba1c942d1",
  },
  {
    name: "maas-endpoints",
    version: 1,
    digest: "sha256:73218357adf255a397ae3aa279a407cecbba3d4487e0539b8180029fb32df206",
  },
  {
    name: "no-pickle",
    version: 1,
    digest: "sha256:32d76fed9d02d33d57ab42bb6e543ca6ebe8ae0f096fb2a274e4245c9f565324",
  },
  {
    name: "owasp-aisvs-6",
    version: 1,
    digest: "sha256:72b9809df5e9a298313115238599118413f4633111ba39e3b553dc743996bc24",
  },
  {
    name: "slsa-build-l2",
    version: 1,
    digest: "sha256:ee6aff548ec976894effd9b1452c05222f5fbd24149d7c0fbb42a305f5a80d74",
  },
  {
    name: "sovereignty",
    version: 1,
    digest: "sha256:b49d132483bf4e1704d463b30735c3fc73c1657e98106abbf989faf9cd5f85e6",
  },
];

const scheme = /^aibom:([a-z0-9-]{1,64})@([1-9][0-9]{0,8})$/;

/** How a shipped pack is named where a path is expected. */
export function shippedPath({ name, version }: Pick<ShippedPackEntry, "name" | "version">): string {
  return `aibom:${name}@${version}`;
}

/** Name and version in `aibom:NAME@VERSION`; undefined if the text is something else. */
export function parseShippedPath(path: string): Pick<ShippedPackEntry, "name" | "version"> | undefined {
  const [, name, version] = scheme.exec(path) ?? [];
  return name === undefined ? undefined : { name, version: Number(version) };
}

/**
 * The pack of this name and version; of the newest version without one.
 * @throws {AibomError} POLICY_PACK_UNKNOWN
 */
export function findShippedPack(
  { name, version }: { readonly name: string; readonly version?: number },
  path?: string,
): ShippedPackEntry {
  const named = shippedPacks.filter((pack) => pack.name === name);
  const found = version === undefined ? named.at(-1) : named.find((pack) => pack.version === version);
  if (found !== undefined) {
    return found;
  }
  const close = nearest(
    name,
    shippedPacks.map((pack) => pack.name),
  );
  const suggestion =
    named.length > 0
      ? `of that name there is version ${named.map((pack) => pack.version).join(", ")}`
      : close === undefined
        ? "nothing known is spelt like it"
        : `did you mean ${close}?`;
  const pack = version === undefined ? name : `${name} ${version}`;
  throw AibomError.of(
    "POLICY_PACK_UNKNOWN",
    { pack, suggestion },
    path === undefined ? {} : { where: { path } },
  );
}
