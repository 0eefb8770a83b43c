// SPDX-License-Identifier: Apache-2.0
// The files of an image whose bytes were kept while its layers passed, for those who read several of them together.

import { type ByteSource, memorySource } from "../bytes/byte-source.ts";
import { AibomError } from "../errors.ts";
import type { LayerEntry } from "./layer-job.ts";

/** Opens a kept file by its path; throws SOURCE_NOT_FOUND for any other. */
export function keptFiles(entries: readonly LayerEntry[]): (path: string) => ByteSource {
  const kept = new Map(
    entries.flatMap(({ path, bytes }) => (bytes === undefined ? [] : [[path, bytes] as const])),
  );
  return (path) => {
    const bytes = kept.get(path);
    if (bytes === undefined) {
      throw AibomError.of("SOURCE_NOT_FOUND", {}, { where: { path } });
    }
    return memorySource(bytes, path);
  };
}
