// SPDX-License-Identifier: Apache-2.0
// Words of strangers, digests, times and files of the folder, as they look everywhere on the page.

import { pageLimits } from "../page-limits.ts";
import { addressOfFile, type Html, html, noHtml } from "../report/html.ts";
import { formatBytes } from "../report/measures.ts";

export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

/** A name that somebody chose: kept apart from our own words, whatever direction it is written in. */
export function name(text: string): Html {
  return html`<bdi class="name">${cut(text, pageLimits.maxNameCharacters)}</bdi>`;
}

/** A path, an id, a flag: letter by letter. */
export function code(text: string): Html {
  return html`<code>${cut(text, pageLimits.maxNameCharacters)}</code>`;
}

/** A code of the code table: it may break between its words. */
export function codeId(text: string): Html {
  return /^[A-Z0-9]+(?:_[A-Z0-9]+){1,12}$/.test(text)
    ? html`<code class="id">${text.split("_").map((word, index) => html`${index > 0 && html`_<wbr>`}${word}`)}</code>`
    : code(text);
}

export function sentence(text: string): Html {
  return html`<bdi>${cut(text, pageLimits.maxSentenceCharacters)}</bdi>`;
}

/** `sha256:HEX` by its first sixteen digits, which people compare; the whole of it on demand and for programs. */
export function digest(text: string): Html {
  const [algorithm, hex = ""] = text.split(":");
  const isDigest = /^[0-9a-f]{32,128}$/.test(hex);
  return isDigest
    ? html`<code class="digest" title="${text}">${`${algorithm}:${hex.slice(0, 16)}`}…</code>`
    : code(text);
}

/** An instant of the record, to the second, in UTC. What is no instant is shown as it is. */
export function time(text: string): Html {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/.exec(text);
  return parts === null ? code(text) : html`<time datetime="${text}">${`${parts[1]} ${parts[2]}`} UTC</time>`;
}

/** Its day, the whole of it on demand. */
export function day(text: string): Html {
  return html`<time datetime="${text}" title="${text}">${text.slice(0, 10)}</time>`;
}

/** A file of the folder, as a link to it. On paper the path follows other words. */
export function file(path: string, words = path): Html {
  if (path.length > pageLimits.maxLinkCharacters) {
    return code(words);
  }
  const shown = cut(words, pageLimits.maxNameCharacters);
  return html`<a class="${words === path ? "file path" : "file"}" href="${addressOfFile(path)}">${shown}</a>`;
}

/** A receipt, by the first digits of the digest that its folder is called. */
export function receiptLink(path: string, manifest: string): Html {
  const hex = manifest.replace(/^[a-z0-9]+:/, "").slice(0, 16);
  if (path.length > pageLimits.maxLinkCharacters) {
    return code(hex);
  }
  return html`<a class="file path" href="${addressOfFile(path)}">${hex}</a>`;
}

/** A second line under what a cell is about. */
export function small(...parts: readonly (Html | string | undefined)[]): Html {
  const shown = parts.filter((part) => part !== undefined && part !== "");
  return shown.length === 0
    ? noHtml
    : html`<small>${shown.map((part, index) => html`${index === 0 ? "" : " · "}${part}`)}</small>`;
}

/** The first few names, and how many more there are. */
export function names(list: readonly string[]): Html {
  const shown = list.slice(0, pageLimits.maxNamesInCell);
  const more = list.length - shown.length;
  return html`${shown.map((each, index) => html`${index === 0 ? "" : ", "}${name(each)}`)}${more > 0 && html` and ${grouped(more)} more`}`;
}

/** Thousands apart, as everywhere in the page: `12,345`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 artifact`, `12,345 artifacts`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${grouped(amount)} ${amount === 1 ? one : many}`;
}

export function bytes(amount: number): string {
  return formatBytes(amount);
}
