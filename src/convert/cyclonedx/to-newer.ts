// SPDX-License-Identifier: Apache-2.0
// Older CycloneDX as 1.7 (or 1.6), which says all that the older versions say. Properties that stand for what only 1.7 has become
// that again.

import { isJsonObject } from "../../bytes/json.ts";
import { type Editable, type Editing, isComponent, takeProperty, visitObjects } from "./editing.ts";
import { externalProperty, tlpProperty, tlpValues, versionRangeProperty } from "./version-properties.ts";

/** Promotes the properties of ours. */
export function promoteProperties(editing: Editing): void {
  const { document } = editing;
  const metadata = document["metadata"];
  if (isJsonObject(metadata)) {
    promoteTlp(editing, metadata as Editable);
  }
  visitObjects(document, (object, holder, pointer) => {
    if (isComponent(object, holder)) {
      promoteComponent(editing, object, pointer);
    }
  });
}

function promoteTlp(editing: Editing, metadata: Editable): void {
  const before = metadata["properties"];
  const tlp = takeProperty(metadata, tlpProperty);
  if (tlp === undefined) {
    return;
  }
  if (tlpValues.has(tlp) && metadata["distributionConstraints"] === undefined) {
    metadata["distributionConstraints"] = { tlp };
    editing.move(`/metadata/properties (${tlpProperty})`, "distributionConstraints/tlp");
  } else if (before !== undefined) {
    metadata["properties"] = before;
  }
}

function promoteComponent(editing: Editing, component: Editable, pointer: string): void {
  const before = component["properties"];
  const external = takeProperty(component, externalProperty);
  if (external === "true" && component["isExternal"] === undefined) {
    component["isExternal"] = true;
    editing.move(`${pointer}/properties (${externalProperty})`, "isExternal");
  } else if (external !== undefined && before !== undefined) {
    component["properties"] = before;
  }
  const listed = component["properties"];
  const range = takeProperty(component, versionRangeProperty);
  if (range !== undefined && component["version"] === undefined && component["isExternal"] === true) {
    component["versionRange"] = range;
    editing.move(`${pointer}/properties (${versionRangeProperty})`, "versionRange");
  } else if (range !== undefined && listed !== undefined) {
    component["properties"] = listed;
  }
}
