// SPDX-License-Identifier: Apache-2.0
// PyPI publish attestation v1 (docs.pypi.org/attestations/publish/v1, PEP 740): the predicate is empty; the one
// subject is the uploaded file, named as PyPI serves it. That the publisher is the project's is for the policy.

import { definePredicate } from "../predicate.ts";

export const pypiPublish = definePredicate({
  id: "pypi-publish",
  specification: "PyPI publish attestation v1 (PEP 740)",
  types: ["https://docs.pypi.org/attestations/publish/v1"],
  claims: { "pypi.filename": "name of the uploaded distribution" },
  read: (predicate, claims, { subjects }) => {
    const [subject] = subjects;
    if (subject === undefined || subjects.length !== 1 || !isDistribution(subject.name)) {
      throw predicate.faultHere("belongs to a statement that is not about one distribution");
    }
    claims.add("pypi.filename", subject.name);
  },
});

/** Wheels and source distributions (PEP 427, PEP 625), as a bare file name. */
function isDistribution(name: string): boolean {
  return /\.(?:whl|tar\.gz|zip)$/.test(name) && !/[/\\]/.test(name);
}
