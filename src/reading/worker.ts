// SPDX-License-Identifier: Apache-2.0
// Entry of a reader's thread.

import { readOnDisk } from "./file-on-disk.ts";
import { serve } from "./serve.ts";

serve(readOnDisk);
