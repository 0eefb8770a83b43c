// SPDX-License-Identifier: Apache-2.0
// in-toto release v0.1 and v0.2 (in-toto/attestation, spec/predicates/release.md), with the members that GitHub adds
// for its immutable releases. The purl is claimed as written and not resolved.

import { definePredicate } from "../predicate.ts";

export const release = definePredicate({
  id: "release",
  specification: "in-toto Release v0.1 and v0.2",
  types: ["https://in-toto.io/attestation/release/v0.1", "https://in-toto.io/attestation/release/v0.2"],
  claims: {
    "release.purl": "package URL of the release, with its version",
    "release.packageId": "the registry's lasting id of the package (v0.1: of the release)",
    "release.repository": "repository of the release; GitHub",
    "release.tag": "tag of the release; GitHub",
    "release.repositoryId": "number of the repository; GitHub",
    "release.ownerId": "number of its owner; GitHub",
  },
  read: (predicate, claims) => {
    const purl = predicate.text("purl");
    if (!purl.startsWith("pkg:") || purl.indexOf("@", purl.lastIndexOf("/")) < 0) {
      throw predicate.fault("purl", "is not a package URL with a version");
    }
    claims.add("release.purl", purl);
    claims.add(
      "release.packageId",
      predicate.optionalText("packageId") ?? predicate.optionalText("releaseId"),
    );
    claims.add("release.repository", predicate.optionalText("repository"));
    claims.add("release.tag", predicate.optionalText("tag"));
    claims.add("release.repositoryId", predicate.optionalText("repositoryId"));
    claims.add("release.ownerId", predicate.optionalText("ownerId"));
  },
});
