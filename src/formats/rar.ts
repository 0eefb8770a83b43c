// SPDX-License-Identifier: Apache-2.0
// RAR archives are recognised and not read: the format is not published for writing readers of it, and no tool packs
// models in it. What one holds is unknown, so it is never clean.

import { finding } from "../model/finding.ts";
import type { Format } from "./format.ts";

const magic = [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07];

export const rar: Format = {
  id: "rar",
  holdsWeights: false,
  extensions: [".rar"],
  match: ({ bytes }) => (magic.every((byte, index) => bytes[index] === byte) ? "certain" : "no"),
  describe: ({ path }) => ({
    facts: [],
    findings: [finding("COMPRESSED_METHOD_UNKNOWN", { path, offset: 0 }, { method: "RAR" })],
    references: [],
    incomplete: true,
  }),
};
