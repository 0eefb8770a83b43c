// SPDX-License-Identifier: Apache-2.0
// What a rule looks at. An artifact without files is in no scope: the gate refuses it by itself.

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
  for (const gated of artifacts) {
    const isInScope =
      (kind === "any" || kind === gated.artifact.kind) &&
      hasName?.(gated.artifact.name) !== false &&
      (hasPurl === undefined || (gated.labels?.purls ?? []).some(hasPurl)) &&
      (hasProperty === undefined || hasProperty(gated));
    if (!isInScope) {
      continue;
    }
    const all = gated.artifact.files;
    const files = hasPath === undefined ? all : all.filter((file) => hasPath(file.path));
    if (files.length > 0) {
      subjects.push({ gated, files, isPartial: hasPath !== undefined });
    }
  }
  return subjects;
}

function propertyTest({ name, value }: { readonly name: string; readonly value?: string }) {
  const hasValue = value === undefined ? undefined : compileGlob(value);
  return ({ labels }: GatedArtifact): boolean =>
    (labels?.properties ?? []).some((each) => each.name === name && hasValue?.(each.value) !== false);
}

/** True if the rule looks at the BOM instead of at artifacts. */
export function isAboutBom(rule: PolicyRule): boolean {
  return rule.scope?.kind === "bom";
}

/** What `minMatches` counts: files if the scope selects files, artifacts otherwise. */
export function countMatches(subjects: readonly ArtifactSubject[]): number {
  return subjects.reduce((sum, subject) => sum + (subject.isPartial ? subject.files.length : 1), 0);
}
