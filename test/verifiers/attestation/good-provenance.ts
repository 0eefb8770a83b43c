// SPDX-License-Identifier: Apache-2.0
// Good provenance of both versions of SLSA and of every known build type, with all of its claims.

import type { GoodPredicate } from "./good-predicates.ts";
import { sha256 } from "./material.ts";

const commit = "ebff8dfbd609b7b22237c7719ce07f2dc7934f5f";
const other = "11".repeat(20);
const provenanceV1 = "https://slsa.dev/provenance/v1";
const provenanceV02 = "https://slsa.dev/provenance/v0.2";
const builder = { builder: { id: "https://builder.example/1" } };

/** Provenance v1 of a build type, for its source alone. */
function source(
  what: string,
  buildType: string,
  externalParameters: object,
  claims: object,
  resolvedDependencies: object[] = [],
): GoodPredicate {
  return {
    what,
    reader: "slsa-provenance-v1",
    type: provenanceV1,
    predicate: {
      buildDefinition: { buildType, externalParameters, resolvedDependencies },
      runDetails: builder,
    },
    claims: {
      "slsa.builder.id": builder.builder.id,
      "slsa.buildType": buildType,
      ...parameterNames(Object.keys(externalParameters)),
      "slsa.dependencies.count": resolvedDependencies.length,
      ...claims,
    },
  };
}

const parameterNames = (names: readonly string[]) =>
  names.length === 0 ? {} : { "slsa.externalParameters": names.length === 1 ? names[0] : names };

export const goodProvenance: readonly GoodPredicate[] = [
  {
    what: "SLSA provenance v1 by GitHub",
    reader: "slsa-provenance-v1",
    type: provenanceV1,
    predicate: {
      buildDefinition: {
        buildType: "https://actions.github.io/buildtypes/workflow/v1",
        externalParameters: {
          workflow: {
            ref: "refs/heads/main",
            repository: "https://github.com/acme/model",
            path: ".github/workflows/release.yml",
          },
        },
        internalParameters: {
          github: {
            event_name: "push",
            repository_id: "891715444",
            repository_owner_id: "1304826",
            runner_environment: "github-hosted",
          },
        },
        resolvedDependencies: [
          { uri: "git+https://github.com/acme/model@refs/heads/main", digest: { gitCommit: commit } },
          { uri: "git+https://github.com/acme/model@refs/heads/dev", digest: { gitCommit: other } },
        ],
      },
      runDetails: {
        builder: { id: "https://github.com/acme/model/.github/workflows/release.yml@refs/heads/main" },
        metadata: {
          invocationId: "https://github.com/acme/model/actions/runs/1/attempts/1",
          startedOn: "2026-01-31T12:00:00Z",
          finishedOn: "2026-01-31T13:30:00.123456+01:00",
        },
      },
    },
    claims: {
      "slsa.builder.id": "https://github.com/acme/model/.github/workflows/release.yml@refs/heads/main",
      "slsa.buildType": "https://actions.github.io/buildtypes/workflow/v1",
      "slsa.source.uri": "https://github.com/acme/model",
      "slsa.source.ref": "refs/heads/main",
      "slsa.source.path": ".github/workflows/release.yml",
      "slsa.source.digest.gitCommit": commit,
      "slsa.externalParameters": "workflow",
      "slsa.dependencies.count": 2,
      "slsa.invocation.id": "https://github.com/acme/model/actions/runs/1/attempts/1",
      "slsa.startedOn": "2026-01-31T12:00:00.000Z",
      "slsa.finishedOn": "2026-01-31T12:30:00.123Z",
      "slsa.github.eventName": "push",
      "slsa.github.runnerEnvironment": "github-hosted",
      "slsa.github.repositoryId": "891715444",
      "slsa.github.repositoryOwnerId": "1304826",
    },
  },
  source(
    "SLSA provenance v1 of a branch that imitates another",
    "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
    { workflow: { ref: "refs/heads/x@refs/heads/main", repository: "https://github.com/acme/model" } },
    {
      "slsa.source.uri": "https://github.com/acme/model",
      "slsa.source.ref": "refs/heads/x@refs/heads/main",
      "slsa.source.digest.gitCommit": other,
    },
    [
      { uri: "git+https://github.com/acme/model@refs/heads/main", digest: { gitCommit: commit } },
      { uri: "git+https://github.com/acme/model@refs/heads/x@refs/heads/main", digest: { gitCommit: other } },
    ],
  ),
  source(
    "SLSA provenance v1 by Google Cloud Build",
    "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1",
    {
      substitutions: {},
      buildConfigSource: {
        path: "cloudbuild.yaml",
        ref: "refs/heads/main",
        repository: "git+https://github.com/acme/model",
      },
    },
    {
      "slsa.source.uri": "https://github.com/acme/model",
      "slsa.source.ref": "refs/heads/main",
      "slsa.source.path": "cloudbuild.yaml",
      "slsa.source.digest.gitCommit": commit,
    },
    [
      { uri: `git+https://github.com/acme/model@${commit}`, digest: { gitCommit: commit } },
      { uri: "git+https://github.com/acme/model@refs/tags/v0", digest: { gitCommit: other } },
      { digest: { sha256 } },
    ],
  ),
  source(
    "SLSA provenance v1 of a triggered build",
    "https://slsa-framework.github.io/gcb-buildtypes/triggered-build/v1",
    {
      configSource: { repository: "https://github.com/acme/config", ref: "refs/heads/main", path: "c.yaml" },
      sourceToBuild: { repository: "https://github.com/acme/model", ref: "refs/heads/main" },
    },
    { "slsa.source.uri": "https://github.com/acme/model", "slsa.source.ref": "refs/heads/main" },
  ),
  source(
    "SLSA provenance v1 by BuildKit",
    "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
    {
      configSource: {
        uri: "https://github.com/acme/model.git#refs/heads/main:src",
        digest: { sha1: commit },
        path: "Dockerfile",
      },
      request: { frontend: "dockerfile.v0" },
    },
    {
      "slsa.source.uri": "https://github.com/acme/model.git",
      "slsa.source.ref": "refs/heads/main",
      "slsa.source.path": "Dockerfile",
      "slsa.source.digest.sha1": commit,
    },
  ),
  source(
    "SLSA provenance v1 of a container-based build",
    "https://slsa.dev/container-based-build/v0.1",
    {
      source: { uri: "git+https://github.com/acme/model@refs/heads/main", digest: { sha256 } },
      configPath: "b.toml",
    },
    {
      "slsa.source.uri": "https://github.com/acme/model",
      "slsa.source.ref": "refs/heads/main",
      "slsa.source.path": "b.toml",
      "slsa.source.digest.sha256": sha256,
    },
  ),
  source(
    "SLSA provenance v1 by GitLab, whose digest is not one",
    "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.4.0/PROVENANCE.md",
    { source: "https://gitlab.com/acme/model", entryPoint: "build" },
    { "slsa.source.uri": "https://gitlab.com/acme/model", "slsa.source.path": "build" },
    [{ uri: "https://gitlab.com/acme/model", digest: { sha256: commit } }],
  ),
  source("SLSA provenance v1 without a source", "https://example.com/make", {}, {}),
  {
    what: "SLSA provenance v0.2",
    reader: "slsa-provenance-v02",
    type: provenanceV02,
    predicate: {
      builder: { id: "https://github.com/slsa-framework/slsa-github-generator/x@refs/tags/v1" },
      buildType: "https://github.com/slsa-framework/slsa-github-generator/generic@v1",
      invocation: {
        configSource: {
          uri: "git+https://github.com/acme/model@refs/heads/main",
          digest: { sha1: commit },
          entryPoint: ".github/workflows/release.yml",
        },
        parameters: { inputs: {}, vars: {} },
        environment: { github_run_id: "1" },
      },
      metadata: {
        buildInvocationId: "1-1",
        buildStartedOn: "2022-05-24T12:13:35.054695403Z",
        buildFinishedOn: "2022-05-24T12:13:36Z",
        completeness: { parameters: true, environment: false, materials: false },
        reproducible: false,
      },
      materials: [{ uri: "git+https://github.com/acme/model@refs/heads/main", digest: { sha1: commit } }],
    },
    changes: { _type: "https://in-toto.io/Statement/v0.1" },
    claims: {
      "slsa.builder.id": "https://github.com/slsa-framework/slsa-github-generator/x@refs/tags/v1",
      "slsa.buildType": "https://github.com/slsa-framework/slsa-github-generator/generic@v1",
      "slsa.source.uri": "https://github.com/acme/model",
      "slsa.source.ref": "refs/heads/main",
      "slsa.source.path": ".github/workflows/release.yml",
      "slsa.source.digest.sha1": commit,
      "slsa.externalParameters": ["inputs", "vars"],
      "slsa.dependencies.count": 1,
      "slsa.invocation.id": "1-1",
      "slsa.startedOn": "2022-05-24T12:13:35.054Z",
      "slsa.finishedOn": "2022-05-24T12:13:36.000Z",
      "slsa.reproducible": false,
      "slsa.completeness.parameters": true,
      "slsa.completeness.environment": false,
      "slsa.completeness.materials": false,
    },
  },
  {
    what: "SLSA provenance v0.2, the least",
    reader: "slsa-provenance-v02",
    type: provenanceV02,
    predicate: {
      ...builder,
      buildType: "https://example.com/make",
      invocation: { configSource: { uri: "git@example.com:a/b@1", digest: { gitCommit: commit } } },
      metadata: { buildInvocationId: "", buildStartedOn: null },
    },
    claims: {
      "slsa.builder.id": builder.builder.id,
      "slsa.buildType": "https://example.com/make",
      "slsa.source.uri": "git@example.com:a/b@1",
      "slsa.source.digest.gitCommit": commit,
      "slsa.dependencies.count": 0,
    },
  },
  {
    what: "SLSA provenance v0.2 of a source outside git",
    reader: "slsa-provenance-v02",
    type: provenanceV02,
    predicate: {
      ...builder,
      buildType: "https://example.com/make",
      invocation: { configSource: { uri: "https://user@example.com/a.tgz@1", digest: { sha256 } } },
    },
    claims: {
      "slsa.builder.id": builder.builder.id,
      "slsa.buildType": "https://example.com/make",
      "slsa.source.uri": "https://user@example.com/a.tgz",
      "slsa.source.ref": "1",
      "slsa.source.digest.sha256": sha256,
      "slsa.dependencies.count": 0,
    },
  },
];
