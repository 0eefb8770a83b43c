// SPDX-License-Identifier: Apache-2.0
// Orders of versions: the examples of each specification, ascending.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { compareApk } from "../../src/vulnerabilities/versions/apk.ts";
import { compareDpkg } from "../../src/vulnerabilities/versions/dpkg.ts";
import type { VersionOrder } from "../../src/vulnerabilities/versions/order.ts";
import { comparePep440 } from "../../src/vulnerabilities/versions/pep440.ts";
import { compareRpm } from "../../src/vulnerabilities/versions/rpm.ts";
import { compareSemver } from "../../src/vulnerabilities/versions/semver.ts";

interface Example {
  readonly order: VersionOrder;
  /** Each is older than the next. */
  readonly ascending: readonly string[];
  readonly equal: readonly (readonly [string, string])[];
  readonly refused: readonly string[];
}

const examples: Readonly<Record<string, Example>> = {
  semver: {
    order: compareSemver,
    ascending:
      "0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.0.1 2.0.0 10.0.0".split(
        " ",
      ),
    equal: [
      ["1.0.0+a", "v1.0.0+b"],
      ["1", "1.0.0"],
    ],
    refused: ["", "latest", "1.0.0-", "1..0", "1.0.0 || 2"],
  },
  pep440: {
    order: comparePep440,
    ascending:
      "1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.1.dev1 1.1 2!0.1".split(
        " ",
      ),
    equal: [
      ["1.0", "1.0.0"],
      ["1.0-1", "1.0.post1"],
      ["1.0ALPHA1", "v1.0a1"],
      ["1.0c2", "1.0-rc.2"],
    ],
    refused: ["", "1.0.x", "french toast", "1.0++a"],
  },
  dpkg: {
    order: compareDpkg,
    ascending: "1.0~~ 1.0~~a 1.0~ 1.0 1.0-1 1.0-1.1 1.0-2 1.0a 1.0+b1 1.2 1.10 1:0.1".split(" "),
    equal: [
      ["1.0", "0:1.0"],
      ["1.0-0", "1.0"],
      ["1.01", "1.1"],
    ],
    refused: ["", "1.0 2", "a:1"],
  },
  rpm: {
    order: compareRpm,
    ascending: "1.0~rc1-1 1.0-1 1.0-2 1.0-10 1.0^git1-1 1.0a-1 1.0.1-1 1.1-1 1.10-1 1:0.1-1".split(" "),
    equal: [
      ["1.0", "1.0-5"],
      ["1.0_1", "1.0.1"],
    ],
    refused: ["", "1 0", "1-2-3"],
  },
  apk: {
    order: compareApk,
    ascending: "1.0_alpha1 1.0_beta 1.0_rc2-r5 1.0 1.0-r1 1.0-r10 1.0_p1 1.0a 1.0.0 1.1 1.10".split(" "),
    equal: [["1.0", "1.0-r0"]],
    refused: ["", "v1", "1.0_what1", "1.0-1"],
  },
};

for (const [name, { order, ascending, equal, refused }] of Object.entries(examples)) {
  test(`${name}: every example is older than all that follow`, () => {
    for (const [index, left] of ascending.entries()) {
      for (const [other, right] of ascending.entries()) {
        const expected = Math.sign(index - other);
        assert.equal(Math.sign(order(left, right) ?? Number.NaN), expected, `${left} ${right}`);
      }
    }
  });
  test(`${name}: equal, and refused`, () => {
    for (const [left, right] of equal) {
      assert.equal(order(left, right), 0, `${left} ${right}`);
    }
    for (const bad of refused) {
      assert.equal(order(bad, "1.0"), undefined, bad);
    }
    assert.equal(order("1".repeat(300), "1"), undefined);
  });
  test(`${name}: any text is answered at once, and never in two ways`, () => {
    const some = fc.string({ unit: fc.constantFrom(..."019ab.~^-_+:!rcdevpost"), maxLength: 24 });
    fc.assert(
      fc.property(some, some, (left, right) => {
        const [there, back] = [order(left, right), order(right, left)];
        assert.equal(there === undefined, back === undefined);
        assert.equal(Math.sign(there ?? 0) + Math.sign(back ?? 0), 0);
      }),
      { numRuns: 2000 },
    );
  });
}
