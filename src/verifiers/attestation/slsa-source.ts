// SPDX-License-Identifier: Apache-2.0
// Where a build's source is said to be, in the two versions of SLSA provenance. In v1 the place depends on the
// build type: a parameter called `workflow` is GitHub's statement for GitHub's build types and the tenant's own
// text for any other, so unknown build types make no claim about their source.
// Specifications: slsa-framework/github-actions-buildtypes workflow/v1 and actions.github.io/buildtypes/workflow/v1,
// Google Cloud Build google-worker/v1 and gcb-buildtypes triggered-build/v1, BuildKit slsa-definitions, GitLab
// provenance_v1, SLSA container-based-build/v0.1.

import type { Fields } from "./fields.ts";
import type { ClaimList } from "./predicate.ts";

/** The names of the claims about a build, with what they say. Both versions of SLSA provenance use them. */
export const slsaClaims = {
  "slsa.builder.id": "the build platform, a URI; it alone decides the SLSA level",
  "slsa.buildType": "the kind of build, a URI",
  "slsa.source.uri": "repository that the build was started from, without `git+` and without the ref",
  "slsa.source.ref": "branch, tag or commit of it that was asked for",
  "slsa.source.path": "the file in it that defines the build (workflow, pipeline), or the job's name",
  "slsa.source.digest.gitCommit": "commit that the ref meant, hexadecimal",
  "slsa.source.digest.sha1": "the same where the builder calls it sha1",
  "slsa.source.digest.sha256": "SHA-256 of the source, where it is not in git",
  "slsa.externalParameters": "names of the parameters set from outside (several)",
  "slsa.invocation.id": "the run of the build, a URI",
  "slsa.startedOn": "start of the build",
  "slsa.finishedOn": "end of the build",
  "slsa.dependencies.count": "number of listed dependencies (materials in v0.2)",
} as const;

export type SlsaClaim = keyof typeof slsaClaims;

/** A source as a predicate names it. */
interface Source {
  readonly uri: string;
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  /** Object that holds the digest set as its member `digest`, if it is named there. */
  readonly digested?: Fields | undefined;
}

/**
 * Splits an SPDX download location (`git+https://host/path@ref`, `…#ref:directory`). The ref starts at the first
 * `@refs/`, else at the first `@` behind the host: a branch may itself be called `x@refs/heads/main`.
 */
function splitSourceUri(location: string): { readonly uri: string; readonly ref: string | undefined } {
  const text = location.startsWith("git+") ? location.slice(4) : location;
  const hash = text.indexOf("#");
  if (hash >= 0) {
    const fragment = text.slice(hash + 1).split(":", 1)[0];
    return { uri: text.slice(0, hash), ref: fragment === "" ? undefined : fragment };
  }
  const scheme = text.indexOf("://");
  const path = scheme < 0 ? -1 : text.indexOf("/", scheme + 3);
  const refs = text.indexOf("@refs/", Math.max(path, 0));
  const at = refs >= 0 || path < 0 ? refs : text.indexOf("@", path);
  return at < 0 ? { uri: text, ref: undefined } : { uri: text.slice(0, at), ref: text.slice(at + 1) };
}

/** Claims the source of v0.2: `invocation.configSource`, which the builder fills in for every build type. */
export function claimConfigSource(configSource: Fields | undefined, claims: ClaimList<SlsaClaim>): void {
  const location = configSource?.optionalText("uri");
  if (configSource === undefined || location === undefined) {
    return;
  }
  const path = configSource.optionalText("entryPoint");
  claimSource({ ...splitSourceUri(location), path, digested: configSource }, [], claims);
}

/** Claims the source of v1, if the build type is known. */
export function claimBuildSource(
  definition: Fields,
  buildType: string,
  dependencies: readonly Fields[],
  claims: ClaimList<SlsaClaim>,
): void {
  const parameters = definition.optionalObject("externalParameters");
  const shape = sourceShapes.find(({ types }) => types.some((type) => isBuildType(type, buildType)));
  const source = parameters === undefined ? undefined : shape?.find(parameters);
  if (source !== undefined) {
    claimSource(source, dependencies, claims);
  }
}

function claimSource(source: Source, dependencies: readonly Fields[], claims: ClaimList<SlsaClaim>): void {
  claims.add("slsa.source.uri", source.uri);
  claims.add("slsa.source.ref", source.ref);
  claims.add("slsa.source.path", source.path);
  const digested = source.digested?.has("digest")
    ? [source.digested]
    : dependencies.filter((dependency) => isSource(dependency, source));
  for (const { algorithm, digits } of sourceDigests) {
    claims.add(`slsa.source.digest.${algorithm}`, onlyDigest(digested, algorithm, digits));
  }
}

const sourceDigests = [
  { algorithm: "gitCommit", digits: [40, 64] },
  { algorithm: "sha1", digits: [40] },
  { algorithm: "sha256", digits: [64] },
] as const;

/** A dependency is the source if it names the same repository, and no other ref than the source's or its commit. */
function isSource(dependency: Fields, source: Source): boolean {
  const location = dependency.optionalText("uri");
  if (location === undefined) {
    return false;
  }
  const { uri, ref } = splitSourceUri(location);
  const digest = dependency.optionalObject("digest");
  const isCommit = ref !== undefined && ref === digest?.optionalText("gitCommit");
  return uri === source.uri && (ref === undefined || ref === source.ref || isCommit);
}

/** The digest that all of the objects have, if it is well formed. Two that differ leave the source open. */
function onlyDigest(
  holders: readonly Fields[],
  algorithm: string,
  digits: readonly number[],
): string | undefined {
  let only: string | undefined;
  for (const holder of holders) {
    const digest = holder.optionalObject("digest");
    const value = digest?.optionalText(algorithm);
    if (digest !== undefined && only !== undefined && value !== undefined && value !== only) {
      throw digest.fault(algorithm, "contradicts another entry for the same source");
    }
    only ??= value;
  }
  const isWellFormed = only !== undefined && digits.includes(only.length) && /^[0-9a-f]+$/.test(only);
  return isWellFormed ? only : undefined;
}

/** GitHub Actions workflows: GitHub's own type, and the community's before it. */
export const githubBuildTypes: readonly string[] = [
  "https://actions.github.io/buildtypes/workflow/v1",
  "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1",
];

interface SourceShape {
  /** Build types; a `*` stands for a version. */
  readonly types: readonly string[];
  readonly find: (parameters: Fields) => Source | undefined;
}

function isBuildType(pattern: string, buildType: string): boolean {
  const [head = "", tail] = pattern.split("*", 2);
  if (tail === undefined) {
    return buildType === pattern;
  }
  const version = buildType.slice(head.length, buildType.length - tail.length);
  return buildType.startsWith(head) && buildType.endsWith(tail) && /^v[0-9][0-9.]{0,20}$/.test(version);
}

/** `{repository, ref, path}`: what GitHub and Google write. */
function inRepository(fields: Fields | undefined): Source | undefined {
  const location = fields?.optionalText("repository");
  if (fields === undefined || location === undefined) {
    return undefined;
  }
  const uri = location.startsWith("git+") ? location.slice(4) : location;
  return { uri, ref: fields.optionalText("ref"), path: fields.optionalText("path") };
}

/** `{uri, digest, path}`: a resource descriptor. */
function atUri(fields: Fields | undefined, path: string | undefined): Source | undefined {
  const location = fields?.optionalText("uri");
  return location === undefined ? undefined : { ...splitSourceUri(location), path, digested: fields };
}

const sourceShapes: readonly SourceShape[] = [
  {
    types: githubBuildTypes,
    find: (parameters) => inRepository(parameters.optionalObject("workflow")),
  },
  {
    types: [
      "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1",
      "https://docs.cloud.google.com/build/gcb-buildtypes/google-worker/v1",
    ],
    find: (parameters) => inRepository(parameters.optionalObject("buildConfigSource")),
  },
  {
    types: ["https://slsa-framework.github.io/gcb-buildtypes/triggered-build/v1"],
    find: (parameters) => {
      const config = parameters.optionalObject("configSource");
      return inRepository(parameters.optionalObject("sourceToBuild") ?? config);
    },
  },
  {
    types: ["https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"],
    find: (parameters) => {
      const config = parameters.optionalObject("configSource");
      return atUri(config, config?.optionalText("path"));
    },
  },
  {
    types: ["https://slsa.dev/container-based-build/v0.1"],
    find: (parameters) => atUri(parameters.optionalObject("source"), parameters.optionalText("configPath")),
  },
  {
    types: [
      "https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1",
      "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/*/PROVENANCE.md",
    ],
    find: (parameters) => {
      const uri = parameters.optionalText("source");
      return uri === undefined ? undefined : { uri, path: parameters.optionalText("entryPoint") };
    },
  },
];
