// SPDX-License-Identifier: Apache-2.0
// The reporters for CI services and people: golden files, hostile words, and what must agree with the verdict.

import assert from "node:assert/strict";
import test from "node:test";
import { type Finding, finding } from "../../src/model/finding.ts";
import type { Remedy, Verdict } from "../../src/model/verdict.ts";
import type { Waiver } from "../../src/model/waiver.ts";
import { evaluatePolicy } from "../../src/policy/evaluate.ts";
import { findingKey } from "../../src/policy/finding-order.ts";
import type { GatedArtifact, GateInput } from "../../src/policy/rule.ts";
import { ruleLines } from "../../src/policy/rule-lines.ts";
import { buildVerdict } from "../../src/report/build-verdict.ts";
import { formatRemedy } from "../../src/report/remedy-text.ts";
import { reportFormats } from "../../src/report/report-formats.ts";
import type { ReportOptions } from "../../src/report/reporter.ts";
import { reporters } from "../../src/report/reporters/index.ts";
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
import { elements } from "./markup-elements.ts";

async function verdictOf(rules: readonly object[], input: GateInput, parts: object = {}): Promise<Verdict> {
  const policy = await policyOf(rules);
  const trustRootDigest = { algorithm: "sha256", hex: hex("d") } as const;
  return buildVerdict({ input, policy, decision: evaluatePolicy(policy, input), trustRootDigest, ...parts });
}

const rules = [
  { id: "signed", kind: "signature", signers: ["release"], message: "only releases of ours" },
  { id: "clean", kind: "content" },
  { id: "read", kind: "complete" },
  { id: "licence", kind: "license", allow: ["Apache-2.0"], mode: "warn" },
  { id: "data", kind: "content", scope: { kind: "dataset" } },
];

const options: ReportOptions = {
  invocation: {
    targets: new Map([
      ["tiny", "models/tiny"],
      ["good", "./good"],
    ]),
    policy: "ci/policy.yaml",
  },
  toolVersion: "1.2.3",
  ruleLines: new Map([
    ["signed", 5],
    ["data", 12],
  ]),
};

/** Two artifacts: one that nothing is wrong with, one with everything. */
function mixed(): Promise<Verdict> {
  const polyglot = finding(
    "FORMAT_POLYGLOT",
    { path: "sub/x.bin", offset: 8, member: "a,b" },
    { formats: "zip" },
  );
  const tiny = artifact({ licenses: ["x"], findings: [polyglot], files: [file("sub/x.bin")] });
  const good = artifact({ name: "good", licenses: ["Apache-2.0"] });
  return verdictOf(
    rules,
    gate([
      gated({ artifact: tiny, rejected: [rejection()] }),
      gated({ artifact: good, signatures: [signature({ subject: "good" })] }),
    ]),
    { skipped: [{ check: "file a", reason: "--ignore" }], unsafe: ["--unsafe-digest-cache"] },
  );
}

const render = (id: string, verdict: Verdict, given: ReportOptions = options): string => {
  const reporter = reporters.find((each) => each.id === id);
  assert.ok(reporter);
  return reporter.render(verdict, given);
};

test("every report has its reporter", () => {
  assert.deepEqual(
    reporters.map(({ id }) => id),
    reportFormats,
  );
});

for (const id of reportFormats) {
  test(`${id}: the golden file (npx node --test --test-update-snapshots test/report/reporters.test.ts)`, async (t) => {
    const text = render(id, await mixed());
    const name = new URL(`golden/${id}.txt`, import.meta.url).pathname;
    t.assert.fileSnapshot(text, name, { serializers: [(value) => value] });
  });
}

test("text with --verbose: the golden file", async (t) => {
  const text = render("text", await mixed(), { ...options, verbose: true });
  const name = new URL("golden/text-verbose.txt", import.meta.url).pathname;
  t.assert.fileSnapshot(text, name, { serializers: [(value) => value] });
});

/** What a stranger may call a file, a model, a signer. */
const hostileTexts = [
  "\u001b[2J\u001b]8;;https://example.com\u0007x",
  "\u202egnp.exe\u2066",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "</style></title><svg/onload=alert(1)>",
  "a-->b<!-- c",
  "a]]>b<![CDATA[c",
  "line\n::error file=x::injected\r\n::stop-commands::t",
  "::set-env name=PATH::x",
  "##[add-path]x ##vso[task.setvariable variable=a]b",
  "![x](https://example.com/p.png) [y](javascript:alert(1)) <https://example.com>",
  "https://example.com www.example.com @octocat #1 a@example.com",
  "``` a | b ``` \\| c `",
  "`",
  " ",
  "|",
  "%0A%25,:=",
  "\ufffe\uffff\ud800",
  "'\"&amp;&#x3c;",
  "x".repeat(100_000),
  "a\u2028b\u2029c",
];

/** A verdict in which the text stands wherever a stranger's text can stand. */
async function hostileVerdict(text: string): Promise<Verdict> {
  const item: Finding = {
    ...finding("SOURCE_NAME_SUSPICIOUS", { path: text, member: text }, { name: text }),
    severity: "critical",
  };
  const one = gated({
    artifact: artifact({ name: text, files: [file(text)], findings: [item], licenses: [text] }),
    signatures: [
      signature({ identity: text, keyId: "k", covers: [text], subject: text, predicateType: text }),
    ],
    rejected: [rejection({ subject: text, signature: text, code: text, args: { x: text } })],
  });
  return verdictOf(
    [...rules, { id: "words", kind: "content", message: "author's words" }],
    gate([one], bom()),
    { skipped: [{ check: text, reason: text }] },
  );
}

for (const [index, hostile] of hostileTexts.entries()) {
  test(`hostile words ${index} stay words in every report`, async () => {
    const verdict = await hostileVerdict(hostile);
    const given = { invocation: { targets: new Map([[hostile, `models/${hostile}`]]) } };
    const benign = await hostileVerdict("benign");
    for (const id of reportFormats) {
      const text = render(id, verdict, given);
      if (id !== "json") {
        assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u, id);
      }
      const plain = render(id, benign, { invocation: { targets: new Map([["benign", "models/benign"]]) } });
      if (id === "html" || id === "junit") {
        assert.deepEqual(elements(text), elements(plain), id);
      } else if (id === "github") {
        for (const line of text.trimEnd().split("\n")) {
          assert.match(line, /^::(error|warning|notice) [a-z]+=[^:,\n]*(,[a-z]+=[^:,\n]*)*::[^\n]*$/u);
        }
        assert.equal(text.split("\n").length, plain.split("\n").length);
      } else if (id === "markdown") {
        assert.ok(text.length < 60_000, `${text.length} characters`);
        assert.equal(withoutCodeSpans(text), withoutCodeSpans(plain));
      } else if (id === "text") {
        assert.doesNotMatch(text, /^\s*::|##\[|##vso\[/mu);
      } else {
        JSON.parse(text);
      }
    }
  });
}

/** What is left for Markdown to read: everything outside code spans, which end at a run of backticks of equal length. */
function withoutCodeSpans(markdown: string): string {
  return markdown.replace(/(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "CODE");
}

test("no remedy brings a stranger's words into Markdown or HTML", () => {
  const actions: readonly Remedy["action"][] = [
    "sign",
    "sign-again",
    "attest",
    "restore-file",
    "add-trust",
    "allow-usage",
    "import-clock",
    "check-time",
    "give-file",
    "regenerate-bom",
    "give-bom",
    "sign-bom",
    "replace-format",
    "fix-policy",
    "license",
    "inspect",
  ];
  for (const action of actions) {
    const args = { artifact: "<b>", signers: "<b>", type: "<b>", bom: "<b>", rule: "<b>" };
    const invocation = { targets: new Map([["<b>", "<b>"]]), bom: "<b>", policy: "<b>" };
    const text = formatRemedy({ action, args }, invocation, () => "");
    assert.doesNotMatch(text, /[<>&]/, action);
  }
});

async function outcomes(): Promise<Verdict[]> {
  const files = [file("model.safetensors", { status: "unverified" })];
  const signed = gated({ signatures: [signature()], digests: [bomDigests()] });
  const inputs: GatedArtifact[][] = [
    [signed],
    [gated()],
    [gated({ artifact: artifact({ files }), signatures: [signature()] })],
    [signed, gated({ artifact: artifact({ name: "rule data" }) })],
    [],
  ];
  const verdicts = [await mixed()];
  for (const artifacts of inputs) {
    for (const list of [rules, rules.slice(0, 3), [], [{ id: "w", kind: "content", mode: "warn" }]]) {
      if (list.length > 0) {
        verdicts.push(await verdictOf(list, gate(artifacts)));
      }
    }
  }
  return verdicts;
}

test("JUnit fails exactly when the verdict is no allow, and its counts are those of its cases", async () => {
  const seen = new Set<string>();
  for (const verdict of await outcomes()) {
    const text = render("junit", verdict);
    const count = (name: string) => elements(text).filter((each) => each === name).length;
    const [, tests, failures, errors] =
      /<testsuites name="aibom verify" tests="(\d+)" failures="(\d+)" errors="(\d+)" time/.exec(text) ?? [];
    const skipped = [...text.matchAll(/<testsuite [^>]*skipped="(\d+)"/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    assert.deepEqual([tests, failures, errors, skipped].map(Number), [
      count("testcase"),
      count("failure"),
      count("error"),
      count("skipped"),
    ]);
    assert.equal(count("failure") > 0, verdict.outcome === "deny");
    assert.equal(count("failure") + count("error") > 0, verdict.outcome !== "allow");
    seen.add(verdict.outcome);
  }
  assert.equal(seen.size, 3);
});

test("an artifact named like a rule's own finding hides no failure", async () => {
  const verdict = await verdictOf(
    [{ id: "data", kind: "complete", minMatches: 2 }],
    gate([gated({ artifact: artifact({ name: "rule data" }) })]),
  );
  assert.equal(verdict.outcome, "deny");
  assert.match(render("junit", verdict), /<failure message="/);
});

test("github leads with the verdict and keeps to ten annotations of a level", async () => {
  const findings = Array.from({ length: 40 }, (_, index) =>
    finding("FORMAT_POLYGLOT", { path: `f${index}` }, { formats: "a" }),
  );
  const verdict = await verdictOf(rules.slice(1, 2), gate([gated({ artifact: artifact({ findings }) })]));
  const lines = render("github", verdict).trimEnd().split("\n");
  assert.match(lines[0] ?? "", /^::error title=aibom verify::DENY {2}/);
  assert.equal(lines.filter((line) => line.startsWith("::error")).length, 10);
  assert.match(lines.at(-1) ?? "", /^::notice title=aibom verify::and 31 more findings/);
});

test("gitlab: fingerprints are unique in a report and stable when a finding moves", async () => {
  const reportOf = async (offsets: readonly number[]) => {
    const findings = offsets.map((offset) =>
      finding("FORMAT_POLYGLOT", { path: "f", offset }, { formats: "a" }),
    );
    const verdict = await verdictOf(rules.slice(1, 2), gate([gated({ artifact: artifact({ findings }) })]));
    return JSON.parse(render("gitlab", verdict)) as { fingerprint: string; location: { path: string } }[];
  };
  const before = await reportOf([1, 2]);
  assert.equal(new Set(before.map(({ fingerprint }) => fingerprint)).size, 2);
  const after = await reportOf([11, 12]);
  assert.deepEqual(
    after.map(({ fingerprint }) => fingerprint),
    before.map(({ fingerprint }) => fingerprint),
  );
  assert.equal(before[0]?.location.path, "models/tiny/f");
});

test("a rule that matched nothing is placed in the policy, at its line", async () => {
  const verdict = await mixed();
  const sarif = JSON.parse(render("sarif", verdict)).runs[0].results;
  const result = sarif.find(({ ruleId }: { ruleId: string }) => ruleId === "POLICY_NO_MATCH");
  assert.deepEqual(result.locations[0].physicalLocation, {
    artifactLocation: { uri: "ci/policy.yaml" },
    region: { startLine: 12 },
  });
  const signed = sarif.find(({ ruleId }: { ruleId: string }) => ruleId === "SIGNATURE_MISSING");
  assert.equal(signed.relatedLocations[0].physicalLocation.region.startLine, 5);
  assert.match(render("github", verdict), /^::error file=ci\/policy\.yaml,line=12,/m);
});

test("lines of rules are those of the file", () => {
  const text =
    "apiVersion: aibom/policy/v1\nname: p\nrules:\n  - id: a\n    kind: content\n  - kind: content\n    id: b\n";
  const lines = ruleLines(new TextEncoder().encode(text), "policy.yaml");
  assert.deepEqual(
    [...lines],
    [
      ["a", 4],
      ["b", 7],
    ],
  );
});

test("html: nothing runs, nothing is loaded", async () => {
  const text = render("html", await mixed());
  assert.match(text, /content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'/);
  assert.doesNotMatch(text, /<script|<a |<img|<link|<iframe|<form| on[a-z]+=| style=|url\(|@import/i);
});

test("text is a screen, whatever was found; --verbose has all", async () => {
  const many = Array.from({ length: 60 }, (_, index) => {
    const name = `model-${String(index).padStart(2, "0")}`;
    const findings = Array.from({ length: 30 }, (_each, item) =>
      finding("FORMAT_POLYGLOT", { path: `f${item}` }, { formats: "a" }, { subject: name }),
    );
    return gated({
      artifact: artifact({ name, findings: index % 2 === 0 ? findings : [] }),
      rejected: [rejection({ subject: name })],
    });
  });
  const verdict = await verdictOf(rules.slice(1, 2), gate(many));
  const text = render("text", verdict, {});
  assert.ok(text.split("\n").length < 90, `${text.split("\n").length} lines`);
  const shown = text.split("\n").filter((line) => line.includes("[FORMAT_POLYGLOT]"));
  assert.ok(shown.length <= 21, `${shown.length} findings`);
  assert.match(text, /^and \d+ findings about \d+ others \(--verbose has all\)$/m);
  const verbose = render("text", verdict, { verbose: true });
  assert.equal(verbose.split("[FORMAT_POLYGLOT]").length - 1, 901);
  assert.doesNotMatch(verbose, /--verbose has all/);
});

test("a waiver and an audit are seen in every report for people", async () => {
  const verdict = await mixed();
  const waiver = {
    policy: "test",
    rule: "signed",
    subject: "artifact",
    sha256: hex("b"),
    reason: "<b>until the release</b>",
    ticket: "SEC-1",
    issuedAt: "2026-11-01T00:00:00Z",
    notAfter: "2026-12-01T00:00:00Z",
    path: "w.json",
    signer: { identity: "officer", keyId: "k", algorithm: "ed25519", method: "key" },
  } as unknown as Waiver;
  const waived: Verdict = {
    ...verdict,
    rules: verdict.rules.map((rule) =>
      rule.rule === "signed"
        ? {
            ...rule,
            status: "waived",
            subjects: (rule.subjects ?? []).map((each) =>
              each.status === "fail" ? { ...each, status: "waived" as const } : each,
            ),
          }
        : rule,
    ),
    waivers: [{ waiver, applied: ["tiny"] }],
    inputs: { ...verdict.inputs, environment: { name: "lab", mode: "audit" } },
  };
  for (const id of ["text", "markdown", "html"]) {
    const text = render(id, waived);
    assert.match(text, /officer until 2026-12-01T00:00:00Z/, id);
    assert.match(text, /audit, not enforced/, id);
    assert.doesNotMatch(text.replace(/`[^`\n]*`/g, ""), id === "text" ? /^$/ : /<b>/, id);
  }
  assert.match(render("junit", waived), /<skipped message="waived: only releases of ours"\/>/);
});

test("lines of the BOM: for what is about the BOM, a whole artifact or a missing file; related to what is about a file", async () => {
  const found = (code: "BOM_FILE_MISSING" | "BOM_FILE_EXTRA", path: string) =>
    finding(code, { path }, {}, { subject: "tiny" });
  const findings = [found("BOM_FILE_MISSING", "gone.gguf"), found("BOM_FILE_EXTRA", "README.md")];
  const about = finding("BOM_SIGNATURE_NOT_FOUND", { path: "aibom.cdx.json" }, {});
  const verdict = await verdictOf(rules.slice(0, 1), gate([gated({ findings })], bom({ findings: [about] })));
  const bomLines = new Map(verdict.findings.map((each, index) => [findingKey(each), 10 + index]));
  const invocation = { ...options.invocation, bom: "out/aibom.cdx.json" };
  const text = reporters
    .find(({ id }) => id === "sarif")
    ?.render(verdict, { ...options, invocation, bomLines });
  const results: { ruleId: string; locations: object[]; relatedLocations?: object[] }[] = JSON.parse(
    text ?? "",
  ).runs[0].results;
  const place = (code: string) =>
    JSON.stringify(results.find(({ ruleId }) => ruleId === code)?.locations[0]).replaceAll('"', "");
  for (const code of ["BOM_FILE_MISSING", "BOM_SIGNATURE_NOT_FOUND", "SIGNATURE_MISSING"]) {
    assert.match(place(code), /uri:out\/aibom\.cdx\.json},region:{startLine:1\d}/, code);
  }
  assert.match(place("BOM_FILE_EXTRA"), /uri:models\/tiny\/README\.md}/);
  const extra = results.find(({ ruleId }) => ruleId === "BOM_FILE_EXTRA")?.relatedLocations ?? [];
  assert.match(JSON.stringify(extra[0]), /what the BOM says of it.*out\/aibom\.cdx\.json.*startLine/);
});
