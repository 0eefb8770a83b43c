// SPDX-License-Identifier: Apache-2.0
// The components that a BOM lists, by the names that vulnerability data knows them by, whatever they are nested in.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, memberOf, objectOf, textOf } from "../layouts/member.ts";
import type { ListedComponent } from "../model/listed-component.ts";

/** Types of software, of which advisories are kept. Files, models and data have none. */
const softwareTypes: ReadonlySet<string> = new Set(["application", "framework", "library"]);

/** A component, and the bom-refs (else names) of the components that it is inside of. */
export interface PlacedComponent {
  readonly component: ListedComponent;
  readonly inside: readonly string[];
}

/** Every component but the described one itself, in document order. All are inside of the described one. */
export function placedComponents(document: JsonObject): readonly PlacedComponent[] {
  const placed: PlacedComponent[] = [];
  const described = objectOf(objectOf(document, "metadata"), "component");
  const serial = textOf(document, "serialNumber");
  const version = memberOf(document, "version");
  const bomLink =
    serial === undefined ? undefined : `${serial.replace("urn:uuid:", "urn:cdx:")}/${Number(version ?? 1)}#`;
  const visit = (list: JsonValue | undefined, pointer: string, inside: readonly string[]): void => {
    // Recursion is bounded: the parser refuses deep documents.
    for (const [index, each] of (isJsonArray(list) ? list : []).entries()) {
      if (isJsonObject(each)) {
        const at = `${pointer}/${index}`;
        placed.push({ component: listed(each, at, bomLink), inside });
        visit(listOf(each, "components"), `${at}/components`, [...inside, keyOf(each)]);
      }
    }
  };
  const outermost = described === undefined ? [] : [keyOf(described)];
  visit(listOf(described, "components"), "/metadata/component/components", outermost);
  visit(listOf(document, "components"), "/components", outermost);
  return placed.filter(({ component }) => component.isSoftware || component.purl !== undefined);
}

/** By what an artifact of the BOM is recognised. */
function keyOf(component: JsonObject): string {
  return textOf(component, "bom-ref") ?? textOf(component, "name") ?? "";
}

function listed(component: JsonObject, pointer: string, bomLink: string | undefined): ListedComponent {
  const [version, purl, ref] = ["version", "purl", "bom-ref"].map((key) => textOf(component, key));
  return {
    name: [textOf(component, "group"), textOf(component, "name")]
      .filter((each) => each !== undefined)
      .join("/"),
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    ...(ref === undefined || bomLink === undefined ? {} : { link: `${bomLink}${encodeURIComponent(ref)}` }),
    pointer,
    isSoftware: softwareTypes.has(textOf(component, "type") ?? ""),
  };
}
