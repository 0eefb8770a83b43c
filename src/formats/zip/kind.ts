// SPDX-License-Identifier: Apache-2.0
// A kind of ZIP archive; see archive-kind.ts.

import type { ZipEntry } from "../../bytes/zip.ts";
import type { ArchiveKind, ArchiveView } from "../archive-kind.ts";

export type ZipView = ArchiveView<ZipEntry>;
export type ZipKind = ArchiveKind<ZipEntry>;
