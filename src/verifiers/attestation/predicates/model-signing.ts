// SPDX-License-Identifier: Apache-2.0
// OpenSSF Model Signing v1.0 as predicate: what kind of manifest it is. The manifest itself is compared with the
// model by verifiers/model-signing.ts; the statement's subject is a digest over the manifest, not over a file.

import { definePredicate } from "../predicate.ts";

export const modelSigning = definePredicate({
  id: "model-signing",
  specification: "OpenSSF Model Signing v1.0",
  types: ["https://model_signing/signature/v1.0"],
  claims: {
    "oms.method": "`files` or `shards`",
    "oms.hashType": "hash function of the manifest",
    "oms.resources.count": "number of signed files or shards",
  },
  read: (predicate, claims) => {
    const serialization = predicate.object("serialization");
    claims.add("oms.method", serialization.choice("method", ["files", "shards"]));
    claims.add("oms.hashType", serialization.text("hash_type"));
    claims.add("oms.resources.count", predicate.objects("resources").length);
  },
});
