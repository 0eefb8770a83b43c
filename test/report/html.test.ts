// SPDX-License-Identifier: Apache-2.0
// The template that all HTML comes from: text stays text wherever a value may stand, and a value may not stand elsewhere.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  addressOfElement,
  addressOfFile,
  embedConstantUnsafe,
  escapedText,
  type HtmlValue,
  html,
  joinHtml,
} from "../../src/report/html.ts";
import { elements } from "./markup-elements.ts";

test("markup is what stands in the source, values are text", () => {
  const inner = html`<b>${"<i>"}</b>`;
  assert.equal(
    html`<p title="${'"'}">${inner}${[inner, " & "]}${false}${undefined}${3}</p>`.text,
    '<p title="&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b> &amp; 3</p>',
  );
  assert.equal(joinHtml([inner, inner], ", ").text, "<b>&lt;i&gt;</b>, <b>&lt;i&gt;</b>");
  assert.equal(escapedText("<a> \\u{202e}").text, "&lt;a&gt; \\u{202e}");
});

test("any text, in content and in an attribute, is one text and no element", () => {
  const shown = /^<p title="[^"<>]*">[^<>]*<\/p>$/;
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const markup = html`<p title="${text}">${text}</p>`.text;
      assert.match(markup, shown);
      assert.deepEqual(elements(markup), ["p", "/p"]);
      assert.doesNotMatch(markup, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u);
    }),
    { numRuns: 2000 },
  );
});

test("characters that must not be shown are written out", () => {
  assert.equal(html`${"a\u202eb\ud800\u0000"}`.text, "a\\u{202e}b\\u{d800}\\u{0}");
});

test("a value stands in content or in an attribute that is only text", () => {
  const value = "x";
  for (const [name, wrong] of [
    ["in a tag", () => html`<p ${value}></p>`],
    ["as a tag's name", () => html`<${value}>`],
    ["without quotes", () => html`<p title=${value}></p>`],
    ["in single quotes", () => html`<p title='${value}'></p>`],
    ["in a handler", () => html`<p onclick="${value}"></p>`],
    ["in a style", () => html`<p style="${value}"></p>`],
    ["in srcdoc", () => html`<iframe srcdoc="${value}"></iframe>`],
    ["in a script", () => html`<script>${value}</script>`],
    ["in a style sheet", () => html`<style>${value}</style>`],
    ["in a comment", () => html`<!-- ${value} -->`],
    ["in foreign content", () => html`<svg><foreignObject>${value}</foreignObject></svg>`],
    ["in an open tag at the end", () => html`${value}<p`],
    ["in an address", () => html`<a href="${value}">x</a>`],
    ["markup in an attribute", () => html`<p title="${html`<b></b>`}"></p>`],
    ["a list in an attribute", () => html`<p title="${["x"]}"></p>`],
    ["something that looks like markup", () => html`${{ text: "<b>" } as unknown as HtmlValue}`],
  ] as const) {
    assert.throws(wrong, Error, name);
  }
});

test("addresses lead into the page or to files beside it", () => {
  const href = (address: ReturnType<typeof addressOfFile>): string => html`<a href="${address}">x</a>`.text;
  assert.equal(href(addressOfElement("a b")), '<a href="#a%20b">x</a>');
  assert.equal(href(addressOfFile("data/bom/a&b.json")), '<a href="./data/bom/a%26b.json">x</a>');
  for (const hostile of [
    "javascript:alert(1)",
    "//host/x",
    "https://host/x",
    "../../etc",
    "a/..",
    "\\\\host",
    "\ud800",
    "?q",
    "#f",
  ]) {
    const markup = href(addressOfFile(hostile));
    const base = "file:///folder/START-HERE.html";
    const url = new URL(/href="([^"]*)"/.exec(markup)?.[1] ?? "", base);
    assert.ok(
      url.href.startsWith("file:///folder/") && url.search === "" && url.hash === "",
      `${hostile}: ${url}`,
    );
  }
});

test("an embedded constant cannot end its element", () => {
  assert.equal(embedConstantUnsafe("style", "a>b{}").text, "<style>a>b{}</style>");
  assert.throws(() => embedConstantUnsafe("style", "</style>"));
  assert.throws(() => embedConstantUnsafe("script", "<!-- <script>"));
});
