// SPDX-License-Identifier: Apache-2.0
// Waivers from files: signed by somebody who may, current, and for exactly this; anything else changes nothing.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Usage } from "../../src/model/evidence.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import { signPolicy } from "../../src/sign-policy.ts";
import { loadSigner } from "../../src/signers/load-signer.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { addIdentity, saveTrustRoot } from "../../src/trust/edit.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { type WaiveOptions, waive } from "../../src/waive.ts";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, type Release, signedRelease, writeKey } from "./release.ts";

interface Setting extends Release {
  readonly policy: string;
  readonly officer: string;
  /** Writes a waiver and answers its path. */
  write(options?: Partial<WaiveOptions>, subject?: string): Promise<string>;
}

/** A release that a rule denies, and somebody who may waive. */
async function setting(t: TestContext, usages: readonly Usage[] = ["policy"]): Promise<Setting> {
  const directory = temporaryDirectory(t);
  const made = await signedRelease(directory);
  const { path: officer, publicPem } = writeKey(directory, "officer");
  const document = loadTrustRoot(made.trustRoot).document;
  saveTrustRoot(made.trustRoot, addIdentity(document, { name: "officer", publicKey: publicPem, usages }));
  const policy = join(directory, "policy.yaml");
  writeFileSync(
    policy,
    "apiVersion: aibom/policy/v1\nname: gate\nrules:\n  - { id: signed, kind: signature, signers: any }\n  - { id: no-gguf, kind: format, deny: [gguf] }\n",
  );
  // Whoever may waive may sign policies, and then only signed ones count.
  const { bundle } = await signPolicy(policy, { signer: { kind: "key", key: officer }, at });
  writeFileSync(`${policy}.sigstore.json`, bundle);
  let count = 0;
  return {
    ...made,
    policy,
    officer,
    async write(options = {}, subject = made.targets[0] ?? "") {
      const { bundle } = await waive(subject, {
        signer: { kind: "key", key: officer },
        at,
        policy,
        rule: "no-gguf",
        isFile: false,
        reason: "converted next week",
        ticket: "SEC-7",
        notAfter: new Date("2026-08-01T00:00:00Z"),
        ...options,
      });
      const path = join(directory, `w${count++}.sigstore.json`);
      writeFileSync(path, bundle);
      return path;
    },
  };
}

test("a signed waiver turns a failure into `waived`, and the verdict says who, why and until when", async (t) => {
  const made = await setting(t);
  const { policy } = made;
  assert.equal((await made.verify({ policy })).outcome, "deny");
  const byArtifact = await made.write();
  const byFile = await made.write({ isFile: true }, join(made.targets[0] ?? "", "tiny-llama-Q8_0.gguf"));
  for (const waivers of [[byArtifact], [byFile], [byArtifact, byFile]]) {
    const verdict = await made.verify({ policy, waivers });
    assert.equal(verdict.outcome, "allow");
    assert.deepEqual(
      verdict.rules.map(({ status }) => status),
      ["pass", "waived"],
    );
    assert.ok(codesOf(verdict).has("WAIVER_APPLIED"));
  }
  const { reporters } = await import("../../src/report/reporters/index.ts");
  const verdict = await made.verify({ policy, waivers: [byArtifact] });
  const text = reporters.find(({ id }) => id === "text")?.render(verdict) ?? "";
  assert.match(text, /1 waived/);
  assert.match(text, /waived {6}no-gguf, tiny-gguf: by officer until 2026-08-01T00:00:00Z: converted next/);
  const json = JSON.parse(reporters.find(({ id }) => id === "json")?.render(verdict) ?? "");
  const validate = await loadValidator("verdict");
  assert.ok(validate(json), JSON.stringify(validate.errors));
  assert.deepEqual(json.waivers[0].applied, ["tiny-gguf"]);
});

test("expired, early, forged, damaged, of another usage, for another artifact: nothing changes, and it is said", async (t) => {
  const made = await setting(t);
  const { policy } = made;
  const good = await made.write();
  const damaged = join(made.directory, "damaged.sigstore.json");
  const bundle = JSON.parse(readFileSync(good, "utf8"));
  const payload = Buffer.from(bundle.dsseEnvelope.payload, "base64").toString();
  bundle.dsseEnvelope.payload = Buffer.from(payload.replace("2026-08-01", "2026-09-01")).toString("base64");
  writeFileSync(damaged, JSON.stringify(bundle));
  const noBundle = join(made.directory, "none.sigstore.json");
  writeFileSync(noBundle, "{}");
  const cases: [string, string, Date][] = [
    ["WAIVER_NOT_APPLIED", good, new Date("2026-08-01T00:00:01Z")],
    ["WAIVER_NOT_APPLIED", good, new Date("2026-06-30T11:59:59Z")],
    ["WAIVER_NOT_APPLIED", damaged, at],
    ["WAIVER_NOT_APPLIED", noBundle, at],
    ["WAIVER_NOT_APPLIED", await made.write({ signer: { kind: "key", key: made.key } }), at],
    ["WAIVER_NOT_APPLIED", `${made.bom}.sigstore.json`, at],
    ["WAIVER_NOT_USED", await made.write({}, made.targets[1]), at],
    ["WAIVER_NOT_USED", await made.write({ rule: "signed" }), at],
  ];
  for (const [code, path, instant] of cases) {
    const verdict = await made.verify({ policy, waivers: [path], at: instant });
    assert.equal(verdict.outcome, "deny", path);
    assert.ok(codesOf(verdict).has(code as never), `${code}: ${[...codesOf(verdict)]}`);
  }
  await assert.rejects(made.verify({ policy, waivers: [join(made.directory, "absent")] }), {
    code: "SOURCE_NOT_FOUND",
  });
});

test("a statement that is not exactly a waiver is none", async (t) => {
  const made = await setting(t);
  const signer = await loadSigner({ kind: "key", key: made.officer }, at);
  const predicate = {
    policy: "gate",
    rule: "no-gguf",
    subject: "artifact",
    reason: "r",
    ticket: "t",
    issuedAt: "2026-06-01T00:00:00Z",
    notAfter: "2026-08-01T00:00:00Z",
  };
  const [first] = (await made.verify({ policy: made.policy })).artifacts;
  const subject = [{ name: "x", digest: { sha256: first?.manifest.hex ?? "" } }];
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: "https://aibom.dev/waiver/v1",
    predicate,
  };
  const outcome = async (content: object) => {
    const path = join(made.directory, "crafted.sigstore.json");
    writeFileSync(path, await signStatement(Buffer.from(JSON.stringify(content)), signer, 1 << 20));
    return (await made.verify({ policy: made.policy, waivers: [path] })).outcome;
  };
  assert.equal(await outcome(statement), "allow");
  const bad: object[] = [
    { ...statement, subject: [...subject, ...subject] },
    { ...statement, subject: [] },
    { ...statement, subject: [{ digest: { sha512: "0".repeat(128) } }] },
    { ...statement, predicateType: "https://aibom.dev/waiver/v2" },
    { ...statement, predicate: { ...predicate, notAfter: "2026-12-01T00:00:00Z" } },
    { ...statement, predicate: { ...predicate, notAfter: "2026-06-31T00:00:00Z" } },
    { ...statement, predicate: { ...predicate, notAfter: "2026-05-01T00:00:00Z" } },
    { ...statement, predicate: { ...predicate, notAfter: undefined } },
    { ...statement, predicate: { ...predicate, ticket: undefined } },
    { ...statement, predicate: { ...predicate, reason: "" } },
    { ...statement, predicate: { ...predicate, rule: ["no-gguf"] } },
    { ...statement, predicate: { ...predicate, extra: 1 } },
  ];
  for (const content of bad) {
    assert.equal(await outcome(content), "deny", JSON.stringify(content));
  }
});

test("more than 180 days, an unknown rule or a directory as a file cannot be written", async (t) => {
  const made = await setting(t);
  const days = (count: number) => new Date(at.getTime() + count * 86_400_000);
  await made.write({ notAfter: days(180) });
  await assert.rejects(made.write({ notAfter: days(181) }), { code: "WAIVER_TOO_LONG" });
  await assert.rejects(made.write({ notAfter: days(-1) }), { code: "WAIVER_INVALID" });
  await assert.rejects(made.write({ rule: "no-ggfu" }), {
    code: "POLICY_RULE_UNKNOWN",
    message: /did you mean no-gguf/,
  });
  await assert.rejects(made.write({ isFile: true }), { code: "WAIVER_INVALID" });
  await assert.rejects(made.write({}, `sha512:${"0".repeat(128)}`), { code: "WAIVER_INVALID" });
});

test("the command writes what verify takes", async (t) => {
  const made = await setting(t);
  const end = new Date(Date.now() + 86_400_000 * 30).toISOString().slice(0, 10);
  const target = made.targets[0] ?? "";
  mkdirSync(join(made.directory, "out"));
  const output = join(made.directory, "out/w.sigstore.json");
  const run = await aibom(
    [
      "policy",
      "waive",
      target,
      "--policy",
      made.policy,
      "--rule",
      "no-gguf",
      "--reason",
      "r",
      "--ticket",
      "t",
    ].concat(["--not-after", end, "--key", made.officer, "-o", output]),
  );
  assert.equal(run.code, 0, run.stderr);
  const gate = ["verify", ...made.targets, "--trust-root", made.trustRoot, "--policy", made.policy];
  assert.equal((await aibom(gate)).code, 1);
  const waived = await aibom([...gate, "--waiver", output]);
  assert.equal(waived.code, 0, waived.stdout);
});
