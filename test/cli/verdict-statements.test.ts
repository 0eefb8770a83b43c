// SPDX-License-Identifier: Apache-2.0
// `vsa` and `svr`: what verify writes is read back by verify, says what the verdict said, and vouches for nothing else.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { signedRelease, trust, writeKey } from "../use-cases/release.ts";
import { aibom, errorCode } from "./run-aibom.ts";

const gate = "https://ci.example.com/gate";

function policyOn(type: string, claims: object): string {
  const rule = { id: "gated", kind: "attestation", predicateType: type, signers: ["gate"], claims };
  return JSON.stringify({ apiVersion: "aibom/policy/v1", name: "deploy", rules: [rule] });
}

const vsaPolicy = policyOn("https://slsa.dev/verification_summary/v1", {
  "vsa.verifier.id": gate,
  "vsa.result": "PASSED",
  "vsa.verifiedLevels": "AIBOM_MODEL_SIGNED",
});
const svrPolicy = policyOn("https://in-toto.io/attestation/svr/v0.2", {
  "svr.verifier.id": gate,
  "svr.properties": "AIBOM_BOM_MATCHED",
});

async function setUp(root: string) {
  const release = await signedRelease(root);
  const key = writeKey(root, "gate");
  const deployTrust = join(root, "deploy-trust");
  trust(deployTrust, [{ name: "gate", publicPem: key.publicPem, usages: ["statement"] }]);
  const cwd = release.directory;
  writeFileSync(join(cwd, "vsa.json"), vsaPolicy);
  writeFileSync(join(cwd, "svr.json"), svrPolicy);
  const summarize = (targets: readonly string[], flags: readonly string[] = ["--vsa-key", key.path]) =>
    aibom(
      [
        "verify",
        ...targets,
        ...["--trust-root", release.trustRoot, "--bom", "aibom.cdx.json", "--verifier-id", gate],
        ...["--format", "text,vsa=out.vsa.intoto.jsonl,svr=out.svr.intoto.jsonl"],
        ...flags,
      ],
      { cwd },
    );
  const deploy = (target: string, kind: "vsa" | "svr") =>
    aibom(
      [
        ...["verify", target, "--trust-root", deployTrust, "--policy", `${kind}.json`],
        ...["--attestation", `out.${kind}.intoto.jsonl`],
      ],
      { cwd },
    );
  return { cwd, summarize, deploy };
}

test("a gate that believes the signer of the summary lets the same bytes pass, and no others", async (t) => {
  const { cwd, summarize, deploy } = await setUp(temporaryDirectory(t));
  const summarized = await summarize(["tiny-gguf", "tiny-safetensors"]);
  assert.equal(summarized.code, 0, summarized.stdout + summarized.stderr);
  for (const target of ["tiny-gguf", "tiny-safetensors"]) {
    for (const kind of ["vsa", "svr"] as const) {
      const { code, stdout } = await deploy(target, kind);
      assert.equal(code, 0, stdout);
    }
  }
  appendFileSync(join(cwd, "tiny-safetensors/README.md"), "changed\n");
  assert.equal((await deploy("tiny-safetensors", "vsa")).code, 1);

  // The verdict is a deny now, and the summaries of before are replaced by bad news.
  assert.equal((await summarize(["tiny-gguf", "tiny-safetensors"])).code, 1);
  for (const kind of ["vsa", "svr"] as const) {
    const { code, stdout } = await deploy("tiny-gguf", kind);
    assert.equal(code, 1);
    assert.match(stdout, /ATTESTATION_CLAIM_DIFFERS/);
  }
});

test("what is written without a key is a bare statement, which nobody accepts", async (t) => {
  const { cwd, summarize, deploy } = await setUp(temporaryDirectory(t));
  assert.equal((await summarize(["tiny-gguf"], [])).code, 0);
  const statement = JSON.parse(readFileSync(join(cwd, "out.vsa.intoto.jsonl"), "utf8"));
  assert.deepEqual(
    statement.subject.map(({ name }: { name: string }) => name),
    ["tiny-llama-Q8_0.gguf"],
  );
  const { verifier, policy, verificationResult, verifiedLevels, resourceUri } = statement.predicate;
  assert.equal(verifier.id, gate);
  assert.equal(policy.uri, "urn:aibom:policy:builtin%3Abaseline");
  assert.equal(verificationResult, "PASSED");
  assert.deepEqual(verifiedLevels, [
    "AIBOM_POLICY_PASSED",
    "AIBOM_MODEL_SIGNED",
    "AIBOM_BOM_MATCHED",
    "AIBOM_CONTENT_CLEAR",
  ]);
  assert.match(resourceUri, /^pkg:generic\/tiny-gguf\?checksum=sha256:[0-9a-f]{64}$/);
  assert.equal((await deploy("tiny-gguf", "vsa")).code, 1);
  assert.equal((await summarize(["tiny-gguf"], [])).code, 0, "replaces its own output");
});

test("a summary does not claim to be fresher than the instant it was made for, or than now", async (t) => {
  const { cwd, summarize } = await setUp(temporaryDirectory(t));
  const timeOf = (): string =>
    JSON.parse(readFileSync(join(cwd, "out.vsa.intoto.jsonl"), "utf8")).predicate.timeVerified;
  await summarize(["tiny-gguf"], ["--at", "2026-06-30T12:00:00Z"]);
  assert.equal(timeOf(), "2026-06-30T12:00:00.000Z");
  await summarize(["tiny-gguf"], ["--at", "2099-01-01T00:00:00Z"]);
  assert.ok(Date.parse(timeOf()) <= Date.now());
});

test("a weakened check vouches for nothing", async (t) => {
  const { cwd, summarize } = await setUp(temporaryDirectory(t));
  assert.equal((await summarize(["tiny-gguf"], ["--allow-legacy"])).code, 0);
  const { predicate } = JSON.parse(readFileSync(join(cwd, "out.vsa.intoto.jsonl"), "utf8"));
  assert.deepEqual([predicate.verificationResult, predicate.verifiedLevels], ["FAILED", ["FAILED"]]);
});

test("a key without a report to sign, and a verifier that is no URI, are usage errors", async (t) => {
  const cwd = temporaryDirectory(t);
  const run = (flags: readonly string[]) => aibom(["verify", "x", ...flags], { cwd });
  assert.equal(errorCode(await run(["--vsa-key", "k"])), "CLI_USAGE");
  assert.equal(errorCode(await run(["--format", "vsa", "--passphrase-file", "p"])), "CLI_USAGE");
  assert.equal(errorCode(await run(["--format", "vsa", "--verifier-id", "gate"])), "CLI_OPTION_INVALID");
});
