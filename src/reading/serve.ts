// SPDX-License-Identifier: Apache-2.0
// The thread's side of reading: takes one file after the other and answers each. Tests bring readers of their own
// that hang or crash; the program has `worker.ts`.

import { parentPort } from "node:worker_threads";
import { faultFinding } from "../formats/fault-finding.ts";
import { identify } from "../formats/identify.ts";
import type { ReadFile } from "../formats/read-file.ts";
import { type FileOnDisk, headOf, unverified } from "./file-on-disk.ts";

/** What a thread says: once that it has started, then its answer to each file, in order. */
export type ThreadMessage = "ready" | ReadFile;

/** Answers every file that this thread is given with what `read` says of it. */
export function serve(read: (file: FileOnDisk) => ReadFile): void {
  const port = parentPort;
  port?.postMessage("ready" satisfies ThreadMessage);
  port?.on("message", (file: FileOnDisk) => {
    try {
      port.postMessage(read(file));
    } catch (cause) {
      // A defect of ours: a description that cannot be copied, a reader called outside its guard.
      const identification = identify(headOf(file));
      const reason = faultFinding(cause, { path: file.path }, identification.format);
      port.postMessage(unverified(identification, reason));
    }
  });
}
