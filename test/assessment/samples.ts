// SPDX-License-Identifier: Apache-2.0
// An assessment of everything at once: a verdict with passes and failures, a profile, every score. Names in it are hostile.

import type { AssessmentInput } from "../../src/assessment/assessed.ts";
import type { AssessmentContext } from "../../src/assessment/context.ts";
import type { JsonObject } from "../../src/bytes/json.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { buildVerdict } from "../../src/report/build-verdict.ts";
import { scoreProfileIds } from "../../src/score/element.ts";
import { scoreBom } from "../../src/score/score-bom.ts";
import { artifact, bom, gate, gated, hex, policyOf, signature } from "../policy/gate-inputs.ts";
import { profileOf } from "../profile/profile-inputs.ts";

/** A name that wants to be markup, a second line, a terminal command and a home directory. */
export const hostileName = 'm"<script>\n\u001b[31m\u202e/home/alice/x';

export const context: AssessmentContext = {
  at: new Date("2026-11-24T12:00:00Z"),
  toolVersion: "0.1.0",
  subject: { name: hostileName, version: "1.4", sha256: hex("a") },
  assessor: "ACME",
};

export const bomDocument: JsonObject = {
  bomFormat: "CycloneDX",
  specVersion: "1.7",
  serialNumber: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
  version: 1,
  metadata: { component: { type: "machine-learning-model", "bom-ref": "root", name: hostileName } },
};

export async function sampleInput(): Promise<AssessmentInput> {
  const policy = await policyOf([
    { id: "signed", kind: "signature", signers: ["release"] },
    { id: "two-signers", kind: "signature", signers: "any", minSigners: 2 },
    { id: "license", kind: "license", allow: ["MIT"] },
    { id: "noted", kind: "format", deny: ["safetensors"], mode: "warn" },
  ]);
  const input = gate(
    [gated({ artifact: artifact({ name: hostileName }), signatures: [signature({ subject: hostileName })] })],
    bom(),
  );
  const verdict = buildVerdict({
    input,
    policy,
    decision: evaluatePolicy(policy, input),
    trustRootDigest: { algorithm: "sha256", hex: hex("b") },
  });
  return {
    verdict,
    profile: profileOf(),
    scores: scoreProfileIds.map((profile) => scoreBom(bomDocument, profile)),
  };
}
