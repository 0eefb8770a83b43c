// SPDX-License-Identifier: Apache-2.0
// The progress line: bytes, rate and time left, redrawn in place on a terminal's stderr. It holds numbers
// only, no file names, so nothing a hostile file chose can reach it.

import type { Output } from "./output.ts";
import { Refusal } from "./refusal.ts";

/** What is done so far and what there is to do. */
export interface ProgressState {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly files: number;
  readonly totalFiles: number;
}

export interface ProgressLine {
  update(state: ProgressState): void;
  /** Clears the line. Must be called on success and on failure, before anything else is printed. */
  end(): void;
}

const redrawMs = 100;
const barCells = 20;

/** A line that is drawn after the first 300 ms of work, so that quick commands do not flicker. */
export function createProgress(output: Output, nowMs: () => number): ProgressLine {
  const startMs = nowMs();
  let drawnAtMs = startMs + 200;
  let isDrawn = false;
  return {
    update(state) {
      const ms = nowMs();
      if (ms - drawnAtMs >= redrawMs) {
        drawnAtMs = ms;
        isDrawn = true;
        draw(output, `\r${progressText(state, ms - startMs, output.columns ?? 80)}\x1b[K`);
      }
    },
    end() {
      if (isDrawn) {
        isDrawn = false;
        draw(output, "\r\x1b[K");
      }
    },
  };
}

/** A line that is never drawn. */
export const noProgress: ProgressLine = { update() {}, end() {} };

function draw(output: Output, text: string): void {
  output.write(text).catch((error: unknown) => {
    // A terminal that went away takes its progress line with it; anything else is a fault.
    if (!(error instanceof Refusal)) {
      throw error;
    }
  });
}

/** The line's text, at most `columns - 1` characters. */
export function progressText(state: ProgressState, elapsedMs: number, columns: number): string {
  const share = state.totalBytes > 0 ? Math.min(state.bytes / state.totalBytes, 1) : 0;
  const bytesPerSecond = elapsedMs > 0 ? (state.bytes * 1000) / elapsedMs : 0;
  const leftSeconds =
    bytesPerSecond > 0 ? (state.totalBytes - state.bytes) / bytesPerSecond : Number.POSITIVE_INFINITY;
  const cells = Math.round(share * barCells);
  const parts = [
    `${String(Math.floor(share * 100)).padStart(3)}% [${"#".repeat(cells)}${".".repeat(barCells - cells)}]`,
    `${formatBytes(state.bytes)} of ${formatBytes(state.totalBytes)}`,
    `${formatBytes(bytesPerSecond)}/s`,
    `${formatDuration(leftSeconds)} left`,
    `${state.files}/${state.totalFiles} files`,
  ];
  let text = parts[0] ?? "";
  for (const part of parts.slice(1)) {
    if (text.length + 2 + part.length < columns) {
      text = `${text}  ${part}`;
    }
  }
  return text.slice(0, Math.max(columns - 1, 0));
}

/** Decimal units, three significant digits: `1.23 GB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return "unknown time";
  }
  const whole = Math.ceil(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
