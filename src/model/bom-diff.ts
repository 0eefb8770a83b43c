// SPDX-License-Identifier: Apache-2.0
// What differs between two bills of materials, or between two verdicts. Data without prose: reports render it.

import type { Digest } from "./digest.ts";

/** Kinds of changes, in the order of reports: what is there at all, what it is, where it comes from, what was decided, the rest. */
export const changeKinds = [
  "removed",
  "added",
  "renamed",
  "digest",
  "version",
  "signer",
  "license",
  "supplier",
  "base-model",
  "dataset",
  "dependency",
  "completeness",
  "vulnerability",
  "verdict",
  "rule",
  "finding",
  "finding-gone",
  "policy",
  "trust-root",
  "identity",
  "model-card",
  "property",
  "reference",
  "tool",
  "detail",
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** What a change is about: a component, a service, an artifact of a verdict, or the document as a whole. */
export interface ChangeSubject {
  /** Component type, `service`, `artifact`, or `document`. */
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly ref?: string;
  /** Names of the components around it, outer first; absent at the top level. */
  readonly inside?: readonly string[];
}

/** One change. */
export interface Change {
  readonly kind: ChangeKind;
  readonly subject: ChangeSubject;
  /** Which of several values of the kind: the name of a property, a hash algorithm, a member. */
  readonly field?: string;
  /** Values that only the earlier document has, sorted. Empty for a component that was added or removed. */
  readonly before: readonly string[];
  /** Values that only the later document has, sorted. */
  readonly after: readonly string[];
}

/** One of the two documents. */
export interface DiffSide {
  readonly kind: "bom" | "verdict";
  readonly name?: string;
  readonly version?: string;
  readonly specVersion?: string;
  readonly timestamp?: string;
  /** Components and services of a BOM, artifacts of a verdict. */
  readonly components: number;
  /** SHA-256 of the file, where there is one. */
  readonly digest?: Digest;
  /** Grave findings of validation: references in it may mean something else to others. Absent if it is valid. */
  readonly invalid?: { readonly findings: number; readonly first: string };
}

export interface Diff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Components that are in both. */
  readonly matched: number;
  /** By subject, then in the order of `changeKinds`. The same for any order of the lists in the documents. */
  readonly changes: readonly Change[];
}
