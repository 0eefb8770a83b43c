// SPDX-License-Identifier: Apache-2.0
// Our own samples through the scan: no harmless one is called dangerous, and every malicious one is.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { readLabels, score, summarize, writeSamples } from "../../scripts/scorecard.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

test("every sample: the harmless twin passes, the malicious one is found", async (t) => {
  const scored = await score(writeSamples(temporaryDirectory(t)));
  const namesOf = (label: string, outcome: string): string[] =>
    scored.filter((each) => each.label === label && each.outcome === outcome).map(({ name }) => name);
  assert.deepEqual(namesOf("benign", "dangerous"), []);
  assert.deepEqual(namesOf("malicious", "clean"), []);
  assert.deepEqual(namesOf("malicious", "incomplete"), []);
  assert.deepEqual(namesOf("benign", "incomplete"), []);
});

test("each technique has its twins", async (t) => {
  const samples = writeSamples(temporaryDirectory(t));
  for (const [technique, items] of Map.groupBy(samples, (sample) => sample.technique)) {
    assert.deepEqual(
      [...new Set(items.map(({ label }) => label))].sort(),
      ["benign", "malicious"],
      technique,
    );
  }
});

test("each advisory of the documentation has its sample or its test, and each sample's advisory its line", (t) => {
  const techniques = new Set(writeSamples(temporaryDirectory(t)).map(({ technique }) => technique));
  const root = join(import.meta.dirname, "../..");
  const lines = readFileSync(join(root, "docs/scanner.md"), "utf8").split("\n");
  const rows = lines.filter((line) => line.startsWith("| CVE-")).map((line) => line.split(" | "));
  const told = new Set<string>();
  for (const [advisories = "", , covered = ""] of rows) {
    const by = covered.replace(/ \|$/, "");
    const isThere = by.startsWith("`") ? existsSync(join(root, by.slice(1, -1))) : techniques.has(by);
    assert.ok(isThere, `${advisories}: ${by}`);
    for (const advisory of advisories.match(/CVE-\d+-\d+/g) ?? []) {
      told.add(advisory);
    }
  }
  const used = [...techniques].flatMap((technique) => technique.match(/CVE-\d+-\d+/g) ?? []);
  assert.deepEqual(
    [...new Set(used)].filter((each) => !told.has(each)),
    [],
  );
});

test("labels: quoted names, an optional technique, a header line; anything else is an error", () => {
  const labels = readLabels("d", 'file,label\n"a,b.pkl",malicious,"say ""hi"""\nc.pkl, benign \n\n');
  assert.deepEqual(
    labels.map(({ name, label, technique }) => [name, label, technique]),
    [
      ["a,b.pkl", "malicious", 'say "hi"'],
      ["c.pkl", "benign", "(none given)"],
    ],
  );
  assert.throws(() => readLabels("d", "a.pkl,evil"), /label is malicious or benign/);
});

test("the goal: 98 % found and no false alarm; nothing scanned is no success", () => {
  const one = { name: "x", path: "x", technique: "t", codes: [] } as const;
  const of = (label: "malicious" | "benign", outcome: "clean" | "dangerous" | "incomplete", count: number) =>
    Array.from({ length: count }, () => ({ ...one, label, outcome }));
  assert.equal(summarize([...of("malicious", "dangerous", 49), ...of("malicious", "clean", 1)]).isMet, true);
  assert.equal(
    summarize([...of("malicious", "dangerous", 48), ...of("malicious", "incomplete", 2)]).isMet,
    false,
  );
  assert.equal(summarize([...of("malicious", "dangerous", 9), ...of("benign", "dangerous", 1)]).isMet, false);
  assert.equal(summarize(of("benign", "incomplete", 3)).isMet, true);
  assert.equal(summarize([]).isMet, false);
});
