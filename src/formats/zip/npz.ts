// SPDX-License-Identifier: Apache-2.0
// NPZ: a ZIP of NPY files, one for each array. Source: NumPy 2.4, numpy/lib/_npyio_impl.py.

import type { NpyDetail } from "../npy.ts";
import type { ZipKind } from "./kind.ts";

export const npz: ZipKind = {
  id: "npz",
  holdsWeights: true,
  extensions: [".npz"],
  recognises: (names) => names.size > 0 && [...names].every((name) => name.endsWith(".npy")),
  describe: ({ entries, memberOf }) => {
    const arrays = entries.flatMap((entry) => {
      const detail = memberOf(entry)?.description?.detail as NpyDetail | undefined;
      return detail?.kind === "npy" ? [[entry.name.slice(0, -".npy".length), detail] as const] : [];
    });
    return { facts: [], findings: [], references: [], detail: { kind: "npz", arrays: new Map(arrays) } };
  },
};
