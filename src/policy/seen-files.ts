// SPDX-License-Identifier: Apache-2.0
// Which files some rule looked at: what every scope leaves out is refused by the gate itself.

import type { ArtifactFile } from "../model/artifact.ts";
import type { ArtifactSubject, GatedArtifact, Judgement } from "./rule.ts";

/** The files of each artifact that some rule looked at. */
export class SeenFiles {
  readonly #artifacts: number;
  /** Artifacts of which all files were looked at by one rule. */
  readonly #whole = new Set<GatedArtifact>();
  readonly #paths = new Map<GatedArtifact, Set<string>>();

  constructor(artifacts: readonly GatedArtifact[]) {
    this.#artifacts = artifacts.length;
  }

  /** Marks what a rule looked at: all subjects that its judgements are about. */
  mark(subjects: readonly ArtifactSubject[], judgements: readonly Judgement[]): void {
    if (this.#whole.size === this.#artifacts) {
      return;
    }
    for (const [index, { gated, files, isPartial }] of subjects.entries()) {
      if (judgements[index]?.status === "not-applicable") {
        continue;
      }
      if (!isPartial) {
        this.#whole.add(gated);
        continue;
      }
      const paths = this.#paths.get(gated) ?? new Set();
      for (const file of files) {
        paths.add(file.path);
      }
      this.#paths.set(gated, paths);
    }
  }

  /** The files that no rule looked at; undefined if none looked at the artifact. */
  left(gated: GatedArtifact): readonly ArtifactFile[] | undefined {
    if (this.#whole.has(gated)) {
      return [];
    }
    const paths = this.#paths.get(gated);
    return paths === undefined ? undefined : gated.artifact.files.filter((file) => !paths.has(file.path));
  }
}
