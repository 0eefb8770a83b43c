// SPDX-License-Identifier: Apache-2.0
// What a copy needs of a manifest or an index: which kind it is, and what else has to be copied with it. The meaning of
// the rest is read once it lies on disk.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { type BlobDigest, isBlobDigest } from "../images/descriptor.ts";
import { text } from "../images/document.ts";
import { indexTypes, manifestTypes } from "../images/media-type.ts";
import { limits } from "../limits.ts";

/** A pointer to a blob or a manifest. */
export interface Pointer {
  readonly digest: BlobDigest;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** `os/architecture[/variant]`, if it names one. */
  readonly platform?: string;
  /** As it was written. */
  readonly json: JsonObject;
}

export interface ParsedManifest {
  readonly kind: "manifest" | "index";
  readonly mediaType: string;
  readonly artifactType?: string;
  /** Configuration and layers, or blobs of an artifact. Empty for an index. */
  readonly blobs: readonly Pointer[];
  /** Of an index. */
  readonly manifests: readonly Pointer[];
  /** Digest of what it is about. */
  readonly subject?: BlobDigest;
}

/** OCI 1.0's release candidates had a manifest for what is no image: fetched as one, and read by nobody. */
const artifactManifestType = "application/vnd.oci.artifact.manifest.v1+json";

/** True for what is fetched as a manifest; everything else is a blob. */
export function isManifestType(mediaType: string): boolean {
  return indexTypes.has(mediaType) || manifestTypes.has(mediaType) || mediaType === artifactManifestType;
}

/**
 * Reads a manifest. Its own media type counts, else the one that it came with.
 * @param from where it came from, for messages
 * @throws {AibomError} REGISTRY_ANSWER, REGISTRY_TOO_MANY, JSON_*
 */
export function parseManifest(bytes: Uint8Array, from: string, statedType: string): ParsedManifest {
  const value = parseJson(bytes, {
    path: from,
    maxBytes: limits.maxImageManifestBytes,
    maxDepth: limits.maxJsonDepth,
  });
  const unusable = (reason: string): AibomError => AibomError.of("REGISTRY_ANSWER", { url: from, reason });
  if (!isJsonObject(value)) {
    throw unusable("the manifest is not an object");
  }
  const own = text(value, "mediaType");
  const mediaType = own ?? (isManifestType(statedType) ? statedType : "");
  if (!isManifestType(mediaType)) {
    throw unusable(`the manifest has the type ${(own ?? statedType) || "(none)"}, which is not read`);
  }
  const list = (name: string): readonly Pointer[] => pointers(value[name], name, from);
  const isIndex = indexTypes.has(mediaType);
  // A document that is both is read in two ways by two tools (GHSA-5j5w-g665-5m35).
  if (isIndex ? "layers" in value || "config" in value : "manifests" in value) {
    throw unusable("the manifest is an index as well");
  }
  const config = value["config"] === undefined ? [] : [pointer(value["config"], "config", from)];
  const artifactType = text(value, "artifactType") ?? config[0]?.mediaType;
  const subject = value["subject"] === undefined ? undefined : pointer(value["subject"], "subject", from);
  return {
    kind: isIndex ? "index" : "manifest",
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    blobs: isIndex ? [] : [...config, ...list("layers"), ...list("blobs")],
    manifests: isIndex ? list("manifests") : [],
    ...(subject === undefined ? {} : { subject: subject.digest }),
  };
}

function pointers(value: JsonValue | undefined, name: string, from: string): readonly Pointer[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!isJsonArray(value)) {
    throw AibomError.of("REGISTRY_ANSWER", { url: from, reason: `${name} is not a list` });
  }
  if (value.length > limits.maxImageDescriptors) {
    throw AibomError.of("REGISTRY_TOO_MANY", {
      what: `entries in ${name}`,
      limit: limits.maxImageDescriptors,
    });
  }
  return value.map((each, index) => pointer(each, `${name}/${index}`, from));
}

function pointer(value: JsonValue | undefined, name: string, from: string): Pointer {
  const unusable = (reason: string): AibomError => AibomError.of("REGISTRY_ANSWER", { url: from, reason });
  if (!isJsonObject(value)) {
    throw unusable(`${name} is not an object`);
  }
  const digest = text(value, "digest") ?? "";
  const size = value["size"];
  const mediaType = text(value, "mediaType");
  if (!isBlobDigest(digest)) {
    throw unusable(`${name} has no SHA-256 or SHA-512 digest`);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw unusable(`${name} has no size`);
  }
  if (mediaType === undefined) {
    throw unusable(`${name} has no media type`);
  }
  const platform = isJsonObject(value["platform"]) ? platformText(value["platform"]) : undefined;
  return { digest, size, mediaType, json: value, ...(platform === undefined ? {} : { platform }) };
}

function platformText(platform: JsonObject): string {
  const parts = ["os", "architecture", "variant"].map((name) => text(platform, name));
  return parts.filter((part) => part !== undefined && part !== "").join("/");
}
