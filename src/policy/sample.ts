// SPDX-License-Identifier: Apache-2.0
// From the cases of a policy to something that rules can be run on. The evidence is made up here and registered
// nowhere: the gate would refuse it (POLICY_EVIDENCE_FORGED), so a test can never become a verdict.

import { type Code, codes, isCode } from "../codes/index.ts";
import type { Artifact, ArtifactFile } from "../model/artifact.ts";
import type { DigestEvidence, SignatureEvidence, Unregistered, Usage } from "../model/evidence.ts";
import { claim, type Fact } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import type {
  PolicyTest,
  SampleArtifact,
  SampleBom,
  SampleFact,
  SampleFile,
  SampleSignature,
  SampleSuppliers,
} from "./policy-test.ts";
import type { ArtifactLabels, GatedArtifact, GatedBom, GateInput } from "./rule.ts";
import { sampleComponents, sampleImage, sampleOsv, samplePackage } from "./sample-data.ts";
import type { SupplierRegister } from "./suppliers.ts";

/** Digests of samples: equal for equal paths, of nothing that exists. */
const noDigest = { algorithm: "sha256", hex: "0".repeat(64) } as const;

/** The input that a case describes. `at` is the time of the test. */
export function sampleInput(
  { artifacts: samples, bom, suppliers, osv }: Pick<PolicyTest, "artifacts" | "bom" | "suppliers" | "osv">,
  at: Date,
): GateInput {
  const artifacts = samples.map(sampleArtifact);
  const components = artifacts.flatMap((each) => each.components ?? []);
  return {
    artifacts,
    at,
    ...(bom === undefined ? {} : { bom: sampleBom(bom) }),
    ...(suppliers === undefined ? {} : { suppliers: sampleRegister(suppliers, at) }),
    ...(osv === undefined
      ? {}
      : {
          vulnerabilities: {
            osv: { ...sampleOsv(osv, components, at), signatures: dataSignatures("osv", osv.signers) },
            vex: [],
          },
        }),
  };
}

function sampleRegister({ signers, entries }: SampleSuppliers, at: Date): SupplierRegister {
  const reviewed = at.toISOString().slice(0, 10);
  return {
    digest: noDigest,
    suppliers: entries.map((entry) => ({ reviewed, ...entry })),
    signatures: dataSignatures("suppliers", signers),
  };
}

function dataSignatures(subject: string, signers: readonly string[] = []): readonly SignatureEvidence[] {
  return signers.map((signer) => ({ ...signatureBy(signer, "model", subject), covers: [subject] }));
}

function sampleArtifact(sample: SampleArtifact): GatedArtifact {
  const { name = "sample", kind = "model", licenses = [], facts = [], signatures = [], inBom } = sample;
  const files = (sample.files ?? [{ path: "model.safetensors", format: "safetensors" }]).map(sampleFile);
  const paths = files.map(({ path }) => path);
  const packages = (sample.packages ?? []).map(samplePackage);
  const image = sample.image === undefined ? undefined : sampleImage(sample.image, name, paths[0] ?? ".");
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
    ...(packages.length === 0 ? {} : { packages }),
    ...(image === undefined ? {} : { images: [image] }),
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
    ...(packages.length === 0 ? {} : { components: sampleComponents(packages) }),
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

function sampleBom({ signers = [], document = {} }: SampleBom): GatedBom {
  const path = "aibom.cdx.json";
  return {
    path,
    document,
    digest: noDigest,
    signatures: signers.map((signer) => ({ ...signatureBy(signer, "bom", path), covers: [path] })),
    rejected: [],
    findings: [],
  };
}
