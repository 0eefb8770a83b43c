// SPDX-License-Identifier: Apache-2.0
// `npm run check`: every static check, one line each, the output of those that fail. Each tool also has a
// planted violation in fixtures/guards that it must catch (test/guards): a checker that checks nothing is green too.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

const checks: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: "format and lint", command: [bin("biome"), "ci", "--colors=off", "--error-on-warnings", "."] },
  { name: "types", command: [bin("tsc"), "-p", "tsconfig.json"] },
  { name: "types of the page's script", command: [bin("tsc"), "-p", "src/page/browser"] },
  { name: "import rules", command: [bin("depcruise"), "--config", ".dependency-cruiser.mjs", "src"] },
  { name: "dead code", command: [bin("knip")] },
  { name: "duplicate code", command: [bin("jscpd"), "--config", ".jscpd.json", "src"] },
  { name: "generated docs are current", command: [process.execPath, "scripts/docs.ts", "--check"] },
  { name: "embedded page files are current", command: [process.execPath, "scripts/page.ts", "--check"] },
  { name: "build with types", command: [process.execPath, "scripts/build.ts", "--types"] },
  { name: "package", command: [bin("publint"), "--strict"] },
];

let failures = 0;
for (const { name, command } of checks) {
  const started = performance.now();
  const [program, ...args] = command;
  const result = spawnSync(program ?? "", args, { cwd: root, encoding: "utf8" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const isGood = result.status === 0;
  console.log(`${isGood ? "ok  " : "FAIL"}  ${name} (${seconds} s)`);
  if (!isGood) {
    failures += 1;
    console.log(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`);
  }
}
console.log(failures === 0 ? "all checks passed" : `${failures} of ${checks.length} checks failed`);
process.exitCode = failures === 0 ? 0 : 1;
