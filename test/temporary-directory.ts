// SPDX-License-Identifier: Apache-2.0
// A directory that is gone when the test is.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty directory, removed after the test, or after all of the file if it is given their `after`. */
export function temporaryDirectory(t: { after(fn: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), "aibom-test-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
