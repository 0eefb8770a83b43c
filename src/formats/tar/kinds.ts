// SPDX-License-Identifier: Apache-2.0
// The kinds of tar archives that are formats of their own. To add one: its file, and a line here.

import type { TarEntry } from "../../bytes/tar.ts";
import type { ArchiveKind } from "../archive-kind.ts";
import { webdataset } from "./webdataset.ts";

/** In the order in which they are asked: the first that recognises the names takes the archive. */
export const tarKinds: readonly ArchiveKind<TarEntry>[] = [webdataset];
