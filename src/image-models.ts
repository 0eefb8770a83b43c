// SPDX-License-Identifier: Apache-2.0
// Models in images and in artifacts of the OCI form: what the files beside the weights say is read by the same layouts as
// in a directory on disk. Of an image only directories that hold weights are looked at.

import { keptFiles } from "./images/kept-files.ts";
import type { LayerEntry } from "./images/layer-job.ts";
import type { ReadImage } from "./images/read-images.ts";
import type { DirectoryView, LayoutFile } from "./layouts/layout.ts";
import type { ImageContent } from "./model/image.ts";
import { describeTogether } from "./stores/together.ts";

/** The image with the facts that the layouts give. */
export function withModelFacts({ image, modelFiles }: ReadImage): ImageContent {
  const weights = modelFiles.filter(({ read }) => read?.holdsWeights === true);
  const folders = new Set(weights.map(({ path }) => folderOf(path)));
  const files = modelFiles.filter(({ path }) => image.role === "artifact" || folders.has(folderOf(path)));
  if (weights.length === 0) {
    return image;
  }
  const { facts } = describeTogether(viewOf(image.name, files));
  return { ...image, facts: [...image.facts, ...facts] };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function viewOf(name: string, entries: readonly LayerEntry[]): DirectoryView {
  const files = new Map<string, LayoutFile>();
  for (const { path, size, sha256 = "", format = "file", read } of entries) {
    const description = read?.description;
    files.set(path, {
      path,
      size,
      sha256,
      format,
      linkCount: 1,
      ...(description === undefined ? {} : { description }),
    });
  }
  return {
    name,
    root: "",
    files,
    open: keptFiles(entries),
  };
}
