// SPDX-License-Identifier: Apache-2.0
// One good predicate of every type and version, in the shapes that their tools write, with all of its claims.

import { sha256 } from "./material.ts";

export interface GoodPredicate {
  readonly what: string;
  readonly reader: string;
  readonly type: string;
  readonly predicate: unknown;
  /** Changes to the statement around it. */
  readonly changes?: object;
  readonly claims: Readonly<Record<string, unknown>>;
}

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

const slsa: readonly GoodPredicate[] = [
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

const verification: readonly GoodPredicate[] = [
  {
    what: "verification summary v1",
    reader: "slsa-vsa",
    type: "https://slsa.dev/verification_summary/v1",
    predicate: {
      verifier: { id: "https://example.com/publication_verifier", version: { x: "1" } },
      timeVerified: "1985-04-12T23:20:50.52Z",
      resourceUri: "https://example.com/example-1.2.3.tar.gz",
      policy: { uri: "https://example.com/example_tarball.policy", digest: { sha256 } },
      inputAttestations: [{ uri: "https://example.com/a", digest: { sha256 } }],
      verificationResult: "PASSED",
      verifiedLevels: ["SLSA_BUILD_LEVEL_3", "SLSA_SOURCE_LEVEL_2", "BCID_L1"],
      dependencyLevels: { SLSA_BUILD_LEVEL_3: 5, SLSA_BUILD_LEVEL_2: 7, SLSA_BUILD_LEVEL_1: 0 },
      slsaVersion: "1.0",
      "https://example.com/extension": [],
    },
    claims: {
      "vsa.verifier.id": "https://example.com/publication_verifier",
      "vsa.timeVerified": "1985-04-12T23:20:50.520Z",
      "vsa.resourceUri": "https://example.com/example-1.2.3.tar.gz",
      "vsa.policy.uri": "https://example.com/example_tarball.policy",
      "vsa.policy.digest.sha256": sha256,
      "vsa.inputAttestations.count": 1,
      "vsa.result": "PASSED",
      "vsa.verifiedLevels": ["SLSA_BUILD_LEVEL_3", "SLSA_SOURCE_LEVEL_2", "BCID_L1"],
      "vsa.dependencyLevels": ["SLSA_BUILD_LEVEL_3", "SLSA_BUILD_LEVEL_2"],
      "vsa.slsaVersion": "1.0",
    },
  },
  {
    what: "verification summary v0.2 that failed",
    reader: "slsa-vsa",
    type: "https://slsa.dev/verification_summary/v0.2",
    predicate: {
      verifier: { id: "https://example.com/v" },
      time_verified: "1985-04-12T23:20:50Z",
      resource_uri: "https://example.com/r",
      policy: { uri: "https://example.com/p" },
      verification_result: "FAILED",
      policy_level: "FAILED",
      dependency_levels: {},
    },
    claims: {
      "vsa.verifier.id": "https://example.com/v",
      "vsa.timeVerified": "1985-04-12T23:20:50.000Z",
      "vsa.resourceUri": "https://example.com/r",
      "vsa.policy.uri": "https://example.com/p",
      "vsa.result": "FAILED",
    },
  },
  {
    what: "verification summary v1 that failed, with levels all the same",
    reader: "slsa-vsa",
    type: "https://slsa.dev/verification_summary/v1",
    predicate: {
      verifier: { id: "https://example.com/v" },
      resourceUri: "https://example.com/r",
      policy: { uri: "https://example.com/p" },
      verificationResult: "FAILED",
      verifiedLevels: ["SLSA_BUILD_LEVEL_3"],
    },
    claims: {
      "vsa.verifier.id": "https://example.com/v",
      "vsa.resourceUri": "https://example.com/r",
      "vsa.policy.uri": "https://example.com/p",
      "vsa.result": "FAILED",
    },
  },
  {
    what: "simple verification result v0.2",
    reader: "svr",
    type: "https://in-toto.io/attestation/svr/v0.2",
    predicate: {
      verifier: {
        id: "https://example.com/policy_engine/v1",
        policies: [{ uri: "https://example.com/p", digest: { sha256 } }, { name: "gate.yaml" }],
      },
      timeCreated: "2024-03-15T14:22:00Z",
      properties: ["SLSA_BUILD_LEVEL_3", "EXAMPLE_DEPLOYMENT_APPROVED"],
    },
    claims: {
      "svr.verifier.id": "https://example.com/policy_engine/v1",
      "svr.timeCreated": "2024-03-15T14:22:00.000Z",
      "svr.properties": ["SLSA_BUILD_LEVEL_3", "EXAMPLE_DEPLOYMENT_APPROVED"],
      "svr.policies.count": 2,
      "svr.policy.uri": "https://example.com/p",
      "svr.policy.digest.sha256": sha256,
    },
  },
  {
    what: "simple verification result v0.1 with its extension",
    reader: "svr",
    type: "https://in-toto.io/attestation/svr/v0.1",
    predicate: {
      verifier: { id: "https://example.com/v2", policy: { uri: "https://example.com/p" } },
      timeCreated: "1985-04-12T23:20:50.52Z",
      properties: ["X"],
    },
    claims: {
      "svr.verifier.id": "https://example.com/v2",
      "svr.timeCreated": "1985-04-12T23:20:50.520Z",
      "svr.properties": "X",
      "svr.policy.uri": "https://example.com/p",
    },
  },
  {
    what: "test result",
    reader: "test-result",
    type: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result: "WARNED",
      configuration: [{ name: ".github/workflows/ci.yml" }],
      url: "https://example.com/runs/1",
      passedTests: ["a", "b"],
      warnedTests: ["c"],
      failedTests: ["d"],
    },
    claims: {
      "test.result": "WARNED",
      "test.url": "https://example.com/runs/1",
      "test.configuration.count": 1,
      "test.passed": ["a", "b"],
      "test.passed.count": 2,
      "test.warned": "c",
      "test.warned.count": 1,
      "test.failed": "d",
      "test.failed.count": 1,
    },
  },
];

const metadata = { scanStartedOn: "2021-08-06T17:45:50.52Z", scanFinishedOn: "2021-08-06T17:50:50.52Z" };
const scanned = {
  "vuln.scanner.uri": "pkg:github/aquasecurity/trivy@244fd47e07d1004f0aed9",
  "vuln.scanner.version": "0.19.2",
  "vuln.startedOn": "2021-08-06T17:45:50.520Z",
  "vuln.finishedOn": "2021-08-06T17:50:50.520Z",
};
const trivy = { uri: scanned["vuln.scanner.uri"], version: "0.19.2" };
const none = {
  "vuln.critical": 0,
  "vuln.high": 0,
  "vuln.medium": 0,
  "vuln.low": 0,
  "vuln.negligible": 0,
  "vuln.unknown": 0,
};

const vulnerabilities: readonly GoodPredicate[] = [
  {
    what: "vulnerabilities v0.2",
    reader: "vulns",
    type: "https://in-toto.io/attestation/vulns/v0.2",
    predicate: {
      scanner: {
        ...trivy,
        db: { uri: "pkg:github/x/db", version: "v1", lastUpdate: "2021-08-06T17:45:50.52Z" },
        result: [
          {
            id: "CVE-1",
            severity: [
              { method: "nvd", score: "medium" },
              { method: "cvss", score: "9.8" },
            ],
          },
          { id: "CVE-1", severity: { method: "cvss_score", score: "0.0" } },
          { id: "CVE-2", severity: [{ method: "vector", score: "CVSS:3.1/AV:N" }] },
        ],
      },
      metadata,
    },
    claims: {
      ...scanned,
      "vuln.db.uri": "pkg:github/x/db",
      "vuln.db.version": "v1",
      "vuln.db.lastUpdate": "2021-08-06T17:45:50.520Z",
      ...none,
      "vuln.count": 3,
      "vuln.critical": 1,
      "vuln.negligible": 1,
      "vuln.unknown": 1,
      "vuln.id": ["CVE-1", "CVE-2"],
    },
  },
  {
    what: "vulnerabilities v0.1 in its other shape",
    reader: "vulns",
    type: "https://in-toto.io/attestation/vulns/v0.1",
    predicate: {
      scanner: {
        ...trivy,
        result: [
          { vulnerability: { id: "A", severity: [{ method: "x", score: "Important" }] } },
          {
            vulnerability: {
              id: "B",
              severity: [
                { method: "x", score: "6.9" },
                { method: "x", score: "10" },
              ],
            },
          },
          { vulnerability: { id: "C", severity: [{ method: "x", score: "0.1" }] } },
          { vulnerability: { id: "D" } },
          { vulnerability: { id: "E", severity: [{ method: "x", score: "11" }] } },
          { vulnerability: { id: "F", severity: [{ method: "x", score: "4.0" }] } },
        ],
      },
      metadata,
    },
    claims: {
      ...scanned,
      "vuln.count": 6,
      "vuln.critical": 1,
      "vuln.high": 1,
      "vuln.medium": 1,
      "vuln.low": 1,
      "vuln.negligible": 0,
      "vuln.unknown": 2,
      "vuln.id": ["A", "B", "C", "D", "E", "F"],
    },
  },
  {
    what: "cosign's scan record with a report of Trivy",
    reader: "vuln-cosign",
    type: "https://cosign.sigstore.dev/attestation/vuln/v1",
    predicate: {
      invocation: { parameters: null, uri: "", event_id: "", "builder.id": "" },
      scanner: {
        ...trivy,
        db: { uri: "db", version: "2", lastUpdate: "2021-08-06T00:00:00Z" },
        result: {
          SchemaVersion: 2,
          Results: [
            { Target: "alpine", Vulnerabilities: [{ VulnerabilityID: "CVE-1", Severity: "HIGH" }] },
            { Target: "npm" },
            {
              Target: "pip",
              Vulnerabilities: [{ VulnerabilityID: "CVE-1" }, { VulnerabilityID: "X", Severity: "LOW" }],
            },
          ],
        },
      },
      metadata,
    },
    claims: {
      ...scanned,
      "vuln.db.uri": "db",
      "vuln.db.version": "2",
      "vuln.db.lastUpdate": "2021-08-06T00:00:00.000Z",
      ...none,
      "vuln.count": 3,
      "vuln.high": 1,
      "vuln.low": 1,
      "vuln.unknown": 1,
      "vuln.id": ["CVE-1", "X"],
    },
  },
  {
    what: "cosign's scan record with a report of Grype",
    reader: "vuln-cosign",
    type: "cosign.sigstore.dev/attestation/vuln/v1",
    predicate: {
      scanners: [{ result: { matches: [{ vulnerability: { id: "GHSA-1", severity: "Negligible" } }] } }],
    },
    claims: { ...none, "vuln.count": 1, "vuln.negligible": 1, "vuln.id": "GHSA-1" },
  },
  {
    what: "cosign's scan record whose report says nothing about targets: no counts",
    reader: "vuln-cosign",
    type: "https://cosign.sigstore.dev/attestation/vuln/v1",
    predicate: {
      scanners: [{ result: { matches: [] } }, { ...trivy, result: { SchemaVersion: 2 } }],
      metadata,
    },
    claims: scanned,
  },
];

const documents: readonly GoodPredicate[] = [
  {
    what: "CycloneDX",
    reader: "cyclonedx",
    type: "https://cyclonedx.org/bom/v1.6",
    predicate: {
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      serialNumber: "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
      version: 1,
      components: [{ type: "library", name: "a" }],
    },
    claims: {
      "bom.format": "CycloneDX",
      "bom.specVersion": "1.6",
      "bom.serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
      "bom.version": 1,
      "bom.components.count": 1,
    },
  },
  {
    what: "CycloneDX without a version in its type",
    reader: "cyclonedx",
    type: "https://cyclonedx.org/bom",
    predicate: { bomFormat: "CycloneDX", specVersion: "1.7" },
    claims: { "bom.format": "CycloneDX", "bom.specVersion": "1.7", "bom.components.count": 0 },
  },
  {
    what: "SPDX 2",
    reader: "spdx",
    type: "https://spdx.dev/Document/v2.3",
    predicate: {
      spdxVersion: "SPDX-2.3",
      SPDXID: "SPDXRef-DOCUMENT",
      name: "model",
      documentNamespace: "https://example.com/spdx/1",
      packages: [{}, {}],
    },
    claims: {
      "bom.format": "SPDX",
      "bom.specVersion": "2.3",
      "bom.namespace": "https://example.com/spdx/1",
      "bom.name": "model",
      "bom.components.count": 2,
    },
  },
  {
    what: "SPDX 3",
    reader: "spdx",
    type: "https://spdx.dev/Document/v3",
    predicate: {
      "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
      "@graph": [
        { type: "CreationInfo", specVersion: "3.0.1" },
        { type: "ai_AIPackage" },
        { "@type": "software_Package" },
        { type: "SpdxDocument" },
      ],
    },
    claims: { "bom.format": "SPDX", "bom.specVersion": "3.0.1", "bom.components.count": 2 },
  },
  {
    what: "SPDX of a type without a version",
    reader: "spdx",
    type: "https://spdx.dev/Document",
    predicate: { "@graph": [] },
    claims: { "bom.format": "SPDX", "bom.components.count": 0 },
  },
  {
    what: "model signing",
    reader: "model-signing",
    type: "https://model_signing/signature/v1.0",
    predicate: {
      serialization: { method: "files", hash_type: "sha256", allow_symlinks: false },
      resources: [{ name: "a", algorithm: "sha256", digest: sha256 }],
    },
    claims: { "oms.method": "files", "oms.hashType": "sha256", "oms.resources.count": 1 },
  },
  {
    what: "release by GitHub",
    reader: "release",
    type: "https://in-toto.io/attestation/release/v0.2",
    predicate: {
      databaseId: "1",
      ownerId: "12345",
      packageId: "67890",
      purl: "pkg:github/acme/model@v1.0%2Fbeta",
      repository: "acme/model",
      repositoryId: "67890",
      tag: "v1.0/beta",
    },
    changes: { subject: [{ uri: "pkg:github/acme/model@v1.0", digest: { sha1: commit } }] },
    claims: {
      "release.purl": "pkg:github/acme/model@v1.0%2Fbeta",
      "release.packageId": "67890",
      "release.repository": "acme/model",
      "release.tag": "v1.0/beta",
      "release.repositoryId": "67890",
      "release.ownerId": "12345",
    },
  },
  {
    what: "release v0.1",
    reader: "release",
    type: "https://in-toto.io/attestation/release/v0.1",
    predicate: { purl: "pkg:npm/@angular/http@7.2.16", releaseId: "1234567890" },
    claims: { "release.purl": "pkg:npm/@angular/http@7.2.16", "release.packageId": "1234567890" },
  },
  {
    what: "npm publish",
    reader: "npm-publish",
    type: "https://github.com/npm/attestation/tree/main/specs/publish/v0.1",
    predicate: { name: "@acme/model", version: "1.0.0", registry: "https://registry.example.org" },
    changes: { subject: [{ name: "pkg:npm/%40acme/model@1.0.0", digest: { sha512: "ab".repeat(64) } }] },
    claims: {
      "npm.name": "@acme/model",
      "npm.version": "1.0.0",
      "npm.registry": "https://registry.example.org",
    },
  },
  {
    what: "PyPI publish",
    reader: "pypi-publish",
    type: "https://docs.pypi.org/attestations/publish/v1",
    predicate: null,
    changes: { subject: [{ name: "model-1.0-py3-none-any.whl", digest: { sha256 } }] },
    claims: { "pypi.filename": "model-1.0-py3-none-any.whl" },
  },
];

export const goodPredicates = [...slsa, ...verification, ...vulnerabilities, ...documents];
