// SPDX-License-Identifier: Apache-2.0
// Agents of SPDX as organizations and people of CycloneDX.

import type { JsonObject } from "../../bytes/json.ts";
import type { ReadGraph } from "./spdx-graph.ts";

export interface ReadAgent {
  readonly kind: "organization" | "person" | "software" | "unknown";
  readonly name: string | undefined;
  readonly entity: JsonObject;
}

const kinds: ReadonlyMap<string, ReadAgent["kind"]> = new Map([
  ["Organization", "organization"],
  ["Person", "person"],
  ["SoftwareAgent", "software"],
]);

/** The agent of an id; undefined if the graph has none. */
export function readAgent({ taken, byId }: ReadGraph, id: string): ReadAgent | undefined {
  const element = byId.get(id);
  const kind = kinds.get(String(element?.["type"]));
  if (element === undefined || (kind === undefined && element["type"] !== "Agent")) {
    return undefined;
  }
  for (const key of ["type", "spdxId", "creationInfo"]) {
    taken.whole(element, key);
  }
  const name = taken.text(element, "name");
  const emails = taken.objects(element, "externalIdentifier").flatMap((each) => {
    if (each["externalIdentifierType"] !== "email") {
      return [];
    }
    taken.whole(each, "type");
    taken.whole(each, "externalIdentifierType");
    return taken.text(each, "identifier") ?? [];
  });
  const urls = taken.objects(element, "externalRef").flatMap((each) => {
    taken.whole(each, "type");
    taken.whole(each, "externalRefType");
    return taken.texts(each, "locator");
  });
  const [email] = emails;
  const entity =
    kind === "person"
      ? { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) }
      : {
          ...(name === undefined ? {} : { name }),
          ...(urls.length === 0 ? {} : { url: urls }),
          ...(emails.length === 0 ? {} : { contact: emails.map((each) => ({ email: each })) }),
        };
  return { kind: kind ?? "unknown", name, entity };
}
