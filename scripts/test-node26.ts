// SPDX-License-Identifier: Apache-2.0
// `npm run test:node26`: the test suite on Node 26, where the package registry can be reached.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const directory = mkdtempSync(join(tmpdir(), "aibom-node26-"));
try {
  const platform = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}@26`;
  const install = spawnSync(
    "npm",
    ["install", "--prefix", directory, "--no-save", "--ignore-scripts", platform],
    { encoding: "utf8", timeout: 180_000 },
  );
  if (install.status !== 0) {
    console.log(`skipped: Node 26 cannot be installed here (${platform})\n${install.stderr}`);
  } else {
    const name = platform.slice(0, platform.lastIndexOf("@"));
    const node = join(directory, "node_modules", name, "bin/node");
    console.log(spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim());
    const tests = spawnSync(node, ["--test", "test/**/*.test.ts"], { cwd: root, stdio: "inherit" });
    process.exitCode = tests.status ?? 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
