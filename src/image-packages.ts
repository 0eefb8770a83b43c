// SPDX-License-Identifier: Apache-2.0
// The software packages of an image: the catalogs read what a container of it sees, as they read a directory on disk, and
// the SHA-256 values that package managers recorded are compared with those of the layers' files.

import type { ImageEntry } from "./images/image-account.ts";
import { keptFiles } from "./images/kept-files.ts";
import type { ReadImage } from "./images/read-images.ts";
import type { Finding } from "./model/finding.ts";
import type { ImageContent } from "./model/image.ts";
import type { RootFile, RootView } from "./packages/catalog.ts";
import { comparePackages } from "./packages/compare-files.ts";
import { readPackages } from "./packages/read-packages.ts";

interface ImageWithPackages {
  readonly image: ImageContent;
  readonly findings: readonly Finding[];
}

/**
 * The image with its packages. Findings stand at `path`, the carrier's file on disk, and name the file in the image.
 * Never throws on content.
 */
export function withPackages({ image, root: entries }: ReadImage, path: string): ImageWithPackages {
  if (entries.length === 0) {
    return { image, findings: [] };
  }
  const root = viewOf(image.name, entries);
  const reading = readPackages(
    root,
    entries.flatMap((entry) => entry.packages ?? []),
  );
  const sha256 = new Map(entries.map((entry) => [entry.path, entry.sha256]));
  const compared = comparePackages(root, reading.packages, (file, algorithm) =>
    algorithm === "sha256" ? sha256.get(file) : undefined,
  );
  const findings = [...reading.findings, ...compared.findings].map((each) =>
    located(each, image.digest, path),
  );
  const isWhole = reading.unverified.length === 0;
  return {
    image: {
      ...image,
      complete: image.complete && isWhole,
      ...(compared.packages.length === 0 ? {} : { packages: compared.packages }),
    },
    findings,
  };
}

function located(found: Finding, digest: string, path: string): Finding {
  const { path: inside, member, ...rest } = found.location;
  const inner = member === undefined ? inside : `${inside}!${member}`;
  return { ...found, subject: path, location: { ...rest, path, member: `${digest}!${inner}` } };
}

function viewOf(name: string, entries: readonly ImageEntry[]): RootView {
  const files = new Map<string, RootFile>();
  for (const { path, kind, size, mode, target, format, layer } of entries) {
    if (kind === "file" || (kind === "symlink" && target !== undefined)) {
      files.set(path, {
        path,
        size,
        mode,
        ...(kind === "symlink" && target !== undefined ? { linkTarget: target } : {}),
        ...(layer === undefined ? {} : { layer }),
        format,
      });
    }
  }
  return {
    name,
    files,
    directoryLinks: new Map(),
    open: keptFiles(entries),
  };
}
