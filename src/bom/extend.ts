// SPDX-License-Identifier: Apache-2.0
// The one place where the fields that @cyclonedx/cyclonedx-library (10.x) does not model enter a BOM:
// modelCard, data, pedigree, evidence, compositions, annotations, citations, isExternal. They are merged into
// what the library's normalisers make, already in their JSON shape. Each component is normalised as soon as it
// is made, so that fifty thousand models of the library, a dozen sets each, never exist at the same time. When
// the library models a field, move it out of here.

import * as Models from "@cyclonedx/cyclonedx-library/Models";
import * as Serialize from "@cyclonedx/cyclonedx-library/Serialize";
import * as Spec from "@cyclonedx/cyclonedx-library/Spec";
import type { Document } from "./document.ts";

export type SpecVersion = "1.6" | "1.7";

/** Members to merge: `always` in both versions, `since17` only where 1.7 defines them. */
export interface Extension {
  readonly always?: Document;
  readonly since17?: Document;
}

/** What a BOM consists of, each component normalised already. */
export interface BomParts {
  readonly tool: Document;
  /** `metadata.component`. */
  readonly root: Document;
  readonly components: readonly Document[];
  /** Other members of the metadata. They stand first: the time is never last, so that its line can be cut out. */
  readonly metadata: Document;
  /** Other members of the document. */
  readonly members: Document;
}

// Lists keep the order they have.
const options = { sortLists: false } as const;

const factories: Readonly<Record<SpecVersion, Serialize.JSON.Normalize.Factory>> = {
  "1.6": new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  "1.7": new Serialize.JSON.Normalize.Factory(Spec.Spec1dot7),
};

/** The document of `component` in the given version of CycloneDX, with the members the library lacks. */
export function normalizeComponent(
  component: Models.Component,
  extension: Extension,
  specVersion: SpecVersion,
): Document {
  const normalized = factories[specVersion].makeForComponent().normalize(component, options);
  const since17 = specVersion === "1.7" ? extension.since17 : undefined;
  return Object.assign(withoutUndefined(normalized ?? {}), extension.always, since17);
}

/** The document of a BOM in the given version of CycloneDX. */
export function normalizeBom(parts: BomParts, specVersion: SpecVersion): Document {
  const bom = factories[specVersion].makeForBom().normalize(new Models.Bom({ version: 1 }), options);
  const metadata = {
    ...parts.metadata,
    ...withoutUndefined(bom.metadata ?? {}),
    tools: { components: [parts.tool] },
    component: parts.root,
  };
  return Object.assign(withoutUndefined(bom), { metadata, components: parts.components }, parts.members);
}

/**
 * A copy without undefined members, which JSON does not have: the document must equal its text before it is
 * validated. Not in place: an object whose members were deleted is slow for everything that comes after.
 */
function withoutUndefined(value: object): Record<string, unknown> {
  const defined: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member: unknown = Reflect.get(value, key);
    if (member !== undefined) {
      defined[key] = member;
    }
  }
  return defined;
}
