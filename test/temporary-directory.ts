// SPDX-License-Identifier: Apache-2.0
// A directory that is gone when the test is.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A new empty directory, removed after the test. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "aibom-test-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
