// SPDX-License-Identifier: Apache-2.0
// The layers of the sovereignty profile, from the ground up.

export const layers = ["HW", "EN", "IN", "RT", "MD", "DT", "AP", "OP", "AS"] as const;
export type Layer = (typeof layers)[number];

export const layerNames: Readonly<Record<Layer, string>> = {
  HW: "hardware",
  EN: "energy",
  IN: "infrastructure",
  RT: "runtime",
  MD: "models",
  DT: "data",
  AP: "applications and agents",
  OP: "operations",
  AS: "assurance",
};
