// SPDX-License-Identifier: Apache-2.0
// No command opens a network connection: every one of them runs in a process where each way to do so throws
// and leaves a trace. A planted violation proves that the guard bites.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, runProgram } from "./run-aibom.ts";

/** Loaded before aibom: closes every door and writes down who tries one. */
const guard = `
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";
function close(object, name) {
  object[name] = () => {
    appendFileSync(process.env.OFFLINE_TRACE, name + "\\n");
    throw new Error("network: " + name);
  };
}
close(net.Socket.prototype, "connect");
close(net.Server.prototype, "listen");
close(dgram.Socket.prototype, "send");
close(dgram.Socket.prototype, "bind");
for (const name of ["connect", "createConnection"]) close(net, name);
for (const name of ["request", "get"]) { close(http, name); close(https, name); }
close(http2, "connect");
close(tls, "connect");
for (const name of Object.keys(dns)) if (/^(lookup|resolve|reverse)/.test(name)) close(dns, name);
for (const name of Object.keys(dns.promises)) if (/^(lookup|resolve|reverse)/.test(name)) close(dns.promises, name);
for (const name of ["fetch", "WebSocket", "EventSource"]) close(globalThis, name);
syncBuiltinESMExports();
`;

/** A safetensors file with one tensor of four bytes. */
function tinyWeights(): Buffer {
  const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(56));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from([1, 2, 3, 4])]);
}

const rootKeys = ["root", "targets", "snapshot", "timestamp"].flatMap((role) => [
  `--${role}-key`,
  "release.pub",
]);

const tsaFlags = ["--key", "tsa/tsa.key", "--certificate-chain", "tsa/chain.pem"];

const commands: readonly (readonly string[])[] = [
  ["--version"],
  ["--help"],
  ["init"],
  ["keygen", "--out", "release.key", "--no-passphrase"],
  ["trust", "add", "release", "--key", "release.pub"],
  ["trust", "list"],
  ["trust", "show", "release"],
  ["trust", "publish-root", "-o", "root.json", "--expires", "2126-01-01", ...rootKeys],
  ["trust", "sign-root", "root.json", "--key", "release.key"],
  ["trust", "publish", "published", "--root", "root.json", "--expires", "2125-01-01", "--key", "release.key"],
  ["trust", "update", "--from", "published", "--root", "root.json", "--trust-root", "updated"],
  ["inventory", "model", "-o", "aibom.cdx.json"],
  ["inventory", "model", "-o", "old.cdx.json", "--spec-version", "1.6", "--digest-cache", "cache"],
  ["validate", "aibom.cdx.json", "old.cdx.json"],
  ["sign", "model", "--key", "release.key"],
  ["sign", "aibom.cdx.json", "--key", "release.key"],
  ["timestamp", "model/model.sig", "--request", "model.tsq"],
  ["tsa", "init", "--out", "tsa", "--no-passphrase"],
  ["trust", "import", "tsa/chain.pem", "--kind", "tsa", "--name", "clock"],
  ["timestamp", "policy.yaml", "--detached", "--request", "p.tsq"],
  ["tsa", "reply", ...tsaFlags, "--request", "p.tsq", "-o", "answer.tsr"],
  ["timestamp", "policy.yaml", "--token", "answer.tsr", "--request", "p.tsq", "-o", "p.tsr"],
  ["timestamp", "verify", "policy.yaml", "--token", "p.tsr"],
  ["verify", "model"],
  [
    "verify",
    "model",
    "--bom",
    "aibom.cdx.json",
    "--policy",
    "policy.yaml",
    "--format",
    "text,json=verdict.json",
  ],
  ["merge", "aibom.cdx.json", "old.cdx.json", "-o", "merged.cdx.json"],
  ["policy", "packs"],
  ["policy", "lint", "policy.yaml"],
  ["profile", "model"],
  ["scan", "model"],
  ["explain", "SAFETENSORS_HEADER_TOO_LARGE"],
  ["explain", "--list"],
  ["completion", "bash"],
  ["completion", "zsh"],
  ["completion", "fish"],
  ["trust", "revoke", "release", "--reason", "test"],
  ["trust", "remove", "release"],
];

test("every command works without a network and asks for none", async (t) => {
  const cwd = temporaryDirectory(t);
  const trace = join(cwd, "trace");
  writeFileSync(join(cwd, "guard.mjs"), guard);
  mkdirSync(join(cwd, "model"));
  writeFileSync(join(cwd, "model/model.safetensors"), tinyWeights());
  // A model card full of addresses: things to look at, never to fetch.
  writeFileSync(
    join(cwd, "model/README.md"),
    "---\nlicense: mit\nbase_model: example/base\ndatasets: [example/data]\n---\nhttps://example.com/model\n",
  );
  for (const args of commands) {
    const result = await aibom(args, {
      cwd,
      node: ["--import", join(cwd, "guard.mjs")],
      env: { OFFLINE_TRACE: trace },
    });
    assert.equal(result.code, 0, `aibom ${args.join(" ")}\n${result.stdout}${result.stderr}`);
    assert.ok(
      !existsSync(trace),
      `aibom ${args.join(" ")} tried ${existsSync(trace) && readFileSync(trace, "utf8")}`,
    );
  }
  t.diagnostic(`${commands.length} command lines, no attempt`);
});

const violations = [
  'fetch("http://127.0.0.1:9")',
  'import("node:net").then((net) => net.connect(9, "127.0.0.1"))',
  'import("node:net").then((net) => new net.Socket().connect(9, "127.0.0.1"))',
  'import("node:https").then(({ get }) => get("https://127.0.0.1:9"))',
  'import("node:http").then(({ request }) => request("http://127.0.0.1:9"))',
  'import("node:dns").then(({ lookup }) => lookup("example.com", () => {}))',
  'import("node:dns/promises").then(({ lookup }) => lookup("example.com"))',
  'import("node:dgram").then(({ createSocket }) => createSocket("udp4").send("x", 9, "127.0.0.1"))',
  'import("node:tls").then((tls) => tls.connect(9, "127.0.0.1"))',
];

test("the guard bites", async (t) => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "guard.mjs"), guard);
  for (const [index, violation] of violations.entries()) {
    const trace = join(cwd, `trace-${index}`);
    const args = ["--import", join(cwd, "guard.mjs"), "--input-type=module", "-e", violation];
    const result = await runProgram(process.execPath, args, { cwd, env: { OFFLINE_TRACE: trace } });
    assert.notEqual(result.code, 0, violation);
    assert.ok(existsSync(trace), violation);
  }
});
