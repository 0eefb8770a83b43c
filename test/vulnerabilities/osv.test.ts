// SPDX-License-Identifier: Apache-2.0
// Advisories of OSV: which versions they are about, how grave, and what an export covers.

import assert from "node:assert/strict";
import test from "node:test";
import { meansPackage, parsePackageUrl } from "../../src/model/parsed-package-url.ts";
import { affectedness, fixOf } from "../../src/vulnerabilities/affected.ts";
import { baseScore, severityOfScore } from "../../src/vulnerabilities/cvss.ts";
import { isSameRelease, listedPackage } from "../../src/vulnerabilities/ecosystems.ts";
import { type OsvAdvisory, OsvExport, osvKey } from "../../src/vulnerabilities/osv.ts";

const key = osvKey("PyPI", "torch");

function advisory(affected: object, record: object = {}): OsvAdvisory {
  const records = new OsvExport(new Set([key]));
  const named = { package: { ecosystem: "PyPI", name: "Torch" }, ...affected };
  assert.ok(records.add({ id: "X-1", modified: "2026-01-01T00:00:00Z", affected: [named], ...record }));
  const [first] = records.advisories(key);
  assert.ok(first !== undefined);
  return first;
}

const range = (...events: object[]) => ({ ranges: [{ type: "ECOSYSTEM", events }] });

const cases: readonly [string, object, Readonly<Record<string, string>>][] = [
  [
    "introduced and fixed",
    range({ introduced: "1.0" }, { fixed: "1.5" }),
    { "0.9": "unaffected", "1.0": "affected", "1.5rc1": "affected", "1.5": "unaffected", what: "unknown" },
  ],
  [
    "from the start",
    range({ introduced: "0" }, { fixed: "2" }),
    { "0.0.1": "affected", "2.0": "unaffected" },
  ],
  [
    "last affected",
    range({ introduced: "0" }, { last_affected: "2.0" }),
    { "2.0": "affected", "2.0.1": "unaffected" },
  ],
  [
    "twice introduced, in any order",
    range({ fixed: "4" }, { introduced: "3" }, { introduced: "1" }, { fixed: "2" }),
    { "1.5": "affected", "2.5": "unaffected", "3.5": "affected", "4.0": "unaffected" },
  ],
  ["never fixed", range({ introduced: "0" }), { "99.0": "affected" }],
  ["a limit", range({ introduced: "1" }, { limit: "3" }), { "2.0": "affected", "3.0": "unaffected" }],
  ["listed versions", { versions: ["1.0", "1.1.0"] }, { "1.1": "affected", "1.2": "unaffected" }],
  [
    "a range that has to be ordered and cannot",
    range({ introduced: "0" }, { fixed: "nobody knows" }),
    { "1.0": "unknown" },
  ],
  ["commits only", { ranges: [{ type: "GIT", events: [{ introduced: "0" }] }] }, { "1.0": "unknown" }],
  ["nothing said", {}, { "1.0": "unknown" }],
];
for (const [name, affected, answers] of cases) {
  test(`versions: ${name}`, () => {
    const found = advisory(affected);
    for (const [version, answer] of Object.entries(answers)) {
      assert.equal(affectedness(found, "PyPI", version), answer, version);
    }
  });
}

test("versions of an ecosystem without a known order are unknown unless they are listed", () => {
  const found = advisory({ ...range({ introduced: "1" }, { fixed: "2" }), versions: ["1.5"] });
  assert.equal(affectedness(found, "Maven", "1.5"), "affected");
  assert.equal(affectedness(found, "Maven", "1.6"), "unknown");
});

test("the fix is the last one that is named", () => {
  assert.equal(
    fixOf(advisory(range({ introduced: "1" }, { fixed: "2" }, { introduced: "3" }, { fixed: "4" }))),
    "4",
  );
  assert.equal(fixOf(advisory(range({ introduced: "1" }))), undefined);
});

test("severity: the gravest of vectors and words; none is unknown", () => {
  const critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  assert.equal(advisory({}, { severity: [{ type: "CVSS_V3", score: critical }] }).severity, "critical");
  assert.equal(advisory({}, { database_specific: { severity: "MODERATE" } }).severity, "medium");
  assert.equal(advisory({ severity: [{ type: "Ubuntu", score: "low" }] }).severity, "low");
  assert.equal(advisory({}, { severity: [{ type: "CVSS_V4", score: "CVSS:4.0/AV:N" }] }).severity, "unknown");
  assert.equal(advisory({}).severity, "unknown");
});

test("CVSS v3: scores of the specification's examples", () => {
  const scores: Readonly<Record<string, number | undefined>> = {
    "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N": 6.4,
    "CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H": 7,
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N": 7.5,
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H": 10,
    "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N": 0,
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H": undefined,
    "CVSS:2.0/AV:N": undefined,
    "": undefined,
  };
  for (const [vector, score] of Object.entries(scores)) {
    assert.equal(baseScore(vector), score, vector);
  }
  assert.deepEqual([0, 0.1, 3.9, 4, 7, 9, 11].map(severityOfScore), [
    "none",
    "low",
    "low",
    "medium",
    "high",
    "critical",
    "unknown",
  ]);
});

test("an export: withdrawn records count for its age and coverage only", () => {
  const records = new OsvExport(new Set([key]));
  const affected = [{ package: { ecosystem: "PyPI", name: "torch" } }];
  assert.ok(
    records.add({ id: "A", modified: "2026-01-01T00:00:00Z", withdrawn: "2026-01-01T00:00:00Z", affected }),
  );
  assert.deepEqual(records.advisories(key), []);
  assert.ok(records.covers("PyPI"));
  assert.equal(records.covers("npm"), false);
  assert.equal(records.newest?.toISOString(), "2026-01-01T00:00:00.000Z");
  assert.equal(records.add({ id: "A" }), false);
  assert.equal(records.add([]), false);
});

test("package URLs and the names that OSV has for them", () => {
  const listed = (text: string) => {
    const purl = parsePackageUrl(text);
    return purl === undefined ? undefined : listedPackage(purl);
  };
  assert.deepEqual(listed("pkg:pypi/Ruamel_Yaml@1.0"), {
    ecosystem: "PyPI",
    names: ["ruamel-yaml"],
    version: "1.0",
  });
  assert.deepEqual(listed("pkg:npm/%40scope/x@1.0.0"), {
    ecosystem: "npm",
    names: ["@scope/x"],
    version: "1.0.0",
  });
  assert.deepEqual(listed("pkg:npm/@scope/x"), { ecosystem: "npm", names: ["@scope/x"] });
  assert.deepEqual(listed("pkg:maven/a.b/c@1"), { ecosystem: "Maven", names: ["a.b:c"], version: "1" });
  assert.deepEqual(listed("pkg:deb/debian/libssl3@3.0.1-2?distro=debian-12&upstream=openssl%403.0&epoch=1"), {
    ecosystem: "Debian",
    names: ["libssl3", "openssl"],
    release: "12",
    version: "1:3.0.1-2",
  });
  assert.equal(listed("pkg:huggingface/org/model@abc"), undefined);
  for (const bad of ["", "pkg:", "pkg:pypi", "pypi/x", "pkg:pypi/%ZZ", `pkg:pypi/${"x".repeat(5000)}`]) {
    assert.equal(parsePackageUrl(bad), undefined, bad.slice(0, 30));
  }
  assert.ok(isSameRelease("12", "12.1") && isSameRelease("v3.18", "3.18.4") && isSameRelease(undefined, "1"));
  assert.equal(isSameRelease("11", "12"), false);
});

test("a package URL without version or qualifiers means all of them, never another package", () => {
  const means = (pattern: string, of: string) => {
    const [a, b] = [parsePackageUrl(pattern), parsePackageUrl(of)];
    return a !== undefined && b !== undefined && meansPackage(a, b);
  };
  assert.ok(means("pkg:pypi/Torch", "pkg:pypi/torch@2.1?x=1"));
  assert.ok(means("pkg:deb/debian/x@1?arch=amd64", "pkg:deb/debian/x@1?distro=debian-12&arch=amd64"));
  assert.ok(!means("pkg:pypi/torch@2.0", "pkg:pypi/torch@2.1"));
  assert.ok(!means("pkg:pypi/torch", "pkg:pypi/torchvision"));
  assert.ok(!means("pkg:deb/debian/x@1?arch=arm64", "pkg:deb/debian/x@1?arch=amd64"));
  assert.ok(!means("pkg:npm/a/x", "pkg:npm/b/x"));
});
