// SPDX-License-Identifier: Apache-2.0
// npm publish attestation v0.1 (npm/attestation, specs/publish/v0.1): the registry's word that it took this tarball
// as this package and version. Its subject must be that package (GHSA-r2xv-vpr2-42m9).

import type { Statement } from "../../statement.ts";
import { definePredicate } from "../predicate.ts";

export const npmPublish = definePredicate({
  id: "npm-publish",
  specification: "npm publish attestation v0.1",
  types: ["https://github.com/npm/attestation/tree/main/specs/publish/v0.1"],
  claims: {
    "npm.name": "name of the package, with its scope",
    "npm.version": "version of the package",
    "npm.registry": "URL of the registry",
  },
  read: (predicate, claims, statement) => {
    const name = predicate.text("name");
    const version = predicate.text("version");
    if (!isAbout(statement, name, version)) {
      throw predicate.fault("name", "is not the package that the statement is about");
    }
    claims.add("npm.name", name);
    claims.add("npm.version", version);
    claims.add("npm.registry", predicate.text("registry"));
  },
});

/** The one subject is `pkg:npm/name@version`; the `@` of a scope may be percent-encoded, as purl asks. */
function isAbout({ subjects }: Statement, name: string, version: string): boolean {
  const purl = `pkg:npm/${name}@${version}`;
  const [subject] = subjects;
  const got = subject?.name.replace("pkg:npm/%40", "pkg:npm/@");
  return subjects.length === 1 && got === purl;
}
