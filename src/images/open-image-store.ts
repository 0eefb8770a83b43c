// SPDX-License-Identifier: Apache-2.0
// Opens what images lie in, whatever tool wrote it.

import { AibomError } from "../errors.ts";
import { finding } from "../model/finding.ts";
import { type ImageCarrier, openImageCarrier } from "../sources/image-carrier.ts";
import { BlobTable } from "./blob-table.ts";
import type { BlobDigest, Descriptor } from "./descriptor.ts";
import { compareDockerList, isDockerList, readDockerArchive } from "./docker-archive.ts";
import { readImageDirectory } from "./image-directory.ts";
import type { CarrierKind, ImageStore, ImageSubject, SignatureFile } from "./image-store.ts";
import { ManifestCollector, tagOf } from "./manifest-collector.ts";
import { isOciLayout, readOciLayout } from "./oci-layout.ts";

/** What the reader of one kind of carrier gives besides the manifests. */
interface ReadCarrier {
  readonly kind: CarrierKind;
  readonly entries: readonly Descriptor[];
  readonly signatureFiles: readonly SignatureFile[];
  /** Names that stand beside the manifests, by the digest of the configuration. */
  readonly names?: ReadonlyMap<BlobDigest, readonly string[]>;
}

/**
 * Opens a directory or an archive. Whoever opens one must call `close`.
 * @throws {AibomError} IMAGE_CARRIER_INVALID if it is none; IMAGE_*, JSON_*, SOURCE_* if no image in it can be read
 */
export function openImageStore(target: string): ImageStore {
  const carrier = openImageCarrier(target);
  try {
    return storeOf(carrier);
  } catch (cause) {
    carrier.close();
    throw cause;
  }
}

function storeOf(carrier: ImageCarrier): ImageStore {
  const blobs = new BlobTable(carrier);
  const collector = new ManifestCollector(carrier.name, blobs);
  const { kind, entries, signatureFiles, names } = readCarrier(carrier, blobs, collector);
  if (collector.subjects.length === 0) {
    const [first] = collector.findings;
    const reason =
      first === undefined
        ? "no manifest in it is one of an image"
        : `no manifest can be read (${first.code})`;
    throw AibomError.of("IMAGE_CARRIER_INVALID", { reason }, { where: { path: carrier.name } });
  }
  reportUnlisted(carrier, blobs, collector, [...entries.map(({ digest }) => digest)]);
  return {
    name: carrier.name,
    kind,
    manifests: collector.manifests,
    blobs: blobs.blobs,
    subjects: collector.subjects.map((each) => withNames(each, names)),
    tags: tagsOf(entries),
    entries,
    signatureFiles,
    findings: [...carrier.findings, ...collector.findings],
    complete: carrier.complete && collector.complete,
    files: carrier.files,
    referrersOf: (digest) => collector.referrers.get(digest) ?? [],
    blob: (digest, maxBytes) => blobs.read(digest, maxBytes),
    openBlob: (digest) => blobs.open(digest),
    file: (path, maxBytes) => blobs.file(path, maxBytes),
    close: () => carrier.close(),
  };
}

function readCarrier(carrier: ImageCarrier, blobs: BlobTable, collector: ManifestCollector): ReadCarrier {
  const { files } = carrier;
  const hasList = files.has("manifest.json") && isDockerList(blobs);
  if (isOciLayout(files)) {
    const entries = readOciLayout(carrier, blobs, collector);
    return hasList
      ? {
          kind: "docker-archive",
          entries,
          signatureFiles: [],
          names: compareDockerList(carrier, blobs, collector),
        }
      : { kind: "oci-layout", entries, signatureFiles: [] };
  }
  if (hasList) {
    readDockerArchive(carrier, blobs, collector);
    return { kind: "docker-archive", entries: [], signatureFiles: [] };
  }
  if (files.has("manifest.json")) {
    return { kind: "image-directory", ...readImageDirectory(carrier, blobs, collector) };
  }
  const reason = "there is neither `index.json` nor `manifest.json`";
  throw AibomError.of("IMAGE_CARRIER_INVALID", { reason }, { where: { path: carrier.name } });
}

function withNames(subject: ImageSubject, names: ReadCarrier["names"]): ImageSubject {
  const more = subject.config === undefined ? undefined : names?.get(subject.config.digest);
  return more === undefined ? subject : { ...subject, names: [...new Set([...more, ...subject.names])] };
}

/** The last of a name counts, as it does for tools that write a tag anew. */
function tagsOf(entries: readonly Descriptor[]): ReadonlyMap<string, Descriptor> {
  return new Map(
    entries.flatMap((entry) => {
      const name = entry.annotations.get("org.opencontainers.image.ref.name");
      return name === undefined ? [] : [[tagOf(name), entry] as const];
    }),
  );
}

/** Files that stand for the carrier itself, and those of old archives that nobody reads any more. */
export const bookkeeping =
  /^(?:oci-layout|index\.json|manifest\.json|version|repositories|model\.sig|(?:[0-9a-f]{64}\.)?signature-\d{1,4}|[0-9a-f]{64}\/(?:VERSION|json)|[0-9a-f]{64}\/layer\.tar)$/;

function reportUnlisted(
  carrier: ImageCarrier,
  blobs: BlobTable,
  { manifests, subjects, findings }: ManifestCollector,
  entries: readonly BlobDigest[],
): void {
  const listed = new Set<string>(entries);
  for (const { digest, config, layers, manifests: children } of manifests.values()) {
    for (const each of [digest, config?.digest, ...[...layers, ...children].map((child) => child.digest)]) {
      listed.add(each ?? "");
    }
  }
  for (const { config, layers } of subjects) {
    for (const each of [...(config === undefined ? [] : [config]), ...layers]) {
      listed.add(each.digest);
    }
  }
  const known = new Set(
    [...blobs.blobs.values()].filter(({ digest }) => listed.has(digest)).map(({ path }) => path),
  );
  const rest = [...carrier.files.values()].filter(({ path }) => !known.has(path) && !bookkeeping.test(path));
  if (rest.length > 0) {
    const size = rest.reduce((sum, file) => sum + file.size, 0);
    findings.push(finding("IMAGE_BLOBS_UNLISTED", { path: carrier.name }, { count: rest.length, size }));
  }
}
