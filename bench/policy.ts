// SPDX-License-Identifier: Apache-2.0
// The policy gate on many artifacts: built-in rule kinds at 10,000 × 20 and 100,000 × 20, expressions (CEL) at 10,000 × 5
// with the thread warm. Flags: --rounds N.

import { claim } from "../src/model/fact.ts";
import { evaluatePolicy } from "../src/policy/evaluate.ts";
import { loadPolicy } from "../src/policy/load.ts";
import type { Policy } from "../src/policy/policy.ts";
import type { GatedArtifact, GateInput } from "../src/policy/rule.ts";
import { mintSignatureEvidence } from "../src/verifiers/mint.ts";
import { compare, machineLine, numberFlags, printSeries, task } from "./harness.ts";

const flags = numberFlags({ rounds: 5 });
const at = new Date("2026-11-24T00:00:00Z");
const hex = "a".repeat(64);

function artifact(index: number): GatedArtifact {
  const path = "model.safetensors";
  const name = `model-${index}`;
  const digests = [{ algorithm: "sha256", hex: index.toString(16).padStart(64, "0") }] as const;
  const signature = mintSignatureEvidence({
    scheme: "oms",
    usage: "model",
    signer: { identity: "release", keyId: hex, algorithm: "ed25519", method: "key" },
    times: [{ time: new Date("2026-11-01T00:00:00Z"), source: "rfc3161", authority: "clock" }],
    logEntries: 1,
    claims: [],
    signature: "model.sig",
    subject: name,
    covers: [path],
    predicateType: "https://model_signing/signature/v1.0",
    algorithms: ["sha256"],
  });
  return {
    artifact: {
      kind: "model",
      name,
      files: [{ path, size: 1000, digests, format: "safetensors", status: "described" }],
      facts: [
        claim("name", name, { path }),
        claim("version", "1.2.3", { path }),
        claim("license", "Apache-2.0", { path }),
        claim("base_model", { name: "model-0" }, { path }),
        claim("created", "2026-10-01", { path }),
      ],
      findings: [],
      ignored: [],
      complete: true,
    },
    manifest: { algorithm: "sha256", hex },
    signatures: [signature],
    digests: [],
    rejected: [],
    findings: [],
  };
}

function input(count: number): GateInput {
  return { artifacts: Array.from({ length: count }, (_, index) => artifact(index)), at };
}

function policy(kinds: readonly object[], count: number): Promise<Policy> {
  const rules = Array.from({ length: count }, (_, index) => ({
    id: `r${index}`,
    ...kinds[index % kinds.length],
  }));
  const text = JSON.stringify({ apiVersion: "aibom/policy/v1", name: "bench", rules });
  return loadPolicy(new TextEncoder().encode(text), "policy.json");
}

const builtin = await policy(
  [
    { kind: "signature", signers: ["release"], trustedTime: "any", maxAge: "180d" },
    { kind: "digest", allow: ["sha256"], deny: [`sha256:${"f".repeat(64)}`] },
    { kind: "format", deny: ["pickle"] },
    { kind: "content" },
    { kind: "complete" },
    { kind: "license", allow: ["Apache-2.0", "MIT"] },
    { kind: "component", minVersion: "1.0", maxAge: "365d" },
    { kind: "lineage", allow: ["model-*"] },
    { kind: "imports" },
    { kind: "completeness", require: ["name", "version"] },
  ],
  20,
);
const expressions = await policy(
  [
    { kind: "assert", assert: 'artifact.name.startsWith("model-")' },
    { kind: "assert", assert: 'files.all(f, f.format != "pickle")' },
    { kind: "assert", assert: 'claims.exists(c, c.name == "license" && c.value in ["Apache-2.0", "MIT"])' },
    { kind: "assert", assert: "findings.size() == 0" },
    {
      kind: "assert",
      when: 'artifact.kind == "model"',
      assert: 'files.all(f, f.path.re2("[.]safetensors$"))',
    },
  ],
  5,
);

function gate(rules: Policy, given: GateInput): void {
  const { outcome } = evaluatePolicy(rules, given);
  if (outcome !== "allow") {
    throw new Error(`the bench's artifacts are not let through: ${outcome}`);
  }
}

const [small, large] = [input(10_000), input(100_000)];
gate(builtin, large);
// The inputs themselves and all that loaded them are in it.
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
gate(expressions, small);

console.log(machineLine());
const series = await compare(
  [
    task("10,000 × 20 rules", () => gate(builtin, small)),
    task("10,000 × 5 expressions", () => gate(expressions, small)),
    task("100,000 × 20 rules", () => gate(builtin, large)),
  ],
  flags.rounds,
);
printSeries("policy gate", series);
console.log(`most memory of one evaluation of 100,000 × 20 rules: ${peak} MiB, inputs included`);
