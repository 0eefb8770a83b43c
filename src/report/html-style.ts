// SPDX-License-Identifier: Apache-2.0
// The style sheet of the HTML report. The page allows nothing but this text, by its digest.

export const htmlStyle = `
:root{color-scheme:light dark;--ink:#1c1f24;--paper:#fff;--dim:#5b6470;--line:#d8dde3;--wash:#f4f6f8;
--allow:#176c33;--deny:#b3141f;--undecided:#8a5300}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--paper:#14171b;--dim:#9aa4b0;--line:#343b44;--wash:#1d2228;
--allow:#6fd58c;--deny:#ff8a8f;--undecided:#f0b95b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:2rem 1.25rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}
h1{margin:0 0 .25rem;font-size:1.75rem}
h2{margin:2rem 0 .5rem;font-size:1.15rem}
.allow{color:var(--allow)}.deny{color:var(--deny)}.undecided{color:var(--undecided)}
.dim{color:var(--dim)}
.verdict{border-left:.4rem solid currentColor;padding:.25rem 0 .25rem 1rem}
.verdict p{margin:0;color:var(--ink);overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:.925rem}
th,td{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{background:var(--wash);font-weight:600;white-space:nowrap}
code{font:.875em ui-monospace,Consolas,monospace;unicode-bidi:isolate;background:var(--wash);padding:0 .2em;
border-radius:.2em}
.nowrap{white-space:nowrap;overflow-wrap:normal}
li{margin:.25rem 0}
@media print{:root{--ink:#000;--paper:#fff;--dim:#444;--line:#999;--wash:#fff;--allow:#000;--deny:#000;--undecided:#000}
body{max-width:none;padding:0;font-size:10pt}thead{display:table-header-group}tr,li{break-inside:avoid}
h2{break-after:avoid}}
`;
