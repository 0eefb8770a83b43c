// SPDX-License-Identifier: Apache-2.0
// Tells a tar that container images lie in from any other, by its members. It is read as images are (`images/`): its layers
// are far too large to be unpacked as members of an archive.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { readTar } from "../../bytes/tar.ts";
import { limits } from "../../limits.ts";

/** Ids of archives of images. */
export const imageArchives = [
  { id: "oci-archive", holdsWeights: false },
  { id: "docker-archive", holdsWeights: false },
] as const;

/** Which archive of images it is; undefined if it is none. What is wrong with the tar is told by whoever reads it. */
export function imageArchiveOf(file: ByteSource): (typeof imageArchives)[number]["id"] | undefined {
  const names = new Set<string>();
  let hasList = false;
  try {
    for (const { name, kind, dataOffset, size } of readTar(file, () => undefined)) {
      const path = name.replace(/^(?:\.\/)+/, "");
      names.add(path);
      hasList ||= path === "manifest.json" && kind === "file" && isDockerList(file, dataOffset, size);
    }
  } catch {
    // What came before decides: cut archives of images are archives of images.
  }
  if (hasList) {
    return "docker-archive";
  }
  return names.has("oci-layout") && names.has("index.json") ? "oci-archive" : undefined;
}

/** `manifest.json` of `docker save` is a list of images, each with a configuration and layers. */
function isDockerList(file: ByteSource, offset: number, size: number): boolean {
  if (size > limits.maxImageManifestBytes) {
    return false;
  }
  const text = Buffer.from(file.read(offset, size)).toString("latin1");
  return /^\s*\[/.test(text) && text.includes('"Config"') && text.includes('"Layers"');
}
