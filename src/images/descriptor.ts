// SPDX-License-Identifier: Apache-2.0
// The nouns of container images as their manifests write them. Spec: OCI image-spec v1.1, descriptor.md, image-index.md.

/** `sha256:` and 64 hexadecimal digits, or `sha512:` and 128; checked before anything is looked up by it. */
export type BlobDigest = `sha256:${string}` | `sha512:${string}`;

/** What an image runs on, as an index or a configuration states it. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

/** A pointer to a blob, as the document that holds it wrote it. */
export interface Descriptor {
  readonly digest: BlobDigest;
  /** Bytes. */
  readonly size: number;
  /** Empty if there is none. */
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly platform?: Platform;
  /** It may be fetched from elsewhere, and need not lie beside the manifest. */
  readonly isForeign?: true;
}

const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** True for a digest that may be used to look something up. */
export function isBlobDigest(text: string): text is BlobDigest {
  return digestPattern.test(text);
}

/** The algorithm and the hexadecimal digits of a digest. */
export function splitDigest(digest: BlobDigest): {
  readonly algorithm: "sha256" | "sha512";
  readonly hex: string;
} {
  const algorithm = digest.startsWith("sha256:") ? "sha256" : "sha512";
  return { algorithm, hex: digest.slice(algorithm.length + 1) };
}

/** `linux/arm64/v8`. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}
