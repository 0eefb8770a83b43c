// SPDX-License-Identifier: Apache-2.0
// The media types of images and of what is attached to them.

/** Indexes: lists of manifests. */
export const indexTypes: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/** Manifests: a configuration and layers. */
export const manifestTypes: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);

const configTypes: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

/** True if the configuration is that of something that runs. */
export function isImageConfig(mediaType: string): boolean {
  return configTypes.has(mediaType);
}

const rootfsLayer =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+\w+)*|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.\w+)*)$/;

/** True for a layer of the file system of a container. */
export function isRootfsLayer(mediaType: string): boolean {
  return rootfsLayer.test(mediaType);
}

/** Layers of signatures and statements: no engine runs them, so a manifest of nothing else is about another one. */
const attachedTypes: ReadonlySet<string> = new Set([
  "application/vnd.dev.cosign.simplesigning.v1+json",
  "application/vnd.dsse.envelope.v1+json",
  "application/jose+json",
  "application/cose",
]);

const attachedPattern =
  /^application\/(?:vnd\.dev\.sigstore\.bundle\b.*|vnd\.in-toto[.+].*|vnd\.cyclonedx\b.*|spdx\+json|vnd\.syft\+json)$|^text\/spdx(?:\+json|\+xml)?$/;

/** True for a layer that holds a signature, a statement or an SBOM about another manifest. */
export function isAttachedLayer(mediaType: string): boolean {
  return attachedTypes.has(mediaType) || attachedPattern.test(mediaType);
}

/** How the bytes of a layer are packed. */
export type LayerCompression = "none" | "gzip" | "zstd";

/** The magic numbers of compressed layers: what a layer is, its bytes decide, as engines do. */
export function compressionOf(start: Uint8Array): LayerCompression {
  if (start[0] === 0x1f && start[1] === 0x8b) {
    return "gzip";
  }
  const isFrame = start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd;
  const isSkippable = ((start[0] ?? 0) & 0xf0) === 0x50 && start[1] === 0x2a && start[2] === 0x4d;
  return isFrame || (isSkippable && start[3] === 0x18) ? "zstd" : "none";
}
