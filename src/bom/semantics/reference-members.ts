// SPDX-License-Identifier: Apache-2.0
// Where a CycloneDX document refers to a bom-ref (refType and refLinkType of the schemas 1.2 to 1.7).

/**
 * Members that hold a reference or a list of references. Where a schema uses the name for something else,
 * the value is an object and is passed over. The value names the objects that hold it, if a plain text
 * of that name means something else in others.
 */
const referenceMembers: Readonly<Record<string, readonly string[] | null>> = {
  ref: null,
  dependsOn: ["dependencies"],
  provides: ["dependencies"],
  assemblies: ["compositions"],
  dependencies: ["compositions"],
  vulnerabilities: ["compositions"],
  subjects: ["annotations"],
  tools: ["identity"],
  assessor: ["attestations"],
  requirement: ["map"],
  claims: ["map"],
  counterClaims: ["map"],
  mitigationStrategies: ["claims", "conformance"],
  target: ["claims"],
  evidence: ["claims"],
  counterEvidence: ["claims"],
  parent: ["requirements"],
  requirements: ["levels"],
  attributedTo: ["citations"],
  process: ["citations"],
  signatureAlgorithmRef: null,
  subjectPublicKeyRef: null,
  algorithmRef: null,
  algorithms: ["cipherSuites"],
  algorithm: ["encr", "prf", "integ", "ke", "auth"],
  cryptoRefArray: null,
  encr: ["ikev2TransformTypes"],
  prf: ["ikev2TransformTypes"],
  integ: ["ikev2TransformTypes"],
  ke: ["ikev2TransformTypes"],
  auth: ["ikev2TransformTypes"],
  members: ["patents"],
  patentRefs: ["patentAssertions"],
  asserter: ["patentAssertions"],
};

/** Names of members that may hold references. */
export const referenceMemberNames: readonly string[] = Object.keys(referenceMembers);

/** True if the member `key` of an object, which `owner` holds, is a reference or a list of references where it is text. */
export function holdsReferences(key: string, owner: string): boolean {
  const owners = Object.hasOwn(referenceMembers, key) ? referenceMembers[key] : undefined;
  return owners === null || owners?.includes(owner) === true;
}
