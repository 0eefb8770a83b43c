// SPDX-License-Identifier: Apache-2.0
// BOMs that a wheel carries about what was linked into it (PEP 770: `*.dist-info/sboms/`), CycloneDX or SPDX. What they
// list has a package URL, or is not listed: a name alone says too little.

import type { JsonValue } from "../bytes/json.ts";
import { listOf, textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { parsePurl } from "./purl-parse.ts";
import { statedHash } from "./stated-hash.ts";

export const embeddedSbom: Catalog = {
  id: "embedded-sbom",
  wants(path) {
    return path.endsWith(".json") && /\.dist-info\/sboms\/[^/]+\.json$/.test(path);
  },
  read(root, wanted) {
    const draft = new CatalogDraft("embedded-sbom");
    for (const path of wanted) {
      draft.packages.push(...embeddedPackages(root, draft, path));
    }
    return draft.done();
  },
};

/** The packages that a BOM lists. */
function embeddedPackages(root: RootView, draft: CatalogDraft, path: string): readonly FoundPackage[] {
  const document = draft.jsonObject(root, path);
  const components = listOf(document, "components");
  const packages = listOf(document, "packages");
  return [
    ...components.map((each) => fromCycloneDx(each, path)),
    ...packages.map((each) => fromSpdx(each, path)),
  ]
    .slice(0, limits.maxPackagesPerRecord)
    .filter((each) => each !== undefined);
}

function fromCycloneDx(component: JsonValue, path: string): FoundPackage | undefined {
  const name = parsePurl(textOf(component, "purl") ?? "");
  const licenses = listOf(component, "licenses").flatMap((each) => {
    const choice = textOf(each, "expression");
    const license =
      typeof each === "object" && each !== null && "license" in each ? each["license"] : undefined;
    return choice ?? textOf(license, "id") ?? textOf(license, "name") ?? [];
  });
  const hashes = listOf(component, "hashes").flatMap(
    (each) => statedHash(textOf(each, "alg") ?? "", textOf(each, "content") ?? "") ?? [],
  );
  return name === undefined
    ? undefined
    : { ...name, state: "installed", path, licenses, hashes, scope: path };
}

function fromSpdx(item: JsonValue, path: string): FoundPackage | undefined {
  const reference = listOf(item, "externalRefs").find((each) => textOf(each, "referenceType") === "purl");
  const name = parsePurl(textOf(reference, "referenceLocator") ?? "");
  const declared = textOf(item, "licenseDeclared");
  const licenses =
    declared === undefined || declared === "NOASSERTION" || declared === "NONE" ? [] : [declared];
  return name === undefined ? undefined : { ...name, state: "installed", path, licenses, scope: path };
}
