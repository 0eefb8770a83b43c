// SPDX-License-Identifier: Apache-2.0
// All catalogs, in the order in which they are asked.

import { apk } from "./apk.ts";
import type { Catalog, FileCatalog } from "./catalog.ts";
import { dpkg } from "./dpkg.ts";
import { python } from "./python.ts";
import { rpm } from "./rpm.ts";

export const catalogs: readonly Catalog[] = [dpkg, apk, rpm, python];

export const fileCatalogs: readonly FileCatalog[] = [];
