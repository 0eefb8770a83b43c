// SPDX-License-Identifier: Apache-2.0
// in-toto test result v0.1 (in-toto/attestation, spec/predicates/test-result.md): one run of a test suite. A result
// that passed although tests failed is claimed as it stands, since the specification allows it.

import { definePredicate } from "../predicate.ts";

export const testResult = definePredicate({
  id: "test-result",
  specification: "in-toto Test Result v0.1",
  types: ["https://in-toto.io/attestation/test-result/v0.1"],
  claims: {
    "test.result": "`PASSED`, `WARNED` or `FAILED`",
    "test.url": "where the run can be looked at",
    "test.configuration.count": "number of configurations that the run used",
    "test.passed": "name of a test that passed (several)",
    "test.passed.count": "number of them",
    "test.warned": "name of a test that passed with warnings (several)",
    "test.warned.count": "number of them",
    "test.failed": "name of a test that failed (several)",
    "test.failed.count": "number of them",
  },
  read: (predicate, claims) => {
    claims.add("test.result", predicate.choice("result", ["PASSED", "WARNED", "FAILED"]));
    claims.add("test.url", predicate.optionalText("url"));
    claims.add("test.configuration.count", predicate.objects("configuration").length);
    for (const outcome of ["passed", "warned", "failed"] as const) {
      const tests = predicate.optionalTexts(`${outcome}Tests`);
      claims.addAll(`test.${outcome}`, tests);
      claims.add(`test.${outcome}.count`, tests.length);
    }
  },
});
