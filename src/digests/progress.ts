// SPDX-License-Identifier: Apache-2.0
// Reports progress from the counters that all threads add to. The timer never keeps the process alive.

const intervalMs = 100;

export interface HashProgress {
  readonly bytes: number;
  readonly files: number;
}

/** Calls `onProgress` every 100 ms with what `counters` say is done. */
export function reportProgress(
  onProgress: ((progress: HashProgress) => void) | undefined,
  counters: () => HashProgress,
): { finish(): void; stop(): void } {
  if (onProgress === undefined) {
    return { finish: () => undefined, stop: () => undefined };
  }
  const report = (): void => onProgress(counters());
  const timer = setInterval(report, intervalMs);
  timer.unref();
  return { finish: report, stop: () => clearInterval(timer) };
}
