// SPDX-License-Identifier: Apache-2.0
// Words of CycloneDX (1.2 to 1.7) as words of SPDX 3.0.1. What has no word there is not in these tables, and is lost.

/** Hash algorithms (Core, HashAlgorithm). */
export const hashAlgorithms: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
  ["SHA3-256", "sha3_256"],
  ["SHA3-384", "sha3_384"],
  ["SHA3-512", "sha3_512"],
  ["BLAKE2b-256", "blake2b256"],
  ["BLAKE2b-384", "blake2b384"],
  ["BLAKE2b-512", "blake2b512"],
  ["BLAKE3", "blake3"],
]);

/** Kinds of components (Software, SoftwarePurpose). */
export const purposes: ReadonlyMap<string, string> = new Map([
  ["application", "application"],
  ["framework", "framework"],
  ["library", "library"],
  ["container", "container"],
  ["platform", "platform"],
  ["operating-system", "operatingSystem"],
  ["device", "device"],
  ["device-driver", "deviceDriver"],
  ["firmware", "firmware"],
  ["file", "file"],
  ["machine-learning-model", "model"],
  ["data", "data"],
]);

/** Types of external references (Core, ExternalRefType). Others are `other`, with their own type in the comment. */
export const referenceTypes: ReadonlyMap<string, string> = new Map([
  ["vcs", "vcs"],
  ["issue-tracker", "issueTracker"],
  ["advisories", "securityAdvisory"],
  ["mailing-list", "mailingList"],
  ["social", "socialMedia"],
  ["chat", "chat"],
  ["documentation", "documentation"],
  ["support", "support"],
  ["source-distribution", "sourceArtifact"],
  ["license", "license"],
  ["build-meta", "buildMeta"],
  ["build-system", "buildSystem"],
  ["release-notes", "releaseNotes"],
  ["adversary-model", "securityAdversaryModel"],
  ["risk-assessment", "riskAssessment"],
  ["vulnerability-assertion", "vulnerabilityDisclosureReport"],
  ["exploitability-statement", "vulnerabilityExploitabilityAssessment"],
  ["pentest-report", "securityPenTestReport"],
  ["static-analysis-report", "staticAnalysisReport"],
  ["dynamic-analysis-report", "dynamicAnalysisReport"],
  ["runtime-analysis-report", "runtimeAnalysisReport"],
  ["component-analysis-report", "componentAnalysisReport"],
  ["certification-report", "certificationReport"],
  ["quality-metrics", "qualityAssessmentReport"],
  ["threat-model", "securityThreatModel"],
  ["rfc-9116", "securityPolicy"],
]);

/** Phases in which a BOM is made (Software, SbomType). */
export const sbomTypes: ReadonlyMap<string, string> = new Map([
  ["design", "design"],
  ["pre-build", "source"],
  ["build", "build"],
  ["post-build", "analyzed"],
  ["operations", "runtime"],
]);

/** What is known of the parts or needs of a component (Core, RelationshipCompleteness). */
export const completeness: ReadonlyMap<string, string> = new Map([
  ["complete", "complete"],
  ["incomplete", "incomplete"],
  ["incomplete_first_party_only", "incomplete"],
  ["incomplete_first_party_proprietary_only", "incomplete"],
  ["incomplete_first_party_opensource_only", "incomplete"],
  ["incomplete_third_party_only", "incomplete"],
  ["incomplete_third_party_proprietary_only", "incomplete"],
  ["incomplete_third_party_opensource_only", "incomplete"],
  ["unknown", "noAssertion"],
  ["not_specified", "noAssertion"],
]);

/** Activities whose energy the AI profile has a place for. */
export const energyActivities: ReadonlyMap<string, string> = new Map([
  ["training", "ai_trainingEnergyConsumption"],
  ["fine-tuning", "ai_finetuningEnergyConsumption"],
  ["inference", "ai_inferenceEnergyConsumption"],
]);

/** Classifications of data that the Dataset profile has a level for: its levels are those of the Traffic Light Protocol. */
export const confidentialityLevels: ReadonlyMap<string, string> = new Map([
  ["public", "clear"],
  ["PUBLIC", "clear"],
  ["Public", "clear"],
  ["CLEAR", "clear"],
  ["GREEN", "green"],
  ["AMBER", "amber"],
  ["RED", "red"],
]);

/** Individuals of the model that say that nothing is said. */
export const noAssertion = {
  license: "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense",
  element: "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement",
  none: "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement",
} as const;

/** What is said of `trainedOn`, since CycloneDX has one list for both. */
export const trainedOnComment = "The source lists datasets for training and for evaluation together.";
