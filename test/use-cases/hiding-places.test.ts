// SPDX-License-Identifier: Apache-2.0
// Places that a walk leaves out are places to hide in: what lies there is looked at, or the report says that nobody did.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { callsAsText } from "../../fixtures/pickle.ts";
import { inventoryTarget } from "../../src/inventory.ts";
import { renderScan } from "../../src/report/scan-text.ts";
import { scan } from "../../src/scan.ts";
import { sign } from "../../src/sign.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, signedRelease } from "./release.ts";

const evil = callsAsText("os", "system", "id");

/** Looks at content and the BOM, and asks for no signature of the model. */
const contentPolicy = `apiVersion: aibom/policy/v1
name: content
mode: enforce
rules:
  - id: content
    kind: content
  - id: in-bom
    kind: bom-match
`;

async function release(t: TestContext) {
  const made = await signedRelease(temporaryDirectory(t));
  const policy = join(made.directory, "policy.yaml");
  writeFileSync(policy, contentPolicy);
  return { ...made, policy, target: join(made.directory, "tiny-gguf") };
}

test("a pickle called model.sig is a pickle: inventory, scan and gate read it", async (t) => {
  const { target, policy, verify } = await release(t);
  assert.equal((await verify({ policy }, [target])).outcome, "allow");
  writeFileSync(join(target, "model.sig"), evil);
  const verdict = await verify({ policy }, [target]);
  assert.equal(verdict.outcome, "deny");
  assert.ok(codesOf(verdict).has("PICKLE_DANGEROUS_IMPORT"));
  assert.ok(codesOf(verdict).has("BOM_FILE_EXTRA"));
  const { artifact } = await inventoryTarget(target);
  assert.ok(artifact.files.some(({ path }) => path === "model.sig"));
  assert.equal((await scan([target])).outcome, "dangerous");
});

test("a signature that is named, or that of a BOM, is left out only if it can be one", async (t) => {
  const { target, policy, bom, verify } = await release(t);
  writeFileSync(join(target, "second.sig"), evil);
  const signatures = [join(target, "model.sig"), join(target, "second.sig")];
  assert.equal((await verify({ policy, signatures }, [target])).outcome, "deny");
  const other = await release(t);
  const inside = join(other.target, "aibom.cdx.json");
  cpSync(bom, inside);
  writeFileSync(`${inside}.sigstore.json`, evil);
  const options = { policy, bom: inside };
  const verdict = await other.verify(options, [other.target]);
  assert.ok(codesOf(verdict).has("PICKLE_DANGEROUS_IMPORT"));
});

test("a scan looks into git's files, and says that it did not look into the repository", async (t) => {
  const { target } = await release(t);
  for (const folder of [".git", ".github"]) {
    mkdirSync(join(target, folder));
  }
  writeFileSync(join(target, ".git/config"), "x");
  const clean = await scan([target]);
  assert.equal(clean.outcome, "clean");
  assert.deepEqual(clean.targets[0]?.ignored, [
    { path: ".git", rule: ".git (git metadata)", isDirectory: true },
  ]);
  assert.match(renderScan(clean), /^left out {2}.*\.git: rule \.git \(git metadata\)$/m);
  for (const place of [".github/evil.pkl", ".gitignore", ".gitattributes"]) {
    writeFileSync(join(target, place), evil);
  }
  const places = (await scan([target])).targets[0]?.findings.map(({ location }) => location.path);
  assert.deepEqual(places, [".gitattributes", ".github/evil.pkl", ".gitignore"]);
});

test("signing anew takes the place of what cannot be a signature, and elsewhere signs it like any file", async (t) => {
  const { target, key, trustRoot, directory } = await release(t);
  const signer = { kind: "key", key } as const;
  writeFileSync(join(target, "model.sig"), "");
  const own = await sign(target, { signer, at });
  const elsewhere = join(directory, "other.sig");
  const other = await sign(target, { signer, at, outputs: [elsewhere] });
  assert.equal(other.subjects, own.subjects + 1);
  writeFileSync(elsewhere, other.bundle);
  assert.equal((await verify([target], { trustRoot, at, signatures: [elsewhere] })).outcome, "allow");
  writeFileSync(join(target, "model.sig"), own.bundle);
  assert.equal((await verify([target], { trustRoot, at })).outcome, "allow");
});
