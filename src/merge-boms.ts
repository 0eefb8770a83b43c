// SPDX-License-Identifier: Apache-2.0
// The use-case of `aibom merge`: BOM files in, one BOM out. Only valid documents are merged, and only into a version of
// CycloneDX that can say everything that they say.

import { type MergedBom, type MergeOptions, mergeBoms } from "./bom/merge/merge.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { readBounded } from "./sources/read-bounded.ts";

/** How BOMs are merged. Without a version the newest of the inputs, at least 1.6, is written. */
export interface MergeFilesOptions extends Omit<MergeOptions, "specVersion"> {
  readonly specVersion?: MergeOptions["specVersion"];
}

/**
 * Merges files.
 * @throws {AibomError} SOURCE_*, JSON_*, BOM_INVALID, BOM_UNSUPPORTED, BOM_MERGE_OLDER, BOM_SELF_INVALID
 */
export async function mergeBomFiles(
  paths: readonly string[],
  options: MergeFilesOptions,
): Promise<MergedBom> {
  const inputs = [];
  let newest: MergeOptions["specVersion"] = "1.6";
  for (const path of paths) {
    const bytes = readBounded(path, limits.maxBomBytes);
    const { document, specVersion } = await requireValidBom(bytes, path);
    newest = specVersion === "1.7" ? "1.7" : newest;
    if (specVersion === "1.7" && options.specVersion === "1.6") {
      throw AibomError.of("BOM_MERGE_OLDER", { given: specVersion, wanted: "1.6" }, { where: { path } });
    }
    inputs.push({ name: path, bytes, document });
  }
  return mergeBoms(inputs, { ...options, specVersion: options.specVersion ?? newest });
}
