// SPDX-License-Identifier: Apache-2.0
// How much of a record the page for people shows, and what printing it may take. Everything is in the files beside the page, and
// it says so wherever it stops.

export const pageLimits = {
  /** Characters of a name or a path: more is no name that a person compares. */
  maxNameCharacters: 160,
  /** Characters of a sentence: messages, reasons, hints. */
  maxSentenceCharacters: 600,
  /** Characters of a path that is a link: no file system has longer ones. */
  maxLinkCharacters: 4096,
  /** Rows of gated artifacts, some 1,500 bytes each: with the components the page stays below 3 MB. */
  maxArtifactRows: 800,
  /** Rows of components, some 600 bytes each. A browser lays out so many in a quarter of a second. */
  maxComponentRows: 2000,
  /** Rows of findings, of rejections and of what was not covered, each: what nobody reads to the end is no report. */
  maxFindingRows: 500,
  /** Rows of rules, waivers, signers, people and identities, each. */
  maxOtherRows: 300,
  /** Names in one cell: who uses a library, what a waiver was applied to. */
  maxNamesInCell: 4,
  /** Boxes in one column of the picture: more than a screen's height is no picture. */
  maxBoxesInColumn: 14,
  /** Boxes of what was not allowed that are drawn one by one before they are grouped. */
  maxProblemBoxesInColumn: 8,
  /** Bytes of a page that is printed: ours are below 3 MB, save for names that are all escapes. */
  maxPageBytes: 100_000_000,
  /** Milliseconds for a browser to print: the largest page takes it some ten seconds. */
  maxPrintMs: 180_000,
  /** Bytes of what a browser says while it prints: a line or two. */
  maxBrowserOutputBytes: 1_000_000,
  /** Bytes of a PDF; the largest page makes one of some 10 MB. */
  maxPdfBytes: 500_000_000,
} as const;
