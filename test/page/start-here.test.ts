// SPDX-License-Identifier: Apache-2.0
// START-HERE.html as text: what stands where, what it may load, how large it gets, and that no word becomes markup.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { auditRecord, largeAuditRecord } from "../../fixtures/audit-record.ts";
import { browserFiles } from "../../scripts/page.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { pageScript, pageStyle } from "../../src/page/browser-files.ts";
import { pageForPaper } from "../../src/page/paper.ts";
import { renderStartHere } from "../../src/page/start-here.ts";
import { elements } from "../report/markup-elements.ts";
import { recordOf } from "./hostile-record.ts";

const verifierDigest = `sha256:${"ab".repeat(32)}`;
const page = renderStartHere(auditRecord(), { verifierDigest });

/** Without tags, for what a reader reads. */
function words(markup: string): string {
  const body = markup.slice(markup.indexOf("<body>"), markup.indexOf("<script>"));
  return body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

test("the verdict comes first: why, for which instant, by which policy and trust root", () => {
  const text = words(page);
  const sentence =
    /Denied 1 of 5 artifacts violates the policy, 1 could not be decided, 1 is waived\. inference-server\.tar : one layer is not covered by a signature Decided for 2026-06-30 12:00:00 UTC by policy policy\.yaml \( sha256:[0-9a-f]{16}… \) against the trust root sha256:[0-9a-f]{16}… , in environment production \(enforced\)\./;
  assert.match(text, sentence);
  const order = [...page.matchAll(/<h[12] id="([a-z-]+)"/g)].map(([, id]) => id);
  assert.deepEqual(order, [
    "verdict-word",
    "artifacts-title",
    "chain-title",
    "signers-title",
    "findings-title",
    "completeness-title",
    "not-covered-title",
    "custody-title",
    "checking-title",
    "components-title",
  ]);
  assert.ok(text.includes(`sha256sum verify.mjs says ${"ab".repeat(32)}`));
});

test("what decided stands in the head: three findings, and how many more", () => {
  const findings = ["a", "b", "c", "d", "e"].map((subject) => ({
    code: "POLICY_UNSIGNED",
    severity: "high" as const,
    message: "is not signed",
    hint: "",
    subject,
    path: `${subject}.bin`,
  }));
  const other = { ...findings[0], code: "OTHER", subject: "other" } as (typeof findings)[number];
  const text = words(renderStartHere(auditRecord({ findings: [other, ...findings] })));
  assert.match(
    text,
    /a , a\.bin : is not signed b , b\.bin : is not signed c , c\.bin : is not signed and 2 more findings that decided Decided for/,
  );
});

test("what would make it pass stands in the head: five steps, and how many more the record has", () => {
  assert.doesNotMatch(words(page), /What would make it pass/);
  const remedies = ["<b>a</b>", "b", "c", "d", "e", "f", "a"].map((name) => `sign ${name}`);
  const rules = auditRecord().rules.map((rule, index) => (index === 0 ? { ...rule, remedies } : rule));
  const markup = renderStartHere(auditRecord({ rules }));
  assert.ok(markup.includes("sign &lt;b&gt;a&lt;/b&gt;"));
  assert.match(
    words(markup),
    /What would make it pass sign &lt;b&gt;a&lt;\/b&gt; sign b sign c sign d sign e and 2 more steps, in data\/record\.json Decided for/,
  );
});

test("each outcome has its word, and what weakens it stands beside it", () => {
  const { verdict } = auditRecord();
  const render = (changes: Partial<AuditRecord>): string => words(renderStartHere(auditRecord(changes)));
  assert.match(render({ verdict: { ...verdict, outcome: "allow" } }), /Allowed 1 of 5/);
  assert.match(render({ verdict: { ...verdict, outcome: "undecided" } }), /Undecided 1 of 5/);
  const audit = { ...verdict, environment: { name: "lab", mode: "audit" as const } };
  assert.match(render({ verdict: audit }), /Audit mode\. This verdict was not enforced/);
  assert.match(
    render({ verdict: { ...verdict, unsafe: ["--unsafe-x"] } }),
    /Checks were weakened by --unsafe-x/,
  );
  assert.match(render({ seal: "unsealed" }), /Not sealed\. Nothing here proves who made this folder/);
  assert.doesNotMatch(words(page), /Audit mode|weakened|Not sealed/);
});

test("nothing is empty without a word about it", () => {
  const { custody: _, ...rest } = auditRecord();
  const nothing = { artifacts: [], components: [], relations: [], findings: [], rejected: [], rules: [] };
  const more = { waivers: [], completeness: [], notCovered: [], people: [], inputs: [] };
  const text = words(renderStartHere({ ...rest, ...nothing, ...more }));
  for (const said of [
    "No signature of a trusted identity covers any artifact",
    "Nothing was found",
    "No waiver was given",
    "was not scored by any profile",
    "Nothing in scope was left out",
    "No custody log was configured",
    "names no components",
    "Nothing is recorded",
  ]) {
    assert.ok(text.includes(said), said);
  }
});

test("the policy of the page allows its own style and script by digest, and nothing else", () => {
  const digest = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  const [, script = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  assert.equal(
    policy,
    `default-src 'none'; style-src ${digest(style)}; script-src ${digest(script)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
  );
  assert.equal(page.split("<style").length, 2);
  assert.equal(page.split("<script").length, 2);
});

test("no reference leads out of the folder, and nothing is loaded", () => {
  for (const record of [
    auditRecord(),
    recordOf("https://evil.example/x"),
    recordOf("javascript:alert(1)//"),
  ]) {
    const html = renderStartHere(record).replace(/<script>[\s\S]*<\/script>/, "");
    for (const [, target = ""] of html.matchAll(/\s(?:href|src|action|data|poster)="([^"]*)"/g)) {
      assert.match(target, /^(?:#|\.\/)/);
      assert.ok(new URL(target, "file:///f/START-HERE.html").href.startsWith("file:///f/"), target);
    }
    assert.doesNotMatch(
      html,
      /<(?:img|link|iframe|form|object|embed|base|audio|video)\b|\son[a-z]+="|\sstyle="/,
    );
    assert.doesNotMatch(html.replace(/url\((?:&quot;|")?#[a-z-]+(?:&quot;|")?\)/g, ""), /url\(|@import/);
  }
});

test("the links within the page have their targets, and ids are there once", () => {
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, id = ""] of page.matchAll(/href="#([^"]+)"/g)) {
    assert.ok(ids.includes(id), id);
  }
});

const hostileWords = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</style><script>alert(1)</script>",
  "</title><h1>Allowed</h1>",
  "<!--",
  "]]>",
  "<svg><foreignObject><iframe srcdoc=x></foreignObject></svg>",
  "javascript:alert(1)",
  "data:text/html,<b>",
  "$\u{7b}alert(1)} {{7*7}} <%= 7 %>",
  "\u202egpj.exe\u2066",
  "\ud800\udfff\udc00",
  "\u0000\u001b[2J\r\n\u2028",
  "../../../../etc/passwd",
  "&lt;b&gt;&#x3c;",
  "__proto__",
  "\u{e0041}\u200b\ufeff",
];

for (const [index, hostile] of hostileWords.entries()) {
  test(`hostile words ${index} in every field stay words`, () => {
    const markup = renderStartHere(recordOf(hostile), { verifierDigest: hostile });
    const benign = renderStartHere(recordOf("benign"), { verifierDigest: "benign" });
    assert.deepEqual(elements(markup), elements(benign));
    assert.doesNotMatch(markup.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u);
  });
}

test("names of a megabyte are cut, and paths of a megabyte are no links", () => {
  const markup = renderStartHere(recordOf("<\u202e".repeat(500_000)));
  const others = (text: string): readonly string[] =>
    elements(text).filter((each) => !/^\/?(?:a|code)$/.test(each));
  assert.deepEqual(others(markup), others(renderStartHere(recordOf("benign"))));
  assert.ok(markup.length < 1_000_000, `${markup.length}`);
});

test("sizes: a few, a thousand, ten thousand", () => {
  assert.ok(page.length < 100_000, `${page.length}`);
  assert.ok(renderStartHere(largeAuditRecord(1000)).length < 700_000);
  const huge = renderStartHere(largeAuditRecord(10_000));
  assert.ok(huge.length < 3_000_000, `${huge.length}`);
  assert.match(
    words(huge),
    /2,000 of 9,500 components are listed here , libraries last\. All of them: data\/bom\/aibom\.cdx\.json/,
  );
  assert.match(words(huge), /Of 10,000 parts, 9,9\d\d are drawn as groups/);
  const artifacts = Array.from({ length: 1000 }, (_, index) => {
    const [first] = auditRecord().artifacts;
    assert.ok(first !== undefined);
    return {
      ...first,
      ref: `r${index}`,
      name: `an-artifact-with-a-name-${index}`,
      purl: `pkg:generic/x@${index}`,
    };
  });
  const gated = renderStartHere(auditRecord({ artifacts }));
  assert.ok(gated.length < 3_000_000, `${gated.length}`);
  assert.match(words(gated), /800 of 1,000 artifacts are listed here , those that were not allowed first/);
});

test("the page for paper has no links to files, and is the same otherwise", () => {
  for (const html of [page, renderStartHere(recordOf(' href="./x" '))]) {
    const paper = pageForPaper(html);
    assert.doesNotMatch(paper, /\shref="(?!#)/);
    assert.equal(paper.replaceAll(" data-file=", " href="), html);
    assert.deepEqual(elements(paper), elements(html));
  }
});

test("same record, same bytes", () => {
  assert.equal(renderStartHere(auditRecord(), { verifierDigest }), page);
});

test("what is embedded is what stands in src/page/browser", () => {
  const made = readFileSync(join(import.meta.dirname, "../../src/page/browser-files.ts"), "utf8");
  assert.equal(made, browserFiles());
  assert.ok(page.includes(pageStyle) && page.includes(pageScript));
});

test("the script makes no markup of text and reaches for nothing outside", () => {
  assert.doesNotMatch(
    pageScript,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(|fetch|XMLHttp|WebSocket|import|localStorage|cookie|navigator/,
  );
});
