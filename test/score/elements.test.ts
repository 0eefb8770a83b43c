// SPDX-License-Identifier: Apache-2.0
// Every element of every list: absent in a document that says nothing, present when what it asks for is put in, and not present when
// what is put in says that nobody knows.

import assert from "node:assert/strict";
import test from "node:test";
import type { JsonObject, JsonValue } from "../../src/bytes/json.ts";
import { scoreProfileIds } from "../../src/score/element.ts";
import { elementLists } from "../../src/score/profiles/index.ts";
import { type ElementScore, scoreBom } from "../../src/score/score-bom.ts";
import { alreadyThere, elementCases, patched, silentDocument } from "./element-cases.ts";

/** Every text becomes NOASSERTION. Names of properties, types and refs say what a thing is, and stay. */
function unknownText(value: JsonValue, key = ""): JsonValue {
  if (typeof value === "string") {
    const isKept = [
      "name",
      "type",
      "ref",
      "bom-ref",
      "alg",
      "algorithm",
      "flow",
      "acknowledgement",
      "phase",
    ].includes(key);
    return isKept ? value : "NOASSERTION";
  }
  if (Array.isArray(value)) {
    return value.map((each) => unknownText(each, key));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, each]) => [name, unknownText(each, name)]),
      )
    : value;
}

for (const profile of scoreProfileIds) {
  const ids = elementLists[profile].elements.map(({ id }) => id);
  const rows = elementCases[profile];
  const there = alreadyThere[profile] ?? {};
  const elementOf = (document: JsonObject, id: string): ElementScore => {
    const found = scoreBom(document, profile).elements.find((each) => each.id === id);
    assert.ok(found !== undefined, id);
    return found;
  };

  test(`${profile}: every element has a case, once`, () => {
    assert.equal(new Set(ids).size, ids.length, "ids are unique");
    assert.deepEqual([...Object.keys(rows), ...Object.keys(there)].sort(), [...ids].sort());
  });

  test(`${profile}: ${ids.length} elements, present and absent`, () => {
    for (const [id, patches] of Object.entries(rows)) {
      const before = elementOf(silentDocument(), id);
      const isConditional = before.subjects.asked === 0;
      assert.equal(before.status, isConditional ? "not-applicable" : "absent", `${id}: before`);
      assert.deepEqual(before.found, [], id);
      const after = elementOf(patched(silentDocument(), patches), id);
      assert.equal(after.status, "present", `${id}: after`);
      assert.ok(after.found.length > 0, id);
      assert.equal(after.lacking.length, 0, id);
    }
    for (const [id, patches] of Object.entries(there)) {
      assert.equal(elementOf(silentDocument(), id).status, "present", id);
      assert.equal(elementOf(patched(silentDocument(), patches), id).status, "absent", id);
    }
  });

  test(`${profile}: an element that is there has places that are there`, () => {
    for (const [id, patches] of Object.entries(rows)) {
      const document = patched(silentDocument(), patches);
      for (const pointer of elementOf(document, id).found) {
        assert.notEqual(valueAt(document, pointer), undefined, `${id}: ${pointer}`);
      }
    }
  });
}

test("what says that nobody knows is declared unknown, and never present", () => {
  const strict = ["g7-ai", "cisa-2025", "eu-annex-xi", "eu-53d"] as const;
  const says: string[] = [];
  for (const profile of strict) {
    for (const [id, patches] of Object.entries(elementCases[profile])) {
      const unknown = patches.map(([pointer, value]) => {
        const key = pointer.split("/").at(-1) ?? "";
        return [pointer, unknownText(value, key)] as const;
      });
      if (JSON.stringify(unknown) === JSON.stringify(patches)) {
        continue;
      }
      const element = scoreBom(patched(silentDocument(), unknown), profile).elements.find(
        (each) => each.id === id,
      );
      says.push(`${profile} ${id}: ${element?.status}`);
    }
  }
  // Types, names, refs and numbers are what is asked for in these: they stay as they are, and so does the answer.
  const known = says.filter((each) => each.endsWith(": present"));
  assert.deepEqual(known, [
    "g7-ai sbom-tool-name: present",
    "g7-ai sbom-dependency-relationship: present",
    "g7-ai system-data-flow: present",
    "g7-ai model-hash-algorithm: present",
    "cisa-2025 tool-name: present",
    "cisa-2025 dependency-relationship: present",
    "eu-annex-xi energy: present",
    "eu-annex-xi system-architecture: present",
  ]);
  assert.ok(says.filter((each) => each.endsWith(": declared-unknown")).length > 40, says.join("\n"));
});

function valueAt(document: JsonObject, pointer: string): unknown {
  let value: unknown = document;
  for (const step of pointer === "" ? [] : pointer.slice(1).split("/")) {
    value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return value;
}
