// SPDX-License-Identifier: Apache-2.0
// SLSA provenance v0.2 (slsa.dev/provenance/v0.2), as slsa-github-generator, npm until 2023, Tekton Chains and
// GitLab wrote it. `buildConfig` and `environment` are left out: only their builder knows what they mean.

import { definePredicate } from "../predicate.ts";
import { claimConfigSource, slsaClaims } from "../slsa-source.ts";

export const slsaProvenanceV02 = definePredicate({
  id: "slsa-provenance-v02",
  specification: "SLSA Provenance v0.2",
  types: ["https://slsa.dev/provenance/v0.2"],
  claims: {
    ...slsaClaims,
    "slsa.completeness.parameters": "the builder says that the parameters are complete",
    "slsa.completeness.environment": "the builder says that the environment is complete",
    "slsa.completeness.materials": "the builder says that the materials are complete (hermetic)",
    "slsa.reproducible": "the builder says that the build can be reproduced bit by bit",
  },
  read: (predicate, claims) => {
    claims.add("slsa.builder.id", predicate.object("builder").text("id"));
    claims.add("slsa.buildType", predicate.text("buildType"));
    const invocation = predicate.optionalObject("invocation");
    claimConfigSource(invocation?.optionalObject("configSource"), claims);
    claims.addAll("slsa.externalParameters", invocation?.optionalObject("parameters")?.names() ?? []);
    claims.add("slsa.dependencies.count", predicate.optionalObjects("materials").length);
    const metadata = predicate.optionalObject("metadata");
    claims.add("slsa.invocation.id", metadata?.optionalText("buildInvocationId"));
    claims.add("slsa.startedOn", metadata?.optionalTime("buildStartedOn"));
    claims.add("slsa.finishedOn", metadata?.optionalTime("buildFinishedOn"));
    claims.add("slsa.reproducible", metadata?.optionalBoolean("reproducible"));
    const completeness = metadata?.optionalObject("completeness");
    claims.add("slsa.completeness.parameters", completeness?.optionalBoolean("parameters"));
    claims.add("slsa.completeness.environment", completeness?.optionalBoolean("environment"));
    claims.add("slsa.completeness.materials", completeness?.optionalBoolean("materials"));
  },
});
