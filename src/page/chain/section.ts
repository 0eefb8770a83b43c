// SPDX-License-Identifier: Apache-2.0
// The supply chain: the picture, what its signs mean, and the same as a table.

import type { AuditRecord } from "../../audit/record.ts";
import { type Html, html } from "../../report/html.ts";
import { mark, toneOrder, toneWords } from "../marks.ts";
import type { NodeIds } from "../node-ids.ts";
import type { Section } from "../section.ts";
import { table } from "../table.ts";
import { file, grouped, name, names, small } from "../text.ts";
import { type ChainBox, type ChainBoxes, chainBoxes } from "./boxes.ts";
import { chainGraph, columnTitles } from "./graph.ts";
import { boxDetail, boxTitle, boxTone, chainSvg } from "./svg.ts";

export function chainSection(record: AuditRecord, ids: NodeIds): Section {
  const graph = chainGraph(record);
  const chain = chainBoxes(graph);
  const { nodes } = graph;
  const hidden = nodes.length - chain.boxes.filter((box) => box.nodes.length === 1).length;
  return {
    id: "chain",
    title: "Supply chain",
    note: grouped(nodes.length),
    body:
      nodes.length === 0
        ? html`<p>Nothing is recorded.</p>\n`
        : html`<p>From what is used to what it comes from.${
            hidden > 0 &&
            html` Of ${grouped(nodes.length)} parts, ${grouped(hidden)} are drawn as groups; what was not allowed is drawn by itself first.`
          }
<a class="skip-picture" href="#chain-as-table">Skip the picture</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="Picture of the supply chain">
${chainSvg(chain, ids)}</div>
${keyHtml()}<details id="chain-as-table">
<summary>The picture as a table</summary>
${tableOf(chain)}</details>
`,
  };
}

function keyHtml(): Html {
  return html`<ul class="key">
${toneOrder.map((tone) => html`<li>${mark(tone, toneWords[tone])}</li>\n`)}<li><svg class="sample" viewBox="0 0 32 8" aria-hidden="true"><path class="link" d="M0 4h32"/></svg>contains or needs</li>
<li><svg class="sample" viewBox="0 0 32 8" aria-hidden="true"><path class="link lineage" d="M0 4h32"/></svg>says that it comes from</li>
</ul>
`;
}

function tableOf({ boxes, links }: ChainBoxes): Html {
  const targets = new Map<ChainBox, string[]>(boxes.map((box) => [box, []]));
  for (const { from, to } of links) {
    const [source, target] = [boxes[from], boxes[to]];
    if (source !== undefined && target !== undefined) {
      targets.get(source)?.push(boxTitle(target));
    }
  }
  return table<ChainBox>({
    id: "chain-table",
    caption: "Boxes of the picture, and what they lead to",
    columns: [
      {
        title: "Part",
        cell: (box) =>
          html`${name(boxTitle(box))}${box.nodes.length > 1 && small(names(box.nodes.map((node) => node.name)))}`,
      },
      {
        title: "Column",
        choice: ({ column }) => columnTitles[column] ?? "",
        cell: ({ column }) => columnTitles[column],
      },
      {
        title: "Verdict",
        choice: (box) => toneWords[boxTone(box)],
        order: (box) => toneOrder.indexOf(boxTone(box)),
        cell: (box) => html`${mark(boxTone(box), toneWords[boxTone(box)])}${small(boxDetail(box))}`,
      },
      { title: "Leads to", cell: (box) => names(targets.get(box) ?? []) },
    ],
    rows: boxes,
    max: boxes.length,
    noun: "box",
    nouns: "boxes",
    rest: file("data/record.json"),
  });
}
