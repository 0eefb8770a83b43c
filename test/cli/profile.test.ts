// SPDX-License-Identifier: Apache-2.0
// `aibom profile` as a user runs it: with documents that are signed, unsigned, expired, invalid, and inside a target.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease, signTo } from "../use-cases/release.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const perimeter = (changes: object = {}) =>
  JSON.stringify({
    apiVersion: "aibom/perimeter/v1",
    name: "acme",
    expires: "2027-06-30",
    home: ["DE"],
    sites: [{ id: "cellar", country: "DE", operator: "self" }],
    ...changes,
  });

test("a signed perimeter counts, an unsigned one is weak, and the level is no exit code", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const path = join(made.directory, "perimeter.json");
  const deploy = join(made.directory, "deploy");
  mkdirSync(deploy);
  writeFileSync(join(deploy, "compose.yaml"), "services:\n  s:\n    image: vllm/vllm-openai:latest\n");
  writeFileSync(path, perimeter());
  const at = ["--at", "2026-06-30T12:00:00Z", "--trust-root", made.trustRoot];
  const run = (...more: string[]) =>
    aibom(["profile", ...made.targets, deploy, "--perimeter", path, ...at, ...more]);
  const statusOf = (json: string, id: string) =>
    JSON.parse(json).checks.find((each: { id: string }) => each.id === id).status;

  const unsigned = await run("--format", "json");
  assert.equal(unsigned.code, 0, unsigned.stderr);
  assert.deepEqual(
    ["IN1", "OP2", "OP3", "HW1"].map((id) => statusOf(unsigned.stdout, id)),
    ["weak", "fail", "fail", "unknown"],
  );
  await signTo(path, made.key);
  const signed = await run("--format", "json");
  assert.deepEqual(
    ["IN1", "IN2", "IN3"].map((id) => statusOf(signed.stdout, id)),
    ["pass", "pass", "pass"],
  );
  const line = await run("--format", "line");
  assert.match(
    line.stdout,
    /^ASP:1\/HW:Z\/EN:Z\/IN:F\/.* overall=Z coverage=\d+% blockers=\d+ next=[A-Z0-9,]+\n$/,
  );

  writeFileSync(path, perimeter({ home: ["DE", "US"] }));
  const changed = await run("--format", "json");
  assert.equal(statusOf(changed.stdout, "IN1"), "weak", "the signature is of other bytes");
});

test("a custody log answers who touched what, and lies outside of the targets", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const log = join(made.directory, "log");
  const [target = ""] = made.targets;
  const flags = ["--at", "2026-06-30T12:00:00Z", "--trust-root", made.trustRoot, "--format", "json"];
  const run = (path: string) => aibom(["profile", target, ...flags, "--log", path]);
  const init = await aibom([
    "log",
    "init",
    "--name",
    "example.org/gate",
    "--log",
    log,
    "--actor-key",
    made.key,
  ]);
  assert.equal(init.code, 0, init.stderr);
  const status = (json: string) =>
    JSON.parse(json).checks.find((each: { id: string }) => each.id === "AS2").status;
  assert.equal(status((await run(log)).stdout), "fail", "no event yet");
  const inventory = await aibom(["inventory", target, "--log", log, "-o", join(made.directory, "b.json")]);
  assert.equal(inventory.code, 0, inventory.stderr);
  assert.equal(status((await run(log)).stdout), "weak", "nobody else has seen it");
  assert.equal(errorCode(await run(join(made.directory, "missing"))), "CUSTODY_LOG_MISSING");
  assert.equal(errorCode(await run(join(target, "log"))), "JUDGE_IN_TARGET");
});

test("documents that are expired, invalid or inside a target are refused", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const path = join(made.directory, "perimeter.json");
  const at = ["--at", "2026-06-30T12:00:00Z", "--trust-root", made.trustRoot];
  const [target = ""] = made.targets;
  const cases: [string, string, object][] = [
    ["PERIMETER_EXPIRED", path, { expires: "2026-01-01" }],
    ["PERIMETER_INVALID", path, { hme: ["DE"] }],
    ["PERIMETER_INVALID", path, { waivers: [{ check: "OP2" }] }],
    ["JUDGE_IN_TARGET", join(target, "perimeter.json"), {}],
  ];
  for (const [code, file, changes] of cases) {
    writeFileSync(file, perimeter(changes));
    const refused = await aibom(["profile", target, "--perimeter", file, ...at]);
    assert.deepEqual([refused.code, errorCode(refused)], [2, code]);
  }
});
