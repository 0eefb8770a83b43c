// SPDX-License-Identifier: Apache-2.0
// Small gate inputs for tests. Evidence is minted by the verifiers' own mint, as in production.

import type { Artifact, ArtifactFile } from "../../src/model/artifact.ts";
import type { DigestAlgorithm } from "../../src/model/digest.ts";
import type { Rejection, SignatureEvidence, SignatureScheme, Usage } from "../../src/model/evidence.ts";
import { claim, type Fact } from "../../src/model/fact.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { SignedClaim } from "../../src/model/signed-claim.ts";
import type { TimeSource, TrustedTime } from "../../src/model/trusted-time.ts";
import { evaluatePolicy, type PolicyVerdict } from "../../src/policy/evaluate.ts";
import { loadPolicy } from "../../src/policy/load.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { GatedArtifact, GatedBom, GateInput } from "../../src/policy/rule.ts";
import { mintDigestEvidence, mintSignatureEvidence } from "../../src/verifiers/mint.ts";

export const at = new Date("2026-11-24T00:00:00Z");

/** A digest value made of one hexadecimal digit. */
export const hex = (digit: string): string => digit.repeat(64);

export function file(path: string, fields: Partial<ArtifactFile> = {}): ArtifactFile {
  return {
    path,
    size: 10,
    digests: [{ algorithm: "sha256", hex: hex("a") }],
    format: path.endsWith(".safetensors") ? "safetensors" : "file",
    status: path.endsWith(".safetensors") ? "described" : "opaque",
    ...fields,
  };
}

export interface ArtifactParts {
  readonly kind?: Artifact["kind"];
  readonly name?: string;
  readonly files?: readonly ArtifactFile[];
  readonly licenses?: readonly string[];
  readonly facts?: readonly Fact[];
  readonly findings?: readonly Finding[];
  readonly complete?: boolean;
}

export function artifact(parts: ArtifactParts = {}): Artifact {
  const files = parts.files ?? [file("README.md"), file("model.safetensors")];
  const facts: Fact[] = (parts.licenses ?? []).map((license) =>
    claim("license", license, { path: "README.md", pointer: "/license" }),
  );
  return {
    kind: parts.kind ?? "model",
    name: parts.name ?? "tiny",
    files,
    facts: [...facts, ...(parts.facts ?? [])],
    findings: parts.findings ?? [],
    ignored: [],
    complete: parts.complete ?? files.every((each) => each.status !== "unverified"),
  };
}

/** A proven time so many days before `at`. */
export function daysAgo(days: number, source: TimeSource = "rfc3161"): TrustedTime {
  return { time: new Date(at.getTime() - days * 86_400_000), source, authority: "clock" };
}

export interface SignatureParts {
  readonly identity?: string;
  readonly keyId?: string;
  readonly usage?: Usage;
  readonly covers?: readonly string[];
  readonly algorithms?: readonly DigestAlgorithm[];
  readonly subject?: string;
  readonly predicateType?: string;
  readonly claims?: readonly SignedClaim[];
  readonly contradicts?: readonly string[];
  readonly scheme?: SignatureScheme;
  readonly times?: readonly TrustedTime[];
  readonly logEntries?: number;
}

export function signature(parts: SignatureParts = {}): SignatureEvidence {
  const { identity = "release", usage = "model", subject = "tiny" } = parts;
  return mintSignatureEvidence({
    scheme: parts.scheme ?? (usage === "model" ? "oms" : "dsse"),
    usage,
    signer: {
      identity,
      keyId: parts.keyId ?? `key-of-${identity}`,
      algorithm: "ecdsa-p256-sha256",
      method: "key",
    },
    times: parts.times ?? [],
    logEntries: parts.logEntries ?? 0,
    claims: parts.claims ?? [],
    signature: usage === "bom" ? "aibom.cdx.json.sigstore.json" : "model.sig",
    subject,
    covers: parts.covers ?? ["README.md", "model.safetensors"],
    ...(parts.contradicts === undefined ? {} : { contradicts: parts.contradicts }),
    predicateType:
      parts.predicateType ??
      (usage === "bom" ? "https://cyclonedx.org/bom" : "https://model_signing/signature/v1.0"),
    algorithms: parts.algorithms ?? ["sha256"],
  });
}

export function bomDigests(
  covers = ["README.md", "model.safetensors"],
  algorithms: DigestAlgorithm[] = ["sha256"],
) {
  return mintDigestEvidence({ subject: "tiny", against: "bom", covers, algorithms });
}

export function rejection(fields: Partial<Rejection> = {}): Rejection {
  return {
    kind: "signature",
    subject: "tiny",
    signature: "model.sig",
    code: "SIGNATURE_MISSING",
    args: { artifact: "tiny", rejected: 1 },
    ...fields,
  };
}

export function gated(parts: Partial<GatedArtifact> & { readonly artifact?: Artifact } = {}): GatedArtifact {
  const content = parts.artifact ?? artifact();
  return {
    artifact: content,
    manifest: { algorithm: "sha256", hex: hex("b") },
    signatures: parts.signatures ?? [],
    digests: parts.digests ?? [],
    rejected: parts.rejected ?? [],
    findings: parts.findings ?? content.findings,
    ...(parts.labels === undefined ? {} : { labels: parts.labels }),
    ...(parts.manifests === undefined ? {} : { manifests: parts.manifests }),
    ...(parts.components === undefined ? {} : { components: parts.components }),
  };
}

export function bom(parts: Partial<GatedBom> = {}): GatedBom {
  return {
    path: "aibom.cdx.json",
    document: {},
    digest: { algorithm: "sha256", hex: hex("c") },
    signatures: [],
    rejected: [],
    findings: [],
    ...parts,
  };
}

export function gate(artifacts: readonly GatedArtifact[], given?: GatedBom): GateInput {
  return { artifacts, at, ...(given === undefined ? {} : { bom: given }) };
}

/** A policy of the given rules, read through the real loader. */
export function policyOf(rules: readonly object[], top: object = {}): Promise<Policy> {
  const text = JSON.stringify({ apiVersion: "aibom/policy/v1", name: "test", ...top, rules });
  return loadPolicy(new TextEncoder().encode(text), "policy.json");
}

/** Loads a policy of one rule and evaluates it. */
export async function evaluateRule(rule: object, input: GateInput): Promise<PolicyVerdict> {
  return evaluatePolicy(await policyOf([{ id: "r", ...rule }]), input);
}

/** Outcome, status of the first rule, and the codes of all rules' findings. */
export function summary(verdict: PolicyVerdict): [string, string | undefined, string[]] {
  const codes = verdict.rules.flatMap((rule) => rule.findings.map((item) => item.code));
  return [verdict.outcome, verdict.rules[0]?.status, [...new Set(codes)].sort()];
}
