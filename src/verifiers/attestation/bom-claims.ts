// SPDX-License-Identifier: Apache-2.0
// The claims that every kind of BOM has in common.

export const bomClaims = {
  "bom.format": "`CycloneDX` or `SPDX`",
  "bom.specVersion": "version of the BOM's specification",
  "bom.components.count": "number of components on the top level (SPDX: packages)",
} as const;
