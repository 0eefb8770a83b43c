// SPDX-License-Identifier: Apache-2.0
// A system as its owner describes it (schemas/system.schema.json): members with paths, and what needs what.

import type { Digest } from "../model/digest.ts";

/** Where a member is listed. */
export type MemberGroup = "models" | "datasets" | "images" | "environments";

/** Something that lies on disk. */
export interface SystemMember {
  /** Unique in the system. */
  readonly name: string;
  readonly group: MemberGroup;
  /** As written: relative to the file. */
  readonly path: string;
  /** What the bytes must be. */
  readonly digest?: Digest;
  /** Names of members that it was made from. */
  readonly needs: readonly string[];
}

/** Something that runs. */
export interface Deployment {
  readonly name: string;
  readonly description?: string;
  readonly endpoints: readonly string[];
  /** Names of the image or environment, the models and the datasets. */
  readonly needs: readonly string[];
}

/** Somebody whom a bill of materials names. */
export interface Author {
  readonly name: string;
  readonly email?: string;
}

export interface Organization extends Author {
  readonly url?: string;
}

/** What no file of a member says: who stands behind the system and its bill of materials. */
export interface SystemFacts {
  readonly version?: string;
  readonly description?: string;
  /** When this version was released: RFC 3339, UTC. */
  readonly released?: string;
  /** Who makes it. */
  readonly producer?: Organization;
  /** Who hands it on. */
  readonly supplier?: Organization;
  /** Who writes the bill of materials. */
  readonly authors?: readonly Author[];
}

export interface System extends SystemFacts {
  readonly name: string;
  /** In the order of the file. */
  readonly members: readonly SystemMember[];
  readonly deployments: readonly Deployment[];
}
