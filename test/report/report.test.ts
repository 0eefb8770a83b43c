// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { AibomError } from "../../src/errors.ts";
import { type Finding, finding } from "../../src/model/finding.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { baselinePolicy } from "../../src/policy/baseline.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { GateInput } from "../../src/policy/rule.ts";
import { buildVerdict } from "../../src/report/build-verdict.ts";
import { renderErrorText, renderFailureJson } from "../../src/report/errors.ts";
import { renderFindings } from "../../src/report/finding-text.ts";
import { findingJson } from "../../src/report/json-shape.ts";
import { renderLine } from "../../src/report/line.ts";
import { formatRemedy } from "../../src/report/remedy-text.ts";
import { jsonReporter } from "../../src/report/reporters/json.ts";
import { sarifReporter } from "../../src/report/reporters/sarif.ts";
import { textReporter } from "../../src/report/reporters/text.ts";
import { plainStyle, type Style } from "../../src/report/style.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import {
  artifact,
  bom,
  bomDigests,
  file,
  gate,
  gated,
  hex,
  policyOf,
  rejection,
  signature,
} from "../policy/gate-inputs.ts";

const signed = gated({ signatures: [signature()], digests: [bomDigests()] });

function verdictOf(policy: Policy, input: GateInput, parts: object = {}): Verdict {
  const trustRootDigest = { algorithm: "sha256", hex: hex("d") } as const;
  return buildVerdict({ input, policy, decision: evaluatePolicy(policy, input), trustRootDigest, ...parts });
}

const changed = finding("BOM_NOT_MATCHED", { path: "model.safetensors" }, { artifact: "tiny", count: 1 });
const denied = gate(
  [gated({ artifact: artifact({ licenses: ["x"] }), rejected: [rejection()], findings: [changed] })],
  bom({ signatures: [signature({ usage: "bom" })] }),
);

/** Verdicts of every outcome. */
async function verdicts(): Promise<Verdict[]> {
  const baseline = baselinePolicy();
  const files = [file("README.md"), file("model.safetensors", { status: "unverified", size: 2 ** 40 })];
  const damaged = finding(
    "BYTES_OUT_OF_RANGE",
    { path: "model.safetensors", offset: 8, member: "header" },
    {
      offset: 8,
      end: 18446744073709551615n,
      size: 10,
    },
  );
  const unread = gated({ artifact: artifact({ files, findings: [damaged] }), signatures: [signature()] });
  const warn = await policyOf([{ id: "s", kind: "signature", signers: ["x"], message: "words" }], {
    mode: "warn",
  });
  return [
    verdictOf(baseline, gate([signed])),
    verdictOf(baseline, denied, {
      unsafe: ["--unsafe-digest-cache"],
      skipped: [{ check: "a", reason: "b" }],
    }),
    verdictOf(baseline, gate([unread])),
    verdictOf(warn, gate([signed])),
    verdictOf(baseline, gate([])),
  ];
}

test("SARIF has every finding of a verdict, at the place that was given", async () => {
  const [, verdict, undecided] = await verdicts();
  const invocation = { targets: new Map([["tiny", "models/tiny"]]) };
  const [run] = JSON.parse(sarifReporter.render(verdict!, { invocation, toolVersion: "1.2.3" })).runs;
  assert.equal(run.tool.driver.version, "1.2.3");
  assert.deepEqual(
    run.results.map(({ ruleId }: { ruleId: string }) => ruleId),
    verdict!.findings.map(({ code }) => code),
  );
  assert.match(JSON.stringify(run.results), /"uri":"models\/tiny\/model\.safetensors"/);
  assert.equal(run.invocations[0].executionSuccessful, true);
  assert.equal(
    JSON.parse(sarifReporter.render(undecided!)).runs[0].invocations[0].executionSuccessful,
    false,
  );
});

test("JSON reports fit the schema, on success and on failure", async () => {
  const validate = await loadValidator("verdict");
  const errors = [
    AibomError.of("POLICY_EXPIRED", { name: "x", expires: "2020-01-01" }),
    AibomError.of(
      "BYTES_OUT_OF_RANGE",
      { offset: 0, end: 2n ** 64n, size: 0 },
      { where: { path: "a", offset: 3, member: "m" } },
    ),
  ];
  const texts = [
    ...(await verdicts()).map((verdict) => jsonReporter.render(verdict)),
    ...errors.map(renderFailureJson),
  ];
  for (const text of texts) {
    assert.ok(text.endsWith("}\n"));
    assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors));
  }
  for (const broken of [{}, { verdict: "allow" }, { error: {} }, { ...JSON.parse(texts[0]!), more: 1 }]) {
    assert.ok(!validate(broken));
  }
});

test("64-bit integers stay exact", async () => {
  const undecided = (await verdicts())[2]!;
  assert.equal(undecided.outcome, "undecided");
  const json = JSON.parse(jsonReporter.render(undecided));
  const item = json.findings.find(({ code }: { code: string }) => code === "BYTES_OUT_OF_RANGE");
  assert.equal(item.args.end, "18446744073709551615");
  assert.equal(item.subject, "tiny");
  assert.deepEqual(item.location, { path: "model.safetensors", offset: 8, member: "header" });
});

test("findings come gravest first and once each", async () => {
  for (const verdict of await verdicts()) {
    const shown = verdict.findings.map((item) => JSON.stringify([item.code, item.subject, item.location]));
    assert.equal(new Set(shown).size, shown.length);
    const order = ["critical", "high", "medium", "low", "info"];
    const ranks = verdict.findings.map(({ severity }) => order.indexOf(severity));
    assert.deepEqual(ranks, [...ranks].sort());
  }
});

const golden = `DENY  tiny does not match the BOM (differences reported: 1) [BOM_NOT_MATCHED], and 2 more

tiny  model, 2 files, 20 bytes
  high      tiny does not match the BOM (differences reported: 1) [BOM_NOT_MATCHED]
  high      model.safetensors: tiny does not match the BOM (differences reported: 1)
            [BOM_NOT_MATCHED]
  high      tiny has no accepted signature (rejected: 1, SIGNATURE_MISSING) [SIGNATURE_MISSING]

Evidence
  accepted    tiny: the BOM signed by release (ecdsa-p256-sha256, key key-of-release),
              aibom.cdx.json.sigstore.json
  rejected    tiny: model.sig: tiny has no accepted signature (rejected: 1) [SIGNATURE_MISSING]

Inputs
  policy      builtin:baseline  sha256:POLICY
  trust root  sha256:dddddddddddddddd
  bom         sha256:cccccccccccccccc
  checked for 2026-11-24T00:00:00.000Z

What would make it pass
  1. restore the files of tiny that the findings name, and its signature, from the place they came
     from
  2. only if the change was meant and somebody looked at it, sign again, by any identity of the
     trust root: aibom sign ./release --key KEY
  3. restore the files of tiny, or, if the change was meant, write the BOM again and sign it: aibom
     inventory ./release -o aibom.cdx.json
\`aibom explain BOM_NOT_MATCHED\` says more.
`;

test("the text report leads with the reason and ends with the remedy", async () => {
  const policy = baselinePolicy();
  const text = textReporter.render(verdictOf(policy, denied), {
    width: 100,
    invocation: { targets: new Map([["tiny", "./release"]]) },
  });
  assert.equal(text.replace(policy.digest.hex.slice(0, 16), "POLICY"), golden);
});

test("an allow is short, and still names what it rests on", async () => {
  const [allowed] = await verdicts();
  const lines = textReporter.render(allowed!).split("\n");
  assert.equal(lines[0], "ALLOW  tiny: 3 rules passed, 2 did not apply");
  assert.ok(lines.length < 16);
  assert.ok(lines.some((line) => line.includes("signed by release")));
});

test("warnings, skipped checks and unsafe flags are always shown", async () => {
  const [, unsafe, , warned] = await verdicts();
  const text = textReporter.render(unsafe!);
  assert.match(text, /skipped +a: b/);
  assert.match(text, /unsafe +--unsafe-digest-cache/);
  const warnings = textReporter.render(warned!);
  assert.match(warnings, /^ALLOW/);
  assert.match(warnings, /failed in warn mode: s, \(gate\)/);
  assert.match(warnings, /\[SIGNER_NOT_ALLOWED\]/);
});

test("one line for --quiet", async () => {
  for (const verdict of await verdicts()) {
    const line = renderLine(verdict);
    assert.equal(line.indexOf("\n"), line.length - 1);
    assert.ok(line.startsWith(verdict.outcome.toUpperCase()));
  }
});

test("marks are put around words and change nothing else", async () => {
  const mark = (text: string) => `<${text}>`;
  const style: Style = {
    allow: mark,
    deny: mark,
    undecided: mark,
    warn: mark,
    bold: mark,
    dim: mark,
    code: mark,
  };
  const strip = (text: string) => text.replace(/[<>]/g, "");
  for (const verdict of await verdicts()) {
    assert.equal(strip(textReporter.render(verdict, { style })), textReporter.render(verdict));
  }
});

test("lines stay within the width where words allow it", async () => {
  for (const verdict of await verdicts()) {
    for (const width of [60, 80, 120]) {
      const [, ...rest] = textReporter.render(verdict, { width }).split("\n");
      assert.deepEqual(
        rest.filter((line) => line.length > width),
        [],
      );
    }
  }
});

test("twenty findings of an artifact are shown, the others are counted", () => {
  const many = Array.from({ length: 57 }, (_, index) =>
    finding("FORMAT_POLYGLOT", { path: `f${index}` }, { formats: "a" }),
  );
  const text = renderFindings(many, plainStyle, 100, { max: 20 });
  assert.equal(text.split("\n").length, 22);
  assert.match(text, /and 37 more/);
});

const hostile = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .chain((text) =>
    fc.constantFrom(
      text,
      `\u001b[2J${text}`,
      `${text}\u202e`,
      `\u0007${text}\r\n`,
      `${text}\u200b`,
      `'; rm -rf / #${text}`,
      "\ud800",
      "\u2028",
    ),
  );

test("no control, format or separator character of an input reaches a text report", async () => {
  const baseline = baselinePolicy();
  fc.assert(
    fc.property(hostile, hostile, hostile, (name, path, word) => {
      const item = finding(
        "SOURCE_NAME_SUSPICIOUS",
        { path, member: word },
        { name: word },
        { subject: name },
      );
      const grave: Finding = { ...item, severity: "critical" };
      const one = gated({
        artifact: artifact({ name, files: [file(path)], findings: [item, grave] }),
        signatures: [signature({ identity: word, covers: [path], subject: name, keyId: "k" })],
        rejected: [rejection({ subject: name, signature: path, code: word, args: { x: word } })],
      });
      const verdict = verdictOf(baseline, gate([one], bom({ path: word })));
      const error = AibomError.of("FORMAT_POLYGLOT", { formats: word }, { where: { path, member: word } });
      const texts = [textReporter.render(verdict), renderLine(verdict), renderErrorText(error)];
      for (const text of texts) {
        assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        assert.equal(text.includes("\n\n\n"), false);
      }
      JSON.parse(jsonReporter.render(verdict));
    }),
    { numRuns: 500 },
  );
});

test("commands quote what a shell would take apart", () => {
  const sign = (artifactName: string) =>
    formatRemedy({ action: "sign", args: { artifact: artifactName, signers: "" } }, {});
  assert.ok(sign("a b; rm -rf /").endsWith("aibom sign 'a b; rm -rf /' --key KEY"));
  assert.ok(sign("it's").endsWith("aibom sign 'it'\\''s' --key KEY"));
  assert.ok(sign("--key").endsWith("aibom sign ./--key --key KEY"));
  assert.ok(sign("$(id)").endsWith("aibom sign '$(id)' --key KEY"));
});

test("errors have the four parts", () => {
  const error = AibomError.of(
    "BYTES_READ_TOO_LARGE",
    { length: 2n ** 64n - 1n, limit: 100 },
    { where: { path: "m/x.bin", offset: 0 } },
  );
  assert.equal(
    renderErrorText(error),
    `aibom: error: one read of 18446744073709551615 bytes is over the limit of 100 [BYTES_READ_TOO_LARGE]
aibom: at m/x.bin, byte 0
aibom: hint: a length field is larger than any real file needs; treat the file as damaged or hostile
aibom: run \`aibom explain BYTES_READ_TOO_LARGE\`
`,
  );
  const plain = renderErrorText(AibomError.of("SOURCE_EMPTY", {}));
  assert.ok(!plain.includes("aibom: at "));
});

test("digests are short in text and whole in JSON", () => {
  const digest = "0123456789abcdef".repeat(4);
  const item = finding("SOURCE_NAME_COLLISION", { path: "a" }, { other: digest });
  const text = renderFindings([item], plainStyle, 100);
  assert.ok(text.includes("0123456789abcdef…") && !text.includes(digest));
  assert.equal(findingJson(item)["message"], `differs from ${digest} only by case or Unicode form`);
});
