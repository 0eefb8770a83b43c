// SPDX-License-Identifier: Apache-2.0
// Finds test corpora that lie beside the repository and are never part of it.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The directory of a corpus, or a reason to skip. Looked for as `shared/corpora/NAME` in every directory above. */
export function corpus(name: string): { readonly path: string; readonly missing: string | false } {
  for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
    const path = join(directory, "shared/corpora", name);
    if (existsSync(path)) {
      return { path, missing: false };
    }
    if (directory === dirname(directory)) {
      return { path: "", missing: `corpora not present: ${name}` };
    }
  }
}
