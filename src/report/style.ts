// SPDX-License-Identifier: Apache-2.0
// Semantic marks for text. Renderers say what a word is; the command line decides what that looks like.

/** Functions from text to marked text. They must not change the number of visible characters. */
export interface Style {
  readonly allow: (text: string) => string;
  readonly deny: (text: string) => string;
  readonly undecided: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly code: (text: string) => string;
}

const same = (text: string): string => text;

/** No marks: for files, pipes and tests. */
export const plainStyle: Style = {
  allow: same,
  deny: same,
  undecided: same,
  warn: same,
  bold: same,
  dim: same,
  code: same,
};

/** How text is laid out. */
export interface TextOptions {
  readonly style?: Style;
  /** Columns; 100 unless stated. */
  readonly width?: number;
}

export const defaultWidth = 100;
