// SPDX-License-Identifier: Apache-2.0
// in-toto simple verification result v0.1 and v0.2 (in-toto/attestation, spec/predicates/svr.md). v0.2 demands
// `verifier.policies`, empty if there was none; v0.1 has one `verifier.policy` as an extension.

import { definePredicate } from "../predicate.ts";

const typeV02 = "https://in-toto.io/attestation/svr/v0.2";

export const svr = definePredicate({
  id: "svr",
  specification: "in-toto Simple Verification Result v0.1 and v0.2",
  types: ["https://in-toto.io/attestation/svr/v0.1", typeV02],
  claims: {
    "svr.verifier.id": "who verified, a URI; accept it only together with its signer",
    "svr.timeCreated": "when it was verified",
    "svr.properties": "property that was verified (several)",
    "svr.policies.count": "number of policies that were applied; v0.2",
    "svr.policy.uri": "policy that was applied (several)",
    "svr.policy.digest.sha256": "SHA-256 of a policy that was applied (several)",
  },
  read: (predicate, claims, { predicateType }) => {
    const verifier = predicate.object("verifier");
    claims.add("svr.verifier.id", verifier.text("id"));
    claims.add("svr.timeCreated", predicate.time("timeCreated"));
    claims.addAll("svr.properties", predicate.texts("properties"));
    const extension = verifier.optionalObject("policy");
    const policies =
      predicateType === typeV02 ? verifier.objects("policies") : extension === undefined ? [] : [extension];
    if (predicateType === typeV02) {
      claims.add("svr.policies.count", policies.length);
    }
    for (const policy of policies) {
      claims.add("svr.policy.uri", policy.optionalText("uri"));
      claims.add("svr.policy.digest.sha256", policy.optionalObject("digest")?.optionalText("sha256"));
    }
  },
});
