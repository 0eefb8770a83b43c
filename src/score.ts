// SPDX-License-Identifier: Apache-2.0
// The score use-case: a BOM file in, a score for each list of elements out. An invalid document is scored as well and said to be
// invalid: what cannot be relied on is never enough for a minimum.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { validateBom } from "./bom/validate.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { atLeast } from "./model/severity.ts";
import type { ScoreProfileId } from "./score/element.ts";
import { elementLists } from "./score/profiles/index.ts";
import { type Score, scoreBom } from "./score/score-bom.ts";
import { readBounded } from "./sources/read-bounded.ts";

export interface ScoredBom {
  /** The file's name: where it lay is nobody's business. */
  readonly name: string;
  readonly sha256: string;
  readonly specVersion: string;
  /** False if `aibom validate` would call it invalid. */
  readonly isValid: boolean;
  /** What the document is about. */
  readonly subject: { readonly name: string; readonly version?: string };
  readonly scores: readonly Score[];
}

/**
 * Scores a CycloneDX JSON file of 1.2 to 1.7.
 * @throws {AibomError} SOURCE_*, JSON_*, BOM_UNSUPPORTED, BOM_SPEC_VERSION
 */
export async function scoreBomFile(path: string, profiles: readonly ScoreProfileId[]): Promise<ScoredBom> {
  const bytes = readBounded(path, limits.maxBomBytes);
  const { document, specVersion, findings } = await validateBom(bytes, path);
  const name = basename(path);
  const metadata = document["metadata"] as { component?: { name?: unknown; version?: unknown } } | undefined;
  const described = metadata?.component;
  return {
    name,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    specVersion,
    isValid: !findings.some(({ severity }) => atLeast(severity, "high")),
    subject: {
      name: typeof described?.name === "string" ? described.name : name,
      ...(typeof described?.version === "string" ? { version: described.version } : {}),
    },
    scores: profiles.map((profile) => scoreBom(document, profile)),
  };
}

/**
 * An element that no list has would never be missed.
 * @throws {AibomError} SCORE_ELEMENT_UNKNOWN
 */
export function refuseUnknownElements(
  required: readonly string[],
  profiles: readonly ScoreProfileId[],
): void {
  const known = new Set(profiles.flatMap((profile) => elementLists[profile].elements.map(({ id }) => id)));
  const stranger = required.find((id) => !known.has(id));
  if (stranger !== undefined) {
    throw AibomError.of("SCORE_ELEMENT_UNKNOWN", { element: stranger, profiles: profiles.join(", ") });
  }
}
