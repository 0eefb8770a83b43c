// SPDX-License-Identifier: Apache-2.0
// Loading scripts: Python files with a builder class of the datasets library (before version 4), which ran them to
// make the data. The name of the file proves nothing; the class does.

import { decodeUtf8 } from "../../bytes/utf8.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { type Reading, splitPath } from "../reading.ts";

/** A class that derives from a builder: `class Squad(datasets.GeneratorBasedBuilder):`. */
const builderClass =
  /^class[ \t]+([A-Za-z_]\w{0,200})[ \t]*\([^)\n]{0,200}\b(?:GeneratorBasedBuilder|ArrowBasedBuilder|BeamBasedBuilder|DatasetBuilder)\b/m;

/** Reports Python files of a dataset: loading scripts by their class, others as code that lies with the data. */
export function describeLoadingScripts(reading: Reading): void {
  for (const path of reading.directory.files.keys()) {
    const [, name] = splitPath(path);
    if (!/\.py[cdwx]?$/i.test(name)) {
      continue;
    }
    const bytes = name.endsWith(".py") ? reading.bytes(path, limits.maxLoadingScriptBytes) : undefined;
    const text = bytes === undefined ? undefined : reading.attempt(path, () => decodeUtf8(bytes, path));
    const [, found] = builderClass.exec(text ?? "") ?? [];
    if (found === undefined) {
      reading.findings.add(finding("CUSTOM_CODE_FILE", { path }, {}));
    } else {
      reading.claim("custom_code", { class: found, module: name.slice(0, -3) }, path, found);
      reading.findings.add(finding("DATASET_SCRIPT", { path, member: found }, { class: found }));
    }
  }
}
