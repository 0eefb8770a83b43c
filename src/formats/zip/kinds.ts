// SPDX-License-Identifier: Apache-2.0
// The kinds of ZIP archives that are formats of their own. To add one: its file, and a line here.

import type { ZipKind } from "./kind.ts";

/** In the order in which they are asked: the first that recognises the names takes the archive. */
export const zipKinds: readonly ZipKind[] = [];
