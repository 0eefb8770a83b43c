// SPDX-License-Identifier: Apache-2.0
// `verify --suppliers` as a user runs it, and that a replay needs the same register.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease, signTo } from "../use-cases/release.ts";
import { aibom, errorCode } from "./run-aibom.ts";

test("origin by a signed register; unsigned it is no evidence; replay; a misspelt signer of it is named", async (t) => {
  const made = await signedRelease(temporaryDirectory(t));
  const [register, policy, report] = ["suppliers.json", "policy.yaml", "verdict.json"].map((name) =>
    join(made.directory, name),
  ) as [string, string, string];
  const supplier = { id: "acme", country: "DE", signers: ["release"], reviewed: "2026-06-01" };
  const document = {
    apiVersion: "aibom/suppliers/v1",
    name: "s",
    expires: "2027-01-01",
    suppliers: [supplier],
  };
  writeFileSync(register, JSON.stringify(document));
  const rule = "{ id: o, kind: origin, allow: [DE], registerSignedBy: [release, relaese] }";
  writeFileSync(policy, `apiVersion: aibom/policy/v1\nname: test\nrules: [${rule}]\n`);
  const inputs = [...made.targets, "--trust-root", made.trustRoot, "--policy", policy];
  const run = (...more: string[]) =>
    aibom(["verify", ...inputs, "--at", "2026-06-30T12:00:00Z", "--format", `text,json=${report}`, ...more]);

  assert.match((await run()).stdout, /SUPPLIERS_MISSING/);
  assert.match((await run("--suppliers", register)).stdout, /SUPPLIERS_UNSIGNED/);
  await signTo(register, made.key);
  const allowed = await run("--suppliers", register);
  assert.equal(allowed.code, 0, allowed.stdout + allowed.stderr);
  assert.match(allowed.stdout, /POLICY_SIGNER_UNKNOWN/);

  const again = await aibom(["replay", report, ...inputs, "--suppliers", register]);
  assert.deepEqual([again.code, again.stderr], [0, ""]);
  writeFileSync(register, JSON.stringify({ ...document, name: "t" }));
  await signTo(register, made.key);
  const other = await aibom(["replay", report, ...inputs, "--suppliers", register]);
  assert.equal(errorCode(other), "REPLAY_INPUT_DIFFERS");
});
