// SPDX-License-Identifier: Apache-2.0
// The keys that a policy may have at a place, read from the schema itself so that no second list can drift.
// Follows what policy.schema.json uses: `$ref` into `$defs`, `properties`, `items`, and the choice of a rule's
// schema by its kind.

import schema from "../../schemas/policy.schema.json" with { type: "json" };

type Node = { readonly [key: string]: unknown };

/** Keys allowed in the object at `path` (keys and indices from the root) of the document `value`. */
export function knownKeysAt(path: readonly string[], value: unknown): readonly string[] {
  let node = resolve(schema, value);
  let current = value;
  for (const step of path) {
    current = child(current, step);
    const next = child(node["properties"], step) ?? node["items"];
    node = resolve(next, current);
  }
  return Object.keys(asNode(node["properties"]));
}

/** The schema that decides which keys `value` may have: behind references, and by kind where it depends on it. */
function resolve(node: unknown, value: unknown): Node {
  const here = asNode(node);
  const reference = here["$ref"];
  if (typeof reference === "string") {
    return resolve(child(schema.$defs, reference.replace("#/$defs/", "")), value);
  }
  const choices = Array.isArray(here["allOf"]) ? here["allOf"] : [];
  for (const choice of choices) {
    const kind = child(child(child(child(choice, "if"), "properties"), "kind"), "const");
    if (kind === child(value, "kind")) {
      return resolve(child(choice, "then"), value);
    }
  }
  return here;
}

function child(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null && Object.hasOwn(node, name)
    ? asNode(node)[name]
    : undefined;
}

function asNode(node: unknown): Node {
  return typeof node === "object" && node !== null ? (node as Node) : {};
}
