// SPDX-License-Identifier: Apache-2.0
// What expressions see of a subject. No evidence: an expression could ask that something is not signed, and then more
// evidence would hurt. `facts` is what aibom read from the bytes, `claims` what the artifact says about itself.

import type { Fact } from "../../model/fact.ts";
import type { ArtifactSubject } from "../rule.ts";
import type { CelContext, CelVariable } from "./variables.ts";

const builders: Readonly<Record<CelVariable, (subject: ArtifactSubject) => unknown>> = {
  artifact: ({ gated: { artifact, manifest } }) => ({
    name: artifact.name,
    kind: artifact.kind,
    manifest: `${manifest.algorithm}:${manifest.hex}`,
    files: BigInt(artifact.files.length),
    bytes: BigInt(artifact.files.reduce((sum, { size }) => sum + size, 0)),
  }),
  files: ({ files }) =>
    files.map(({ path, size, format, status, digests }) => ({
      path,
      size: BigInt(size),
      format,
      status,
      sha256: digests.find(({ algorithm }) => algorithm === "sha256")?.hex ?? "",
    })),
  facts: (subject) => factsOfGrade(subject, "computed"),
  claims: (subject) => factsOfGrade(subject, "claim"),
  findings: ({ gated, files, isPartial }) => {
    const paths = isPartial ? new Set(files.map(({ path }) => path)) : undefined;
    return gated.artifact.findings
      .filter(({ location }) => paths?.has(location.path) !== false)
      .map(({ code, severity, location }) => ({ code, severity, path: location.path }));
  },
};

function factsOfGrade({ gated, files, isPartial }: ArtifactSubject, grade: Fact["grade"]): unknown[] {
  const paths = isPartial ? new Set(files.map(({ path }) => path)) : undefined;
  return gated.artifact.facts
    .filter((fact) => fact.grade === grade && paths?.has(fact.source.path) !== false)
    .map(({ name, value, source }) => ({ name, value, path: source.path }));
}

/** The values of the variables that are used; nothing else is copied to the thread. */
export function contextOf(subject: ArtifactSubject, uses: readonly CelVariable[]): CelContext {
  return Object.fromEntries(uses.map((name) => [name, builders[name](subject)]));
}
