// SPDX-License-Identifier: Apache-2.0
// CycloneDX 1.7 as 1.6. What has a place in 1.6 goes there; what the schema of 1.6 refuses after that is dropped, at the place
// where it refuses it.

import { isJsonArray, isJsonObject, type JsonValue } from "../../bytes/json.ts";
import { countValues } from "../taken.ts";
import { citationsAsAnnotations } from "./citations.ts";
import { addProperty, type Editable, type Editing, isComponent, visitObjects } from "./editing.ts";
import { externalProperty, tlpProperty, versionRangeProperty } from "./version-properties.ts";

/** Types of external references that 1.7 added. */
const newReferenceTypes: ReadonlySet<string> = new Set([
  "citation",
  "patent",
  "patent-assertion",
  "patent-family",
]);

/** Rewrites what 1.6 says otherwise. */
export function toOlder(editing: Editing): void {
  citationsAsAnnotations(editing);
  const metadata = editing.document["metadata"];
  if (isJsonObject(metadata)) {
    demoteTlp(editing, metadata as Editable);
  }
  dropPatents(editing);
  visitObjects(editing.document, (object, holder, pointer) => {
    if (isComponent(object, holder)) {
      demoteComponent(editing, object, pointer);
    }
    if (isJsonArray(object["hashes"])) {
      object["hashes"] = demoteHashes(editing, object["hashes"], `${pointer}/hashes/*`);
    }
    if (holder === "externalReferences") {
      demoteReference(editing, object, pointer);
    }
    if (isJsonArray(object["licenses"])) {
      object["licenses"] = demoteLicenses(editing, object["licenses"], `${pointer}/licenses/*`);
    }
  });
}

/** Nothing in 1.6 can hold patents. */
function dropPatents(editing: Editing): void {
  visitObjects(editing.document, (object, holder, pointer) => {
    if (holder === "definitions" && object["patents"] !== undefined) {
      editing.drop(object, "patents", `${pointer}/patents`);
    }
    if (object["patentAssertions"] !== undefined) {
      editing.drop(object, "patentAssertions", `${pointer}/patentAssertions`);
    }
  });
}

function demoteTlp(editing: Editing, metadata: Editable): void {
  const constraints = metadata["distributionConstraints"];
  const tlp = isJsonObject(constraints) ? constraints["tlp"] : undefined;
  if (typeof tlp === "string") {
    addProperty(metadata, tlpProperty, tlp);
    editing.move("/metadata/distributionConstraints/tlp", `property ${tlpProperty}`);
    delete metadata["distributionConstraints"];
  }
}

function demoteComponent(editing: Editing, component: Editable, pointer: string): void {
  const { isExternal, versionRange } = component;
  if (typeof isExternal === "boolean") {
    delete component["isExternal"];
    // False is what a component is that does not say so.
    if (isExternal) {
      addProperty(component, externalProperty, "true");
      editing.move(`${pointer}/isExternal`, `property ${externalProperty}`);
    } else {
      editing.move(`${pointer}/isExternal`, "the default");
    }
  }
  if (typeof versionRange === "string") {
    delete component["versionRange"];
    addProperty(component, versionRangeProperty, versionRange);
    editing.move(`${pointer}/versionRange`, `property ${versionRangeProperty}`);
  }
}

/** Algorithms that 1.7 added. */
function demoteHashes(editing: Editing, hashes: readonly JsonValue[], pointer: string): JsonValue {
  return hashes.filter((each) => {
    const isNew = isJsonObject(each) && String(each["alg"]).startsWith("Streebog-");
    if (isNew) {
      editing.lose(pointer, countValues(each));
    }
    return !isNew;
  });
}

function demoteReference(editing: Editing, reference: Editable, pointer: string): void {
  const { type, comment } = reference;
  if (typeof type === "string" && newReferenceTypes.has(type)) {
    reference["type"] = "other";
    if (comment === undefined) {
      reference["comment"] = `type ${type}`;
      editing.move(`${pointer}/type`, "comment");
    } else {
      editing.lose(`${pointer}/type`, 1);
    }
  }
}

/** An expression stands alone in 1.6; beside others it is a name, as `aibom inventory` writes it. */
function demoteLicenses(editing: Editing, licenses: readonly JsonValue[], pointer: string): JsonValue {
  return licenses.map((choice) => {
    if (!isJsonObject(choice) || typeof choice["expression"] !== "string") {
      return choice;
    }
    const copy = { ...choice } as Editable;
    const isAlone = licenses.length === 1;
    for (const key of isAlone ? ["expressionDetails", "licensing", "properties"] : ["expressionDetails"]) {
      if (copy[key] !== undefined) {
        editing.drop(copy, key, `${pointer}/${key}`);
      }
    }
    if (isAlone) {
      return copy;
    }
    editing.move(`${pointer}/expression`, "license/name");
    const { expression, ...rest } = copy;
    return { license: { name: expression ?? "", ...rest } };
  });
}
