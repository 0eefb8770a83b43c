// SPDX-License-Identifier: Apache-2.0
// A table that reads well without the script, and says in its attributes what the script may search, filter and sort by. On a
// narrow screen each row becomes a card, whose lines carry the titles of the columns.

import { type Html, type HtmlValue, html, noHtml } from "../report/html.ts";
import { count, grouped } from "./text.ts";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => HtmlValue;
  /** Sorts by this number, not by the text. */
  readonly order?: (row: Row) => number;
  /** The column can be filtered by these words. */
  readonly choice?: (row: Row) => string;
  readonly style?: "number" | "wide" | "nowrap";
}

export interface Table<Row> {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly max: number;
  /** What rows are called: `finding`. */
  readonly noun: string;
  readonly nouns?: string;
  /** In which order they stand, where they are cut: `gravest first`. */
  readonly orderWords?: string;
  /** Where those are that are not shown. */
  readonly rest: Html;
  /** Ids that links on this page lead to. */
  readonly rowId?: (row: Row) => string | undefined;
}

/** Empty without rows. */
export function table<Row>(options: Table<Row>): Html {
  const { id, caption, columns, rows, max, noun } = options;
  if (rows.length === 0) {
    return noHtml;
  }
  const shown = rows.slice(0, max);
  const heads = columns.map(
    ({ title, choice, style = "" }) =>
      html`<th scope="col" class="${style}" data-filter="${choice === undefined ? "" : title}">${title}</th>`,
  );
  return html`<div class="listing" data-noun="${noun}" data-nouns="${options.nouns ?? `${noun}s`}">
<h3 id="${id}-title">${caption}</h3>
<table id="${id}" aria-labelledby="${id}-title">
<thead><tr>${heads}</tr></thead>
<tbody>
${shown.map((row) => rowHtml(options, row))}</tbody>
</table>
${cutNote(options, shown.length)}</div>
`;
}

function rowHtml<Row>({ columns, rowId }: Table<Row>, row: Row): Html {
  const cells = columns.map((column, index) => cellHtml(column, row, index === 0));
  const id = rowId?.(row);
  return id === undefined ? html`<tr>${cells}</tr>\n` : html`<tr id="${id}" tabindex="-1">${cells}</tr>\n`;
}

function cellHtml<Row>({ title, cell, order, choice, style }: Column<Row>, row: Row, isHead: boolean): Html {
  const content = cell(row);
  if (isHead) {
    return html`<th scope="row">${content}</th>`;
  }
  if (choice !== undefined) {
    return html`<td data-l="${title}" data-k="${choice(row)}" data-o="${order?.(row) ?? ""}">${content}</td>`;
  }
  return order === undefined && style === undefined
    ? html`<td data-l="${title}">${content}</td>`
    : html`<td data-l="${title}" class="${style ?? ""}" data-o="${order?.(row) ?? ""}">${content}</td>`;
}

function cutNote<Row>({ rows, noun, nouns, orderWords, rest }: Table<Row>, shown: number): Html {
  return rows.length === shown
    ? noHtml
    : html`<p class="cut-note"><strong>${grouped(shown)} of ${count(rows.length, noun, nouns)} are listed here</strong>${orderWords !== undefined && `, ${orderWords}`}. All of them: ${rest}.</p>`;
}
