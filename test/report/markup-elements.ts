// SPDX-License-Identifier: Apache-2.0
// A strict reader of the markup that the reports write, enough to see what a parser would see as elements.

import assert from "node:assert/strict";

const tag = /<(?:!doctype html|\?xml [^<>]*\?|\/?([a-z0-9]+)((?: [A-Za-z-]+="[^"<>]*")*)\/?)>/g;

/** Names of the elements in order. Fails on `<`, `>` or `&` that are neither part of a tag nor of an entity. */
export function elements(markup: string): readonly string[] {
  const style = /<style>[^<]*<\/style>/;
  // A script of ours may compare: it ends where a parser would end it.
  const script = /<script>(?:(?!<[/!])[\s\S])*<\/script>/;
  const body = markup.replace(style, "<style></style>").replace(script, "<script></script>");
  const left = body.replace(tag, "").replace(/&(?:amp|lt|gt|quot|#39);/g, "");
  assert.doesNotMatch(left, /[<>&]/);
  return [...body.matchAll(tag)].map(([whole, name]) =>
    whole.startsWith("</") ? `/${name}` : (name ?? whole),
  );
}
