// SPDX-License-Identifier: Apache-2.0
// The kinds of ZIP archives that are formats of their own. To add one: its file, and a line here.

import { kerasArchive } from "./keras.ts";
import type { ZipKind } from "./kind.ts";
import { npz } from "./npz.ts";
import { pytorch } from "./pytorch.ts";
import { skops } from "./skops.ts";
import { torchserve } from "./torchserve.ts";

/**
 * In the order in which they are asked: the first that recognises the names takes the archive. Keras is the last, for
 * a `config.json` is in many archives.
 */
export const zipKinds: readonly ZipKind[] = [torchserve, pytorch, skops, npz, kerasArchive];
