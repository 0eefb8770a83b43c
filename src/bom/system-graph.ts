// SPDX-License-Identifier: Apache-2.0
// What the owner of a system says about how its artifacts hang together, as edges and services of the document. The bytes
// do not say which image serves which model; a person does.

import type { Artifact } from "../model/artifact.ts";
import { cleanText, cleanUrl } from "./clean-text.ts";
import type { Document } from "./document.ts";
import { compareText } from "./order.ts";
import { contentKey, type RefRegister } from "./refs.ts";

/** A person or an organization, as its owner names it. */
interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly url?: string;
}

/** A system with its artifacts. Names refer to members. */
export interface SystemGraph {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  /** RFC 3339, UTC. */
  readonly released?: string;
  /** Who makes it. */
  readonly producer?: Contact;
  /** Who hands it on. */
  readonly supplier?: Contact;
  /** Who writes the document. */
  readonly authors?: readonly Contact[];
  readonly members: readonly {
    readonly name: string;
    readonly artifact: Artifact;
    /** Names of members that it was made from. */
    readonly needs: readonly string[];
  }[];
  readonly deployments: readonly {
    readonly name: string;
    readonly description?: string;
    readonly endpoints: readonly string[];
    /** Names of members that it runs with. */
    readonly needs: readonly string[];
  }[];
}

/** A service of the document, with its edges. */
export interface ServiceNode {
  readonly ref: string;
  readonly document: Document;
  readonly dependsOn: readonly string[];
}

/** The system's part of a document. */
export interface SystemEdges {
  readonly services: readonly ServiceNode[];
  /** Refs by ref: what an artifact needs besides what it says itself. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** What the root needs: the services, and members that nothing else leads to. */
  readonly roots: readonly string[];
}

/** The edges of a system whose artifacts have these refs. */
export function systemEdges(
  system: SystemGraph,
  refOf: (artifact: Artifact) => string,
  refs: RefRegister,
): SystemEdges {
  const byName = new Map(system.members.map(({ name, artifact }) => [name, refOf(artifact)]));
  const resolve = (names: readonly string[]): string[] =>
    [...new Set(names.flatMap((name) => byName.get(name) ?? []))].sort(compareText);
  const services = system.deployments
    .map((deployment) => {
      const key = contentKey(system.name, deployment.name);
      const ref = refs.claim(`service:${key}`);
      return { ref, document: serviceDocument(ref, deployment), dependsOn: resolve(deployment.needs) };
    })
    .sort((a, b) => compareText(a.ref, b.ref));
  const needs = new Map(
    system.members.map(({ name, needs: names }) => [byName.get(name) ?? "", resolve(names)] as const),
  );
  const reached = new Set([...services.flatMap(({ dependsOn }) => dependsOn), ...[...needs.values()].flat()]);
  const others = [...new Set(byName.values())].filter((ref) => !reached.has(ref));
  return { services, needs, roots: [...services.map(({ ref }) => ref), ...others.sort(compareText)] };
}

function serviceDocument(ref: string, deployment: SystemGraph["deployments"][number]): Document {
  const { name, description, endpoints } = deployment;
  const addresses = endpoints.map(cleanUrl).filter((each) => each !== undefined);
  return {
    "bom-ref": ref,
    name: cleanText(name),
    ...(description === undefined ? {} : { description: cleanText(description) }),
    ...(addresses.length === 0 ? {} : { endpoints: addresses }),
  };
}

/** What the root says besides name, version and description. */
export function rootFacts({ producer, supplier, released }: SystemGraph): Document {
  return {
    ...(producer === undefined ? {} : { manufacturer: organization(producer) }),
    ...(supplier === undefined ? {} : { supplier: organization(supplier) }),
    // The schema asks for a type, and nobody said whether it is a major or a minor one.
    ...(released === undefined ? {} : { releaseNotes: { type: "release", timestamp: released } }),
  };
}

/** Who wrote the document. */
export function documentAuthors({ authors = [] }: SystemGraph): Document {
  const people = authors.map(({ name, email }) => ({
    name: cleanText(name),
    ...(email === undefined ? {} : { email: cleanText(email) }),
  }));
  return people.length === 0 ? {} : { authors: people };
}

function organization({ name, url, email }: Contact): Document {
  const address = url === undefined ? undefined : cleanUrl(url);
  return {
    name: cleanText(name),
    ...(address === undefined ? {} : { url: [address] }),
    ...(email === undefined ? {} : { contact: [{ email: cleanText(email) }] }),
  };
}
