// SPDX-License-Identifier: Apache-2.0
// The stores that aibom knows: how several models lie in one directory.
// To add one, write its file, add a line here, and give it a fixture and a test.

import { huggingFaceCache } from "./hugging-face-cache.ts";
import { modelFolders } from "./model-folders.ts";
import { ollama } from "./ollama.ts";
import type { Store } from "./store.ts";

/** In the order in which they are asked; each sees what those before it do not own. */
export const stores: readonly Store[] = [huggingFaceCache, ollama, modelFolders];
