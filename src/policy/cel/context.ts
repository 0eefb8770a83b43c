// SPDX-License-Identifier: Apache-2.0
// What expressions see of a subject. No evidence: an expression could ask that something is not signed, and then more
// evidence would hurt. `facts` is what aibom read from the bytes, `claims` what the artifact says about itself.

import type { Fact } from "../../model/fact.ts";
import type { ArtifactSubject } from "../rule.ts";
import type { CelVariable } from "./variables.ts";

const builders: Readonly<Record<CelVariable, (subject: ArtifactSubject) => unknown>> = {
  artifact: ({ gated: { artifact, manifest } }) => ({
    name: artifact.name,
    kind: artifact.kind,
    manifest: `${manifest.algorithm}:${manifest.hex}`,
    files: artifact.files.length,
    bytes: artifact.files.reduce((sum, { size }) => sum + size, 0),
  }),
  files: ({ files }) =>
    files.map(({ path, size, format, status, digests }) => ({
      path,
      size,
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

/** What a variable is for a subject, as a JSON value. */
export function variableOf(variable: CelVariable, subject: ArtifactSubject): unknown {
  return builders[variable](subject);
}

/** The integers of the language are bigints, which JSON does not have. */
type WithIntegers = Record<string, unknown>;

function toIntegers(object: WithIntegers, names: readonly string[]): void {
  for (const name of names) {
    object[name] = BigInt(object[name] as number);
  }
}

/** The values of a variable for all subjects, from the JSON text of what `variableOf` gave. */
export function parseValues(variable: CelVariable, text: string): readonly unknown[] {
  const values: readonly unknown[] = JSON.parse(text);
  if (variable === "artifact") {
    for (const artifact of values as readonly WithIntegers[]) {
      toIntegers(artifact, ["files", "bytes"]);
    }
  } else if (variable === "files") {
    for (const file of (values as readonly (readonly WithIntegers[])[]).flat()) {
      toIntegers(file, ["size"]);
    }
  }
  return values;
}
