// SPDX-License-Identifier: Apache-2.0
// What concerns the document as a whole: it has a version, and the JSON pointers of its citations (CycloneDX
// 1.7, RFC 6901) lead somewhere. JSONPath expressions of citations are not evaluated.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { pointerTo, type SemanticCheck, type Site } from "./check.ts";

/** Checks of the root and of citations. */
export function wholeDocument(): SemanticCheck {
  const dangling: { readonly pointer: string; readonly site: Site; readonly index: number }[] = [];
  return {
    members: {
      pointers(value: JsonValue, site: Site) {
        if (site.member === "citations" && isJsonArray(value)) {
          const root = rootOf(site);
          for (const [index, pointer] of value.entries()) {
            if (typeof pointer === "string" && !resolves(root, pointer)) {
              dangling.push({ pointer, site, index });
            }
          }
        }
      },
    },
    finish(root, report) {
      if (!Object.hasOwn(root.object, "version")) {
        report.add("BOM_VERSION", () => "", {});
      }
      for (const { pointer, site, index } of dangling) {
        report.add("BOM_POINTER_DANGLING", () => pointerTo(site, "pointers", index), { pointer });
      }
    },
  };
}

function rootOf(site: Site): JsonObject {
  let top = site;
  while (top.parent !== undefined) {
    top = top.parent;
  }
  return top.object;
}

function resolves(document: JsonObject, pointer: string): boolean {
  if (pointer === "") {
    return true;
  }
  // "~" stands only before 0 and 1 (RFC 6901, section 3).
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) {
    return false;
  }
  const hasEscapes = pointer.includes("~");
  let value: JsonValue | undefined = document;
  for (const step of pointer.slice(1).split("/")) {
    const key = hasEscapes ? step.replaceAll("~1", "/").replaceAll("~0", "~") : step;
    if (isJsonArray(value)) {
      value = /^(?:0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
    } else {
      value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
    if (value === undefined) {
      return false;
    }
  }
  return true;
}
