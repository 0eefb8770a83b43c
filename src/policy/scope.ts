// SPDX-License-Identifier: Apache-2.0
// What a rule looks at. An artifact without files is in no scope: the gate refuses it by itself. An artifact that is not
// in scope may hold a model or a dataset that is: put beside others, it is still looked at.

import type { Artifact, ArtifactFile, ArtifactPart } from "../model/artifact.ts";
import { compileGlob } from "../model/glob.ts";
import type { PolicyRule } from "./policy.ts";
import type { ArtifactSubject, GatedArtifact } from "./rule.ts";

/** What rules without a scope look at, made once for all of them: there may be a hundred thousand artifacts. */
const wholes = new WeakMap<readonly GatedArtifact[], readonly ArtifactSubject[]>();

function wholeSubjects(artifacts: readonly GatedArtifact[]): readonly ArtifactSubject[] {
  let whole = wholes.get(artifacts);
  if (whole === undefined) {
    whole = artifacts
      .filter(({ artifact }) => artifact.files.length > 0)
      .map((gated) => ({ gated, files: gated.artifact.files, isPartial: false }));
    wholes.set(artifacts, whole);
  }
  return whole;
}

/** The artifacts in scope, with the files that `scope.path` selects. */
export function subjectsOf(
  rule: PolicyRule,
  artifacts: readonly GatedArtifact[],
): readonly ArtifactSubject[] {
  if (rule.scope === undefined) {
    return wholeSubjects(artifacts);
  }
  const { kind = "any", name, path, purl, property } = rule.scope;
  const hasName = name === undefined ? undefined : compileGlob(name);
  const hasPurl = purl === undefined ? undefined : compileGlob(purl);
  const hasProperty = property === undefined ? undefined : propertyTest(property);
  const hasPath = path === undefined ? undefined : compileGlob(path);
  const subjects: ArtifactSubject[] = [];
  const fits = (each: Artifact | ArtifactPart): boolean =>
    (kind === "any" || kind === each.kind) && hasName?.(each.name) !== false;
  for (const gated of artifacts) {
    const hasLabels =
      (hasPurl === undefined || (gated.labels?.purls ?? []).some(hasPurl)) &&
      (hasProperty === undefined || hasProperty(gated));
    const all = hasLabels ? filesThatFit(gated.artifact, fits) : [];
    const files = hasPath === undefined ? all : all.filter((file) => hasPath(file.path));
    if (files.length > 0) {
      subjects.push({ gated, files, isPartial: hasPath !== undefined || all !== gated.artifact.files });
    }
  }
  return subjects;
}

/** All files, or those of the models and datasets inside that fit. */
function filesThatFit(
  artifact: Artifact,
  fits: (each: Artifact | ArtifactPart) => boolean,
): readonly ArtifactFile[] {
  if (fits(artifact)) {
    return artifact.files;
  }
  const fitting = (artifact.parts ?? []).filter(fits);
  const paths = new Set(fitting.flatMap(({ files }) => files.map(({ path }) => path)));
  return artifact.files.filter(({ path }) => paths.has(path));
}

function propertyTest({ name, value }: { readonly name: string; readonly value?: string }) {
  const hasValue = value === undefined ? undefined : compileGlob(value);
  return ({ labels }: GatedArtifact): boolean =>
    (labels?.properties ?? []).some((each) => each.name === name && hasValue?.(each.value) !== false);
}

/** True if the rule looks at the BOM instead of at artifacts: by its scope, or because its kind does nothing else. */
export function isAboutBom(rule: PolicyRule): boolean {
  return rule.kind === "readiness" || rule.scope?.kind === "bom";
}

/** What `minMatches` counts: files if the scope selects files, artifacts otherwise. */
export function countMatches({ scope }: PolicyRule, subjects: readonly ArtifactSubject[]): number {
  return scope?.path === undefined
    ? subjects.length
    : subjects.reduce((sum, subject) => sum + subject.files.length, 0);
}
