// SPDX-License-Identifier: Apache-2.0
// Each labelled sample of Keras and TensorFlow models through identification, reader and layouts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { kerasSamples } from "../../fixtures/keras-samples.ts";
import { tensorflowSamples } from "../../fixtures/tensorflow-samples.ts";
import { layouts } from "../../src/layouts/index.ts";
import { memoryDirectory } from "../layouts/memory-directory.ts";
import { readNamed } from "./hostile.ts";

for (const { name, bytes, label } of [...kerasSamples(), ...tensorflowSamples()]) {
  const file = name.slice(name.lastIndexOf("/") + 1);
  test(`${name} is ${label}`, () => {
    const read = readNamed(file, bytes);
    const directory = memoryDirectory(new Map([[file, bytes]]));
    const findings = [...read.findings, ...layouts.flatMap((layout) => layout.describe(directory).findings)];
    const grave = findings.filter(({ severity }) => severity === "high" || severity === "critical");
    assert.equal(grave.length > 0, label === "malicious", grave.map(({ code }) => code).join(", "));
    assert.equal(read.status, "described", read.findings.map(({ code }) => code).join(", "));
  });
}
