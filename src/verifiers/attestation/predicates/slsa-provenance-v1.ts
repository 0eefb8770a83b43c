// SPDX-License-Identifier: Apache-2.0
// SLSA build provenance v1 (slsa.dev/spec/v1.2/build-provenance): who built it, from what, how and when. Parameters
// are claimed by name only: their meaning is the build type's.

import type { Fields } from "../fields.ts";
import type { ClaimList } from "../predicate.ts";
import { definePredicate } from "../predicate.ts";
import { claimBuildSource, githubBuildTypes, slsaClaims } from "../slsa-source.ts";

const githubClaims = {
  "slsa.github.eventName": "event that started the workflow; for GitHub's build types, as the next three",
  "slsa.github.runnerEnvironment": "`github-hosted` or `self-hosted`",
  "slsa.github.repositoryId": "number of the repository, which outlives a rename",
  "slsa.github.repositoryOwnerId": "number of its owner",
} as const;

type Claims = ClaimList<keyof typeof slsaClaims | keyof typeof githubClaims>;

export const slsaProvenanceV1 = definePredicate({
  id: "slsa-provenance-v1",
  specification: "SLSA Build Provenance v1 (SLSA v1.0 to v1.2)",
  types: ["https://slsa.dev/provenance/v1"],
  claims: { ...slsaClaims, ...githubClaims },
  read: (predicate, claims) => {
    const definition = predicate.object("buildDefinition");
    const run = predicate.object("runDetails");
    const buildType = definition.text("buildType");
    const dependencies = definition.optionalObjects("resolvedDependencies");
    claims.add("slsa.builder.id", run.object("builder").text("id"));
    claims.add("slsa.buildType", buildType);
    claimBuildSource(definition, buildType, dependencies, claims);
    claims.addAll("slsa.externalParameters", definition.optionalObject("externalParameters")?.names() ?? []);
    claims.add("slsa.dependencies.count", dependencies.length);
    const metadata = run.optionalObject("metadata");
    claims.add("slsa.invocation.id", metadata?.optionalText("invocationId"));
    claims.add("slsa.startedOn", metadata?.optionalTime("startedOn"));
    claims.add("slsa.finishedOn", metadata?.optionalTime("finishedOn"));
    if (githubBuildTypes.includes(buildType)) {
      claimGithub(definition.optionalObject("internalParameters"), claims);
    }
  },
});

/** What GitHub's build types define about the run; for others such a member means something else. */
function claimGithub(internal: Fields | undefined, claims: Claims): void {
  const github = internal?.optionalObject("github");
  claims.add("slsa.github.eventName", github?.optionalText("event_name"));
  claims.add("slsa.github.runnerEnvironment", github?.optionalText("runner_environment"));
  claims.add("slsa.github.repositoryId", github?.optionalText("repository_id"));
  claims.add("slsa.github.repositoryOwnerId", github?.optionalText("repository_owner_id"));
}
