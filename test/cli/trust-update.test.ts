// SPDX-License-Identifier: Apache-2.0
// `aibom trust publish-root`, `sign-root`, `publish` and `update` from the command line: the whole way from keys to
// a trust root that verification loads, carried and over http, and what each refuses.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, errorCode, type RunResult } from "./run-aibom.ts";

type Run = (...args: readonly string[]) => Promise<RunResult>;

const keyNames = ["anna", "ben", "targets", "snapshot", "timestamp"] as const;

const draftArgs = [
  "trust",
  "publish-root",
  "-o",
  "root.json",
  "--expires",
  "2126-01-01",
  "--root-key",
  "anna.pub",
  "--root-key",
  "ben.pub",
  "--root-threshold",
  "2",
  "--targets-key",
  "targets.pub",
  "--snapshot-key",
  "snapshot.pub",
  "--timestamp-key",
  "timestamp.pub",
];

const publishArgs = [
  "trust",
  "publish",
  "repository",
  "--expires",
  "2125-01-01",
  ...["targets", "snapshot", "timestamp"].flatMap((name) => ["--key", `${name}.key`]),
];

interface Stage {
  readonly cwd: string;
  readonly run: Run;
  /** Runs a command that must succeed. */
  readonly good: Run;
}

function stageIn(cwd: string): Stage {
  const run: Run = (...args) => aibom(args, { cwd });
  return {
    cwd,
    run,
    good: async (...args) => {
      const result = await run(...args);
      assert.equal(result.code, 0, `aibom ${args.join(" ")}\n${result.stderr}`);
      return result;
    },
  };
}

const kept = mkdtempSync(join(tmpdir(), "aibom-test-"));
after(() => rmSync(kept, { recursive: true, force: true }));

/** Made once, copied for each test: an organisation with keys and a trust root of one identity, and its first publication. */
before(async () => {
  const { good } = stageIn(kept);
  await Promise.all(keyNames.map((name) => good("keygen", "--out", `${name}.key`, "--no-passphrase")));
  await good("init");
  await good("trust", "add", "release", "--key", "anna.pub");
  await good(...draftArgs);
  await good("trust", "sign-root", "root.json", "--key", "anna.key", "--key", "ben.key");
  await good(...publishArgs, "--root", "root.json");
});

/** The organisation after its first publication. */
function published(t: TestContext): Stage {
  const cwd = temporaryDirectory(t);
  cpSync(kept, cwd, { recursive: true });
  return stageIn(cwd);
}

/** The organisation before it. */
function prepared(t: TestContext): Stage {
  const stage = published(t);
  rmSync(join(stage.cwd, "repository"), { recursive: true });
  rmSync(join(stage.cwd, "root.json"));
  return stage;
}

describe("aibom trust publish and update", { concurrency: 2 }, () => {
  test("draft, two signatures, publication, update, verification's loader", async (t) => {
    const { cwd, run, good } = prepared(t);
    const drafted = await good(...draftArgs);
    assert.match(drafted.stderr, /a root without signatures/);
    assert.equal(errorCode(await run(...draftArgs)), "CLI_OUTPUT_EXISTS");
    const first = await good("trust", "sign-root", "root.json", "--key", "anna.key");
    assert.match(first.stderr, /root version 1, 1 of 2 signatures of its own keys; not complete yet/);
    const early = await run(...publishArgs, "--root", "root.json");
    assert.deepEqual([early.code, errorCode(early)], [2, "TUF_ROOT_INCOMPLETE"]);
    const second = await good("trust", "sign-root", "root.json", "--key", "ben.key");
    assert.match(second.stderr, /2 of 2 signatures of its own keys$/m);
    const result = await good(...publishArgs, "--root", "root.json");
    assert.match(result.stderr, /published 1 files of \.aibom\/trust in repository/);
    const updated = await good(
      "trust",
      "update",
      "--from",
      "repository",
      "--root",
      "root.json",
      "--trust-root",
      "t",
    );
    assert.equal(updated.stdout, "");
    assert.match(updated.stderr, /trust root t was updated, from repository\n {2}\+ trust\.json\n/);
    assert.match(updated.stderr, /root version 1, targets version 1, valid until 2125-01-01T23:59:59Z/);
    const [, digest = ""] = /pinned root SHA-256 ([0-9a-f]{64})/.exec(updated.stderr) ?? [];
    assert.ok(result.stderr.includes(digest) && digest !== "");
    assert.deepEqual(
      readFileSync(join(cwd, "t/trust.json")),
      readFileSync(join(cwd, ".aibom/trust/trust.json")),
    );
    assert.match((await good("trust", "list", "--trust-root", "t")).stdout, /release/);
    const again = await good("trust", "update", "--from", "repository", "--trust-root", "t");
    assert.match(again.stderr, /trust root t is current/);
    assert.equal(
      (await good("--quiet", "trust", "update", "--from", "repository", "--trust-root", "t")).stderr,
      "",
    );
  });

  test("new root keys: both sets sign", async (t) => {
    const { cwd, run, good } = published(t);
    await good("keygen", "--out", "carl.key", "--no-passphrase");
    await good("trust", "update", "--from", "repository", "--root", "root.json", "--trust-root", "t");
    const next = draftArgs.map((each) =>
      each === "anna.pub" ? "carl.pub" : each === "root.json" ? "root2.json" : each,
    );
    await good(...next, "--previous", "root.json");
    const alone = await run("trust", "sign-root", "root2.json", "--key", "anna.key");
    assert.equal(errorCode(alone), "TUF_SIGNER_UNKNOWN");
    const signed = await good("trust", "sign-root", "root2.json", "--key", "carl.key", "--key", "ben.key");
    assert.match(signed.stderr, /the root before it was not given/);
    assert.equal(errorCode(await run(...publishArgs, "--root", "root2.json")), "TUF_ROOT_INCOMPLETE");
    const last = await good(
      "trust",
      "sign-root",
      "root2.json",
      "--key",
      "anna.key",
      "--previous",
      "root.json",
    );
    assert.match(
      last.stderr,
      /root version 2, 2 of 2 signatures of its own keys, 2 of 2 of the root before it$/m,
    );
    await good(...publishArgs, "--root", "root2.json");
    const updated = await good("trust", "update", "--from", "repository", "--trust-root", "t");
    assert.match(updated.stderr, /root version 2/);
    assert.equal(existsSync(join(cwd, "t/tuf/state.json")), true);
  });

  test("an encrypted root key asks for its passphrase from a file", async (t) => {
    const { cwd, run, good } = prepared(t);
    writeFileSync(join(cwd, "pass"), "correct horse\n", { mode: 0o600 });
    writeFileSync(join(cwd, "wrong"), "battery\n", { mode: 0o600 });
    await good("keygen", "--out", "dora.key", "--passphrase-file", "pass", "--type", "ed25519");
    await good(...draftArgs.map((each) => (each === "ben.pub" ? "dora.pub" : each)));
    const wrong = await run(
      "trust",
      "sign-root",
      "root.json",
      "--key",
      "dora.key",
      "--passphrase-file",
      "wrong",
    );
    assert.equal(errorCode(wrong), "KEY_PASSPHRASE_WRONG");
    await good(
      "trust",
      "sign-root",
      "root.json",
      "--key",
      "dora.key",
      "--key",
      "anna.key",
      "--passphrase-file",
      "pass",
    );
    await good(...publishArgs, "--root", "root.json");
  });

  test("an attack ends with exit code 1 and its code", async (t) => {
    const { cwd, run, good } = published(t);
    cpSync(join(cwd, "repository"), join(cwd, "old"), { recursive: true });
    await good(...publishArgs);
    await good("trust", "update", "--from", "repository", "--root", "root.json", "--trust-root", "t");
    const rollback = await run("trust", "update", "--from", "old", "--trust-root", "t");
    assert.deepEqual([rollback.code, errorCode(rollback)], [1, "TUF_ROLLBACK"]);
    assert.match(rollback.stderr, /timestamp version 1 is older than version 2/);
    const frozen = await run(
      "trust",
      "update",
      "--from",
      "repository",
      "--trust-root",
      "t",
      "--as-of",
      "2125-06-01T00:00:00Z",
    );
    assert.deepEqual([frozen.code, errorCode(frozen)], [1, "TUF_FREEZE"]);
  });

  test("--as-of is shown and recorded", async (t) => {
    const { cwd, good } = published(t);
    const args = ["trust", "update", "--from", "repository", "--root", "root.json", "--trust-root", "t"];
    const result = await good(...args, "--as-of", "2027-01-31T00:00:00Z");
    assert.match(result.stderr, /expiry was compared with 2027-01-31T00:00:00Z \(--as-of\), not with now/);
    assert.equal(
      JSON.parse(readFileSync(join(cwd, "t/tuf/state.json"), "utf8")).asOf,
      "2027-01-31T00:00:00Z",
    );
  });

  test("usage: one source, a root at first, addresses that are https", async (t) => {
    const { cwd, run } = published(t);
    const update = (...args: readonly string[]) => run("trust", "update", "--trust-root", "t", ...args);
    for (const [args, code] of [
      [[], "CLI_USAGE"],
      [["--from", "repository", "--url", "https://trust.example.org/"], "CLI_USAGE"],
      [["--from", "repository"], "TUF_ROOT_NEEDED"],
      [["--from", "nowhere", "--root", "root.json"], "SOURCE_NOT_FOUND"],
      [["--from", "repository", "--root", "nothing.json"], "SOURCE_NOT_FOUND"],
      [["--from", "repository", "--root", "repository/timestamp.json"], "TUF_ROOT_INVALID"],
      [["--url", "http://trust.example.org/", "--root", "root.json"], "FETCH_ADDRESS"],
      [["--url", "https://trust.example.org/?a=b", "--root", "root.json"], "FETCH_ADDRESS"],
      [["--from", "repository", "--root", "root.json", "--as-of", "yesterday"], "CLI_OPTION_INVALID"],
    ] as const) {
      const result = await update(...args);
      assert.deepEqual([result.code, errorCode(result)], [2, code], args.join(" "));
    }
    assert.equal(existsSync(join(cwd, "t")), false);
  });

  test("from an address", async (t) => {
    const { cwd, run, good } = published(t);
    const server = createServer((request, response) => {
      const path = join(cwd, "repository", request.url ?? "");
      response.statusCode = existsSync(path) ? 200 : 404;
      response.end(existsSync(path) ? readFileSync(path) : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await good("trust", "update", "--url", url, "--root", "root.json", "--trust-root", "t");
    assert.deepEqual(readdirSync(join(cwd, "t")).sort(), ["trust.json", "tuf"]);
    assert.equal(JSON.parse(readFileSync(join(cwd, "t/tuf/state.json"), "utf8")).source, url);
    server.close();
    server.closeAllConnections();
    const gone = await run("trust", "update", "--url", url, "--trust-root", "t");
    assert.deepEqual([gone.code, errorCode(gone)], [3, "FETCH_FAILED"]);
  });
});
