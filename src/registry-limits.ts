// SPDX-License-Identifier: Apache-2.0
// Ceilings for what comes out of a registry, with unit and reason. Those of the images themselves: image-limits.ts.

const MiB = 1024 * 1024;

export const registryLimits = {
  /** Blobs of one copy: a hundred platforms with a hundred layers each. */
  maxImageBlobs: 10_000,
  /** Levels of what refers to what refers to an image: a signature over an SBOM of it. */
  maxReferrerDepth: 2,
  /** Pages of one list of referrers. */
  maxReferrerPages: 20,
  /** Tries for one request to a registry, and seconds before the second; each later wait is twice as long. */
  maxRegistryAttempts: 4,
  registryRetrySeconds: 0.5,
  /** Seconds that a registry may ask to be left alone. */
  maxRegistryRetryAfterSeconds: 60,
  /** Redirects for one request: registries store blobs elsewhere, sometimes behind a second host. */
  maxRegistryRedirects: 5,
  /** Milliseconds without a byte after which a connection to a registry counts as broken. */
  maxRegistryIdleMilliseconds: 30_000,
  /** Bytes of an answer of a token service; tokens of some services are JWTs of 5 kB. */
  maxRegistryTokenBytes: 128 * 1024,
  /** Blobs that are fetched at the same time. More gain little and annoy registries. */
  maxParallelDownloads: 4,
  /** Bytes of a file of credentials; that of somebody with fifty registries has 20 kB. */
  maxCredentialFileBytes: MiB,
  /** Milliseconds and bytes for a credential helper; some ask a key service or a person. */
  maxHelperMilliseconds: 60_000,
  maxHelperAnswerBytes: 64 * 1024,
} as const;
