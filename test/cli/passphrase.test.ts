// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { givenPassphrase, parsePassphrase } from "../../src/cli/passphrase.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

test("one line of text; exactly one line break is removed", () => {
  const parse = (text: string): string => parsePassphrase(Buffer.from(text), "x");
  assert.equal(parse("secret"), "secret");
  assert.equal(parse("secret\n"), "secret");
  assert.equal(parse("secret\r\n"), "secret");
  assert.equal(parse(" spaces count \n"), " spaces count ");
  assert.equal(parse("pässwörd\n"), "pässwörd");
  assert.equal(parse("x".repeat(1024)), "x".repeat(1024));
  for (const text of ["", "\n", "\r\n"]) {
    assert.throws(() => parse(text), { code: "CLI_PASSPHRASE_EMPTY" });
  }
  for (const text of ["a\nb", "a\n\n", "a\0", "a\rb\n", "x".repeat(1025)]) {
    assert.throws(() => parse(text), { code: "CLI_PASSPHRASE_INVALID" });
  }
  assert.throws(() => parsePassphrase(Uint8Array.of(0xff, 0xfe), "x"), { code: "CLI_PASSPHRASE_INVALID" });
});

test("files must be their owner's alone", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "passphrase");
  writeFileSync(path, "secret\n", { mode: 0o600 });
  assert.equal(givenPassphrase({ passphraseFile: path }), "secret");
  symlinkSync(path, join(directory, "link"));
  assert.equal(givenPassphrase({ passphraseFile: join(directory, "link") }), "secret");
  for (const mode of [0o640, 0o604, 0o620, 0o666]) {
    chmodSync(path, mode);
    assert.throws(() => givenPassphrase({ passphraseFile: path }), { code: "CLI_PASSPHRASE_FILE_OPEN" });
  }
  assert.throws(() => givenPassphrase({ passphraseFile: join(directory, "none") }), {
    code: "SOURCE_NOT_FOUND",
  });
  mkdirSync(join(directory, "d"));
  assert.throws(() => givenPassphrase({ passphraseFile: join(directory, "d") }), {
    code: "SOURCE_NOT_REGULAR",
  });
});

test("file descriptors are read to their end", (t) => {
  const path = join(temporaryDirectory(t), "passphrase");
  writeFileSync(path, "secret\n");
  const descriptor = openSync(path, "r");
  try {
    assert.equal(givenPassphrase({ passphraseFd: descriptor }), "secret");
  } finally {
    closeSync(descriptor);
  }
  assert.throws(() => givenPassphrase({ passphraseFd: 1023 }), { code: "SOURCE_NOT_READABLE" });
  assert.throws(() => givenPassphrase({ passphraseFd: 0, passphraseFile: "x" }), { code: "CLI_USAGE" });
  assert.equal(givenPassphrase({}), undefined);
});

const terminalScript = `
import os, pty, sys, time, select
node, module, keys = sys.argv[1], sys.argv[2], sys.argv[3:]
code = """
const { choosePassphrase } = await import(process.argv[1]);
const context = { stderr: { write: async (text) => { process.stderr.write(text); } }, signal: new AbortController().signal };
try { console.log("GOT " + JSON.stringify(await choosePassphrase("k", { passphrase: true }, context))); }
catch (error) { console.log("CODE " + error.code); }
"""
pid, fd = pty.fork()
if pid == 0:
    os.execv(node, [node, "--input-type=module", "-e", code, module])
seen = b""
def read_until(mark):
    global seen
    end = time.time() + 20
    while mark not in seen and time.time() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try: seen += os.read(fd, 4096)
            except OSError: break
for index, key in enumerate(keys):
    read_until(b"passphrase for" if index == 0 else b"same again")
    time.sleep(0.2)
    os.write(fd, key.encode().decode("unicode_escape").encode("latin-1"))
read_until(b"GOT") if not any("x03" in key for key in keys) else read_until(b"CODE")
read_until(b"\\n\\n\\n\\n") if False else None
time.sleep(0.3)
if select.select([fd], [], [], 0.2)[0]:
    try: seen += os.read(fd, 4096)
    except OSError: pass
sys.stdout.buffer.write(seen)
`;

/** Types keys into a pseudo-terminal while aibom asks, and returns everything that the terminal showed. */
function typeAt(keys: readonly string[]): string | undefined {
  const module = join(import.meta.dirname, "../../src/cli/passphrase.ts");
  const result = spawnSync("python3", ["-c", terminalScript, process.execPath, module, ...keys], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return result.error === undefined ? result.stdout : undefined;
}

test("the terminal: asked twice, no echo, editing keys, ^C", (t) => {
  const good = typeAt(["sesaXM\\x7f\\x7fme\\r", "junk\\x15sesame\\r"]);
  if (good === undefined) {
    t.skip("python3 is not installed: no pseudo-terminal to type into");
    return;
  }
  assert.match(good, /GOT "sesame"|GOT "sesame/, good);
  assert.ok(!good.replace(/GOT .*/, "").includes("ses"), "nothing typed is shown");
  assert.match(typeAt(["one\\r", "two\\r"]) ?? "", /CODE CLI_PASSPHRASE_MISMATCH/);
  assert.match(typeAt(["one\\x03"]) ?? "", /CODE CLI_INTERRUPTED/);
  assert.match(typeAt(["\\r"]) ?? "", /CODE CLI_PASSPHRASE_EMPTY/);
});
