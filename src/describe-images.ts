// SPDX-License-Identifier: Apache-2.0
// The images of a carrier, read layer by layer and then described: packages first, since what they own is no model, then the
// models among what is left.

import { withModels } from "./image-models.ts";
import { withPackages } from "./image-packages.ts";
import { readImages } from "./images/read-images.ts";
import type { Artifact } from "./model/artifact.ts";
import type { ImageContent } from "./model/image.ts";

interface CarrierOptions {
  /** Threads at most. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  /** The carrier's file on disk, or its directory, relative to the target; empty for the target itself. */
  readonly root: string;
}

/** What a carrier holds. */
export interface DescribedImages extends Pick<Artifact, "findings" | "complete"> {
  readonly images: readonly ImageContent[];
  /** Paths of the carrier's files that something is wrong with. */
  readonly suspect: ReadonlySet<string>;
}

/**
 * Reads and describes the images in the file or directory at `target`.
 * @throws {AibomError} IMAGE_*, SOURCE_*: it cannot be opened, or changed while it was read
 */
export async function describeImages(target: string, options: CarrierOptions): Promise<DescribedImages> {
  const { jobs: threads, signal, root } = options;
  const read = await readImages(target, options);
  const path = root === "" ? "." : root;
  const packaged = await withPackages(read, path, { threads, signal });
  const described = packaged.map((each, index) => {
    const image = read.images[index];
    const modelled = image === undefined ? { ...each, findings: [] } : withModels(each.image, image, path);
    return { image: modelled.image, findings: [...each.findings, ...modelled.findings] };
  });
  return {
    images: described.map(({ image }) => image),
    findings: [...read.findings, ...described.flatMap(({ findings }) => findings)],
    complete: read.complete && described.every(({ image }) => image.complete),
    suspect: new Set(read.findings.map(({ location }) => location.path)),
  };
}
