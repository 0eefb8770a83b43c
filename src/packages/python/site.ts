// SPDX-License-Identifier: Apache-2.0
// One directory of installed modules: site-packages, dist-packages, or a folder of vendored distributions.

export interface PythonSite {
  readonly folder: string;
  /** Paths that a RECORD lists. */
  readonly listed: Set<string>;
  /** False if a distribution in it has no RECORD: then nobody knows what is unlisted. */
  areAllListed: boolean;
}
