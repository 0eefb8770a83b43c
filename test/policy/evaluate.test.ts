// SPDX-License-Identifier: Apache-2.0
// The promises of the gate: nothing unchecked is allowed, evidence only ever helps, order never matters.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { AibomError } from "../../src/errors.ts";
import type { DigestEvidence, SignatureEvidence } from "../../src/model/evidence.ts";
import { finding } from "../../src/model/finding.ts";
import { baselinePolicy } from "../../src/policy/baseline.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { GatedArtifact, GateInput } from "../../src/policy/rule.ts";
import { buildVerdict } from "../../src/report/build-verdict.ts";
import { jsonReporter } from "../../src/report/reporters/json.ts";
import { textReporter } from "../../src/report/reporters/text.ts";
import {
  artifact,
  at,
  bom,
  bomDigests,
  file,
  gate,
  gated,
  hex,
  policyOf,
  signature,
  summary,
} from "./gate-inputs.ts";

const signed = gated({ signatures: [signature()], digests: [bomDigests()] });
const mismatch = finding("FORMAT_MISMATCH", { path: "model.safetensors" }, { named: "a", found: "b" });
const isCode = (code: string) => (error: unknown) => error instanceof AibomError && error.code === code;

test("an empty target is denied, whatever the policy says", async () => {
  for (const mode of ["enforce", "warn"]) {
    const policy = await policyOf([{ id: "c", kind: "complete", minMatches: 0 }], { mode });
    const verdict = evaluatePolicy(policy, gate([]));
    assert.equal(verdict.outcome, "deny");
    assert.ok(summary(verdict)[2].includes("POLICY_NOTHING_GIVEN"));
  }
});

test("an artifact without files is denied, also beside others", async () => {
  const policy = await policyOf([{ id: "c", kind: "complete" }]);
  const empty = gated({ artifact: artifact({ name: "empty", files: [] }) });
  assert.deepEqual(summary(evaluatePolicy(policy, gate([signed, empty])))[2], ["POLICY_NOTHING_GIVEN"]);
});

test("a policy without rules allows nothing", async () => {
  const policy = { ...(await policyOf([{ id: "c", kind: "complete" }])), rules: [] };
  assert.deepEqual(summary(evaluatePolicy(policy, gate([signed]))), [
    "deny",
    "fail",
    ["POLICY_ARTIFACT_UNCHECKED"],
  ]);
});

test("an artifact that no rule looks at is denied", async () => {
  const policy = await policyOf([{ id: "s", kind: "signature", signers: "any", scope: { kind: "model" } }]);
  const data = gated({ artifact: artifact({ kind: "file-set", name: "data" }) });
  const verdict = evaluatePolicy(policy, gate([signed, data]));
  assert.deepEqual(summary(verdict), ["deny", "pass", ["POLICY_ARTIFACT_UNCHECKED"]]);
});

test("deny over undecided over allow", async () => {
  const policy = await policyOf([
    { id: "s", kind: "signature", signers: "any" },
    { id: "c", kind: "complete" },
  ]);
  const files = [file("README.md"), file("model.safetensors", { status: "unverified" })];
  const damaged = artifact({ files });
  assert.equal(evaluatePolicy(policy, gate([signed])).outcome, "allow");
  assert.equal(
    evaluatePolicy(policy, gate([gated({ artifact: damaged, signatures: [signature()] })])).outcome,
    "undecided",
  );
  assert.equal(evaluatePolicy(policy, gate([gated({ artifact: damaged })])).outcome, "deny");
});

test("warn mode reports a failure and does not decide, but never hides what is not known", async () => {
  const rule = { id: "s", kind: "signature", signers: "any" };
  const warned = await policyOf([
    { ...rule, mode: "warn" },
    { id: "c", kind: "content" },
  ]);
  const verdict = evaluatePolicy(warned, gate([gated()]));
  assert.deepEqual(summary(verdict), ["allow", "fail", ["SIGNATURE_MISSING"]]);
  const wholly = await policyOf([rule], { mode: "warn" });
  assert.deepEqual(summary(evaluatePolicy(wholly, gate([gated()])))[2], [
    "POLICY_WARN_ONLY",
    "SIGNATURE_MISSING",
  ]);
  const incomplete = gated({ artifact: artifact({ complete: false }), signatures: [signature()] });
  assert.equal(evaluatePolicy(wholly, gate([incomplete])).outcome, "undecided");
  const enforced = await policyOf([{ ...rule, mode: "enforce" }], { mode: "warn" });
  assert.equal(evaluatePolicy(enforced, gate([gated()])).outcome, "deny");
});

test("an expired policy decides nothing", async () => {
  const rule = { id: "c", kind: "complete" };
  for (const expires of ["2026-11-24", "2026-11-24T00:00:00Z", "2027-01-01"]) {
    evaluatePolicy(await policyOf([rule], { expires }), gate([signed]));
  }
  for (const expires of ["2026-11-23", "2026-11-23T23:59:59Z", "1999-01-01"]) {
    const policy = await policyOf([rule], { expires });
    assert.throws(() => evaluatePolicy(policy, gate([signed])), isCode("POLICY_EXPIRED"));
  }
});

test("what no verifier made is not evidence", async () => {
  const policy = await policyOf([{ id: "s", kind: "signature", signers: "any" }]);
  const genuine = signature();
  const forged = [
    { ...genuine },
    JSON.parse(JSON.stringify(genuine)),
    Object.create(genuine),
    structuredClone(genuine),
  ];
  for (const copy of forged as SignatureEvidence[]) {
    const inputs = [
      gate([gated({ signatures: [copy] })]),
      gate([gated({ digests: [copy as unknown as DigestEvidence] })]),
      gate([signed], bom({ signatures: [copy] })),
    ];
    for (const input of inputs) {
      assert.throws(() => evaluatePolicy(policy, input), isCode("POLICY_EVIDENCE_FORGED"));
    }
  }
});

test("severity and message of the rule are carried", async () => {
  const rule = { id: "s", kind: "signature", signers: "any", severity: "critical", message: "ask security" };
  const [result] = evaluatePolicy(await policyOf([rule]), gate([gated()])).rules;
  assert.equal(result?.message, "ask security");
  assert.equal(result?.findings[0]?.severity, "critical");
});

test("the baseline: signed, in the BOM if there is one, nothing dangerous, nothing unread", async () => {
  const policy = baselinePolicy();
  const outcome = (input: GateInput) => evaluatePolicy(policy, input).outcome;
  const signedBom = bom({ signatures: [signature({ usage: "bom" })] });
  const unmatched = gated({ signatures: [signature()] });
  assert.equal(outcome(gate([signed])), "allow");
  assert.equal(outcome(gate([signed], signedBom)), "allow");
  assert.equal(outcome(gate([gated()])), "deny");
  assert.equal(outcome(gate([signed], bom())), "deny");
  assert.equal(outcome(gate([unmatched], signedBom)), "deny");
  const dangerous = gated({ ...signed, artifact: artifact({ findings: [mismatch] }) });
  assert.equal(outcome(gate([dangerous])), "deny");
  assert.equal(outcome(gate([gated({ ...signed, artifact: artifact({ complete: false }) })])), "undecided");
});

/** Policies with every rule kind that looks at evidence, in several combinations. */
async function policies(): Promise<Policy[]> {
  const rules = [
    { id: "any", kind: "signature", signers: "any" },
    { id: "two", kind: "signature", signers: ["release", "security", "intern"], minSigners: 2 },
    { id: "weights", kind: "signature", signers: ["release"], scope: { path: "**/*.safetensors" } },
    { id: "bom", kind: "bom-match", onMissing: "skip", signedBy: ["release"] },
    { id: "bom-signed", kind: "signature", scope: { kind: "bom" }, minMatches: 0, signers: "any" },
    { id: "hash", kind: "digest", allow: ["sha256"] },
    { id: "content", kind: "content" },
    { id: "format", kind: "format", deny: ["pickle"] },
    { id: "complete", kind: "complete" },
  ];
  const single = await Promise.all(rules.map((rule) => policyOf([rule])));
  return [...single, await policyOf(rules), await policyOf(rules, { mode: "warn" }), baselinePolicy()];
}

const identities = fc.constantFrom("release", "security", "intern");
const paths = fc.subarray(["README.md", "model.safetensors", "run.py"], { minLength: 1 });
const anySignature = fc
  .record({
    identity: identities,
    keyId: fc.constantFrom("k1", "k2", "k3"),
    usage: fc.constantFrom("model" as const, "bom" as const),
    covers: paths,
    algorithms: fc.subarray(["sha256" as const, "blake3" as const]),
  })
  .map(signature);
const anyDigests = fc
  .tuple(paths, fc.subarray(["sha256" as const, "blake3" as const], { minLength: 1 }))
  .map(([covers, algorithms]) => bomDigests(covers, algorithms));
const anyArtifact = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    paths,
    isDamaged: fc.boolean(),
    isDangerous: fc.boolean(),
    signatures: fc.array(anySignature, { maxLength: 4 }),
    digests: fc.array(anyDigests, { maxLength: 2 }),
    manifest: fc.constantFrom("1", "2", "3"),
  })
  .map(({ name, paths: names, isDamaged, isDangerous, signatures, digests, manifest }): GatedArtifact => {
    const files = names.map((path, index) =>
      file(path, isDamaged && index === 0 ? { status: "unverified" } : {}),
    );
    const content = artifact({ name, files, findings: isDangerous ? [mismatch] : [] });
    return {
      ...gated({ artifact: content, signatures, digests }),
      manifest: { algorithm: "sha256", hex: hex(manifest) },
    };
  });
const anyInput = fc
  .tuple(
    fc.array(anyArtifact, { maxLength: 3 }),
    fc.option(fc.array(anySignature, { maxLength: 3 }), { nil: undefined }),
  )
  .map(([artifacts, signatures]) =>
    gate(artifacts, signatures === undefined ? undefined : bom({ signatures })),
  );

test("removing evidence never turns deny or undecided into allow", async () => {
  const all = await policies();
  const bits = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(anyInput, bits, fc.constantFrom(...all), (input, keep, policy) => {
      const some = <T>(items: readonly T[]): T[] => items.filter(() => keep.next().value);
      const less: GateInput = {
        ...input,
        artifacts: input.artifacts.map((each) => ({
          ...each,
          signatures: some(each.signatures),
          digests: some(each.digests),
        })),
        ...(input.bom === undefined ? {} : { bom: { ...input.bom, signatures: some(input.bom.signatures) } }),
      };
      const [before, after] = [evaluatePolicy(policy, input).outcome, evaluatePolicy(policy, less).outcome];
      const rank = { deny: 0, undecided: 1, allow: 2 };
      assert.ok(rank[after] <= rank[before], `${before} became ${after}`);
    }),
    { numRuns: 3000 },
  );
});

test("the order of inputs never matters: same bytes", async () => {
  const policy = (await policies()).at(-3)!;
  const shuffled = anyInput.chain((input) =>
    fc.tuple(fc.constant(input), shuffle(input.artifacts), fc.infiniteStream(fc.boolean())),
  );
  fc.assert(
    fc.property(shuffled, ([input, artifacts, flips]) => {
      const flip = <T>(items: readonly T[]): T[] => (flips.next().value ? [...items].reverse() : [...items]);
      const mixed: GateInput = {
        ...input,
        artifacts: artifacts.map((each) => ({
          ...each,
          artifact: { ...each.artifact, files: flip(each.artifact.files) },
          signatures: flip(each.signatures),
          digests: flip(each.digests),
        })),
        ...(input.bom === undefined ? {} : { bom: { ...input.bom, signatures: flip(input.bom.signatures) } }),
      };
      for (const reporter of [jsonReporter, textReporter]) {
        assert.equal(reporter.render(verdictOf(policy, mixed)), reporter.render(verdictOf(policy, input)));
      }
    }),
    { numRuns: 500 },
  );
});

function shuffle<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}

function verdictOf(policy: Policy, input: GateInput) {
  const trustRootDigest = { algorithm: "sha256", hex: hex("d") } as const;
  return buildVerdict({ input, policy, decision: evaluatePolicy(policy, input), trustRootDigest });
}

test("10,000 artifacts and 20 rules", async (t) => {
  const kinds = [
    { kind: "signature", signers: "any" },
    { kind: "digest", allow: ["sha256"] },
    { kind: "format", deny: ["pickle"] },
    { kind: "content" },
    { kind: "complete" },
  ];
  const rules = Array.from({ length: 20 }, (_, index) => ({
    id: `r${index}`,
    ...kinds[index % kinds.length],
  }));
  const policy = await policyOf(rules);
  const artifacts = Array.from({ length: 10_000 }, (_, index) =>
    gated({ artifact: artifact({ name: `m${index}` }), signatures: [signature()] }),
  );
  const input = { artifacts, at };
  evaluatePolicy(policy, input);
  const started = performance.now();
  assert.equal(evaluatePolicy(policy, input).outcome, "allow");
  t.diagnostic(`${(performance.now() - started).toFixed(0)} ms`);
});

test("equal findings about two artifacts stay two, each with its artifact's name", async () => {
  const policy = await policyOf([{ id: "c", kind: "content" }]);
  const artifacts = ["a", "b"].map((name) => gated({ artifact: artifact({ name, findings: [mismatch] }) }));
  const input = gate(artifacts);
  const subjects = evaluatePolicy(policy, input).rules[0]?.findings.map(({ subject }) => subject);
  assert.deepEqual(subjects, ["a", "b"]);
  assert.deepEqual(
    verdictOf(policy, input).findings.map(({ subject }) => subject),
    ["a", "b"],
  );
});
