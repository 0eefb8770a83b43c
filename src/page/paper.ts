// SPDX-License-Identifier: Apache-2.0
// The page as it is given to a browser to print. A browser writes links to files as absolute addresses into a PDF, and with
// them where the folder lies on this machine; on paper the path stands behind the words instead.

/** A page of `renderStartHere` without links to files. In its text every quotation mark is escaped, so only attributes match. */
export function pageForPaper(page: string): string {
  return page.replaceAll(' href="./', ' data-file="./');
}
