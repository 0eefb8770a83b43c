// SPDX-License-Identifier: Apache-2.0
// What a rule looks at. An artifact without files is in no scope: the gate refuses it by itself.

import { compileGlob } from "../model/glob.ts";
import type { PolicyRule } from "./policy.ts";
import type { ArtifactSubject, GatedArtifact } from "./rule.ts";

/** The artifacts in scope, with the files that `scope.path` selects. */
export function subjectsOf(
  rule: PolicyRule,
  artifacts: readonly GatedArtifact[],
): readonly ArtifactSubject[] {
  const { kind = "any", name, path } = rule.scope ?? {};
  const hasName = name === undefined ? undefined : compileGlob(name);
  const hasPath = path === undefined ? undefined : compileGlob(path);
  const subjects: ArtifactSubject[] = [];
  for (const gated of artifacts) {
    const isInScope =
      (kind === "any" || kind === gated.artifact.kind) && hasName?.(gated.artifact.name) !== false;
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

/** True if the rule looks at the BOM instead of at artifacts. */
export function isAboutBom(rule: PolicyRule): boolean {
  return rule.scope?.kind === "bom";
}

/** What `minMatches` counts: files if the scope selects files, artifacts otherwise. */
export function countMatches(subjects: readonly ArtifactSubject[]): number {
  return subjects.reduce((sum, subject) => sum + (subject.isPartial ? subject.files.length : 1), 0);
}
