// SPDX-License-Identifier: Apache-2.0
// The nouns of a score: a list of elements that somebody asks of a BOM, what each is asked of, and where it was looked for.
// A probe says how one element is found and lives once, however many lists ask for it; a list is data over probes.

import type { JsonObject, JsonValue } from "../bytes/json.ts";

/**
 * What an element is asked of: the document once, the system once, or each model, dataset or component. Components are all that a
 * document lists, models and datasets among them, but not the files that another component consists of.
 */
export const subjectKinds = ["document", "system", "model", "dataset", "component"] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** One thing that elements are asked of. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly name: string;
  /** JSON pointer of the object in the document. */
  readonly pointer: string;
  readonly value: JsonObject;
  /** The component around a nested one. */
  readonly outer?: Subject;
}

/** A document as scores look at it (bom-view.ts). */
export interface BomView {
  readonly document: JsonObject;
  readonly specVersion: string;
  readonly subjects: Readonly<Record<SubjectKind, readonly Subject[]>>;
  /** bom-refs that `dependencies` have an entry for. */
  readonly dependencyRefs: ReadonlySet<string>;
  /** bom-refs of datasets that models name. */
  readonly usedDatasets: ReadonlySet<string>;
}

/** A value and where it stands in the document. */
export interface Place {
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Looks for an element; places come in the order of the document. */
export type Finder = (subject: Subject, bom: BomView) => readonly Place[];

/** How one element is found. */
export interface Probe {
  readonly of: SubjectKind;
  /** Where it should stand, as a pointer below its subject. */
  readonly expected: string;
  readonly find: Finder;
  /** Left out, it is asked of every subject of its kind. */
  readonly applies?: (subject: Subject, bom: BomView) => boolean;
  /** Places by which the document itself says that this is not known, besides `NOASSERTION` and `aibom:unknown`. */
  readonly findUnknown?: Finder;
  /** The fact that aibom leaves out when claims about it disagree (docs/bom.md, `aibom:disagreement`). */
  readonly fact?: string;
  /** How to fill it, in a line. */
  readonly fill: string;
}

/** An element of a list. */
export interface Element {
  /** Unique in its list; what `--require` and policies name. */
  readonly id: string;
  /** Its number in the list it comes from. */
  readonly notation?: string;
  readonly title: string;
  readonly group: string;
  readonly probe: Probe;
}

/** Where a list comes from, and how sure that is. */
export interface Source {
  readonly title: string;
  readonly date: string;
  /** `secondary`: the text itself could not be read, only what others wrote about it. */
  readonly kind: "primary" | "secondary";
  readonly note?: string;
}

/** A list of elements. */
export interface ElementList {
  readonly id: ScoreProfileId;
  readonly title: string;
  /** In force, draft, voluntary … */
  readonly standing: string;
  readonly sources: readonly Source[];
  /** Kinds of which there has to be one: without any, elements that are asked of them are absent. */
  readonly expects: readonly SubjectKind[];
  readonly elements: readonly Element[];
  /** A figure of somebody else that this list is compared with. */
  readonly foreignScore?: (bom: BomView) => ForeignScore;
}

/** A number that another tool would give, by its formula. */
export interface ForeignScore {
  readonly tool: string;
  readonly score: number;
  readonly maximum: number;
  readonly formula: string;
}

export const scoreProfileIds = [
  "g7-ai",
  "cisa-2025",
  "bsi-tr-03183",
  "eu-annex-xi",
  "eu-53d",
  "owasp",
] as const;
export type ScoreProfileId = (typeof scoreProfileIds)[number];
