// SPDX-License-Identifier: Apache-2.0
// A section of the page: its heading, and its line in the contents.

import { addressOfElement, type Html, type HtmlValue, html } from "../report/html.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  /** In the contents, behind the title: how much there is. */
  readonly note?: string;
  readonly body: HtmlValue;
}

export function sectionHtml({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}</section>
`;
}

export function contentsHtml(sections: readonly Section[]): Html {
  const items = sections.map(
    ({ id, title, note }) =>
      html`<li><a href="${addressOfElement(id)}">${title}${note !== undefined && html` <span class="note">${note}</span>`}</a></li>\n`,
  );
  return html`<nav aria-label="Contents" class="contents">
<ul>
${items}</ul>
</nav>
`;
}
