// SPDX-License-Identifier: Apache-2.0
// Printing by a browser, with programs in its place that do what browsers do wrong. test/browser has the real one.

import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { findBrowser, printPdf } from "../../src/cli/print-pdf.ts";
import { AibomError } from "../../src/errors.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const directory = temporaryDirectory({ after });
const page = Buffer.from("<!doctype html><title>x</title>");

/** A program that keeps its arguments and its environment, then does `action` with `$output`. */
function browser(name: string, action: string): string {
  const path = join(directory, name);
  const log = join(directory, `${name}.log`);
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}'; env >> '${log}'\nfor each in "$@"; do case "$each" in --print-to-pdf=*) output="\${each#*=}";; esac; done\n${action}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const environment = { PATH: process.env["PATH"], SECRET: "s3cret" };
const good = browser("good", `printf '%%PDF-1.4 made' > "$output"; echo said`);

function profiles(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("aibom-print-"));
}

async function fails(code: string, run: Promise<void>): Promise<string> {
  const error = await run.then(
    () => assert.fail("it printed"),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AibomError, String(error));
  assert.equal(error.code, code);
  return error.message;
}

test("prints with a profile that is thrown away, without a network, and without the user's environment", async () => {
  const before = profiles();
  const output = join(directory, "out.pdf");
  await printPdf(page, output, { browser: good, environment });
  assert.equal(readFileSync(output, "utf8"), "%PDF-1.4 made");
  const log = readFileSync(join(directory, "good.log"), "utf8");
  assert.match(log, /^--host-resolver-rules=MAP \* ~NOTFOUND$/m);
  assert.match(log, /^--disable-background-networking$/m);
  assert.match(log, /^--no-pdf-header-footer$/m);
  assert.match(log, /^file:\/\/.*\/aibom-print-[^/]*\/page\.html$/m);
  assert.match(log, /^HOME=.*aibom-print-/m);
  assert.doesNotMatch(log, /s3cret/);
  assert.equal(/^--no-sandbox$/m.test(log), process.getuid?.() === 0);
  assert.deepEqual(profiles(), before);
});

test("an existing file is not overwritten; a PDF is, if asked for", async () => {
  const output = join(directory, "there.pdf");
  writeFileSync(output, "%PDF-1.7 earlier");
  await fails("CLI_OUTPUT_EXISTS", printPdf(page, output, { browser: good, environment }));
  await printPdf(page, output, { browser: good, environment, isReplacing: true });
  assert.equal(readFileSync(output, "utf8"), "%PDF-1.4 made");
  writeFileSync(output, "-----BEGIN PRIVATE KEY-----");
  await fails(
    "CLI_OUTPUT_FOREIGN",
    printPdf(page, output, { browser: good, environment, isReplacing: true }),
  );
  assert.match(readFileSync(output, "utf8"), /PRIVATE KEY/);
});

for (const [name, action, reason] of [
  ["nothing", "true", /it wrote nothing/],
  ["no-pdf", 'echo "<html>" > "$output"', /no PDF/],
  ["crashed", 'printf "%%PDF-1.4" > "$output"; exit 3', /exit code 3/],
  ["killed", "kill -9 $$", /ended by SIGKILL/],
  ["chatty", "yes", /answered more than/],
] as const) {
  test(`a browser that fails (${name}) leaves no file behind`, async () => {
    const before = profiles();
    const output = join(directory, `${name}.pdf`);
    const message = await fails(
      "PDF_NOT_PRINTED",
      printPdf(page, output, { browser: browser(name, action), environment }),
    );
    assert.match(message, reason);
    assert.equal(existsSync(output), false);
    assert.deepEqual(profiles(), before);
  });
}

test("a stop ends the browser", async () => {
  const controller = new AbortController();
  const run = printPdf(page, join(directory, "late.pdf"), {
    browser: browser("slow", "exec sleep 60"),
    environment,
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 100);
  await fails("PDF_NOT_PRINTED", run);
});

test("without a browser it says what was looked for, and what else to do", async () => {
  const output = join(directory, "none.pdf");
  const message = await fails("PDF_BROWSER_NOT_FOUND", printPdf(page, output, { environment: { PATH: "" } }));
  assert.match(message, /chromium, .*google-chrome/);
  for (const absent of [join(directory, "absent"), "absent-browser"]) {
    const named = await fails(
      "PDF_BROWSER_NOT_FOUND",
      printPdf(page, output, { browser: absent, environment }),
    );
    assert.ok(named.includes(absent));
  }
});

test("a browser is found by its names on the PATH; what cannot be run is none", (t) => {
  const bin = temporaryDirectory(t);
  assert.equal(findBrowser({ PATH: join(bin, "absent") }), undefined);
  writeFileSync(join(bin, "chromium"), "no program");
  assert.equal(findBrowser({ PATH: bin }), undefined);
  writeFileSync(join(bin, "google-chrome"), "#!/bin/sh\n");
  chmodSync(join(bin, "google-chrome"), 0o755);
  assert.equal(findBrowser({ PATH: bin }), join(bin, "google-chrome"));
});
