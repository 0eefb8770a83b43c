// SPDX-License-Identifier: Apache-2.0
// JSON Schema's `uniqueItems` (validation 2020-12, section 6.4.3) in linear time. Pairwise comparison, as
// validators usually do it, takes minutes on a bill of materials with 20,000 components.

/** True if no two items are equal as JSON values; the order of members does not matter. Depth is the caller's bound. */
export function areUnique(items: readonly unknown[]): boolean {
  if (items.length < 2) {
    return true;
  }
  const scalars = new Set<unknown>();
  const structures = new Map<unknown, Bucket>();
  return items.every((item) => {
    if (typeof item === "object" && item !== null) {
      return addStructure(structures, item);
    }
    const isNew = !scalars.has(item);
    scalars.add(item);
    return isNew;
  });
}

/** Structures with the same telling member: the first as it is, all by their keys once there is a second. */
interface Bucket {
  readonly first: object;
  keys?: Set<string>;
}

// The full key of a large component is costly, and one member almost always tells it from all others.
function addStructure(structures: Map<unknown, Bucket>, item: object): boolean {
  const telling = tellingMember(item);
  const bucket = structures.get(telling);
  if (bucket === undefined) {
    structures.set(telling, { first: item });
    return true;
  }
  bucket.keys ??= new Set([canonicalKey(bucket.first)]);
  const key = canonicalKey(item);
  const isNew = !bucket.keys.has(key);
  bucket.keys.add(key);
  return isNew;
}

const tellingMembers = ["bom-ref", "ref", "content", "url", "name", "id"];

/** Equal for equal structures; undefined if there is nothing telling. */
function tellingMember(item: object): unknown {
  for (const name of tellingMembers) {
    const value = Object.hasOwn(item, name) ? (item as Readonly<Record<string, unknown>>)[name] : undefined;
    if (typeof value === "string") {
      return value;
    }
  }
  return undefined;
}

/** JSON with sorted members: equal exactly for equal JSON values. */
function canonicalKey(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return typeof value === "number" ? String(value) : JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalKey).join()}]`;
  }
  const members = Object.entries(value);
  if (members.length > 1) {
    members.sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalKey(member)}`).join()}}`;
}
