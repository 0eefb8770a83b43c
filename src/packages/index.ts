// SPDX-License-Identifier: Apache-2.0
// All catalogs, in the order in which they are asked. Where two name one package, what the first says of it goes before.

import { apk } from "./apk.ts";
import type { Catalog, FileCatalog } from "./catalog.ts";
import { conda } from "./conda.ts";
import { dpkg } from "./dpkg.ts";
import { embeddedSbom } from "./embedded-sbom.ts";
import { goBinary } from "./go-binary.ts";
import { gpuToolkits } from "./gpu-toolkits.ts";
import { java } from "./java.ts";
import { libraries } from "./libraries.ts";
import { npm } from "./npm.ts";
import { pnpm } from "./pnpm.ts";
import { python } from "./python.ts";
import { pythonLocks } from "./python-locks.ts";
import { requirements } from "./requirements.ts";
import { rpm } from "./rpm.ts";
import { cargoLock, rustBinary } from "./rust.ts";
import { yarn } from "./yarn.ts";

/** Records that mean something together. */
export const catalogs: readonly Catalog[] = [
  dpkg,
  apk,
  rpm,
  python,
  embeddedSbom,
  conda,
  npm,
  pnpm,
  yarn,
  pythonLocks,
  requirements,
  cargoLock,
  gpuToolkits,
];

/** Records that lie in single files. */
export const fileCatalogs: readonly FileCatalog[] = [goBinary, rustBinary, java, libraries];
