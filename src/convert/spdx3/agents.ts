// SPDX-License-Identifier: Apache-2.0
// Organizations, people and tools as agents of SPDX (Core, Agent). Names, addresses of mail and of web pages are carried over.

import { contentKey } from "../../bom/refs.ts";
import type { JsonObject } from "../../bytes/json.ts";
import { present, type SpdxGraph } from "./graph.ts";

/** An `organizationalEntity` as an Organization; undefined if there is none. */
export function organization(
  graph: SpdxGraph,
  holder: JsonObject | undefined,
  key: string,
): string | undefined {
  const entity = graph.taken.object(holder, key);
  return entity === undefined ? undefined : organizationOf(graph, entity);
}

function organizationOf(graph: SpdxGraph, entity: JsonObject): string | undefined {
  const { taken } = graph;
  const name = taken.text(entity, "name");
  taken.whole(entity, "bom-ref");
  const urls = taken.texts(entity, "url");
  const emails = taken.objects(entity, "contact").flatMap((contact) => taken.text(contact, "email") ?? []);
  if (name === undefined && urls.length === 0 && emails.length === 0) {
    return undefined;
  }
  return agent(graph, "Organization", name, emails, urls);
}

/** The people of a list of `organizationalContact`s. */
export function people(graph: SpdxGraph, holder: JsonObject | undefined, key: string): readonly string[] {
  const { taken } = graph;
  return taken.objects(holder, key).flatMap((contact) => {
    taken.whole(contact, "bom-ref");
    const name = taken.text(contact, "name");
    const email = taken.text(contact, "email");
    return name === undefined && email === undefined
      ? []
      : [agent(graph, "Person", name, email === undefined ? [] : [email], [])];
  });
}

/** Somebody of whom only a text is known: nobody says whether a person or an organization. */
export function namedAgent(graph: SpdxGraph, holder: JsonObject, key: string): string | undefined {
  const name = graph.taken.text(holder, key);
  return name === undefined ? undefined : agent(graph, "Agent", name, [], []);
}

/** A program that made something by itself. */
export function softwareAgent(graph: SpdxGraph, name: string): string {
  return agent(graph, "SoftwareAgent", name, [], []);
}

function agent(
  graph: SpdxGraph,
  type: "Agent" | "Organization" | "Person" | "SoftwareAgent",
  name: string | undefined,
  emails: readonly string[],
  urls: readonly string[],
): string {
  const id = graph.id("agent", contentKey(type, name ?? "", ...emails, ...urls));
  const identifiers = emails.map((identifier) => ({
    type: "ExternalIdentifier",
    externalIdentifierType: "email",
    identifier,
  }));
  const references =
    urls.length === 0 ? [] : [{ type: "ExternalRef", externalRefType: "altWebPage", locator: [...urls] }];
  return graph.add(type, id, present({ name, externalIdentifier: identifiers, externalRef: references }));
}
