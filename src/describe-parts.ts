// SPDX-License-Identifier: Apache-2.0
// The models and datasets inside an artifact, as they enter it once every file has its final status.

import { artifactKind } from "./artifact-kind.ts";
import type { LayoutFile } from "./layouts/layout.ts";
import type { ArtifactFile, ArtifactPart, PackageName } from "./model/artifact.ts";
import { digestOf } from "./model/digest.ts";
import type { Finding } from "./model/finding.ts";
import { comparePaths } from "./model/path-order.ts";
import type { StoredPart } from "./stores/store.ts";
import type { ReadPart } from "./stores/together.ts";

/** What the parts are made from when every file has its final status. */
export interface WholeArtifact {
  readonly files: readonly ArtifactFile[];
  readonly findings: readonly Finding[];
  /** Paths that could not be taken in. */
  readonly refused: readonly string[];
  /** What a file's reader said. */
  readonly read: (path: string) => ReadPartFile | undefined;
}

type ReadPartFile = LayoutFile & { readonly holdsWeights: boolean };

/** The parts as they enter the artifact. */
export function artifactParts(parts: readonly ReadPart[], whole: WholeArtifact): readonly ArtifactPart[] {
  const files = new Map(whole.files.map((file) => [file.path, file]));
  const findings = Map.groupBy(whole.findings, ({ location }) => location.path);
  return parts.map(({ part, layouts }) => {
    const own = part.paths.toSorted(comparePaths).flatMap((path) => files.get(path) ?? []);
    const read = own.flatMap(({ path }) => whole.read(path) ?? []);
    const facts = [
      ...read.flatMap((file) => file.description?.facts ?? []),
      ...part.facts,
      ...layouts.flatMap((each) => each.facts),
    ];
    const kind = artifactKind(read, facts, layouts);
    const isRefused = whole.refused.some((path) => part.root === "" || path.startsWith(`${part.root}/`));
    return {
      // Weights make a model, whatever the store calls it.
      kind: kind === "model" ? kind : (part.kind ?? kind),
      name: part.name,
      store: part.store,
      root: part.root,
      files: own,
      facts,
      findings: [part.root, ...part.paths].flatMap((path) => findings.get(path) ?? []),
      complete: !isRefused && own.every((file) => file.status !== "unverified"),
      ...provenPackage(part, own),
    };
  });
}

/** The package that a store says these files are, if they are what the store says. */
export function provenPackage(
  { package: known, provenBy = new Map<string, string>() }: Pick<StoredPart, "package" | "provenBy">,
  files: readonly ArtifactFile[],
): { readonly package?: PackageName } {
  const sha256 = new Map(files.map(({ path, digests }) => [path, digestOf(digests, "sha256")]));
  const isProven = [...provenBy].every(([path, hex]) => sha256.get(path) === hex);
  return known !== undefined && isProven ? { package: known } : {};
}
