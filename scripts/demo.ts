// SPDX-License-Identifier: Apache-2.0
// `npm run demo`: the whole job on a real model, with real commands, in a temporary directory. Each step's
// exit code is asserted: the demo fails if the gate does not.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDemoModels } from "../fixtures/make.ts";
import { calls } from "../fixtures/pickle.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "bin/aibom.js");
const directory = mkdtempSync(join(tmpdir(), "aibom-demo-"));

/** Says what comes next. */
function step(text: string): void {
  console.log(`\n# ${text}`);
}

/** Runs one command in the demo directory, shows it, and insists on its exit code. */
function aibom(args: readonly string[], expected: number): void {
  console.log(`$ aibom ${args.join(" ")}`);
  const result = spawnSync(process.execPath, [bin, ...args], { cwd: directory, encoding: "utf8" });
  process.stdout.write(result.stdout);
  process.stdout.write(result.stderr);
  if (result.status !== expected) {
    throw new Error(`aibom ${args[0]} ended with exit code ${result.status}, expected ${expected}`);
  }
  console.log(`(exit code ${result.status})`);
}

/** Runs a program of the demo directory, shows its last lines, and insists on its exit code. */
function node(args: readonly string[], expected: number): void {
  console.log(`$ node ${args.join(" ")}`);
  const result = spawnSync(process.execPath, args, { cwd: directory, encoding: "utf8" });
  console.log(result.stdout.trimEnd().split("\n").slice(-2).join("\n"));
  if (result.status !== expected) {
    throw new Error(`${args[0]} ended with exit code ${result.status}, expected ${expected}`);
  }
}

/** Changes the lowest bit of one byte in the middle of a file. */
function flipOneBit(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function demo(): void {
  step("A release: the Silero VAD model that the npm package @ricky0123/vad-web ships, and two small ones");
  const silero = join(root, "node_modules/@ricky0123/vad-web/dist");
  mkdirSync(join(directory, "model"));
  cpSync(join(silero, "silero_vad_v5.onnx"), join(directory, "model/silero_vad_v5.onnx"));
  cpSync(join(silero, "silero_vad_legacy.onnx"), join(directory, "model/silero_vad_legacy.onnx"));
  writeDemoModels(directory);

  step("Once: a local trust root, a policy, a signing key");
  aibom(["init"], 0);
  aibom(["keygen", "--out", "release.key", "--no-passphrase"], 0);
  aibom(["trust", "add", "release", "--key", "release.pub"], 0);

  step("For each release: inventory, sign, verify");
  const targets = ["./model", "./tiny-safetensors", "./tiny-gguf"];
  aibom(["inventory", ...targets, "-o", "aibom.cdx.json"], 0);
  aibom(["validate", "aibom.cdx.json"], 0);
  for (const target of targets) {
    aibom(["sign", target, "--key", "release.key"], 0);
  }
  aibom(["sign", "aibom.cdx.json", "--key", "release.key"], 0);
  const verify = ["verify", ...targets, "--bom", "aibom.cdx.json", "--policy", "policy.yaml"];
  aibom(verify, 0);

  step("For the auditor: a sealed folder that proves the verdict, and checks itself without aibom");
  aibom(["keygen", "--out", "auditor.key", "--no-passphrase"], 0);
  aibom(["trust", "add", "auditor", "--key", "auditor.pub", "--usage", "report"], 0);
  const report = ["report", ...targets, "--bom", "aibom.cdx.json", "--policy", "policy.yaml"];
  aibom([...report, "--key", "auditor.key", "--out", "audit", "--quiet"], 0);
  // 3: sealed, and without a time stamp, which needs an authority.
  node(["audit/verify.mjs", "audit"], 3);

  step("One bit of the weights changes: the gate names the file");
  const weights = join(directory, "model/silero_vad_v5.onnx");
  const original = readFileSync(weights);
  flipOneBit(weights);
  aibom(verify, 1);
  writeFileSync(weights, original);

  step("The signature is gone: the gate says what is missing");
  renameSync(join(directory, "model/model.sig"), join(directory, "removed.sig"));
  aibom(verify, 1);

  step("A pickle that would run a command gets into the model: even signed, it is denied");
  writeFileSync(join(directory, "model/scaler.pkl"), calls("os", "system", "touch pwned"));
  aibom(["scan", "./model"], 1);
  aibom(["sign", "./model", "--key", "release.key"], 0);
  aibom(["verify", "./model", "--policy", "policy.yaml"], 1);

  step("What a code means");
  aibom(["explain", "PICKLE_DANGEROUS_IMPORT"], 0);
}

try {
  demo();
  console.log("\nThe demo ended as it should: allow, then three denies.");
} finally {
  rmSync(directory, { recursive: true, force: true });
}
