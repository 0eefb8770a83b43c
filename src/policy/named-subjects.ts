// SPDX-License-Identifier: Apache-2.0
// Models and datasets of one verification by the names that others give them: `org/name` of a package, the name of an
// artifact or of a part of it. A name is how they are found, never proof of what they are.

import type { Artifact, ArtifactFile, ArtifactKind, ArtifactPart, PackageName } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";
import type { EvidenceDemand } from "./policy.ts";
import type { GatedArtifact, GateInput } from "./rule.ts";
import { isNamed } from "./signers.ts";

/** An artifact, or one of the models and datasets inside it. */
export interface NamedSubject {
  readonly gated: GatedArtifact;
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly files: readonly ArtifactFile[];
  readonly facts: readonly Fact[];
}

/** A rule asks for every artifact of ten thousand; the names are gathered once. */
const indexes = new WeakMap<GateInput, ReadonlyMap<string, readonly NamedSubject[]>>();

/** Those of one kind that `name` may mean: by the whole name, else by what follows its last slash. */
export function subjectsNamed(input: GateInput, kind: ArtifactKind, name: string): readonly NamedSubject[] {
  const index = indexes.get(input) ?? buildIndex(input);
  indexes.set(input, index);
  const exact = index.get(`${kind} ${name}`);
  return exact ?? index.get(`${kind} ${name.slice(name.lastIndexOf("/") + 1)}`) ?? [];
}

/** True if every file is signed by somebody whom the rule accepts. */
export function isSigned({ gated, files }: NamedSubject, { signedBy = "any" }: EvidenceDemand): boolean {
  const covered = new Set(
    gated.signatures
      .filter(({ usage, signer }) => usage === "model" && isNamed(signedBy, signer.identity))
      .flatMap(({ covers }) => covers),
  );
  return files.length > 0 && files.every(({ path }) => covered.has(path));
}

function buildIndex({ artifacts }: GateInput): ReadonlyMap<string, readonly NamedSubject[]> {
  const index = new Map<string, NamedSubject[]>();
  for (const gated of artifacts) {
    for (const each of [gated.artifact, ...(gated.artifact.parts ?? [])] as (Artifact | ArtifactPart)[]) {
      const { kind, name, files, facts } = each;
      for (const key of new Set([name, ...packageNames(each.package)])) {
        const subjects = index.get(`${kind} ${key}`) ?? [];
        subjects.push({ gated, kind, name, files, facts });
        index.set(`${kind} ${key}`, subjects);
      }
    }
  }
  return index;
}

function packageNames(found: PackageName | undefined): readonly string[] {
  return found === undefined
    ? []
    : [found.namespace === undefined ? found.name : `${found.namespace}/${found.name}`];
}
