// SPDX-License-Identifier: Apache-2.0
// The ceilings of container images. They are part of `limits`, which all code uses.

const MiB = 1024 * 1024;

export const imageLimits = {
  /** Bytes of a manifest or an index: what registries take (OCI distribution-spec 1.1, "Pushing manifests"). */
  maxImageManifestBytes: 4 * MiB,
  /** Bytes of an image's configuration: history and labels of real ones stay below 100 kB. */
  maxImageConfigBytes: 8 * MiB,
  /** Levels of indexes in indexes. Real ones nest two deep: `docker save` puts an index around that of the registry. */
  maxImageIndexDepth: 4,
  /** Descriptors of one index or manifest. Images have up to 127 layers, indexes some 20 platforms. */
  maxImageDescriptors: 1000,
  /** Manifests of one carrier: 100 platforms, with 100 signatures each. */
  maxImageManifests: 10_000,
  /** Referrers of one subject: notation's default for signatures (CVE-2023-46737: endless signatures). */
  maxImageReferrers: 100,
  /** Blobs of one carrier that no index leads to, looked into for referrers (`cosign save` lists its bundles nowhere). */
  maxImageBlobSearch: 20_000,
  /** Findings about one carrier or one layer that are kept. */
  maxImageFindings: 1000,
  /** Levels of a manifest, an index or a configuration. */
  maxImageJsonDepth: 32,
  /** Bytes that a layer may always unpack to, for each of its own bytes, and at most. CUDA layers have some 8 GB. */
  minLayerUnpackedBytes: 256 * MiB,
  maxLayerRatio: 200,
  maxLayerUnpackedBytes: 256 * 1024 * MiB,
  /** Entries of one layer, and of the file system that all make. An image with CUDA, Python and Node has some 300,000. */
  maxLayerEntries: 2_000_000,
  /** Symbolic links followed for one path in an image; Linux stops at 40. */
  maxImageLinkHops: 40,
  /** Bytes of a file in a layer that is kept whole while it passes, to be read by its format's reader. */
  maxLayerWholeBytes: 16 * MiB,
  /** Bytes kept of the start and the end of a larger one: headers lie there, and the directories of archives. */
  maxLayerHeadBytes: 16 * MiB,
  maxLayerTailBytes: 4 * MiB,
  /** Bytes of one file that is kept whole in a second pass, if its reader asked for more than start and end. */
  maxLayerSecondPassBytes: 128 * MiB,
  /** Bytes of all files of one image that are kept for package catalogs and for layouts of models. */
  maxImageKeptBytes: 192 * MiB,
  /** Milliseconds without a word from a thread that reads a layer: one file took as long. */
  maxLayerSilentMilliseconds: 60_000,
} as const;
