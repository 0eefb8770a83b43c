// SPDX-License-Identifier: Apache-2.0
// Entry of a thread that reads layers, one after the other.

import { parentPort } from "node:worker_threads";
import { faultFinding } from "../formats/fault-finding.ts";
import { wantsKept } from "../packages/read-packages.ts";
import type { LayerEntry, LayerJob, LayerMessage } from "./layer-job.ts";
import { readLayer } from "./layer-reader.ts";
import { isKeptForModels } from "./model-files.ts";

/** Entries of one message: a message for each would cost more than reading them. */
const batchEntries = 2000;
/** Bytes of one message's files. */
const batchBytes = 4 * 1024 * 1024;
/** Milliseconds between two signs of life. */
const aliveMilliseconds = 1000;

/** Package catalogs and layouts of models read what they want when all layers are there. */
function isKept(path: string, size: number): boolean {
  return isKeptForModels(path, size) || wantsKept(path, size);
}

function say(message: LayerMessage): void {
  parentPort?.postMessage(message);
}

async function answer(job: LayerJob): Promise<void> {
  let entries: LayerEntry[] = [];
  let bytes = 0;
  let spoken = performance.now();
  const flush = (): void => {
    say({ kind: "entries", entries });
    entries = [];
    bytes = 0;
    spoken = performance.now();
  };
  try {
    const end = await readLayer(job, isKept, {
      emit(entry) {
        entries.push(entry);
        bytes += entry.bytes?.length ?? 0;
        if (entries.length >= batchEntries || bytes >= batchBytes) {
          flush();
        }
      },
      alive() {
        if (performance.now() - spoken > aliveMilliseconds) {
          say({ kind: "alive" });
          spoken = performance.now();
        }
      },
    });
    flush();
    say({ kind: "end", end });
  } catch (cause) {
    say({ kind: "failed", finding: faultFinding(cause, { path: job.path, member: job.digest }, "layer") });
  }
}

parentPort?.on("message", (job: LayerJob) => void answer(job));
say({ kind: "ready" });
