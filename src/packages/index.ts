// SPDX-License-Identifier: Apache-2.0
// All catalogs, in the order in which they are asked.

import type { Catalog, FileCatalog } from "./catalog.ts";
import { python } from "./python.ts";

export const catalogs: readonly Catalog[] = [python];

export const fileCatalogs: readonly FileCatalog[] = [];
