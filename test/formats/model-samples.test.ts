// SPDX-License-Identifier: Apache-2.0
// Each labelled sample of model files through identification, reader and layouts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { modelSamples } from "../../fixtures/model-samples.ts";
import { layouts } from "../../src/layouts/index.ts";
import { memoryDirectory } from "../layouts/memory-directory.ts";
import { readNamed } from "./hostile.ts";

for (const { name, bytes, label } of modelSamples()) {
  const file = name.slice(name.lastIndexOf("/") + 1);
  test(`${name} is ${label}`, () => {
    const directory = memoryDirectory(new Map([[file, bytes]]));
    const findings = [
      ...readNamed(file, bytes).findings,
      ...layouts.flatMap((layout) => layout.describe(directory).findings),
    ];
    const grave = findings.filter(({ severity }) => severity === "high" || severity === "critical");
    assert.equal(grave.length > 0, label === "malicious", grave.map(({ code }) => code).join(", "));
  });
}
