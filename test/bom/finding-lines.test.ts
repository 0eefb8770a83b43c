// SPDX-License-Identifier: Apache-2.0
// Where findings stand in the BOM: the BOM itself, components as a whole, files that are listed.

import assert from "node:assert/strict";
import test from "node:test";
import { findingLines } from "../../src/bom/finding-lines.ts";
import { finding } from "../../src/model/finding.ts";

const name = "aibom.cdx.json";
const file = (path: string) => ({ type: "file", name: path });
const model = (own: string, ...files: string[]) => ({ name: own, components: files.map(file) });
const document = {
  metadata: { component: model("tiny", "a.gguf", "LICENSE") },
  components: [
    model("other", "b.gguf", "LICENSE"),
    model("c.gguf", "c.gguf"),
    model("twice"),
    model("twice"),
  ],
};
const text = JSON.stringify(document, null, 1);

/** The text of the line on which each finding stands. */
function linesOf(...findings: Parameters<typeof findingLines>[2]) {
  const lines = findingLines(new TextEncoder().encode(text), name, findings);
  return findings.map((each) => {
    const line = lines.get(each);
    return line === undefined
      ? undefined
      : text
          .split("\n")
          .slice(line, line + 1)
          .join("")
          .trim();
  });
}

test("files by the artifact that they belong to, artifacts by their names, the BOM by pointers", () => {
  const missing = (path: string, subject: string) => finding("BOM_FILE_MISSING", { path }, {}, { subject });
  assert.deepEqual(
    linesOf(missing("a.gguf", "tiny"), missing("LICENSE", "other"), missing("b.gguf", "renamed")),
    ['"type": "file",', '"type": "file",', '"type": "file",'],
  );
  assert.deepEqual(linesOf(missing("LICENSE", "renamed"), missing("no", "tiny")), [undefined, undefined]);
  const whole = (subject: string) =>
    finding("POLICY_ARTIFACT_UNCHECKED", { path: "." }, { artifact: "x" }, { subject });
  assert.deepEqual(linesOf(whole("tiny"), whole("c.gguf"), whole("twice"), whole("nobody")), [
    '"name": "tiny",',
    '"name": "c.gguf",',
    undefined,
    undefined,
  ]);
  const member = "/components/1";
  const args = { component: "c", reason: "x" };
  const about = finding("VULNERABILITY_UNKNOWN", { path: name, member }, args, { subject: name });
  const self = finding("BOM_SIGNATURE_NOT_FOUND", { path: name }, {});
  assert.deepEqual(linesOf(about, self), ['"name": "c.gguf",', '"metadata": {']);
  const elsewhere = finding("FORMAT_POLYGLOT", { path: "a.gguf" }, { formats: "x" }, { subject: "tiny" });
  assert.deepEqual(linesOf(elsewhere), [undefined]);
});
