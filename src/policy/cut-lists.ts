// SPDX-License-Identifier: Apache-2.0
// Readers list facts up to a limit and say so. A rule that has to see every fact of a name cannot pass on a list that was cut.

import type { Artifact } from "../model/artifact.ts";
import type { FactName } from "../model/fact.ts";

/** True if facts of this name are left out, or may be: a finding that says so may itself be left out. */
export function isListCut({ findings }: Artifact, name: FactName): boolean {
  return findings.some(
    ({ code, args }) =>
      (code === "FINDINGS_CUT" && args["code"] === "METADATA_CUT") ||
      (code === "METADATA_CUT" && args["field"] === name),
  );
}
