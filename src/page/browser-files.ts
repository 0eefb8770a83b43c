// SPDX-License-Identifier: Apache-2.0
// Made by scripts/page.ts from src/page/browser/; change it there.

export const pageStyle = `/* SPDX-License-Identifier: Apache-2.0 */
/* The style of START-HERE.html. Colours are pairs for light and dark; each is at least 4.5:1 on its ground. */

:root {
  color-scheme: light;
  --paper: #fff;
  --wash: #f5f7f9;
  --ink: #171b20;
  --dim: #56606c;
  --line: #dce1e7;
  --edge: #8b96a3;
  --link: #0a55b0;
  --good: #0f6a37;
  --good-wash: #e9f5ee;
  --bad: #ae0f1c;
  --bad-wash: #fdeeee;
  --open: #815000;
  --open-wash: #fdf4e3;
  --waived: #5a3db0;
  --waived-wash: #f2eefc;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono:
    ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  --s1: 0.25rem;
  --s2: 0.5rem;
  --s3: 0.75rem;
  --s4: 1rem;
  --s6: 1.5rem;
  --s8: 2rem;
  --s12: 3rem;
}

@supports (color: light-dark(#000, #fff)) {
  :root {
    color-scheme: light dark;
    --paper: light-dark(#fff, #111418);
    --wash: light-dark(#f5f7f9, #1a1f25);
    --ink: light-dark(#171b20, #e7eaee);
    --dim: light-dark(#56606c, #a2acb8);
    --line: light-dark(#dce1e7, #2d343c);
    --edge: light-dark(#8b96a3, #6b7683);
    --link: light-dark(#0a55b0, #8bbaff);
    --good: light-dark(#0f6a37, #6cd597);
    --good-wash: light-dark(#e9f5ee, #12281c);
    --bad: light-dark(#ae0f1c, #ff9090);
    --bad-wash: light-dark(#fdeeee, #351719);
    --open: light-dark(#815000, #f1bd62);
    --open-wash: light-dark(#fdf4e3, #2d2413);
    --waived: light-dark(#5a3db0, #bda8ff);
    --waived-wash: light-dark(#f2eefc, #241d3a);
  }
  :root[data-theme="light"] {
    color-scheme: light;
  }
  :root[data-theme="dark"] {
    color-scheme: dark;
  }
}

* {
  box-sizing: border-box;
}

html {
  scroll-padding-top: var(--s4);
}

body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 0.9375rem / 1.5 var(--sans);
  font-variant-numeric: tabular-nums;
  -webkit-text-size-adjust: 100%;
}

h1,
h2,
h3,
p,
ul,
ol,
dl,
dd {
  margin: 0;
  padding: 0;
}

h1 {
  font-size: 2rem;
  line-height: 1.15;
  letter-spacing: -0.015em;
}

h2 {
  margin-bottom: var(--s3);
  font-size: 1.3125rem;
  line-height: 1.25;
  letter-spacing: -0.01em;
}

h3 {
  margin: var(--s6) 0 var(--s2);
  font-size: 1rem;
}

p {
  max-width: 46rem;
}

li {
  margin-bottom: var(--s1);
}

a {
  color: var(--link);
  text-underline-offset: 0.15em;
  text-decoration-thickness: 1px;
}

:focus-visible {
  outline: 2px solid var(--link);
  outline-offset: 2px;
  border-radius: 2px;
}

main:focus-visible,
tr:focus-visible {
  outline-offset: -2px;
}

bdi,
code,
.file {
  overflow-wrap: anywhere;
}

.id {
  overflow-wrap: normal;
}

code,
.path {
  font-family: var(--mono);
  font-size: 0.875em;
  unicode-bidi: isolate;
}

pre {
  overflow-x: auto;
  margin: var(--s2) 0;
  padding: var(--s2) var(--s3);
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--wash);
}

pre code {
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}

time {
  white-space: nowrap;
}

small {
  display: block;
  color: var(--dim);
  font-size: 0.8125rem;
  line-height: 1.4;
}

.dim {
  color: var(--dim);
}

.skip,
.skip-picture:not(:focus) {
  position: absolute;
  left: -100rem;
}

.skip:focus {
  z-index: 2;
  top: var(--s2);
  left: var(--s2);
  padding: var(--s2) var(--s4);
  border-radius: 6px;
  background: var(--paper);
}

.shapes {
  position: absolute;
}

/* Shapes and words for results. */

.icon {
  flex: none;
  width: 1em;
  height: 1em;
  margin-right: 0.4em;
  vertical-align: -0.13em;
}

.icon.ladder {
  width: 1.25em;
}

.cut {
  fill: none;
  stroke: var(--paper);
  stroke-width: 1.9;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.good {
  --tone: var(--good);
  --tone-wash: var(--good-wash);
}

.bad {
  --tone: var(--bad);
  --tone-wash: var(--bad-wash);
}

.open {
  --tone: var(--open);
  --tone-wash: var(--open-wash);
}

.waived {
  --tone: var(--waived);
  --tone-wash: var(--waived-wash);
}

.none {
  --tone: var(--dim);
  --tone-wash: var(--wash);
}

.mark {
  color: var(--tone, var(--ink));
  font-weight: 600;
}

td .mark,
.key .mark,
.tiles .mark,
.grade {
  white-space: nowrap;
}

.mark.grade {
  font-weight: 500;
}

.severity {
  display: inline-block;
  min-width: 4.25rem;
  padding: 0 var(--s2);
  border: 1.5px solid var(--edge);
  border-radius: 3px;
  color: var(--ink);
  font-size: 0.8125rem;
  font-weight: 600;
  line-height: 1.35rem;
  text-align: center;
}

.severity.critical {
  border-color: var(--bad);
  background: var(--bad);
  color: var(--paper);
}

.severity.high {
  border-color: var(--bad);
  color: var(--bad);
}

.severity.medium {
  border-color: var(--open);
  border-style: dashed;
  color: var(--open);
}

.severity.low,
.severity.info {
  border-style: dotted;
  color: var(--dim);
  font-weight: 500;
}

.line {
  display: block;
}

td .line {
  white-space: nowrap;
}

.line + .line {
  margin-top: 0.125rem;
}

/* The frame of the page. */

.masthead,
.page,
footer {
  max-width: 82rem;
  margin: 0 auto;
  padding: 0 var(--s6);
}

.masthead {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 var(--s4);
  padding-top: var(--s6);
  padding-bottom: var(--s3);
}

.masthead .kind {
  color: var(--dim);
}

.masthead .title {
  font-weight: 650;
}

.masthead .made {
  margin-left: auto;
  color: var(--dim);
}

.page {
  display: grid;
  grid-template-columns: 12rem minmax(0, 1fr);
  gap: var(--s8);
  border-top: 1px solid var(--line);
  padding-top: var(--s6);
}

.contents {
  position: sticky;
  top: var(--s4);
  align-self: start;
  max-height: calc(100vh - 2rem);
  overflow-y: auto;
  font-size: 0.875rem;
}

.contents ul {
  list-style: none;
}

.contents a {
  display: flex;
  justify-content: space-between;
  gap: var(--s2);
  padding: 0.3rem var(--s2);
  border-radius: 4px;
  color: var(--ink);
  text-decoration: none;
}

.contents a:hover {
  background: var(--wash);
}

.contents .note {
  color: var(--dim);
}

main > section {
  margin-top: var(--s12);
}

main > section.verdict {
  margin-top: 0;
}

footer {
  margin-top: var(--s12);
  padding-top: var(--s4);
  padding-bottom: var(--s8);
  color: var(--dim);
  font-size: 0.8125rem;
}

/* The verdict. */

.verdict {
  display: flex;
  gap: var(--s4);
  padding: var(--s6);
  border: 1px solid var(--tone);
  border-left-width: 8px;
  border-radius: 8px;
  background: var(--tone-wash);
}

.verdict .big {
  flex: none;
  width: 3rem;
  height: 3rem;
  color: var(--tone);
}

.verdict .big .cut {
  stroke: var(--tone-wash);
}

.verdict h1 {
  color: var(--tone);
}

.verdict .lead {
  margin-top: var(--s1);
  font-size: 1.125rem;
  line-height: 1.4;
}

.verdict .reasons {
  max-width: 52rem;
  margin-top: var(--s2);
  padding-left: 1.1rem;
}

.verdict .remedies-title {
  margin-top: var(--s2);
}

.verdict .remedies {
  max-width: 52rem;
  padding-left: 1.1rem;
  overflow-wrap: anywhere;
}

.verdict .more {
  padding-left: 1.1rem;
}

.verdict .basis {
  margin-top: var(--s2);
  color: var(--dim);
}

.warnings {
  margin-top: var(--s3);
}

.warning {
  display: flex;
  align-items: flex-start;
  gap: var(--s2);
  max-width: none;
  margin-top: var(--s2);
  padding: var(--s2) var(--s3);
  border: 1px dashed var(--open);
  border-radius: 6px;
  background: var(--open-wash);
}

.warning .icon {
  margin: 0.2rem 0 0;
  color: var(--open);
}

.tiles {
  display: grid;
  grid-template-columns: repeat(4, minmax(0, 1fr));
  gap: var(--s6);
  margin-top: var(--s6);
}

.tiles > div {
  padding-top: var(--s2);
  border-top: 2px solid var(--line);
}

.tiles dt {
  font-size: 0.8125rem;
  font-weight: 600;
}

.tiles .number {
  display: block;
  font-size: 1.5rem;
  font-weight: 600;
  line-height: 1.3;
}

.tiles .what {
  color: var(--dim);
  font-size: 0.8125rem;
}

.tiles .mark,
.tiles code {
  font-size: 0.8125rem;
}

.legend {
  display: grid;
  gap: var(--s1) var(--s4);
  margin: var(--s2) 0 0;
  font-size: 0.875rem;
}

.legend > div {
  display: grid;
  grid-template-columns: 8rem 1fr;
}

.legend dd {
  color: var(--dim);
}

/* Tables. */

.listing {
  margin: var(--s6) 0;
}

table {
  width: 100%;
  border-collapse: collapse;
}

th,
td {
  padding: var(--s2) var(--s3);
  border-bottom: 1px solid var(--line);
  font-weight: 400;
  text-align: left;
  vertical-align: top;
}

th:first-child,
td:first-child {
  padding-left: var(--s2);
}

thead th {
  border-bottom: 1.5px solid var(--edge);
  color: var(--dim);
  font-size: 0.8125rem;
  font-weight: 600;
  vertical-align: bottom;
  white-space: nowrap;
}

tbody th {
  min-width: 10rem;
}

tbody th > .name,
tbody th > .file {
  font-weight: 600;
}

tbody tr:hover {
  background: var(--wash);
}

tbody tr:target,
tbody tr.found {
  background: var(--wash);
  box-shadow: inset 3px 0 var(--link);
}

.wide {
  min-width: 14rem;
}

td.number,
td.nowrap {
  white-space: nowrap;
}

.version {
  color: var(--dim);
}

.cut-note {
  margin-top: var(--s2);
  padding-left: var(--s2);
  border-left: 3px solid var(--open);
}

thead button {
  margin: -0.15rem -0.3rem;
  padding: 0.15rem 0.3rem;
  border: 0;
  border-radius: 3px;
  background: none;
  color: inherit;
  cursor: pointer;
  font: inherit;
}

thead button:hover {
  background: var(--wash);
  color: var(--ink);
}

thead button::after {
  content: "";
  display: inline-block;
  width: 0.9em;
  text-align: center;
}

thead [aria-sort="ascending"] button::after {
  content: "\\2191";
}

thead [aria-sort="descending"] button::after {
  content: "\\2193";
}

.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: var(--s2);
  margin-bottom: var(--s2);
  font-size: 0.875rem;
}

.tools input,
.tools select,
.tools button,
.masthead button {
  min-height: 2rem;
  padding: 0.2rem 0.6rem;
  border: 1px solid var(--edge);
  border-radius: 5px;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 0.875rem;
}

.tools input {
  width: 16rem;
  max-width: 100%;
}

.tools button,
.masthead button {
  cursor: pointer;
}

.tools button:hover,
.masthead button:hover {
  background: var(--wash);
}

.tools .shown {
  margin-left: auto;
  color: var(--dim);
}

/* The dots of a shortened digest never stand alone on a line. */
td .digest {
  white-space: nowrap;
}

/* The picture. */

.scroll {
  overflow-x: auto;
  margin: var(--s3) 0;
  padding: var(--s2) 0;
}

.chain {
  display: block;
  max-width: 100%;
  height: auto;
  font-family: var(--sans);
}

.chain .column {
  fill: var(--dim);
  font-size: 12.5px;
  font-weight: 600;
}

.link {
  fill: none;
  stroke: var(--edge);
  stroke-width: 1.2;
}

.link.bad,
.link.open {
  stroke: var(--tone);
}

.link.lineage {
  stroke-dasharray: 5 3;
}

.arrow {
  fill: var(--edge);
}

.box {
  color: var(--tone);
  cursor: pointer;
}

.box .edge,
.box .behind {
  fill: var(--paper);
  stroke: var(--tone);
  stroke-width: 1.2;
}

.box .behind {
  fill: var(--wash);
}

.box .band {
  fill: var(--tone-wash);
}

.box.bad .edge {
  stroke-width: 2.4;
}

.box.open .edge {
  stroke-dasharray: 6 3;
  stroke-width: 1.8;
}

.box.waived .edge {
  stroke-dasharray: 10 3 2 3;
  stroke-width: 1.6;
}

.box.none .edge {
  stroke: var(--edge);
}

.box.bad .band {
  fill: url("#p-bad");
}

.box.open .band {
  fill: url("#p-open");
}

.hatch-ground {
  fill: var(--tone-wash);
}

.hatch {
  fill: var(--tone);
  opacity: 0.4;
}

.box .called {
  fill: var(--ink);
  font-size: 13px;
  font-weight: 600;
}

.box .what {
  fill: var(--dim);
  font-size: 11px;
}

.box:hover .edge,
.box:focus-visible .edge {
  fill: var(--wash);
}

.box:focus-visible {
  outline: none;
}

.box:focus-visible .edge {
  stroke: var(--link);
  stroke-dasharray: none;
  stroke-width: 3;
}

.chain.tracing .link:not(.on),
.chain.tracing .box:not(.on) {
  opacity: 0.25;
}

.key,
.counts {
  display: flex;
  flex-wrap: wrap;
  gap: var(--s1) var(--s6);
  color: var(--dim);
  font-size: 0.8125rem;
  list-style: none;
}

.key .sample {
  width: 2rem;
  height: 0.5rem;
  margin-right: var(--s2);
  vertical-align: middle;
}

details {
  margin-top: var(--s3);
}

summary {
  width: max-content;
  max-width: 100%;
  padding: var(--s1) 0;
  color: var(--link);
  cursor: pointer;
}

/* Completeness. */

.scores {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr));
  gap: var(--s6) var(--s8);
  margin-top: var(--s4);
}

.score h3 {
  margin-top: 0;
}

.bar {
  display: block;
  width: 100%;
  height: 0.875rem;
  margin: var(--s2) 0;
}

.part {
  fill: var(--good);
}

.part.unknown {
  fill: var(--open);
}

.part.absent {
  fill: var(--paper);
  stroke: var(--bad);
  stroke-width: 2;
}

.part.notApplicable {
  fill: var(--line);
}

.counts {
  margin-bottom: var(--s2);
}

.counts li {
  display: flex;
  align-items: center;
  gap: var(--s1);
}

.icon.key {
  width: 0.75rem;
  height: 0.75rem;
  margin: 0;
}

.plain,
.files,
.steps {
  max-width: 46rem;
  padding-left: 1.25rem;
}

.steps {
  margin-top: var(--s2);
}

.steps > li {
  margin-bottom: var(--s3);
}

/* Narrow screens: the contents become a line, each row of a table a card. */

@media screen and (max-width: 60rem) {
  .page {
    display: block;
    padding-top: var(--s4);
  }
  .contents {
    position: static;
    overflow-x: auto;
    margin-bottom: var(--s4);
    padding-bottom: var(--s1);
    white-space: nowrap;
  }
  .contents ul {
    display: flex;
    gap: 0 var(--s2);
  }
  .contents li {
    margin: 0;
  }
  .contents a {
    color: var(--link);
    text-decoration: underline;
  }
  .masthead .made {
    margin-left: 0;
  }
}

@media screen and (max-width: 56rem) {
  .masthead,
  .page,
  footer {
    padding-right: var(--s4);
    padding-left: var(--s4);
  }
  .verdict {
    padding: var(--s4);
  }
  .verdict .big {
    width: 2rem;
    height: 2rem;
  }
  h1 {
    font-size: 1.625rem;
  }
  .chain {
    max-width: none;
  }
  .tiles {
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: var(--s4);
  }
  .legend > div {
    display: block;
  }
  table,
  tbody,
  tbody tr,
  tbody th,
  tbody td {
    display: block;
  }
  tbody tr {
    padding: var(--s2) 0;
    border-bottom: 1px solid var(--line);
  }
  tbody th,
  tbody td,
  th:first-child {
    min-width: 0;
    padding: var(--s1) 0;
    border: 0;
  }
  tbody td {
    position: relative;
    min-height: 1.9rem;
    padding-left: 7rem;
  }
  tbody td::before {
    position: absolute;
    left: 0;
    color: var(--dim);
    content: attr(data-l);
    font-size: 0.8125rem;
  }
  thead {
    display: none;
  }
  .sortable thead,
  .sortable thead tr {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--s4);
  }
  .sortable thead tr::before {
    padding: var(--s1) 0;
    color: var(--dim);
    content: "Sort by";
    font-size: 0.8125rem;
  }
  thead th:first-child,
  thead th {
    padding: var(--s1) 0;
    border: 0;
  }
  .tools input {
    width: 100%;
  }
}

/* Paper: black on white, nothing that is only for hands, no row cut in two, and links that say where they lead. */

@media print {
  @page {
    size: A4;
    margin: 16mm 14mm;
    @bottom-left {
      color: #56606c;
      content: "Audit folder: a summary, not the proof";
      font: 7.5pt sans-serif;
    }
    @bottom-right {
      color: #56606c;
      content: counter(page) " / " counter(pages);
      font: 7.5pt sans-serif;
    }
  }
  :root,
  :root[data-theme] {
    color-scheme: light;
  }
  body {
    font-size: 9pt;
    line-height: 1.4;
    print-color-adjust: exact;
    -webkit-print-color-adjust: exact;
  }
  /* A box of its own in the head would keep Chromium from repeating the head on each page. */
  thead button {
    display: contents;
  }
  .contents,
  .tools,
  .skip,
  .skip-picture,
  .masthead button,
  summary {
    display: none;
  }
  .masthead,
  .page,
  footer {
    max-width: none;
    padding-right: 0;
    padding-left: 0;
  }
  .page {
    display: block;
  }
  .masthead {
    padding-top: 0;
  }
  h1 {
    font-size: 22pt;
  }
  h2 {
    font-size: 13pt;
  }
  h2,
  h3 {
    break-after: avoid;
  }
  p,
  li {
    orphans: 3;
    widows: 3;
  }
  main > section {
    margin-top: 8mm;
  }
  .verdict,
  .tiles > div,
  .warning,
  .score,
  .scroll,
  pre,
  tr {
    break-inside: avoid;
  }
  #chain > p {
    break-after: avoid;
  }
  #components {
    break-before: page;
  }
  thead {
    display: table-header-group;
    break-inside: avoid;
  }
  th,
  td {
    padding: 1mm 1.5mm;
  }
  tbody tr[hidden] {
    display: table-row;
  }
  .wide,
  tbody th {
    min-width: 0;
  }
  small,
  thead th,
  .severity,
  .tiles .what,
  .key,
  .counts {
    font-size: 8pt;
  }
  .tiles {
    grid-template-columns: repeat(4, 1fr);
    gap: 4mm;
  }
  .scroll {
    overflow: visible;
    break-after: avoid;
  }
  .chain {
    max-height: 220mm;
  }
  a {
    color: inherit;
    text-decoration: none;
  }
  .file {
    text-decoration: underline;
  }
  .file:not(.path)::after {
    content: " (" attr(href) attr(data-file) ")";
    color: var(--dim);
    font-size: 7.5pt;
  }
  details::details-content {
    content-visibility: visible;
    block-size: auto;
  }
}
`;

export const pageScript = `(() => {
"use strict";
// SPDX-License-Identifier: Apache-2.0
// What START-HERE.html can do besides being read: search, filter and sort its tables, trace lines of its picture, switch
// between light and dark. Runs in the reader's browser, inside the page, without any other code. It never makes markup of text.
// scripts/page.ts puts it into the page.
/** Below this many rows a table is its own overview. */
const minRowsForTools = 6;
const listings = [];
function make(tag, text, fields = {}) {
    const element = document.createElement(tag);
    element.textContent = text;
    Object.assign(element, fields);
    return element;
}
// Tables.
function equip(box) {
    const table = box.querySelector("table");
    const body = table?.tBodies[0];
    if (table === null || body === undefined) {
        return;
    }
    addSorting(table, body);
    if (body.rows.length < minRowsForTools) {
        return;
    }
    const rows = [...body.rows].map((element) => ({
        element,
        text: (element.textContent ?? "").toLowerCase(),
    }));
    const title = box.querySelector("h3");
    const caption = title?.textContent ?? "";
    const search = make("input", "", { type: "search", placeholder: "Search", autocomplete: "off" });
    search.setAttribute("aria-label", \`Search: \${caption}\`);
    const shown = make("span", "", { className: "shown" });
    shown.setAttribute("role", "status");
    const choices = [...(table.tHead?.rows[0]?.cells ?? [])].flatMap((head, column) => {
        const filter = head.dataset["filter"] ?? "";
        return filter === "" ? [] : [{ column, select: choiceOf(filter, caption, column, rows) }];
    });
    const noun = box.dataset["noun"] ?? "row";
    const nouns = box.dataset["nouns"] ?? "rows";
    const listing = { table, rows, search, choices, shown, noun, nouns };
    const clear = make("button", "Clear", { type: "button" });
    clear.addEventListener("click", () => {
        reset(listing);
        search.focus();
    });
    const tools = make("div", "", { className: "tools" });
    tools.append(search, ...choices.map(({ select }) => select), clear, shown);
    title?.after(tools);
    listings.push(listing);
    search.addEventListener("input", () => show(listing));
    search.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
            reset(listing);
        }
    });
    for (const { select } of choices) {
        select.addEventListener("change", () => show(listing));
    }
    show(listing);
}
/** A list of the words that occur in a column. */
function choiceOf(title, caption, column, rows) {
    const counts = new Map();
    for (const { element } of rows) {
        const word = element.cells[column]?.dataset["k"] ?? "";
        counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const select = make("select", "");
    select.setAttribute("aria-label", \`\${title}: \${caption}\`);
    select.append(make("option", \`\${title}: all\`, { value: "" }));
    for (const [word, count] of counts) {
        select.append(make("option", \`\${word} (\${count})\`, { value: word }));
    }
    return select;
}
function show({ rows, search, choices, shown, noun, nouns }) {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let count = 0;
    for (const { element, text } of rows) {
        const isShown = words.every((word) => text.includes(word)) &&
            choices.every(({ column, select }) => select.value === "" || element.cells[column]?.dataset["k"] === select.value);
        // Writing only what changes keeps a search through thousands of rows below a frame or two.
        if (element.hidden === isShown) {
            element.hidden = !isShown;
        }
        count += isShown ? 1 : 0;
    }
    const all = \`\${rows.length} \${rows.length === 1 ? noun : nouns}\`;
    shown.textContent = count === rows.length ? all : \`\${count} of \${all}\`;
}
function reset(listing) {
    listing.search.value = "";
    for (const { select } of listing.choices) {
        select.value = "";
    }
    show(listing);
}
function addSorting(table, body) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    if (body.rows.length < 2) {
        return;
    }
    table.classList.add("sortable");
    for (const [column, head] of heads.entries()) {
        const button = make("button", head.textContent ?? "", { type: "button" });
        head.replaceChildren(button);
        button.addEventListener("click", () => {
            const isUp = head.getAttribute("aria-sort") !== "ascending";
            for (const each of heads) {
                each.removeAttribute("aria-sort");
            }
            head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
            sort(body, column, isUp ? 1 : -1);
        });
    }
}
function sort(body, column, direction) {
    const keyed = [...body.rows].map((row) => {
        const cell = row.cells[column];
        const order = cell?.dataset["o"] ?? "";
        return { row, number: order === "" ? Number.NaN : Number(order), text: cell?.textContent?.trim() ?? "" };
    });
    const collator = new Intl.Collator("en", { numeric: true });
    keyed.sort((left, right) => {
        const byNumber = left.number - right.number;
        return direction * (Number.isNaN(byNumber) ? collator.compare(left.text, right.text) : byNumber);
    });
    body.append(...keyed.map(({ row }) => row));
}
// Links to rows.
/** The row that the address names is shown, whatever was filtered. */
function revealTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const listing = listings.find(({ table }) => table.contains(target));
    if (target instanceof HTMLTableRowElement && listing !== undefined && target.hidden) {
        reset(listing);
        target.scrollIntoView({ block: "center" });
    }
}
// The picture.
function equipPicture(picture) {
    const boxes = [...picture.querySelectorAll(".box")];
    const lines = [...picture.querySelectorAll(".link")];
    const stop = () => picture.classList.remove("tracing");
    for (const box of boxes) {
        const trace = () => traceFrom(picture, box, boxes, lines);
        box.addEventListener("mouseenter", trace);
        box.addEventListener("focus", trace);
        box.addEventListener("mouseleave", stop);
        box.addEventListener("blur", stop);
        box.addEventListener("click", () => filterByGroup(box));
    }
}
/** Everything that leads to a box, and everything it leads to. */
function traceFrom(picture, start, boxes, lines) {
    const on = new Set([start]);
    for (const [here, there] of [
        ["from", "to"],
        ["to", "from"],
    ]) {
        const reached = new Set([start.dataset["box"]]);
        for (const index of reached) {
            for (const line of lines) {
                if (line.dataset[here] === index) {
                    on.add(line);
                    reached.add(line.dataset[there]);
                }
            }
        }
        for (const box of boxes) {
            if (reached.has(box.dataset["box"])) {
                on.add(box);
            }
        }
    }
    for (const each of [...boxes, ...lines]) {
        each.classList.toggle("on", on.has(each));
    }
    picture.classList.add("tracing");
}
/** A group leads to its table, with the filters set to what it stands for. */
function filterByGroup(box) {
    const words = [box.dataset["kind"] ?? "", box.dataset["word"] ?? ""];
    const section = document.getElementById(box.href.baseVal.slice(1));
    const listing = listings.find(({ table }) => section?.contains(table) === true);
    if (words[0] === "" || listing === undefined) {
        return;
    }
    reset(listing);
    for (const { select } of listing.choices) {
        const option = [...select.options].find(({ value }) => value !== "" && words.includes(value));
        select.value = option?.value ?? "";
    }
    show(listing);
}
// Light and dark.
function addThemeButton() {
    const button = make("button", "", { type: "button" });
    const isDark = () => {
        const { theme } = document.documentElement.dataset;
        return theme === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
    };
    const name = () => {
        button.textContent = isDark() ? "Light" : "Dark";
        button.setAttribute("aria-label", isDark() ? "Switch to light colours" : "Switch to dark colours");
    };
    button.addEventListener("click", () => {
        document.documentElement.dataset["theme"] = isDark() ? "light" : "dark";
        name();
    });
    name();
    document.querySelector(".masthead")?.append(button);
}
for (const box of document.querySelectorAll(".listing")) {
    equip(box);
}
for (const picture of document.querySelectorAll(".chain")) {
    equipPicture(picture);
}
addThemeButton();
addEventListener("hashchange", revealTarget);
revealTarget();
performance.mark("aibom-interactive");
})();
`;
