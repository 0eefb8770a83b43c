// SPDX-License-Identifier: Apache-2.0
// Breaks text into lines. Words longer than a line stay whole: a digest or a path is copied, not read.

/** `text` in lines of at most `width` columns, the first after `first`, the others after `indent` spaces. */
export function wrap(text: string, width: number, first: string, indent: number): string[] {
  const lines: string[] = [];
  let line = first;
  let isFresh = true;
  for (const word of text.split(" ")) {
    if (!isFresh && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else {
      line += isFresh ? word : ` ${word}`;
    }
    isFresh = false;
  }
  return [...lines, line];
}
