// SPDX-License-Identifier: Apache-2.0
// The supply chain as a BOM tells it: which component an artifact is, what else there is, and what comes from what. The
// BOM may be anybody's: refs are looked up in Maps, what has the wrong shape is passed over.

import type { JsonObject, JsonValue } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import { compareText } from "../policy/finding-order.ts";
import type { RecordedComponent, RecordedRelation } from "./record.ts";

/** What a BOM says about one of its components. */
export interface ChainNode extends RecordedComponent {
  readonly type: string;
  readonly supplier?: string;
  /** SHA-256 values, lower case. */
  readonly digests: readonly string[];
}

export interface SupplyChain {
  /** By ref, in document order; the described component first. Plain files are not among them. */
  readonly nodes: ReadonlyMap<string, ChainNode>;
  readonly relations: readonly RecordedRelation[];
}

const kinds: Readonly<Record<string, RecordedComponent["kind"]>> = {
  "machine-learning-model": "model",
  data: "dataset",
  container: "image",
  platform: "environment",
  "operating-system": "library",
  framework: "library",
  library: "library",
  application: "library",
};

/** Reads the chain of a CycloneDX document that was validated. */
export function supplyChain(document: JsonObject): SupplyChain {
  const walk = new Walk();
  const described = objectOf(objectOf(document, "metadata"), "component");
  if (described !== undefined) {
    walk.component(described, undefined, true);
  }
  for (const each of listOf(document, "components")) {
    walk.component(each, undefined, false);
  }
  for (const each of listOf(document, "services")) {
    walk.service(each);
  }
  for (const each of listOf(document, "dependencies")) {
    walk.dependency(each);
  }
  return { nodes: walk.nodes, relations: walk.sorted() };
}

class Walk {
  readonly nodes = new Map<string, ChainNode>();
  readonly #ancestors = new Set<string>();
  readonly #relations = new Map<string, RecordedRelation>();
  #root: string | undefined;

  /** Recursion is bounded: the parser refuses deep documents. */
  component(value: JsonValue, outer: string | undefined, isRoot: boolean): void {
    const type = textOf(value, "type") ?? "";
    const ref = textOf(value, "bom-ref");
    const isFile = type === "file" && outer !== undefined;
    if (ref !== undefined && !isFile && !this.nodes.has(ref)) {
      this.nodes.set(ref, nodeOf(value, ref, type, isRoot && type === "application"));
      this.#root = isRoot ? ref : this.#root;
      if (outer !== undefined) {
        this.#relate(outer, ref, "contains");
      }
    }
    const inner = isFile ? outer : (ref ?? outer);
    for (const each of listOf(value, "components")) {
      this.component(each, inner, false);
    }
    for (const each of listOf(objectOf(value, "pedigree"), "ancestors")) {
      const base = textOf(each, "bom-ref");
      if (base !== undefined && !this.nodes.has(base)) {
        this.nodes.set(base, nodeOf(each, base, textOf(each, "type") ?? "", false));
        this.#ancestors.add(base);
      }
    }
  }

  service(value: JsonValue): void {
    const ref = textOf(value, "bom-ref");
    if (ref !== undefined && !this.nodes.has(ref)) {
      const name = textOf(value, "name") ?? ref;
      this.nodes.set(ref, { ref, name, kind: "service", licenses: [], type: "service", digests: [] });
    }
  }

  dependency(value: JsonValue): void {
    const from = textOf(value, "ref");
    const source = from === undefined ? undefined : this.nodes.get(from);
    for (const to of source === undefined ? [] : listOf(value, "dependsOn")) {
      const target = typeof to === "string" ? this.nodes.get(to) : undefined;
      if (source !== undefined && target !== undefined && source.ref !== target.ref) {
        this.#relate(source.ref, target.ref, this.#kindOf(source, target));
      }
    }
  }

  sorted(): readonly RecordedRelation[] {
    return [...this.#relations.values()].sort(compareRelations);
  }

  #kindOf(source: ChainNode, target: ChainNode): RecordedRelation["kind"] {
    if (source.ref === this.#root && source.kind === "system") {
      return "contains";
    }
    if (this.#ancestors.has(target.ref) || (source.kind === "model" && target.kind === "model")) {
      return "base-model";
    }
    if (target.kind === "dataset" && (source.kind === "model" || source.kind === "dataset")) {
      return "trained-on";
    }
    return target.kind === "library" && source.kind !== "library" ? "contains" : "depends-on";
  }

  #relate(from: string, to: string, kind: RecordedRelation["kind"]): void {
    const key = JSON.stringify([from, to]);
    if (!this.#relations.has(key)) {
      this.#relations.set(key, { from, to, kind });
    }
  }
}

/** The order of the record. */
export function compareRelations(a: RecordedRelation, b: RecordedRelation): number {
  return compareText(a.from, b.from) || compareText(a.to, b.to) || compareText(a.kind, b.kind);
}

function nodeOf(value: JsonValue, ref: string, type: string, isSystem: boolean): ChainNode {
  const version = textOf(value, "version");
  const purl = textOf(value, "purl");
  const supplier =
    textOf(objectOf(value, "supplier"), "name") ?? textOf(objectOf(value, "manufacturer"), "name");
  return {
    ref,
    type,
    name: textOf(value, "name") ?? ref,
    kind: isSystem ? "system" : (kinds[type] ?? "file-set"),
    licenses: licensesOf(value),
    digests: listOf(value, "hashes").flatMap((each) =>
      textOf(each, "alg") === "SHA-256" ? [(textOf(each, "content") ?? "").toLowerCase()] : [],
    ),
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

function licensesOf(value: JsonValue): readonly string[] {
  const found = listOf(value, "licenses").flatMap((each) => {
    const license = objectOf(each, "license");
    return textOf(each, "expression") ?? textOf(license, "id") ?? textOf(license, "name") ?? [];
  });
  return [...new Set(found)].sort(compareText);
}
