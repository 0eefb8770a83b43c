// SPDX-License-Identifier: Apache-2.0
// bom-refs are unique, and what refers to one finds it (CycloneDX 1.7, refType and refLinkType). BOM-Links
// (urn:cdx:...) lead into other documents and are not followed.

import { isJsonArray, type JsonValue } from "../../bytes/json.ts";
import type { Severity } from "../../model/severity.ts";
import { pointerTo, type Report, type SemanticCheck, type Site } from "./check.ts";

/**
 * Members that hold a reference or a list of references. Where a schema uses the name for something else,
 * the value is an object and is passed over. The value names the objects that hold it, if a plain text
 * of that name means something else in others.
 */
const referenceMembers: Readonly<Record<string, readonly string[] | null>> = {
  ref: null,
  dependsOn: ["dependencies"],
  provides: ["dependencies"],
  assemblies: ["compositions"],
  dependencies: ["compositions"],
  vulnerabilities: ["compositions"],
  subjects: ["annotations"],
  tools: ["identity"],
  assessor: ["attestations"],
  requirement: ["map"],
  claims: ["map"],
  counterClaims: ["map"],
  mitigationStrategies: ["claims", "conformance"],
  target: ["claims"],
  evidence: ["claims"],
  counterEvidence: ["claims"],
  parent: ["requirements"],
  requirements: ["levels"],
  attributedTo: ["citations"],
  process: ["citations"],
  signatureAlgorithmRef: null,
  subjectPublicKeyRef: null,
  algorithmRef: null,
  algorithms: ["cipherSuites"],
  algorithm: ["encr", "prf", "integ", "ke", "auth"],
  cryptoRefArray: null,
  encr: ["ikev2TransformTypes"],
  prf: ["ikev2TransformTypes"],
  integ: ["ikev2TransformTypes"],
  ke: ["ikev2TransformTypes"],
  auth: ["ikev2TransformTypes"],
  members: ["patents"],
  patentRefs: ["patentAssertions"],
  asserter: ["patentAssertions"],
};

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
    const owners = referenceMembers[key];
    if (owners !== null && owners?.includes(site.member) !== true) {
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
      ...Object.fromEntries(Object.keys(referenceMembers).map((name) => [name, use])),
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
