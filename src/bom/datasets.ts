// SPDX-License-Identifier: Apache-2.0
// Datasets that models and other datasets name. One that is in the inventory is referred to where it stands; any
// other is a component of type `data` of its own, a claim about something outside: `isExternal` says so in 1.7, a
// property in 1.6. Nothing about it was seen, so it has no hash.

import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import type { ArtifactRefs } from "./artifact-ref.ts";
import { cleanUrl } from "./clean-text.ts";
import { identitiesOfDataset, identitiesOfValue } from "./dataset-identity.ts";
import type { Described } from "./described.ts";
import type { GraphNode } from "./document-graph.ts";
import { normalizeComponent, type SpecVersion } from "./extend.ts";
import { indexFacts, type Value } from "./fact-index.ts";
import { compareText } from "./order.ts";
import { type Origin, provenanceProperties, type Trace } from "./provenance.ts";
import { contentKey } from "./refs.ts";

interface NamedDataset {
  readonly name: string;
  readonly url: string | undefined;
  readonly origins: Origin[];
}

/** Collects the datasets that the artifacts of one BOM name; several may name the same. */
export class DatasetRegister {
  readonly #named = new Map<string, NamedDataset>();
  readonly #specVersion: SpecVersion;
  readonly #hasTimestamp: boolean;
  /** Refs of the datasets of the inventory by identity; of an identity that two of them claim, both. */
  readonly #inventoried = new Map<string, Set<string>>();

  constructor(specVersion: SpecVersion, hasTimestamp: boolean) {
    this.#specVersion = specVersion;
    this.#hasTimestamp = hasTimestamp;
  }

  /** Makes the datasets of the inventory known, before any component refers to one. */
  addInventoried(artifacts: readonly Described[], refs: ArtifactRefs): void {
    for (const artifact of artifacts.filter(({ kind }) => kind === "dataset")) {
      for (const identity of identitiesOfDataset(indexFacts(artifact.name, artifact.facts))) {
        const known = this.#inventoried.get(identity) ?? new Set();
        this.#inventoried.set(identity, known.add(refs.of(artifact).ref));
      }
    }
  }

  /** The ref of the dataset that `value` names: of the one in the inventory, if exactly one is meant. */
  refOf(value: Value): string {
    const meant = new Set(
      identitiesOfValue(value).flatMap((each) => [...(this.#inventoried.get(each) ?? [])]),
    );
    const [inventoried, ...others] = meant;
    return inventoried !== undefined && others.length === 0 ? inventoried : this.#external(value);
  }

  #external(value: Value): string {
    const name = value.member("name") ?? value.text;
    const url = cleanUrl(value.member("url") ?? name);
    const ref = `dataset:${contentKey(name)}`;
    const known = this.#named.get(ref) ?? { name, url, origins: [] };
    known.origins.push(...value.origins);
    this.#named.set(ref, known);
    return ref;
  }

  /** The components of those outside the inventory, sorted by ref. */
  components(): GraphNode[] {
    return [...this.#named]
      .sort(([a], [b]) => compareText(a, b))
      .map(([ref, dataset]) => this.#component(ref, dataset));
  }

  #component(ref: string, { name, url, origins }: NamedDataset): GraphNode {
    const traces: Trace[] = [{ pointer: "/name", origins }];
    const properties = [
      ...(this.#specVersion === "1.6" ? [{ name: "aibom:external", value: "true" }] : []),
      ...(this.#hasTimestamp ? [] : provenanceProperties(traces)),
    ];
    const model = new Models.Component(Enums.ComponentType.Data, name, { bomRef: ref });
    const extension = {
      always: {
        data: [{ type: "dataset", name, ...(url === undefined ? {} : { contents: { url } }) }],
        ...(properties.length === 0 ? {} : { properties }),
      },
      since17: { isExternal: true },
    };
    const component = normalizeComponent(model, extension, this.#specVersion);
    return { ref, component, traces };
  }
}
