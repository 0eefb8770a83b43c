// SPDX-License-Identifier: Apache-2.0
// The picture: boxes that say their result by shape, border, pattern and word, and lead to their rows; lines between them.

import { escapeText } from "../../codes/escape.ts";
import { addressOfElement, type Html, html } from "../../report/html.ts";
import { icon, type Tone, toneWords } from "../marks.ts";
import type { NodeIds } from "../node-ids.ts";
import { grouped } from "../text.ts";
import type { ChainBox, ChainBoxes, ChainLink } from "./boxes.ts";
import { columnTitles } from "./graph.ts";
import { boxSize, chainLayout, type Point } from "./layout.ts";

/** Characters that fit into a box; wide ones count twice. */
const maxTitleColumns = 17;
const maxDetailColumns = 24;

const plurals: Readonly<Record<string, string>> = { library: "libraries", "file-set": "file sets" };

/** A box in words. */
export function boxTitle({ nodes }: ChainBox): string {
  const [first] = nodes;
  if (first === undefined || nodes.length === 1) {
    return first?.name ?? "";
  }
  const isOneKind = nodes.every(({ kind }) => kind === first.kind);
  return `${grouped(nodes.length)} ${isOneKind ? (plurals[first.kind] ?? `${first.kind}s`) : "components"}`;
}

/** The second line of a box: what it is, and how it ended. */
export function boxDetail({ nodes }: ChainBox): string {
  const [first] = nodes;
  if (first === undefined) {
    return "";
  }
  const isOne = nodes.length === 1;
  const what = isOne ? first.kind : nodes.every(({ detail }) => detail === first.detail) ? first.detail : "";
  return [what, toneWords[first.tone]].filter((part) => part !== "").join(" · ");
}

export function boxTone({ nodes }: ChainBox): Tone {
  return nodes[0]?.tone ?? "none";
}

export function chainSvg(chain: ChainBoxes, ids: NodeIds): Html {
  const { boxes, links } = chain;
  const layout = chainLayout(chain);
  const titles = layout.columns.map(
    ({ column, x }) => html`<text class="column" x="${x}" y="14">${columnTitles[column] ?? ""}</text>\n`,
  );
  const lines = links.map((link, index) => lineSvg(link, layout.lines[index] ?? [], boxes));
  const shapes = boxes.map((box, index) => boxSvg(box, index, layout.boxes[index] ?? { x: 0, y: 0 }, ids));
  return html`<svg class="chain" viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" height="${layout.height}" role="group" aria-label="Supply chain: each box leads to its row">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" markerUnits="userSpaceOnUse"><path d="M0 .8L7 4 0 7.2z" class="arrow"/></marker></defs>
<g aria-hidden="true">${titles}</g>
<g aria-hidden="true">
${lines}</g>
${shapes}</svg>
`;
}

function lineSvg(
  { from, to, isLineage, weight }: ChainLink,
  line: readonly Point[],
  boxes: readonly ChainBox[],
): Html {
  const target = boxes[to];
  const tone = target === undefined ? "none" : boxTone(target);
  const classes = `link ${tone === "bad" || tone === "open" ? tone : ""} ${isLineage ? "lineage" : ""}`;
  const width = Math.min(1.2 + Math.log10(weight) * 0.8, 3.5).toFixed(1);
  return html`<path class="${classes}" d="${curve(line)}" stroke-width="${width}" marker-end="url(#arrow)" data-from="${from}" data-to="${to}"/>\n`;
}

/** Level at each point: curves between columns, straight lines across them. */
function curve(line: readonly Point[]): string {
  const [first, ...rest] = line;
  if (first === undefined) {
    return "";
  }
  let path = `M${at(first)}`;
  let before = first;
  for (const [index, point] of rest.entries()) {
    if (point.x === before.x) {
      const bulge = point.x + 22;
      path += `C${bulge} ${before.y.toFixed(1)} ${bulge} ${point.y.toFixed(1)} ${at(point)}`;
    } else if (index % 2 === 1) {
      path += `L${at(point)}`;
    } else {
      const middle = ((before.x + point.x) / 2).toFixed(1);
      path += `C${middle} ${before.y.toFixed(1)} ${middle} ${point.y.toFixed(1)} ${at(point)}`;
    }
    before = point;
  }
  return path;
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

function boxSvg(box: ChainBox, index: number, { x, y }: Point, ids: NodeIds): Html {
  const { nodes } = box;
  const [first] = nodes;
  if (first === undefined) {
    return html``;
  }
  const tone = boxTone(box);
  const isGroup = nodes.length > 1;
  const section = first.isArtifact ? "artifacts" : "components";
  const to = (isGroup ? undefined : ids.of(first.ref)) ?? section;
  const title = boxTitle(box);
  const detail = boxDetail(box);
  const { width, height } = boxSize;
  const behind = isGroup
    ? html`<rect class="behind" x="5" y="-5" width="${width - 5}" height="${height}" rx="6"/>`
    : html``;
  return html`<a class="box ${tone}" href="${addressOfElement(to)}" data-box="${index}" data-kind="${isGroup ? first.kind : ""}" data-word="${isGroup ? toneWords[tone] : ""}" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})">
<title>${fit(title, 160)}, ${detail}</title>${behind}<rect class="edge" width="${width}" height="${height}" rx="6"/><rect class="band" x="1.2" y="1.2" width="26" height="${height - 2.4}" rx="5"/><svg x="6.2" y="${(height - 16) / 2}" width="16" height="16">${icon(tone)}</svg><text class="called" x="35" y="20">${fit(title, maxTitleColumns)}</text><text class="what" x="35" y="37">${fit(detail, maxDetailColumns)}</text></a>
`;
}

/** What fits of it: its beginning and its end. Characters that must not be shown are written out first. */
function fit(text: string, maxColumns: number): string {
  const characters = [...escapeText(text.slice(0, 4 * maxColumns))];
  if (columnsOf(characters) <= maxColumns && text.length <= 4 * maxColumns) {
    return characters.join("");
  }
  const end = [...escapeText(text.slice(-maxColumns))];
  while (columnsOf(end) > maxColumns / 3) {
    end.shift();
  }
  while (columnsOf(characters) > maxColumns - columnsOf(end) - 1) {
    characters.pop();
  }
  return `${characters.join("")}…${end.join("")}`;
}

/** Ideographs and their like are twice as wide. */
function columnsOf(characters: readonly string[]): number {
  return characters.reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 0x10ff ? 2 : 1), 0);
}
