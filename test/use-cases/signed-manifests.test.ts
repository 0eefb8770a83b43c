// SPDX-License-Identifier: Apache-2.0
// A manifest that somebody signed reaches the files that it lists. It is evidence, and it never makes a gate milder.

import assert from "node:assert/strict";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { croissantDataset } from "../../fixtures/dataset.ts";
import { jsonFile } from "../../fixtures/hugging-face.ts";
import { writeTree } from "../../fixtures/make.ts";
import type { ManifestEvidence } from "../../src/model/evidence.ts";
import { claim } from "../../src/model/fact.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { compareManifests, expectedFiles } from "../../src/reading/manifest-digests.ts";
import { jsonReporter } from "../../src/report/reporters/json.ts";
import { textReporter } from "../../src/report/reporters/text.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import { mintManifestEvidence } from "../../src/verifiers/mint.ts";
import { verify } from "../../src/verify.ts";
import { evaluateRule, file, gate, gated, hex, signature } from "../policy/gate-inputs.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, signTo, trust, writeKey } from "./release.ts";

const manifest = "croissant.json";
const data = ["data/test.csv", "data/train.csv"];

/** A dataset whose manifest is signed, with or without what it lists. */
async function dataset(t: TestContext, isAllSigned: boolean) {
  const directory = temporaryDirectory(t);
  const target = join(directory, "data");
  const key = writeKey(directory, "release");
  const trustRoot = join(directory, "trust");
  trust(trustRoot, [{ name: "release", publicPem: key.publicPem }]);
  const tree = croissantDataset();
  writeTree(target, isAllSigned ? tree : new Map([...tree].filter(([path]) => path === manifest)));
  await signTo(target, key.path);
  writeTree(target, tree);
  return { target, verify: () => verify([target], { trustRoot, at }) };
}

function chained({ evidence }: Verdict): readonly ManifestEvidence[] {
  return evidence.filter((each) => each.kind === "manifest");
}

test("files that a signed manifest lists have evidence: signer, manifest, digest", async (t) => {
  const release = await dataset(t, true);
  const verdict = await release.verify();
  assert.equal(verdict.outcome, "allow");
  const [chain, ...others] = chained(verdict);
  assert.deepEqual(others, []);
  assert.deepEqual(chain?.manifests, [manifest]);
  assert.deepEqual([...(chain?.covers ?? [])].sort(), data);
  assert.deepEqual(chain?.algorithms, ["sha256"]);
  assert.equal(chain?.signer.identity, "release");
  assert.match(
    textReporter.render(verdict, {}),
    /data: 2 of 3 files recomputed, as in croissant\.json \(sha256\),/,
  );
  const validate = await loadValidator("verdict");
  assert.ok(validate(JSON.parse(jsonReporter.render(verdict, {}))), JSON.stringify(validate.errors));
});

test("where the manifest alone is signed, the gate still asks who signed the files", async (t) => {
  const release = await dataset(t, false);
  const verdict = await release.verify();
  assert.deepEqual([...(chained(verdict)[0]?.covers ?? [])].sort(), data);
  assert.equal(verdict.outcome, "deny");
});

test("no signature over the manifest, no evidence; a file that differs has none", async (t) => {
  const release = await dataset(t, true);
  appendFileSync(join(release.target, "data/test.csv"), "x");
  const changed = await release.verify();
  assert.deepEqual(chained(changed)[0]?.covers, undefined, "the signature names another version");
  assert.equal(changed.outcome, "deny");
  rmSync(join(release.target, "model.sig"));
  assert.deepEqual(chained(await release.verify()), []);
  const other = await dataset(t, false);
  writeFileSync(join(other.target, manifest), jsonFile({}));
  assert.deepEqual(chained(await other.verify()), []);
});

test("weak digests, sizes, files from elsewhere and names of stores make no match", () => {
  const files = [file("m.json"), file("a.bin", { digests: [{ algorithm: "sha256", hex: hex("a") }] })];
  const matchesOf = (stated: Record<string, string | number | boolean>, by = "m.json") => {
    const facts = [claim("file.expected", { path: "a.bin", ...stated, by }, { path: "m.json" })];
    const expected = expectedFiles({ facts, files });
    return compareManifests({ files }, expected, () => "0".repeat(32)).matches;
  };
  const sha256 = hex("a");
  assert.deepEqual(matchesOf({ sha256 }), [{ manifest: "m.json", path: "a.bin", algorithm: "sha256" }]);
  assert.deepEqual(matchesOf({ sha256: hex("b") }), []);
  assert.deepEqual(matchesOf({ md5: "0".repeat(32) }), []);
  assert.deepEqual(matchesOf({ size: 10 }), []);
  assert.deepEqual(matchesOf({ sha256, isElsewhere: true }), []);
  assert.deepEqual(matchesOf({ sha256 }, "blobs"), []);
});

test("no rule is passed or failed by it, and a look-alike is refused", async () => {
  const { signer } = signature();
  const fields = {
    subject: "tiny",
    manifests: ["README.md"],
    signer,
    signature: "model.sig",
    covers: ["README.md", "model.safetensors"],
    algorithms: ["sha256"],
  } as const;
  const evidence = mintManifestEvidence(fields);
  const rules = [
    { kind: "signature", signers: "any" },
    { kind: "bom-match" },
    { kind: "digest", allow: ["sha256"] },
    { kind: "license", allow: ["MIT"] },
    { kind: "completeness", require: ["license"] },
    { kind: "freshness", signers: "any", maxAge: "30d" },
  ];
  for (const rule of rules) {
    const without = await evaluateRule(rule, gate([gated()]));
    assert.deepEqual(await evaluateRule(rule, gate([gated({ manifests: [evidence] })])), without, rule.kind);
  }
  const forged = { ...fields, kind: "manifest" } as unknown as ManifestEvidence;
  const [rule = {}] = rules;
  await assert.rejects(evaluateRule(rule, gate([gated({ manifests: [forged] })])), {
    code: "POLICY_EVIDENCE_FORGED",
  });
});
