// SPDX-License-Identifier: Apache-2.0
// SLSA verification summary attestation v1 (slsa.dev/spec/v1.2/verification_summary) and v0.2, whose members have
// other names. A summary that contradicts itself is refused. Whether its verifier may speak for its signer, its
// resource is the expected one and its result suffices is for the policy (steps 4 to 7 of "How to verify").

import type { Fields } from "../fields.ts";
import { type ClaimList, definePredicate } from "../predicate.ts";

const claims = {
  "vsa.verifier.id": "who verified, a URI; accept it only together with its signer",
  "vsa.timeVerified": "when it was verified",
  "vsa.resourceUri": "what was verified, as its consumer asks for it",
  "vsa.policy.uri": "policy that it was verified against",
  "vsa.policy.digest.sha256": "SHA-256 of that policy",
  "vsa.inputAttestations.count": "number of attestations that were used, if listed",
  "vsa.result": "`PASSED` or `FAILED`",
  "vsa.verifiedLevels": "level or property that was verified; only if the result is `PASSED` (several)",
  "vsa.dependencyLevels": "level that at least one dependency has (several)",
  "vsa.slsaVersion": "version of SLSA that the verifier used",
} as const;

/** Names of the members in one version. */
interface Members {
  readonly time: string;
  readonly resource: string;
  readonly inputs: string;
  readonly result: string;
  readonly dependencies: string;
  readonly levels: (predicate: Fields) => readonly string[];
}

export const slsaVsa = definePredicate({
  id: "slsa-vsa",
  specification: "SLSA Verification Summary Attestation v1 (SLSA v1.0 to v1.2) and v0.2",
  types: ["https://slsa.dev/verification_summary/v1", "https://slsa.dev/verification_summary/v0.2"],
  claims,
  read: (predicate, list, { predicateType }) => {
    if (predicateType.endsWith("/v0.2")) {
      predicate.text("time_verified");
      readSummary(predicate, membersV02, list);
    } else {
      readSummary(predicate, membersV1, list);
      list.add("vsa.slsaVersion", predicate.optionalText("slsaVersion"));
    }
  },
});

const membersV1: Members = {
  time: "timeVerified",
  resource: "resourceUri",
  inputs: "inputAttestations",
  result: "verificationResult",
  dependencies: "dependencyLevels",
  levels: (predicate) => predicate.texts("verifiedLevels"),
};

const membersV02: Members = {
  time: "time_verified",
  resource: "resource_uri",
  inputs: "input_attestations",
  result: "verification_result",
  dependencies: "dependency_levels",
  levels: (predicate) => [predicate.text("policy_level")],
};

function readSummary(predicate: Fields, members: Members, list: ClaimList<keyof typeof claims>): void {
  list.add("vsa.verifier.id", predicate.object("verifier").text("id"));
  list.add("vsa.timeVerified", predicate.optionalTime(members.time));
  list.add("vsa.resourceUri", predicate.text(members.resource));
  const policy = predicate.object("policy");
  list.add("vsa.policy.uri", policy.text("uri"));
  list.add("vsa.policy.digest.sha256", policy.optionalObject("digest")?.optionalText("sha256"));
  if (predicate.has(members.inputs)) {
    list.add("vsa.inputAttestations.count", predicate.objects(members.inputs).length);
  }
  const result = predicate.choice(members.result, ["PASSED", "FAILED"]);
  const levels = members.levels(predicate);
  const contradiction = contradictionIn(result, levels);
  if (contradiction !== undefined) {
    throw predicate.fault(members.result, contradiction);
  }
  list.add("vsa.result", result);
  // A level beside FAILED is not one that a rule on levels may find.
  list.addAll("vsa.verifiedLevels", result === "PASSED" ? levels : []);
  const dependencies = predicate.optionalObject(members.dependencies);
  for (const level of dependencies?.names() ?? []) {
    if (dependencies?.optionalCount(level) !== 0) {
      list.add("vsa.dependencyLevels", level);
    }
  }
}

const trackLevel = /^SLSA_([A-Z_]{1,100})_LEVEL_/;

/** "Users MUST NOT include more than one level per SLSA track"; FAILED and a level exclude each other. */
function contradictionIn(result: "PASSED" | "FAILED", levels: readonly string[]): string | undefined {
  if (result === "PASSED" && (levels.length === 0 || levels.includes("FAILED"))) {
    return "is PASSED, and no level or FAILED was verified";
  }
  const tracks = levels.map((level) => trackLevel.exec(level)?.[1]).filter((track) => track !== undefined);
  return new Set(tracks).size === tracks.length ? undefined : "goes with two levels of one SLSA track";
}
