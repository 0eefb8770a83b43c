// SPDX-License-Identifier: Apache-2.0
// `aibom report --pdf`: refused before anything is read, or printed when the folder is written; with a program in place of
// a browser that keeps the page.

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const directory = temporaryDirectory({ after });
const run = (...args: readonly string[]) => aibom(args, { cwd: directory });

before(async () => {
  mkdirSync(join(directory, "model"));
  writeFileSync(join(directory, "model/README.md"), "# a model\n");
  assert.equal((await run("init")).code, 0);
  const browser = join(directory, "browser");
  writeFileSync(
    browser,
    `#!/bin/sh\nfor each in "$@"; do case "$each" in --print-to-pdf=*) output="\${each#*=}";; file://*) page="\${each#file://}";; esac; done\n{ printf '%%PDF-'; cat "$page"; } > "$output"\n`,
  );
  chmodSync(browser, 0o755);
});

test("the page is printed beside the folder; an earlier PDF is replaced if asked for", async () => {
  const args = [
    "report",
    "model",
    "--unsealed",
    "--out",
    "audit",
    "--pdf",
    "audit.pdf",
    "--browser",
    "./browser",
  ];
  const made = await run(...args);
  assert.match(made.stderr, /^printed audit\.pdf$/m);
  const printed = readFileSync(join(directory, "audit.pdf"), "utf8");
  const page = readFileSync(join(directory, "audit/START-HERE.html"), "utf8");
  assert.equal(printed, `%PDF-${page.replaceAll(' href="./', ' data-file="./')}`);
  assert.match(page, /sha256sum verify\.mjs/);
  const again = await run(...args, "--replace");
  assert.equal(again.code, made.code);
  assert.match(again.stderr, /^printed audit\.pdf$/m);
});

for (const [name, args, code] of [
  ["inside the folder", ["--pdf", "out/x.pdf", "--browser", "./browser"], "CLI_USAGE"],
  ["over something else", ["--pdf", "model/README.md", "--browser", "./browser"], "CLI_OUTPUT_EXISTS"],
  [
    "over what is no PDF",
    ["--pdf", "policy.yaml", "--browser", "./browser", "--replace"],
    "CLI_OUTPUT_FOREIGN",
  ],
  ["a browser for nothing", ["--browser", "./browser"], "CLI_USAGE"],
] as const) {
  test(`refused before anything is written: ${name}`, async () => {
    const refused = await run("report", "model", "--unsealed", "--out", "out", ...args);
    assert.equal(refused.code, 2);
    assert.equal(errorCode(refused), code);
    assert.equal(existsSync(join(directory, "out")), false);
  });
}
