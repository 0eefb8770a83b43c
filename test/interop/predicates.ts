// SPDX-License-Identifier: Apache-2.0
// Small predicates of the kinds that cosign attests, and one claim that must be read from each.

interface SamplePredicate {
  /** What cosign's `--type` takes. */
  readonly type: string;
  /** What it becomes in the statement. */
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly claim: { readonly name: string; readonly value: string | number };
}

const builder = "https://example.com/builder/v1";
const instant = "2026-11-25T00:00:00Z";

export const samplePredicates: Readonly<Record<string, SamplePredicate>> = {
  "SLSA provenance 1": {
    type: "slsaprovenance1",
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "https://example.com/train/v1",
        externalParameters: {},
        resolvedDependencies: [{ uri: "git+https://example.com/llama", digest: { sha256: "0".repeat(64) } }],
      },
      runDetails: { builder: { id: builder } },
    },
    claim: { name: "slsa.builder.id", value: builder },
  },
  "SLSA provenance 0.2": {
    type: "slsaprovenance02",
    predicateType: "https://slsa.dev/provenance/v0.2",
    predicate: { builder: { id: builder }, buildType: "https://example.com/train/v1", invocation: {} },
    claim: { name: "slsa.builder.id", value: builder },
  },
  "SLSA verification summary": {
    type: "https://slsa.dev/verification_summary/v1",
    predicateType: "https://slsa.dev/verification_summary/v1",
    predicate: {
      verifier: { id: "https://example.com/verifier" },
      timeVerified: instant,
      resourceUri: "model.bin",
      policy: { uri: "https://example.com/policy" },
      verificationResult: "PASSED",
      verifiedLevels: ["SLSA_BUILD_LEVEL_3"],
    },
    claim: { name: "vsa.result", value: "PASSED" },
  },
  CycloneDX: {
    type: "cyclonedx",
    predicateType: "https://cyclonedx.org/bom",
    predicate: { bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    claim: { name: "bom.specVersion", value: "1.6" },
  },
  SPDX: {
    type: "spdxjson",
    predicateType: "https://spdx.dev/Document",
    predicate: {
      spdxVersion: "SPDX-2.3",
      dataLicense: "CC0-1.0",
      SPDXID: "SPDXRef-DOCUMENT",
      name: "model",
      documentNamespace: "https://example.com/spdx/1",
      creationInfo: { created: instant, creators: ["Tool: example"] },
    },
    claim: { name: "bom.format", value: "SPDX" },
  },
  "test result": {
    type: "https://in-toto.io/attestation/test-result/v0.1",
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result: "PASSED",
      configuration: [{ name: "eval.yaml", digest: { sha256: "0".repeat(64) } }],
    },
    claim: { name: "test.result", value: "PASSED" },
  },
};
