// SPDX-License-Identifier: Apache-2.0
// bom-refs are unique, and what refers to one finds it (CycloneDX 1.7, refType and refLinkType). BOM-Links
// (urn:cdx:...) lead into other documents and are not followed.

import { isJsonArray, type JsonValue } from "../../bytes/json.ts";
import type { Severity } from "../../model/severity.ts";
import { pointerTo, type Report, type SemanticCheck, type Site } from "./check.ts";
import { holdsReferences, referenceMemberNames } from "./reference-members.ts";

interface Reference {
  readonly ref: string;
  readonly site: Site;
  readonly key: string;
  readonly index: number | undefined;
}

/** Unique bom-refs and resolved references over the whole document. */
export function references(): SemanticCheck {
  const defined = new Map<string, Place>();
  /** References to what had not been seen when they were met. Writers put components first, so these are few. */
  const open: Reference[] = [];

  const define = (value: JsonValue, site: Site, key: string, report: Report): void => {
    if (typeof value !== "string") {
      return;
    }
    const place = placeOf(site);
    const earlier = defined.get(value);
    if (earlier !== undefined) {
      // Upstream's own valid examples repeat names inside a formula, where nothing else can be meant.
      const severity = earlier === "formulation" && place === "formulation" ? "medium" : "high";
      report.add("BOM_REF_DUPLICATE", () => pointerTo(site, key), { ref: value }, severity);
    }
    defined.set(value, earlier === "inventory" ? earlier : place);
  };

  const use = (value: JsonValue, site: Site, key: string): void => {
    if (!holdsReferences(key, site.member)) {
      return;
    }
    const list = isJsonArray(value) ? value : [value];
    for (let index = 0; index < list.length; index++) {
      const ref = list[index];
      if (typeof ref === "string" && !defined.has(ref) && !ref.startsWith("urn:cdx:")) {
        open.push({ ref, site, key, index: isJsonArray(value) ? index : undefined });
      }
    }
  };

  return {
    members: {
      "bom-ref": define,
      ...Object.fromEntries(referenceMemberNames.map((name) => [name, use])),
    },
    finish(_root, report) {
      for (const { ref, site, key, index } of open) {
        if (!defined.has(ref)) {
          const pointer = (): string => pointerTo(site, key, ...(index === undefined ? [] : [index]));
          const field = site.member === "" ? key : `${site.member}.${key}`;
          report.add("BOM_REF_DANGLING", pointer, { field, ref }, severityOf(site));
        }
      }
    },
  };
}

/** Relations that a decision may rest on. Upstream's own valid examples leave other references open. */
const decisiveSites = new Set(["dependencies", "datasets", "compositions", "annotations", "citations"]);

function severityOf(site: Site): Severity {
  return decisiveSites.has(site.member) ? "high" : "medium";
}

type Place = "inventory" | "formulation";

function placeOf(site: Site): Place {
  let top = site;
  while (top.parent?.parent !== undefined) {
    top = top.parent;
  }
  return top.member === "formulation" ? "formulation" : "inventory";
}
