// SPDX-License-Identifier: Apache-2.0
// verify.mjs as a program, as an auditor runs it, and `aibom report verify` on folders and archives: exit codes, what is
// printed, and that nothing of a folder reaches the terminal unescaped.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  type FolderFiles,
  folderKeys,
  folderPayload,
  folderTrust,
  hexOf,
  sealed,
} from "../../fixtures/audit-folder.ts";
import { packArchive } from "../../src/audit/archive.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import { aibom, errorCode } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { checkedAt, selfVerifier, verifyBoth, writeFiles } from "./verify-both.ts";

const root = temporaryDirectory({ after });
const program = readFileSync(selfVerifier);
const payload = new Map(await folderPayload()).set("verify.mjs", program);
const files = await sealed(payload);
const folder = writeFiles(join(root, "audit"), files);
const at = ["--at", checkedAt.toISOString()];

function run(directory: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(directory, "verify.mjs"), ...args], {
    encoding: "utf8",
    cwd: root,
  });
  return { status, stdout, stderr };
}

test("inside the folder, without arguments: one line a check, a summary, its own digest", () => {
  const { status, stdout, stderr } = run(folder);
  assert.deepEqual([status, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.slice(0, -3).every((line) => line.startsWith("ok ")));
  assert.match(lines.at(-2) ?? "", /^\d+ ok, 0 failed, 0 not checked: the folder is whole/);
  assert.ok(lines.at(-1)?.startsWith(`verify.mjs sha256:${hexOf(program)}, Node.js v`));
});

test("--json, --expect-key by digest and by file, --expect-signer", () => {
  const pem = join(root, "auditor.pub");
  writeFileSync(pem, folderKeys.sealer.publicKey.export({ type: "spki", format: "pem" }));
  const id = publicKeyId(folderKeys.sealer.publicKey);
  for (const args of [
    ["--expect-key", id],
    ["--expect-key", `sha256:${id}`],
    ["--expect-key", pem],
    ["--expect-signer", "auditor"],
  ]) {
    assert.equal(run(folder, folder, ...at, ...args).status, 0, args.join(" "));
  }
  assert.equal(run(folder, folder, ...at, "--expect-signer", "release").status, 1);
  const { status, stdout } = run(folder, folder, "--json", ...at);
  const report = JSON.parse(stdout) as {
    exit: number;
    failed: number;
    anchors: string;
    verifier: string;
    checks: unknown[];
  };
  assert.deepEqual([status, report.exit, report.failed, report.anchors], [0, 0, 0, "folder"]);
  assert.equal(report.verifier, `sha256:${hexOf(program)}`);
  assert.ok(report.checks.length > 40);
});

test("wrong use and no folder: 2, and nothing on stdout", () => {
  for (const args of [
    ["--unknown"],
    [join(root, "nowhere")],
    [folder, folder],
    ["--at", "yesterday"],
    ["--expect-key", "short"],
    ["--trust-root", join(root, "nowhere")],
    [join(folder, "bagit.txt")],
  ]) {
    const { status, stdout, stderr } = run(folder, ...args);
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, /\nusage: node verify\.mjs \[DIR\]/, args.join(" "));
  }
});

test("--help says what each flag is for, and ends with 0", () => {
  const { status, stdout, stderr } = run(folder, "--help");
  assert.deepEqual([status, stderr], [0, ""]);
  for (const word of ["--expect-key", "--trust-root", "--expect-signer", "--at", "--json", "Exit codes"]) {
    assert.ok(stdout.includes(word), word);
  }
});

test("report verify: a mistyped trust root, a shortened key and a file that is no folder are no verdict on the folder", async () => {
  for (const [args, code] of [
    [[folder, "--trust-root", "nowhere"], "TRUST_ROOT_MISSING"],
    [[folder, "--expect-key", "1c9cf9a059c21f5e"], "CLI_OPTION_INVALID"],
    [[join(folder, "bagit.txt")], "REPORT_NOT_A_FOLDER"],
  ] as const) {
    const result = await aibom(["report", "verify", ...args], { cwd: root });
    assert.equal(result.code, 2, result.stderr);
    assert.equal(errorCode(result), code);
  }
});

test("text of the folder is printed as plain ASCII", async () => {
  const hostile = new Map(
    await folderPayload({
      record: (record) => ({ ...record, title: "\u001b[2J\u202eevil\r\nok  all good" }),
    }),
  );
  const directory = writeFiles(join(root, "hostile"), await sealed(hostile.set("verify.mjs", program)));
  const { stdout } = run(directory, directory, ...at);
  assert.doesNotMatch(stdout, /[^\x20-\x7e\n]/);
  assert.doesNotMatch(stdout, /^ok {2}all good/m);
});

/** The folder as `aibom report --out audit.tar.zst` writes it. */
function packed(name: string, each: FolderFiles): string {
  const path = join(root, name);
  const entries = [...each].map(([file, bytes]) => ({ path: file, pieces: [bytes] }));
  writeFileSync(path, packArchive(entries, "audit", checkedAt));
  return path;
}

test("archives: as the folder; one that is cut off is refused", async () => {
  const path = packed("audit.tar.zst", files);
  const good = await aibom(["report", "verify", path, ...at]);
  assert.equal(good.code, 0, good.stdout + good.stderr);
  const changed = packed("changed.tar.zst", new Map(files).set("data/record.json", Buffer.from("{}")));
  assert.equal((await aibom(["report", "verify", changed, ...at])).code, 1);
  truncateSync(path, 2000);
  assert.equal((await aibom(["report", "verify", path, ...at])).code, 3);
});

test("aibom report verify: exit codes, JSON, the auditor's own trust root", async () => {
  const json = await aibom(["report", "verify", folder, "--format", "json", ...at]);
  assert.equal(json.code, 0, json.stderr);
  assert.equal((JSON.parse(json.stdout) as { anchors: string }).anchors, "folder");
  const own = join(writeFiles(join(root, "own"), folderTrust()), "data/trust-root");
  const anchored = await aibom([
    "report",
    "verify",
    folder,
    "--trust-root",
    own,
    "--expect-signer",
    "auditor",
    ...at,
  ]);
  assert.equal(anchored.code, 0, anchored.stdout + anchored.stderr);
  assert.match(anchored.stdout, /anchors: yours/);
  assert.equal((await aibom(["report", "verify", join(root, "nowhere")])).code, 2);
});

test("a file that is larger than any: refused without being read", async () => {
  const directory = writeFiles(join(root, "huge"), files);
  writeFileSync(join(directory, "data/huge"), "");
  truncateSync(join(directory, "data/huge"), 5 * 2 ** 30);
  const started = process.cpuUsage();
  const { own, self, ownFaults, selfFaults } = await verifyBoth(directory);
  assert.deepEqual([own, self], [1, 1]);
  assert.ok(ownFaults.includes("FAIL folder.files") && selfFaults.includes("FAIL folder.files"));
  const { user, system } = process.cpuUsage(started);
  // Microseconds. Reading and hashing 5 GB takes more than three seconds.
  assert.ok(user + system < 2e6, `${user + system}`);
  rmSync(directory, { recursive: true });
});

test("a seal by ML-DSA-65, which this Node.js knows", async () => {
  const sealer = generateKeyPairSync("ml-dsa-65");
  const trusted = await folderPayload({
    trust: (trust) => {
      for (const each of trust["identities"] as Record<string, unknown>[]) {
        if (each["name"] === "auditor") {
          const publicKey = sealer.publicKey.export({ type: "spki", format: "pem" });
          Object.assign(each, { publicKey, keyId: publicKeyId(sealer.publicKey), algorithm: "ml-dsa-65" });
        }
      }
    },
  });
  const directory = writeFiles(join(root, "post-quantum"), await sealed(trusted, { by: sealer }));
  const { own, self } = await verifyBoth(directory);
  assert.deepEqual([own, self], [0, 0]);
});

test("JSON: a key twice is refused wherever it stands, a string may be as long as a BOM", async () => {
  const { readSignatures } = (await import(`${selfVerifier.href}?library`)) as {
    readSignatures(bytes: Uint8Array, what: string, lookup: () => undefined): readonly unknown[];
  };
  const read = (text: string) => readSignatures(Buffer.from(text), "it", () => undefined);
  const envelope = (payload: string, more = "") =>
    `{"payloadType":"application/vnd.in-toto+json","payload":"${payload}"${more},"signatures":[{"sig":"AA=="}]}`;
  assert.equal(read(envelope("QUFB".repeat(1 << 22))).length, 1);
  const twice = [
    `,"payload":"AAAA"`,
    `,"a":{"b":1,"b":2}`,
    `,"a":[{"\\u0062":1,"b":2}]`,
    `,"a":{"\\"":1,"\\"":2}`,
  ];
  for (const more of twice) {
    assert.throws(() => read(envelope("AAAA", more)), /twice/, more);
  }
  assert.equal(read(envelope("AAAA", `,"a":{"b":"\\\\","c":"\\"b\\":","d":{"b":1}}`)).length, 1);
});
