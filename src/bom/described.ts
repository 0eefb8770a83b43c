// SPDX-License-Identifier: Apache-2.0
// Artifacts as components are written of them: the parts of one are artifacts of their own inside it, and what is
// said about a part is said there and not about the whole.

import type { Artifact, ArtifactFile, ArtifactPart } from "../model/artifact.ts";
import type { Fact } from "../model/fact.ts";
import type { ImageContent } from "../model/image.ts";

export interface Described extends Artifact {
  /** Files that are in none of the parts. */
  readonly ownFiles: readonly ArtifactFile[];
  readonly inner: readonly Described[];
  /** Of a part: its store, and the folder that its files are named from. */
  readonly part?: Pick<ArtifactPart, "store" | "root">;
  /** Of an image: what its manifest and configuration say. */
  readonly image?: ImageContent;
}

/** A copy of `artifact` that is known by itself: an artifact that was given twice is two components. */
export function describedArtifact(artifact: Artifact): Described {
  const { parts = [] } = artifact;
  const images = (artifact.images ?? []).map(imageOf);
  return {
    ...artifact,
    // A collection of models is not itself a model.
    kind: parts.length === 0 || artifact.kind === "image" ? artifact.kind : "file-set",
    ...withoutParts(artifact, parts),
    inner: [...parts.map(partOf), ...images],
  };
}

/** What is left to be said about the whole. */
function withoutParts(
  { files, facts }: Pick<Artifact, "files" | "facts">,
  parts: readonly ArtifactPart[],
): Pick<Described, "ownFiles" | "facts"> {
  if (parts.length === 0) {
    return { ownFiles: files, facts };
  }
  const inParts = new Set(parts.flatMap((part) => part.files.map(({ path }) => path)));
  const told = new Set(parts.flatMap((part) => part.facts.map(factKey)));
  return {
    ownFiles: files.filter(({ path }) => !inParts.has(path)),
    facts: facts.filter((fact) => !inParts.has(fact.source.path) && !told.has(factKey(fact))),
  };
}

function partOf({ store, root, ...part }: ArtifactPart): Described {
  return { ...part, ignored: [], ownFiles: part.files, inner: [], part: { store, root } };
}

/** What was found in an image is told with the file that it lies in. */
function imageOf(image: ImageContent): Described {
  const { name, files, facts, complete, packages = [], parts = [] } = image;
  const kind = image.isModel === true ? "model" : "image";
  return {
    kind,
    name,
    files,
    ...withoutParts({ files, facts }, parts),
    complete,
    packages,
    findings: [],
    ignored: [],
    inner: parts.map(partOf),
    image,
  };
}

function factKey({ grade, name, value, source }: Fact): string {
  return JSON.stringify([grade, name, value, source.path, source.pointer]);
}

/** An artifact and all that is inside it, outer before inner. */
export function withInner(described: readonly Described[]): readonly Described[] {
  return described.flatMap((each) => [each, ...withInner(each.inner)]);
}
