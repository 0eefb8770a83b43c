// SPDX-License-Identifier: Apache-2.0
// HDF5 files (HDF5 File Format Specification 3.0), above all those of Keras: its configuration, the names, shapes and
// types of all datasets, and every other file that they draw in. Values are never read, so a file of any size costs
// what its headers cost. Not read: files spread over several by a driver, messages in shared heaps.

import type { ByteSource } from "../bytes/byte-source.ts";
import { finding } from "../model/finding.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { Hdf5Report } from "./hdf5/report.ts";
import { hasSignature, readSuperblock } from "./hdf5/superblock.ts";
import { walk } from "./hdf5/walk.ts";

/** The HDF5 reader. */
export const hdf5: Format = {
  id: "hdf5",
  holdsWeights: true,
  extensions: [".h5", ".hdf5"],
  refinements: [{ id: "hdf5-data", holdsWeights: false }],
  match(head: Head): Match {
    return hasSignature(head.bytes) ? "certain" : "no";
  },
  describe(source: ByteSource): Description {
    const { bytes, version, rootAddress, hasDriver } = readSuperblock(source);
    const report = new Hdf5Report(bytes, version);
    if (bytes.base > 0) {
      report.findings.add(
        finding("HDF5_USER_BLOCK", { path: source.path, offset: 0 }, { bytes: bytes.base }),
      );
    }
    if (hasDriver) {
      report.findings.add(finding("HDF5_SEVERAL_FILES", { path: source.path }, {}));
      report.isIncomplete = true;
    }
    for (const visit of walk(bytes, rootAddress)) {
      report.add(visit);
    }
    return report.description();
  },
};
