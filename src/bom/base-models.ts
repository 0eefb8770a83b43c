// SPDX-License-Identifier: Apache-2.0
// The base models that a model says it was made from, as ancestors of its component. Where one of them is in the
// same document, the claim leads to it: by the name that its store gives it, and by its revision if one is claimed.

import type { ArtifactRefs } from "./artifact-ref.ts";
import { cleanUrl } from "./clean-text.ts";
import type { Described } from "./described.ts";
import type { Document } from "./document.ts";
import type { FactIndex } from "./fact-index.ts";
import type { Item, TraceLog } from "./provenance.ts";
import { contentKey } from "./refs.ts";

export interface BaseModel {
  readonly type: "machine-learning-model";
  readonly "bom-ref": string;
  readonly name: string;
}

/** A claimed base model, and the component of this document that it is, if any. */
export interface BaseModelItem extends Item<BaseModel> {
  readonly inventoried?: string;
}

/** Finds the models of a document by the names that stores give them. */
export class ModelRegister {
  readonly #byName = new Map<string, Described[]>();
  readonly #refs: ArtifactRefs;

  constructor(described: readonly Described[], refs: ArtifactRefs) {
    this.#refs = refs;
    for (const artifact of described.filter(({ kind }) => kind === "model")) {
      for (const name of namesOf(artifact)) {
        this.#byName.set(name, [...(this.#byName.get(name) ?? []), artifact]);
      }
    }
  }

  /** The ref of the one model that a claim can mean; undefined if there is none, or a choice. */
  find(name: string, revision: string | undefined, self: string): string | undefined {
    const refs = (this.#byName.get(name) ?? [])
      .filter((artifact) => revision === undefined || artifact.package?.version === revision)
      .map((artifact) => this.#refs.of(artifact).ref)
      .filter((ref) => ref !== self);
    return refs.length === 1 ? refs[0] : undefined;
  }
}

/** The name of a target is its directory's and says nothing; that of a part is its store's. */
function namesOf({ package: known, name, part }: Described): ReadonlySet<string> {
  const repository = known === undefined ? [] : [known.namespace ?? [], known.name].flat().join("/");
  return new Set([repository, part === undefined ? [] : name].flat());
}

/** The claimed base models of an artifact with these facts; `key` and `ref` are the artifact's own. */
export function baseModels(
  index: FactIndex,
  { key, ref }: { readonly key: string; readonly ref: string },
  models: ModelRegister,
): BaseModelItem[] {
  const items = index.all("base_model").map((value): BaseModelItem => {
    const name = value.member("name") ?? value.text;
    const version = value.member("revision");
    const url = cleanUrl(value.member("url") ?? "");
    const inventoried = models.find(name, version, ref);
    const json = {
      type: "machine-learning-model",
      "bom-ref": `base:${key}/${contentKey(name, version ?? "")}`,
      name,
      ...(version === undefined ? {} : { version }),
      ...(url === undefined ? {} : { externalReferences: [{ url, type: "website" }] }),
      ...(inventoried === undefined
        ? {}
        : { properties: [{ name: "aibom:inventoried-as", value: inventoried }] }),
    } as const;
    return {
      key: json["bom-ref"],
      json,
      origins: value.origins,
      ...(inventoried === undefined ? {} : { inventoried }),
    };
  });
  // One component per ref: claims that differ in the relation only are one base model.
  return [...new Map(items.map((item) => [item.key, item])).values()];
}

/** `pedigree`: the ancestors, and what they are to the model. */
export function pedigree(
  index: FactIndex,
  ancestors: readonly Item<object>[],
  log: TraceLog,
): Document | undefined {
  const relations = index.all("base_model").flatMap((value) => {
    const relation = value.member("relation");
    return relation === undefined ? [] : [`${value.member("name") ?? value.text}: ${relation} (claim)`];
  });
  const list = log.list("/pedigree/ancestors", ancestors);
  if (list === undefined) {
    return undefined;
  }
  if (relations.length === 0) {
    return { ancestors: list };
  }
  log.note(
    "/pedigree/notes",
    ancestors.flatMap(({ origins }) => origins),
  );
  return { ancestors: list, notes: [...new Set(relations)].sort().join("\n") };
}
