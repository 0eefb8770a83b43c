// SPDX-License-Identifier: Apache-2.0
// Elements of the document itself: who wrote it, with what, when, and how far it reaches.

import { isJsonArray } from "../../bytes/json.ts";
import { member, objectsAt, text } from "../bom-view.ts";
import type { Finder, Probe } from "../element.ts";
import { anyOf, at, inAny, inDocument, ofType, properties, references, referencesIn } from "../look.ts";

const of = "document";

export const author: Probe = {
  of,
  expected: "/metadata/authors",
  find: at(
    "/metadata/manufacturer/name",
    "/metadata/authors/*/name",
    "/metadata/authors/*/email",
    "/metadata/manufacture/name",
  ),
  fill: "authors in aibom.yaml; no file of a target says who wrote the BOM",
};

export const authorContact: Probe = {
  of,
  expected: "/metadata/authors",
  find: at(
    "/metadata/manufacturer/url/*",
    "/metadata/manufacturer/contact/*/email",
    "/metadata/authors/*/email",
    "/metadata/manufacture/url/*",
    "/metadata/manufacture/contact/*/email",
  ),
  fill: "authors with email in aibom.yaml",
};

export const documentVersion: Probe = {
  of,
  expected: "/version",
  find: at("/version"),
  fill: "aibom inventory writes it",
};

export const serialNumber: Probe = {
  of,
  expected: "/serialNumber",
  find: at("/serialNumber"),
  fill: "aibom inventory writes it, from the content",
};

export const formatName: Probe = {
  of,
  expected: "/bomFormat",
  find: at("/bomFormat"),
  fill: "aibom inventory writes it",
};

export const formatVersion: Probe = {
  of,
  expected: "/specVersion",
  find: at("/specVersion"),
  fill: "aibom inventory writes it",
};

export const signature: Probe = {
  of,
  expected: "/signature",
  find: at("/signature/value", "/signature/signers/*/value", "/signature/chain/*/value"),
  fill: "aibom sign BOM --embed-signature; a signature in a file of its own is not seen here",
};

export const toolName: Probe = {
  of,
  expected: "/metadata/tools/components",
  find: at("/metadata/tools/components/*/name", "/metadata/tools/services/*/name", "/metadata/tools/*/name"),
  fill: "aibom inventory writes it",
};

export const toolVersion: Probe = {
  of,
  expected: "/metadata/tools/components",
  find: at(
    "/metadata/tools/components/*/version",
    "/metadata/tools/services/*/version",
    "/metadata/tools/*/version",
  ),
  fill: "aibom inventory writes it",
};

export const generationContext: Probe = {
  of,
  expected: "/metadata/lifecycles",
  find: at("/metadata/lifecycles/*/phase", "/metadata/lifecycles/*/name"),
  fill: "aibom inventory writes post-build",
};

export const timestamp: Probe = {
  of,
  expected: "/metadata/timestamp",
  find: at("/metadata/timestamp"),
  fill: "leave out --no-timestamp",
};

/** How far the document says that it knows the dependencies. */
const dependencyAggregates: Finder = ({ value }) =>
  objectsAt(member(value, "compositions"), "/compositions")
    .filter(
      (each) =>
        isJsonArray(member(each.value, "dependencies")) || member(each.value, "assemblies") === undefined,
    )
    .map((each) => ({ pointer: `${each.pointer}/aggregate`, value: text(each.value, "aggregate") ?? "" }))
    .map((each) => (each.value === "not_specified" ? { ...each, value: "unknown" } : each));

export const dependencies: Probe = {
  of,
  expected: "/dependencies",
  find: at("/dependencies/*/ref"),
  findUnknown: (subject, bom) =>
    dependencyAggregates(subject, bom).filter(({ value }) => value !== "complete" && value !== ""),
  fill: "aibom inventory writes it; say in aibom.yaml what needs what",
};

export const dependencyCompleteness: Probe = {
  of,
  expected: "/compositions",
  find: dependencyAggregates,
  fill: "add a composition that says how far the dependencies are known; aibom writes unknown, since they rest on claims",
};

export const services: Probe = {
  of,
  expected: "/services",
  find: at("/services/*/data/*/flow"),
  fill: "add services with data flows before you sign the BOM: aibom.yaml describes deployments, not their data",
};

export const dataUsage: Probe = {
  of,
  expected: "/services",
  find: anyOf(
    at("/services/*/data/*/classification"),
    inAny("dataset", at("/data/*/classification", "/classification")),
  ),
  fill: "state the classification of each dataset in a Data Provenance Standards document beside it",
};

export const systemParts: Probe = {
  of,
  expected: "/components",
  find: at("/components/*/name", "/services/*/name", "/metadata/component/components/*/name"),
  fill: "aibom inventory writes it; list the members of the system in aibom.yaml",
};

export const infrastructureSoftware: Probe = {
  of,
  expected: "/components",
  find: inAny("component", ofType("container", "framework", "library", "operating-system", "platform")),
  fill: "give images and environments as targets too, or list them in aibom.yaml",
};

export const infrastructureHardware: Probe = {
  of,
  expected: "/components",
  find: anyOf(
    inAny("component", ofType("device", "device-driver", "firmware")),
    at("/formulation/*/components/*/type"),
    inAny("component", properties(["/properties"], ["cdx:device:*"])),
  ),
  fill: "add components of type device before you sign the BOM: no file of a target says what it runs on",
};

export const securityControls: Probe = {
  of,
  expected: "/declarations/claims",
  find: at("/declarations/claims/*/predicate"),
  fill: "aibom declare writes what was verified as claims with evidence",
};

export const conformance: Probe = {
  of,
  expected: "/declarations/attestations",
  find: anyOf(
    at("/declarations/attestations/*/map/*/requirement", "/definitions/standards/*/name"),
    references("certification-report"),
    inAny("model", properties(["/modelCard/properties", "/properties"], ["standardCompliance"])),
  ),
  fill: "aibom declare writes the answers of a profile as attestations",
};

export const securityPolicy: Probe = {
  of,
  expected: "/externalReferences",
  find: anyOf(
    references("rfc-9116", "security-contact"),
    referencesIn("/metadata/component/externalReferences", ["rfc-9116", "security-contact"]),
    inAny("component", references("rfc-9116", "security-contact")),
  ),
  fill: "add an external reference of type rfc-9116 (security.txt) or security-contact",
};

export const vulnerabilities: Probe = {
  of,
  expected: "/externalReferences",
  find: anyOf(
    at("/vulnerabilities/*/id"),
    references("exploitability-statement", "vulnerability-assertion", "advisories"),
    inAny("component", references("exploitability-statement", "vulnerability-assertion", "advisories")),
  ),
  fill: "add an external reference of type exploitability-statement that leads to your VEX document",
};

/** BSI TR-03183-2 wants them elsewhere: it is found if there are none. */
export const withoutVulnerabilities: Probe = {
  of,
  expected: "/vulnerabilities",
  find: (_subject, { document }) =>
    worthless(member(document, "vulnerabilities")) ? [{ pointer: "", value: "none" }] : [],
  fill: "take vulnerabilities out of the BOM and publish them as VEX",
};

function worthless(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** CycloneDX of at least 1.6. */
export const recentFormat: Probe = {
  of,
  expected: "/specVersion",
  find: (_subject, { specVersion }) =>
    ["1.6", "1.7"].includes(specVersion) ? [{ pointer: "/specVersion", value: specVersion }] : [],
  fill: "write CycloneDX 1.6 or 1.7: aibom inventory, aibom merge",
};

/** How training was done. */
const trainingSteps: Finder = at(
  "/formulation/*/workflows/*/uid",
  "/formulation/*/workflows/*/name",
  "/formulation/*/workflows/*/description",
);

export const trainingProcess: Probe = {
  of,
  expected: "/formulation",
  find: trainingSteps,
  fill: "add formulation workflows that describe the training before you sign the BOM",
};

export const trainingCompute: Probe = {
  of,
  expected: "/formulation",
  find: anyOf(
    (subject) =>
      objectsAt(member(subject.value, "formulation"), "/formulation").flatMap(({ value, pointer }) =>
        objectsAt(member(value, "components"), `${pointer}/components`)
          .filter((each) => text(each.value, "type") === "device")
          .map((each) => ({ pointer: each.pointer, value: each.value })),
      ),
    at("/formulation/*/workflows/*/timeEnd", "/formulation/*/workflows/*/resourceReferences/*"),
    inAny(
      "model",
      properties(["/modelCard/properties", "/properties"], ["cdx:ai-ml:model:parameter:_undefined:flops"]),
    ),
  ),
  fill: "add the devices and times of the training as formulation components and workflows",
};

/** One answer of the public summary of training content, as a property of the document, its subject or a model. */
export function summaryAnswer(...names: readonly string[]): Finder {
  const all = names.map((name) => `aibom:training-summary:${name}`);
  return anyOf(
    inDocument(properties(["/properties", "/metadata/properties", "/metadata/component/properties"], all)),
    inAny("model", properties(["/properties", "/modelCard/properties"], all)),
  );
}
