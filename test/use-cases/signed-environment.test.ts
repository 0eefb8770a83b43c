// SPDX-License-Identifier: Apache-2.0
// A virtual environment as `python -m venv` makes it, with links to its interpreter and to its own `lib`: it can be signed,
// and the links are named as left out, not passed over.

import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { site, virtualEnvironment } from "../../fixtures/packages/python.ts";
import { writeRoot } from "../../fixtures/packages/root.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, type Release, signTo, trust, writeKey } from "./release.ts";

interface SignedEnvironment extends Pick<Release, "verify"> {
  readonly folder: string;
}

async function signedEnvironment(t: TestContext): Promise<SignedEnvironment> {
  const directory = temporaryDirectory(t);
  const folder = join(directory, "venv");
  writeRoot(folder, { ...virtualEnvironment(), "bin/activate": "# sets PATH\n" });
  symlinkSync("lib", join(folder, "lib64"));
  symlinkSync(process.execPath, join(folder, "bin/python3.12"));
  symlinkSync("python3.12", join(folder, "bin/python"));
  const key = writeKey(directory, "release");
  const trustRoot = join(directory, "trust");
  trust(trustRoot, [{ name: "release", publicPem: key.publicPem }]);
  await signTo(folder, key.path);
  return { folder, verify: () => verify([folder], { trustRoot, at, jobs: 1 }) };
}

test("a signed virtual environment passes; its links are named", async (t) => {
  const environment = await signedEnvironment(t);
  const verdict = await environment.verify();
  assert.equal(verdict.outcome, "allow", JSON.stringify(verdict.findings));
  const leftOut = verdict.findings.filter(({ code }) => code === "OMS_FILE_IGNORED");
  assert.deepEqual(leftOut.map(({ location }) => location.path).sort(), [
    "bin/python",
    "bin/python3.12",
    "lib64",
  ]);
});

test("a link that the signer did not name, or that leads elsewhere, costs the signature", async (t) => {
  for (const [target, path] of [
    ["lib", "lib32"],
    [process.execPath, "bin/python3"],
    [process.execPath, `${site}/helper.so`],
  ] as const) {
    const environment = await signedEnvironment(t);
    symlinkSync(target, join(environment.folder, path));
    const verdict = await environment.verify();
    assert.equal(verdict.outcome, "deny", path);
    assert.ok(codesOf(verdict).has("OMS_FILE_REFUSED"), path);
  }
});

test("an edited module of a signed environment is denied", async (t) => {
  const environment = await signedEnvironment(t);
  writeFileSync(join(environment.folder, site, "torch/nn.py"), "x = 2\n");
  assert.equal((await environment.verify()).outcome, "deny");
});

test("no other directory is signed with such links: a model names what it leaves out", async (t) => {
  const folder = temporaryDirectory(t);
  writeRoot(folder, { "weights.bin": "x", "lib/a": "y" });
  symlinkSync("lib", join(folder, "lib64"));
  const key = writeKey(temporaryDirectory(t), "release");
  await assert.rejects(signTo(folder, key.path), { code: "SIGN_INCOMPLETE" });
});
