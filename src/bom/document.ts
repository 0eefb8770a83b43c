// SPDX-License-Identifier: Apache-2.0
// The type of a document between building and writing, apart from both.

/** A document as JSON values; `undefined` members are left out. */
export type Document = Readonly<Record<string, unknown>>;
