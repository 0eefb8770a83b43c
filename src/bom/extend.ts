// SPDX-License-Identifier: Apache-2.0
// The one place where the fields that @cyclonedx/cyclonedx-library (10.x) does not model enter a BOM:
// modelCard, data, pedigree, evidence, compositions, annotations, citations, isExternal. A normaliser
// subclass merges them in, already in their JSON shape. Lists of thousands of files enter the same way,
// because library models cost seven times as much. When the library models a field, move it out of here.

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

/** A component with the members the library lacks. */
export class ExtendedComponent extends Models.Component {
  extension: Extension = {};
}

/** A BOM with the members the library lacks, and with its dependency graph as it is written. */
export class ExtendedBom extends Models.Bom {
  extension: Extension = {};
  metadataExtension: Extension = {};
}

const { BomNormalizer, ComponentNormalizer, Factory } = Serialize.JSON.Normalize;
type NormalizerOptions = Serialize.Types.NormalizerOptions;

class ExtendedComponentNormalizer extends ComponentNormalizer {
  override normalize(
    component: Models.Component,
    options: NormalizerOptions,
  ): ReturnType<InstanceType<typeof ComponentNormalizer>["normalize"]> {
    const normalized = super.normalize(component, options);
    return normalized !== undefined && component instanceof ExtendedComponent
      ? Object.assign(withoutUndefined(normalized), members(component.extension, this.factory))
      : normalized;
  }
}

class ExtendedBomNormalizer extends BomNormalizer {
  override normalize(
    bom: Models.Bom,
    options: NormalizerOptions,
  ): ReturnType<InstanceType<typeof BomNormalizer>["normalize"]> {
    const normalized = super.normalize(bom, options);
    if (!(bom instanceof ExtendedBom)) {
      return normalized;
    }
    // Ours first: the time stands on top, never last, so that its line can be cut out (serialize.ts).
    const ours = members(bom.metadataExtension, this.factory);
    const metadata = withoutUndefined({ ...ours, ...normalized.metadata, ...ours });
    return Object.assign(withoutUndefined(normalized), { metadata }, members(bom.extension, this.factory));
  }
}

class ExtendedFactory extends Factory {
  override makeForBom(): ExtendedBomNormalizer {
    return new ExtendedBomNormalizer(this);
  }

  override makeForComponent(): ExtendedComponentNormalizer {
    return new ExtendedComponentNormalizer(this);
  }
}

/** JSON has no undefined members; the document must equal its text before it is validated. */
function withoutUndefined<T extends object>(value: T): T {
  for (const key of Object.keys(value)) {
    if (Reflect.get(value, key) === undefined) {
      Reflect.deleteProperty(value, key);
    }
  }
  return value;
}

function members(extension: Extension, factory: Serialize.JSON.Normalize.Factory): Document {
  return factory.spec.version === "1.7"
    ? { ...extension.always, ...extension.since17 }
    : { ...extension.always };
}

/** The document of `bom` in the given version of CycloneDX. Lists keep the order they have. */
export function normalizeBom(bom: ExtendedBom, specVersion: SpecVersion): Document {
  const spec = specVersion === "1.7" ? Spec.Spec1dot7 : Spec.Spec1dot6;
  return { ...new ExtendedFactory(spec).makeForBom().normalize(bom, { sortLists: false }) };
}
