// SPDX-License-Identifier: Apache-2.0
// Mirrors: registries that are asked instead of the one in an image's name. Named by the user, each for one registry; what
// they send is held to the same digests.

import { AibomError } from "../errors.ts";
import { type ImageReference, parseReference, registryAddress } from "./reference.ts";

/** `docker.io` is also at `mirror.example.com/hub`. */
export interface Mirror {
  /** Registry of the name. */
  readonly of: string;
  readonly host: string;
  /** Put before the repository; empty or ending in `/`. */
  readonly prefix: string;
}

/** Where one image may be. */
export interface Place {
  readonly host: string;
  readonly repository: string;
  /** `https://host`. */
  readonly address: string;
}

/**
 * Reads `REGISTRY=HOST[/PREFIX]`.
 * @throws {AibomError} REGISTRY_REFERENCE
 */
export function parseMirror(text: string): Mirror {
  const equals = text.indexOf("=");
  const of = equals < 0 ? "" : text.slice(0, equals);
  const at = text.slice(equals + 1);
  // The names are those of images, so the same grammar judges them.
  const registry = parseReference(`${of}/x`);
  const mirror = parseReference(`${at}/x`);
  if (equals < 0 || `${registry.host}/x` !== `${of}/${registry.repository.replace(/^library\//, "")}`) {
    throw AibomError.of("REGISTRY_REFERENCE", {
      reference: text,
      reason: "a mirror is REGISTRY=HOST[/PREFIX]",
    });
  }
  return { of, host: mirror.host, prefix: mirror.repository.slice(0, -1).replace(/^library\//, "") };
}

/** Mirrors first, the registry itself last. */
export function chooseMirrors(
  { host, repository }: ImageReference,
  mirrors: readonly Mirror[],
): readonly Place[] {
  const places = mirrors
    .filter(({ of }) => of === host)
    .map((mirror) => ({ host: mirror.host, repository: `${mirror.prefix}${repository}` }));
  return [...places, { host, repository }].map((place) => ({
    ...place,
    address: registryAddress(place.host),
  }));
}
