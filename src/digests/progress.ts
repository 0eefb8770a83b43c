// SPDX-License-Identifier: Apache-2.0
// Reports progress from the counters that all threads add to. The timer never keeps the process alive.

import type { Job } from "./job.ts";

const intervalMs = 100;

export interface HashProgress {
  readonly bytes: number;
  readonly files: number;
}

/** Calls `onProgress` every 100 ms with the job's counters on top of `before` (what the cache gave). */
export function reportProgress(
  job: Job,
  onProgress: ((progress: HashProgress) => void) | undefined,
  before: HashProgress,
): { finish(): void; stop(): void } {
  if (onProgress === undefined) {
    return { finish: () => undefined, stop: () => undefined };
  }
  const report = (): void => {
    const { bytes, files } = job.progress();
    onProgress({ bytes: before.bytes + bytes, files: before.files + files });
  };
  const timer = setInterval(report, intervalMs);
  timer.unref();
  return { finish: report, stop: () => clearInterval(timer) };
}
