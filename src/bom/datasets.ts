// SPDX-License-Identifier: Apache-2.0
// Datasets that model cards name, as components of type `data`. They are claims about something outside:
// `isExternal` says so in 1.7, a property in 1.6. Nothing about them was seen, so they have no hash.

import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import { cleanUrl } from "./clean-text.ts";
import type { GraphNode } from "./document-graph.ts";
import { normalizeComponent, type SpecVersion } from "./extend.ts";
import type { Value } from "./fact-index.ts";
import { compareText } from "./order.ts";
import { type Origin, provenanceProperties, type Trace } from "./provenance.ts";
import { contentKey } from "./refs.ts";

/** Collects the datasets that the models of one BOM name; models may share one. */
export class DatasetRegister {
  readonly #named = new Map<string, { readonly name: string; readonly origins: Origin[] }>();
  readonly #specVersion: SpecVersion;
  readonly #hasTimestamp: boolean;

  constructor(specVersion: SpecVersion, hasTimestamp: boolean) {
    this.#specVersion = specVersion;
    this.#hasTimestamp = hasTimestamp;
  }

  /** The ref of the dataset that `value` names. */
  refOf(value: Value): string {
    const ref = `dataset:${contentKey(value.text)}`;
    const known = this.#named.get(ref) ?? { name: value.text, origins: [] };
    known.origins.push(...value.origins);
    this.#named.set(ref, known);
    return ref;
  }

  /** The components, sorted by ref. */
  components(): GraphNode[] {
    return [...this.#named]
      .sort(([a], [b]) => compareText(a, b))
      .map(([ref, { name, origins }]) => this.#component(ref, name, origins));
  }

  #component(ref: string, name: string, origins: readonly Origin[]): GraphNode {
    const url = cleanUrl(name);
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
