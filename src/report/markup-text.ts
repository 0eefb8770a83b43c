// SPDX-License-Identifier: Apache-2.0
// Text inside XML and HTML. What the screen must not show was escaped before (codes/escape.ts); here it loses its power
// over markup.

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for element content and for quoted attributes; made safe to show before. */
export function markupText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
