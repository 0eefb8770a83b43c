// SPDX-License-Identifier: Apache-2.0
// Indexes, manifests and descriptors out of JSON. Spec: OCI image-spec v1.1 (descriptor, manifest, image-index); Docker
// image manifest version 2, schema 2. Version 1 is not read: its digest does not cover what runs.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Location } from "../model/finding.ts";
import { type Descriptor, isBlobDigest, type Platform } from "./descriptor.ts";
import type { StoredManifest } from "./image-store.ts";
import { indexTypes, manifestTypes } from "./media-type.ts";

/** A manifest or an index without what only its bytes can tell. */
type ImageDocument = Omit<StoredManifest, "digest" | "size" | "bytes">;

/**
 * Parses a document of an image: an object of at most `maxBytes`.
 * @throws {AibomError} JSON_*, IMAGE_DOCUMENT_INVALID
 */
export function parseDocument(bytes: Uint8Array, path: string, maxBytes: number): JsonObject {
  const value = parseJson(bytes, { path, maxBytes, maxDepth: limits.maxImageJsonDepth });
  if (!isJsonObject(value)) {
    throw invalid("it is no JSON object", { path });
  }
  return value;
}

/**
 * Reads a manifest or an index.
 * @param stated the media type of the descriptor that led here; empty if nothing did
 * @throws {AibomError} JSON_*, IMAGE_*
 */
export function readManifest(bytes: Uint8Array, path: string, stated: string): ImageDocument {
  const object = parseDocument(bytes, path, limits.maxImageManifestBytes);
  const where = { path };
  if (own(object, "schemaVersion") !== 2) {
    throw invalid("`schemaVersion` is not 2", where);
  }
  if (own(object, "layers") !== undefined && own(object, "manifests") !== undefined) {
    throw AibomError.of("IMAGE_MANIFEST_AMBIGUOUS", {}, { where });
  }
  const mediaType = mediaTypeOf(object, stated, where);
  const kind = indexTypes.has(mediaType) ? "index" : "manifest";
  const list = descriptors(own(object, kind === "index" ? "manifests" : "layers"), where);
  if (own(object, kind === "index" ? "layers" : "manifests") !== undefined) {
    throw AibomError.of("IMAGE_MEDIA_TYPE_MISMATCH", { own: other(kind), stated: mediaType }, { where });
  }
  const config = optionalDescriptor(own(object, "config"), where);
  if (kind === "manifest" && config === undefined) {
    throw invalid("`config` is missing", where);
  }
  const subject = optionalDescriptor(own(object, "subject"), where);
  return {
    mediaType,
    kind,
    artifactType: text(object, "artifactType") ?? config?.mediaType ?? "",
    ...(config === undefined || kind === "index" ? {} : { config }),
    layers: kind === "manifest" ? list : [],
    manifests: kind === "index" ? list : [],
    ...(subject === undefined ? {} : { subject }),
    annotations: texts(own(object, "annotations")),
  };
}

function other(kind: "manifest" | "index"): string {
  return kind === "manifest" ? "an index" : "a manifest";
}

/** The document's own media type where it states one; it has to be the descriptor's. */
function mediaTypeOf(object: JsonObject, stated: string, where: Location): string {
  const said = text(object, "mediaType");
  if (said !== undefined && stated !== "" && said !== stated) {
    throw AibomError.of("IMAGE_MEDIA_TYPE_MISMATCH", { own: said, stated }, { where });
  }
  const guessed = own(object, "manifests") === undefined ? ociManifest : ociIndex;
  const mediaType = said ?? (stated === "" ? guessed : stated);
  if (!indexTypes.has(mediaType) && !manifestTypes.has(mediaType)) {
    throw AibomError.of("IMAGE_MEDIA_TYPE_UNKNOWN", { mediaType }, { where });
  }
  return mediaType;
}

const ociManifest = "application/vnd.oci.image.manifest.v1+json";
const ociIndex = "application/vnd.oci.image.index.v1+json";

/** @throws {AibomError} IMAGE_DOCUMENT_INVALID, IMAGE_DIGEST_INVALID, IMAGE_TOO_MANY */
export function descriptors(value: JsonValue | undefined, where: Location): readonly Descriptor[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!isJsonArray(value)) {
    throw invalid("a list of descriptors is no list", where);
  }
  const limit = limits.maxImageDescriptors;
  if (value.length > limit) {
    throw AibomError.of("IMAGE_TOO_MANY", { limit, what: "descriptors in one document" }, { where });
  }
  return value.map((each) => descriptor(each, where));
}

function optionalDescriptor(value: JsonValue | undefined, where: Location): Descriptor | undefined {
  return value === undefined || value === null ? undefined : descriptor(value, where);
}

function descriptor(value: JsonValue, where: Location): Descriptor {
  if (!isJsonObject(value)) {
    throw invalid("a descriptor is no object", where);
  }
  const digest = text(value, "digest") ?? "";
  if (!isBlobDigest(digest)) {
    throw AibomError.of("IMAGE_DIGEST_INVALID", { digest: digest.slice(0, shownCharacters) }, { where });
  }
  const size = own(value, "size");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`the size of ${digest} is no number of bytes`, where);
  }
  const artifactType = text(value, "artifactType");
  const platform = platformOf(own(value, "platform"));
  const urls = own(value, "urls");
  return {
    digest,
    size,
    mediaType: text(value, "mediaType") ?? "",
    ...(artifactType === undefined ? {} : { artifactType }),
    annotations: texts(own(value, "annotations")),
    ...(platform === undefined ? {} : { platform }),
    ...(isJsonArray(urls) && urls.length > 0 ? { isForeign: true as const } : {}),
  };
}

/** What an index or a configuration says that an image runs on; undefined if it says nothing. */
export function platformOf(value: JsonValue | undefined): Platform | undefined {
  if (!isJsonObject(value)) {
    return undefined;
  }
  const os = text(value, "os");
  const architecture = text(value, "architecture");
  const variant = text(value, "variant");
  const osVersion = text(value, "os.version");
  return os === undefined || architecture === undefined
    ? undefined
    : {
        os,
        architecture,
        ...(variant === undefined || variant === "" ? {} : { variant }),
        ...(osVersion === undefined ? {} : { osVersion }),
      };
}

/** A member that is not inherited. */
export function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A member that is a text. */
export function text(object: JsonObject, name: string): string | undefined {
  const value = own(object, name);
  return typeof value === "string" ? value : undefined;
}

/** The texts of an object of texts; what is none is left out. */
export function texts(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

const shownCharacters = 160;

/** The error of a document that breaks its format. */
export function invalid(reason: string, where: Location): AibomError {
  return AibomError.of("IMAGE_DOCUMENT_INVALID", { reason }, { where });
}
