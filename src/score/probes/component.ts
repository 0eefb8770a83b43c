// SPDX-License-Identifier: Apache-2.0
// Elements of every component that a document lists, whatever it is.

import { member, objectsAt, text } from "../bom-view.ts";
import type { Place, Probe } from "../element.ts";
import { anyOf, at, properties, references } from "../look.ts";
import { hashAlgorithmAt, hashAt, identifierAt, licenseAt, producerAt } from "./component-places.ts";

const of = "component";

export const componentName: Probe = {
  of,
  expected: "/name",
  find: at("/name"),
  fill: "aibom inventory writes it",
};

export const componentVersion: Probe = {
  of,
  expected: "/version",
  find: at("/version", "/versionRange"),
  fact: "version",
  fill: "state a version where the component describes itself, or inventory it where it is installed",
};

export const componentIdentifier: Probe = {
  of,
  expected: "/purl",
  find: identifierAt,
  fill: "inventory packages where a package manager records them: their package URL comes from there",
};

export const componentProducer: Probe = {
  of,
  expected: "/supplier",
  find: producerAt,
  fact: "organization",
  fill: "state who makes it where the component describes itself: header, card, package record",
};

export const componentProducerContact: Probe = {
  of,
  expected: "/manufacturer",
  find: anyOf(
    at(
      "/manufacturer/url/*",
      "/manufacturer/contact/*/email",
      "/supplier/url/*",
      "/supplier/contact/*/email",
      "/authors/*/email",
    ),
  ),
  fill: "add an e-mail address or web address of who makes it before you sign the BOM",
};

export const componentHash: Probe = {
  of,
  expected: "/hashes",
  find: anyOf(hashAt, at("/externalReferences/*/hashes/*/content")),
  fill: "aibom inventory writes it of what is a target; packages need a record with hashes (a lock file)",
};

export const componentHashAlgorithm: Probe = {
  of,
  expected: "/hashes",
  find: anyOf(hashAlgorithmAt, at("/externalReferences/*/hashes/*/alg")),
  fill: "aibom inventory writes it together with the hash",
};

/** SHA-512 of the component as it is deployed: on the component itself, or where it is fetched from. */
export const deployableHash: Probe = {
  of,
  expected: "/externalReferences",
  find: ({ value, pointer }) => [
    ...sha512(value, pointer),
    ...objectsAt(member(value, "externalReferences"), `${pointer}/externalReferences`)
      .filter((each) => text(each.value, "type") === "distribution")
      .flatMap((each) => sha512(each.value, each.pointer)),
  ],
  fill: "aibom inventory --digest sha256,sha512",
};

function sha512(value: Parameters<typeof member>[0], pointer: string): readonly Place[] {
  return objectsAt(member(value, "hashes"), `${pointer}/hashes`)
    .filter((each) => text(each.value, "alg") === "SHA-512")
    .slice(0, 1)
    .map((each) => ({ pointer: `${each.pointer}/content`, value: text(each.value, "content") ?? "" }));
}

export const componentLicense: Probe = {
  of,
  expected: "/licenses",
  find: licenseAt,
  fact: "license",
  fill: "state the licence where the component describes itself: header, card, package record",
};

export const componentDependencies: Probe = {
  of,
  expected: "/bom-ref",
  find: ({ value, pointer }, { dependencyRefs }) => {
    const ref = text(value, "bom-ref");
    return ref !== undefined && dependencyRefs.has(ref)
      ? [{ pointer: `${pointer}/bom-ref`, value: ref }]
      : [];
  },
  fill: "give the component a bom-ref and an entry in dependencies, also if it depends on nothing; aibom inventory does",
};

/** A property that BSI registered; spelled either way. */
function bsi(...names: readonly string[]): Probe["find"] {
  return properties(
    ["/properties"],
    names.map((name) => `bsi:component:${name}`),
  );
}

const addProperty = (name: string): string =>
  `add the property bsi:component:${name} before you sign the BOM`;

export const filename: Probe = {
  of,
  expected: "/properties",
  find: anyOf(bsi("filename"), at("/evidence/occurrences/*/location")),
  fill: addProperty("filename"),
};

export const executableProperty: Probe = {
  of,
  expected: "/properties",
  find: bsi("executable"),
  fill: addProperty("executable"),
};

export const archiveProperty: Probe = {
  of,
  expected: "/properties",
  find: bsi("archive"),
  fill: addProperty("archive"),
};

export const structuredProperty: Probe = {
  of,
  expected: "/properties",
  find: bsi("structured"),
  fill: addProperty("structured"),
};

export const effectiveLicense: Probe = {
  of,
  expected: "/properties",
  find: bsi("effectiveLicence", "effectiveLicense"),
  fill: addProperty("effectiveLicence"),
};

export const sourceAddress: Probe = {
  of,
  expected: "/externalReferences",
  find: references("vcs", "source-distribution"),
  fill: "add an external reference of type source-distribution or vcs",
};

export const deployableAddress: Probe = {
  of,
  expected: "/externalReferences",
  find: references("distribution", "distribution-intake"),
  fill: "add an external reference of type distribution",
};

/** The licence that the maker chose, as opposed to the one under which it is passed on. */
export const declaredLicense: Probe = {
  of,
  expected: "/licenses",
  find: ({ value, pointer }) =>
    objectsAt(member(value, "licenses"), `${pointer}/licenses`).flatMap((each) => {
      const license = member(each.value, "license");
      const holder =
        typeof license === "object" && license !== null && !Array.isArray(license)
          ? (license as Parameters<typeof member>[0])
          : each.value;
      return text(holder, "acknowledgement") === "declared"
        ? [
            {
              pointer: each.pointer,
              value: text(holder, "id") ?? text(holder, "name") ?? text(holder, "expression") ?? "",
            },
          ]
        : [];
    }),
  fact: "license",
  fill: "state the licence where the component describes itself; aibom writes it as declared",
};
