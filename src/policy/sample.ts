// SPDX-License-Identifier: Apache-2.0
// From the cases of a policy to something that rules can be run on. The evidence is made up here and registered
// nowhere: the gate would refuse it (POLICY_EVIDENCE_FORGED), so a test can never become a verdict.

import { type Code, codes, isCode } from "../codes/index.ts";
import type { Artifact, ArtifactFile } from "../model/artifact.ts";
import type { DigestEvidence, SignatureEvidence, Unregistered, Usage } from "../model/evidence.ts";
import { claim, type Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import type { PolicyTest, SampleArtifact, SampleFact, SampleFile, SampleSignature } from "./policy-test.ts";
import type { ArtifactLabels, GatedArtifact, GatedBom, GateInput } from "./rule.ts";

/** Digests of samples: equal for equal paths, of nothing that exists. */
const noDigest = { algorithm: "sha256", hex: "0".repeat(64) } as const;

/** The input that a case describes. `at` is the time of the test. */
export function sampleInput({ artifacts, bom }: Pick<PolicyTest, "artifacts" | "bom">, at: Date): GateInput {
  return {
    artifacts: artifacts.map(sampleArtifact),
    at,
    ...(bom === undefined ? {} : { bom: sampleBom(bom.signers ?? []) }),
  };
}

function sampleArtifact(sample: SampleArtifact): GatedArtifact {
  const { name = "sample", kind = "model", licenses = [], facts = [], signatures = [], inBom } = sample;
  const files = (sample.files ?? [{ path: "model.safetensors", format: "safetensors" }]).map(sampleFile);
  const paths = files.map(({ path }) => path);
  const findings = (sample.files ?? []).flatMap((file) => sampleFindings(file, name));
  const artifact: Artifact = {
    kind,
    name,
    files,
    facts: [
      ...licenses.map((license) => claim("license", license, { path: paths[0] ?? "." })),
      ...facts.map((fact) => sampleFact(fact, paths[0] ?? ".")),
    ],
    findings,
    ignored: [],
    complete: files.every(({ status }) => status !== "unverified"),
  };
  const digests: Unregistered<DigestEvidence> = {
    kind: "digest",
    subject: name,
    against: "bom",
    covers: paths,
    algorithms: ["sha256"],
  };
  return {
    artifact,
    manifest: noDigest,
    signatures: signatures.map((each) => sampleSignature(each, name, paths)),
    digests: inBom === true ? [digests as unknown as DigestEvidence] : [],
    rejected: [],
    findings,
    labels: labelsOf(sample),
  };
}

function sampleFact({ name, value, path, grade = "claim" }: SampleFact, first: string): Fact {
  return { grade, name, value, source: { path: path ?? first } };
}

function sampleFile({ path, format = "file", status }: SampleFile): ArtifactFile {
  const known = status ?? (format === "file" ? "opaque" : "described");
  return { path, size: 1, digests: [noDigest], format, status: known };
}

function sampleFindings({ path, findings = [] }: SampleFile, subject: string): readonly Finding[] {
  return findings
    .filter((code): code is Code => isCode(code))
    .map(
      (code) => ({ code, severity: codes[code].severity, subject, location: { path }, args: {} }) as Finding,
    );
}

function labelsOf({ purl, properties = {} }: SampleArtifact): ArtifactLabels {
  return {
    purls: purl === undefined ? [] : [purl],
    properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
  };
}

function sampleSignature(
  { signer, covers, hash = "sha256", predicateType, claims = {} }: SampleSignature,
  subject: string,
  paths: readonly string[],
): SignatureEvidence {
  const usage = predicateType === undefined ? "model" : "statement";
  return {
    ...signatureBy(signer, usage, subject),
    covers: covers ?? paths,
    predicateType: predicateType ?? "https://model_signing/signature/v1.0",
    claims: Object.entries(claims).map(([name, value]) => ({ name, value })),
    algorithms: [hash],
  };
}

function signatureBy(identity: string, usage: Usage, subject: string): SignatureEvidence {
  const evidence: Unregistered<SignatureEvidence> = {
    kind: "signature",
    scheme: usage === "model" ? "oms" : "dsse",
    usage,
    signer: { identity, keyId: `key of ${identity}`, algorithm: "ecdsa-p256-sha256", method: "key" },
    signature: "sample",
    subject,
    covers: [],
    predicateType: "",
    times: [],
    logEntries: 0,
    claims: [],
    algorithms: ["sha256"],
  };
  return evidence as unknown as SignatureEvidence;
}

function sampleBom(signers: readonly string[]): GatedBom {
  const path = "aibom.cdx.json";
  return {
    path,
    digest: noDigest,
    signatures: signers.map((signer) => ({ ...signatureBy(signer, "bom", path), covers: [path] })),
    rejected: [],
    findings: [],
  };
}
