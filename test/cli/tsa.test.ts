// SPDX-License-Identifier: Apache-2.0
// A time-stamp authority of one's own, as its users see it: made, trusted, started; files stamped by http and over an air gap,
// and verified against the trust root.

import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { verifyFileStamp } from "../../src/verify-file-stamp.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode, type RunResult } from "./run-aibom.ts";
import { startTsa } from "./tsa-process.ts";

let template = "";

/** An authority, a trust root that has it, and a file: made once by the commands, copied for each test. */
before(async () => {
  template = mkdtempSync(join(tmpdir(), "aibom-test-tsa-"));
  for (const args of [
    ["init"],
    ["tsa", "init", "--out", "tsa", "--common-name", "Site clock", "--no-passphrase"],
    ["trust", "import", "tsa/chain.pem", "--kind", "tsa", "--name", "site-clock"],
  ]) {
    const { code, stderr } = await aibom(args, { cwd: template });
    assert.equal(code, 0, stderr);
  }
  assert.equal(statSync(join(template, "tsa/tsa.key")).mode & 0o777, 0o600);
  writeFileSync(join(template, "report.pdf"), "the report\n");
});

after(() => rmSync(template, { recursive: true, force: true }));

function site(t: TestContext) {
  const cwd = temporaryDirectory(t);
  cpSync(template, cwd, { recursive: true });
  const run = (...args: readonly string[]): Promise<RunResult> => aibom(args, { cwd });
  const good = async (...args: readonly string[]): Promise<RunResult> => {
    const result = await run(...args);
    assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
    return result;
  };
  const file = (name: string) => join(cwd, name);
  return { cwd, run, good, file };
}

const authorityFlags = ["--key", "tsa/tsa.key", "--certificate-chain", "tsa/chain.pem"];

test("made, trusted, started: a file is stamped and verified; a signal ends the server with 0", async (t) => {
  const { cwd, run, good, file } = site(t);
  assert.equal(statSync(file("tsa/tsa.key")).mode & 0o777, 0o600);
  const tsa = await startTsa(t, cwd);
  await good("timestamp", "report.pdf", "--url", tsa.url, "-o", "report.tsr");
  const verified = await good("timestamp", "verify", "report.pdf", "--token", "report.tsr");
  assert.match(
    verified.stdout,
    /^report\.pdf existed at \S+Z\n {2}stamped by {2}site-clock \(CN=Site clock\)\n/,
  );
  const json = JSON.parse(
    (await good("timestamp", "verify", "report.pdf", "--token", "report.tsr", "--format", "json")).stdout,
  );
  assert.equal(json.authority, "site-clock");
  assert.ok(new Date(json.notLaterThan) > new Date(json.genTime));
  assert.equal(
    errorCode(await run("timestamp", "report.pdf", "--url", tsa.url, "-o", "report.tsr")),
    "CLI_OUTPUT_EXISTS",
  );
  const bare = await run("timestamp", "report.pdf", "--url", tsa.url);
  assert.deepEqual([bare.code, errorCode(bare)], [2, "CLI_USAGE"]);
  assert.match(bare.stderr, /-o FILE/);
  // The same server stamps signatures.
  mkdirSync(file("model"));
  writeFileSync(file("model/w.bin"), "w");
  await good("keygen", "--out", "k.key", "--no-passphrase");
  await good("sign", "model", "--key", "k.key", "--timestamp", tsa.url);
  assert.match(readFileSync(file("model/model.sig"), "utf8"), /rfc3161Timestamps/);
  assert.equal(await tsa.stop("SIGTERM"), 0, tsa.log());
  assert.match(tsa.log(), /\nstamped \S+Z [0-9a-f]+ sha256:[0-9a-f]{64}\nstamped .*\nstopped\n$/);

  const again = await startTsa(t, cwd);
  await good("timestamp", "report.pdf", "--url", again.url, "-o", "second.tsr");
  assert.equal(await again.stop("SIGINT"), 0);
  const counts = readFileSync(file("tsa/journal.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  assert.deepEqual(counts, ["1", "2", "3"], "numbers go on after a restart");
});

test("over an air gap: request, reply, answer, each as a file", async (t) => {
  const { run, good, file } = site(t);
  await good("timestamp", "report.pdf", "--detached", "--request", "report.tsq");
  const reply = await good("tsa", "reply", ...authorityFlags, "--request", "report.tsq", "-o", "answer.tsr");
  assert.match(reply.stderr, /^stamped .* written to answer\.tsr\n$/);
  await good(
    "timestamp",
    "report.pdf",
    "--token",
    "answer.tsr",
    "--request",
    "report.tsq",
    "-o",
    "report.tsr",
  );
  await good("timestamp", "verify", "report.pdf", "--token", "report.tsr", "--request", "report.tsq");

  await good("timestamp", "report.pdf", "--detached", "--request", "other.tsq");
  const verify = (...args: readonly string[]) => run("timestamp", "verify", "report.pdf", ...args);
  assert.equal(errorCode(await verify("--token", "report.tsr", "--request", "other.tsq")), "TIMESTAMP_NONCE");
  assert.equal(
    errorCode(await verify("--token", "report.tsr", "--at", "2020-01-01T00:00:00Z")),
    "SIGNATURE_TIME_LATER",
  );
  assert.equal(errorCode(await verify("--token", "report.pdf")), "DER_TRUNCATED");
  assert.equal(errorCode(await verify()), "CLI_USAGE");
  assert.equal(
    errorCode(await run("timestamp", "verify", "tsa", "--token", "report.tsr")),
    "SOURCE_NOT_REGULAR",
  );
  await good("trust", "remove", "site-clock");
  const untrusted = await verify("--token", "report.tsr");
  assert.deepEqual([untrusted.code, errorCode(untrusted)], [1, "TIMESTAMP_UNTRUSTED"]);
  await good(
    "trust",
    "import",
    "tsa/chain.pem",
    "--kind",
    "tsa",
    "--name",
    "site-clock",
    "--valid-until",
    "2020-01-01",
  );
  assert.equal(errorCode(await verify("--token", "report.tsr")), "TIMESTAMP_AUTHORITY_WINDOW");

  appendFileSync(file("report.pdf"), "changed");
  const changed = await verify("--token", "report.tsr");
  assert.deepEqual([changed.code, errorCode(changed)], [1, "TIMESTAMP_IMPRINT"]);
  const taken = await run("timestamp", "report.pdf", "--token", "answer.tsr", "-o", "new.tsr");
  assert.equal(errorCode(taken), "SIGNER_TIMESTAMP");
  assert.ok(!existsSync(file("new.tsr")));
});

test("flags that do not go together are refused, and nothing is written", async (t) => {
  const { run, file } = site(t);
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["timestamp", "report.pdf", "--request", "q", "-o", "x"], "CLI_USAGE"],
    [["timestamp", "report.pdf", "--detached", "--url", "http://127.0.0.1:1"], "CLI_USAGE"],
    [["timestamp", "report.pdf", "--url", "http://tsa.example", "-o", "x"], "FETCH_ADDRESS"],
    [["timestamp", "absent", "--detached", "--request", "q"], "SOURCE_NOT_FOUND"],
    [["timestamp", "report.pdf", "--request", "q"], "CLI_USAGE"],
    [["tsa", "init", "--out", "tsa", "--no-passphrase"], "CLI_OUTPUT_EXISTS"],
    [["tsa", "init", "--out", "x", "--common-name", "a\nb", "--no-passphrase"], "CLI_OPTION_INVALID"],
    [["tsa", "init", "--out", "x", "--days", "0", "--no-passphrase"], "CLI_OPTION_INVALID"],
    [["tsa", "serve", ...authorityFlags, "--listen", "0.0.0.0:0"], "SERVER_ADDRESS"],
    [["tsa", "serve", ...authorityFlags, "--listen", "127.0.0.1"], "CLI_OPTION_INVALID"],
    [["tsa", "serve", ...authorityFlags, "--policy", "1.40"], "CLI_OPTION_INVALID"],
    [["tsa", "serve", ...authorityFlags, "--accuracy", "60001"], "CLI_OPTION_INVALID"],
    [["tsa", "serve", "--certificate-chain", "tsa/chain.pem"], "CLI_USAGE"],
    [["tsa", "serve", "--key", "tsa/tsa.key", "--certificate-chain", "tsa/root.pem"], "TSA_UNUSABLE"],
    [["tsa", "serve", ...authorityFlags, "--journal", "report.pdf"], "TSA_JOURNAL"],
    [["tsa", "reply", ...authorityFlags, "--request", "absent", "-o", "x"], "SOURCE_NOT_FOUND"],
  ];
  const got = await Promise.all(wrong.map(async ([args]) => errorCode(await run(...args))));
  assert.deepEqual(
    got.map((code, at) => [wrong[at]?.[0].join(" "), code]),
    wrong.map(([args, code]) => [args.join(" "), code]),
  );
  assert.ok(!existsSync(file("q")) && !existsSync(file("x")));
});

test("a query that is refused gets an answer that says so: exit 1; a clock that went back: exit 3", async (t) => {
  const { run, good, file } = site(t);
  writeFileSync(file("bad.tsq"), "no query");
  const bad = await run("tsa", "reply", ...authorityFlags, "--request", "bad.tsq", "-o", "bad.tsr");
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /^refused badDataFormat: /);
  assert.ok(statSync(file("bad.tsr")).size > 20);
  await good("timestamp", "report.pdf", "--detached", "--request", "q.tsq");
  const later = new Date(Date.now() + 86_400_000).toISOString();
  writeFileSync(file("tsa/journal.txt"), `1 1 ${later} sha256:${"00".repeat(32)}\n`);
  const back = await run("tsa", "reply", ...authorityFlags, "--request", "q.tsq", "-o", "q.tsr");
  assert.equal(back.code, 3);
  assert.match(back.stderr, /refused timeNotAvailable: .*\[TSA_CLOCK\]/s);
});

test("a key with a passphrase, and a program that holds the key", async (t) => {
  const { good, file } = site(t);
  writeFileSync(file("pass"), "open sesame\n", { mode: 0o600 });
  await good("tsa", "init", "--out", "locked", "--passphrase-file", "pass");
  assert.match(readFileSync(file("locked/tsa.key"), "utf8"), /ENCRYPTED PRIVATE KEY/);
  await good("timestamp", "report.pdf", "--detached", "--request", "q.tsq");
  const locked = [
    "--key",
    "locked/tsa.key",
    "--certificate-chain",
    "locked/chain.pem",
    "--passphrase-file",
    "pass",
  ];
  await good("tsa", "reply", ...locked, "--request", "q.tsq", "-o", "locked.tsr");
  writeFileSync(
    file("signer.mjs"),
    `import { createPrivateKey, sign } from "node:crypto"; import { readFileSync } from "node:fs";
     const key = createPrivateKey(readFileSync("tsa/tsa.key"));
     process.stdout.write(sign("sha256", readFileSync(0), key));`,
  );
  const program = [
    "--signer-command",
    `${process.execPath} signer.mjs`,
    "--certificate-chain",
    "tsa/chain.pem",
  ];
  await good("tsa", "reply", ...program, "--request", "q.tsq", "-o", "program.tsr");
  await good("timestamp", "verify", "report.pdf", "--token", "program.tsr", "--request", "q.tsq");
});

test("a token with any change does not verify, or says the same", async (t) => {
  const { good, file } = site(t);
  await good("timestamp", "report.pdf", "--detached", "--request", "q.tsq");
  await good("tsa", "reply", ...authorityFlags, "--request", "q.tsq", "-o", "a.tsr");
  const whole = readFileSync(file("a.tsr"));
  const verify = (token: Uint8Array) =>
    verifyFileStamp({
      path: file("report.pdf"),
      token,
      trustRoot: file(".aibom/trust"),
      at: new Date(Date.now() + 1000),
    });
  const { genTime, serialNumber } = await verify(whole);
  const random = seededRandom(7);
  const candidates = [
    ...Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length)),
    ...Array.from({ length: 400 }, () => mutate(whole, random)),
  ];
  let refused = 0;
  for (const token of candidates) {
    try {
      const said = await verify(token);
      assert.deepEqual([said.genTime, said.serialNumber], [genTime, serialNumber]);
    } catch (error) {
      assert.ok(error instanceof AibomError, String(error));
      refused += 1;
    }
  }
  assert.ok(refused > candidates.length * 0.95, `${refused} of ${candidates.length}`);
});
