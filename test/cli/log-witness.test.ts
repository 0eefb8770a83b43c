// SPDX-License-Identifier: Apache-2.0
// `aibom log witness` and proofs: three parties that share nothing but files.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { workplace } from "./workplace.ts";

test("the log on one machine, the witness on another, and a proof for somebody with neither", async (t) => {
  const { cwd, run } = await workplace(t);
  await run(0, "log", "init", "--name", "a.example/b", "--log", "log");
  await run(0, "log", "append", "model", "--type", "import", "--log", "log");
  await run(0, "keygen", "--out", "w.key", "--type", "ed25519", "--no-passphrase");
  mkdirSync(join(cwd, "memory"));
  await run(2, "log", "witness", "request", "-o", "request", "--log", "log");
  await run(0, "log", "witness", "request", "-o", "request", "--old", "0", "--log", "log");
  const cosign = (exit: number, ...more: readonly string[]) =>
    run(
      exit,
      ...["log", "witness", "cosign", "request", "--key", "w.key", "--name", "w.example/1"],
      ...["--policy", "log/policy", "--memory", "memory", "-o", "answer", ...more],
    );
  const { stdout } = await cosign(0);
  assert.match(stdout, /^witness w\.example\/1 w\.example\/1\+[0-9a-f]{8}\+/);
  const policy = readFileSync(join(cwd, "log/policy"), "utf8").replace("quorum none\n", "");
  writeFileSync(join(cwd, "log/policy"), `${policy}${stdout}quorum w.example/1\n`);
  assert.match((await run(1, "log", "verify", "--log", "log")).stdout, /CUSTODY_QUORUM/);
  await run(0, "log", "witness", "add", "answer", "--log", "log");
  await run(0, "log", "append", "model", "--type", "handover", "--log", "log");
  const held = await run(0, "log", "verify", "--log", "log", "--remember", "seen");
  assert.match(
    held.stdout,
    /witnessed up to 1 entry by w\.example\/1 at .*\n {2}not witnessed yet: 1 entry since/,
  );
  await run(0, "log", "prove", "0", "-o", "p.tlog-proof", "--entry", "e.dsse.json", "--log", "log");
  const proven = ["log", "verify", "--proof", "p.tlog-proof", "--entry", "e.dsse.json"];
  assert.match(
    (await run(0, ...proven, "--policy", "log/policy")).stdout,
    /^HOLDS {2}entry 0 of a\.example\/b, import/,
  );
  await run(2, ...proven);
  writeFileSync(
    join(cwd, "e.dsse.json"),
    readFileSync(join(cwd, "e.dsse.json"), "utf8").replace("payload", "Payload"),
  );
  await run(1, ...proven, "--policy", "log/policy");
  await run(2, "log", "prove", "7", "--log", "log");
  // An older request, once the witness has seen more.
  await run(0, "log", "witness", "request", "-o", "request", "--log", "log");
  await cosign(0);
  await run(0, "log", "witness", "request", "-o", "request", "--old", "1", "--log", "log");
  assert.match((await cosign(1)).stderr, /CUSTODY_REQUEST_STALE/);
});
