// SPDX-License-Identifier: Apache-2.0
// The properties of ours that stand in CycloneDX 1.6 for what only 1.7 can say.

/** `isExternal` of a component; `aibom inventory --spec-version 1.6` writes the same. */
export const externalProperty = "aibom:external";
/** `versionRange` of a component. */
export const versionRangeProperty = "aibom:versionRange";
/** `distributionConstraints.tlp` of the metadata. */
export const tlpProperty = "aibom:distributionConstraints:tlp";
/** Values of `distributionConstraints.tlp` (CycloneDX 1.7, tlpClassification). */
export const tlpValues: ReadonlySet<string> = new Set(["CLEAR", "GREEN", "AMBER", "AMBER_AND_STRICT", "RED"]);
