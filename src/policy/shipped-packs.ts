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
    digest: "sha256:e682654589aade2c688f3459ed30e504707d4fddc38037bd892860a0e0a9d5bc",
  },
  {
    name: "licence-clauses",
    version: 1,
    digest: "sha256:e9db63105b1210d397ec2a525243d8e35b591a8734959fa76e178ad47422c383",
  },
  {
    name: "licences-permissive",
    version: 1,
    digest: "sha256:98a7117992a4f02626259b281eb3a39171a4044f71c2606574ea5f6ba1c942d1",
  },
  {
    name: "no-pickle",
    version: 1,
    digest: "sha256:5a30427c641078d6183115383a247e36a08e6a52e13107761978c860f1cbb9a8",
  },
  {
    name: "owasp-aisvs-6",
    version: 1,
    digest: "sha256:72b9809df5e9a298313115238599118413f4633111ba39e3b553dc743996bc24",
  },
  {
    name: "slsa-build-l2",
    version: 1,
    digest: "sha256:d8568d4935f37d677e5544ca348e8a06e668e0f7e907552fe79dc88f62b145e4",
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
