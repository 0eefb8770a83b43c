// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { bomTimestamp } from "../../src/cli/clock.ts";
import type { Environment } from "../../src/cli/environment.ts";
import { createProgress, formatBytes, formatDuration, progressText } from "../../src/cli/progress.ts";
import { textWidth, wantsColour } from "../../src/cli/terminal.ts";

const bare: Environment = {
  noColor: undefined,
  forceColor: undefined,
  term: undefined,
  ci: undefined,
  githubStepSummary: undefined,
  sourceDateEpoch: undefined,
  httpsProxy: undefined,
  noProxy: undefined,
  variables: {},
};

test("colour: flag and NO_COLOR, then FORCE_COLOR, then the terminal", () => {
  const cases: readonly (readonly [
    Partial<Environment>,
    flag: boolean,
    terminal: boolean,
    expected: boolean,
  ])[] = [
    [{}, true, true, true],
    [{}, true, false, false],
    [{}, false, true, false],
    [{ term: "dumb" }, true, true, false],
    [{ noColor: "1" }, true, true, false],
    [{ noColor: "" }, true, true, true],
    [{ noColor: "0" }, true, true, false],
    [{ noColor: "1", forceColor: "1" }, true, true, false],
    [{ forceColor: "1" }, true, false, true],
    [{ forceColor: "1", term: "dumb" }, true, false, true],
    [{ forceColor: "0" }, true, true, false],
    [{ forceColor: "false" }, true, true, false],
    [{ forceColor: "" }, true, false, false],
    [{ forceColor: "1" }, false, true, false],
  ];
  for (const [environment, flag, isTerminal, expected] of cases) {
    const found = wantsColour({ ...bare, ...environment }, flag, isTerminal);
    assert.equal(found, expected, JSON.stringify([environment, flag, isTerminal]));
  }
});

test("width stays readable", () => {
  assert.equal(textWidth(undefined), 100);
  assert.equal(textWidth(1), 40);
  assert.equal(textWidth(500), 140);
});

test("SOURCE_DATE_EPOCH is whole seconds or refused", () => {
  const at = (sourceDateEpoch: string): string => bomTimestamp({ ...bare, sourceDateEpoch }).toISOString();
  assert.equal(at("0"), "1970-01-01T00:00:00.000Z");
  assert.equal(at("1767225600"), "2026-01-01T00:00:00.000Z");
  assert.equal(at("253402300799"), "9999-12-31T23:59:59.000Z");
  for (const text of ["-1", "1.5", " 1", "1e3", "253402300800", "999999999999999", "abc", "0x1", "01"]) {
    assert.throws(() => at(text), { code: "CLI_ENVIRONMENT_INVALID" }, text);
  }
  assert.equal(bomTimestamp(bare).getTime() % 1000, 0);
});

test("numbers for people", () => {
  assert.equal(formatBytes(0), "0 B");
  assert.equal(formatBytes(999), "999 B");
  assert.equal(formatBytes(1_230_000), "1.23 MB");
  assert.equal(formatBytes(999_999), "1.00 MB");
  assert.equal(formatBytes(12_300_000_000), "12.3 GB");
  assert.equal(formatBytes(123_000_000_000_000_000), "123 PB");
  assert.equal(formatDuration(0.2), "1 s");
  assert.equal(formatDuration(200), "3 min 20 s");
  assert.equal(formatDuration(7500), "2 h 5 min");
  assert.equal(formatDuration(Number.POSITIVE_INFINITY), "unknown time");
});

test("the progress line fits its terminal", () => {
  const state = { bytes: 5e8, totalBytes: 1e9, files: 3, totalFiles: 8 };
  assert.equal(
    progressText(state, 1000, 120),
    " 50% [##########..........]  500 MB of 1.00 GB  500 MB/s  1 s left  3/8 files",
  );
  for (const columns of [1, 10, 27, 40, 60, 80, 200]) {
    assert.ok(progressText(state, 1000, columns).length < columns || columns === 1);
  }
  assert.match(progressText({ bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 }, 0, 100), /^ {2}0% /);
});

test("the progress line appears after a while and is cleared", () => {
  const written: string[] = [];
  const output = {
    isTerminal: true,
    columns: 80,
    write: (data: string | Uint8Array) => {
      written.push(String(data));
      return Promise.resolve();
    },
  };
  let ms = 0;
  const line = createProgress(output, () => ms);
  const state = { bytes: 1, totalBytes: 2, files: 0, totalFiles: 1 };
  line.update(state);
  assert.equal(written.length, 0);
  ms = 301;
  line.update(state);
  line.update(state);
  assert.equal(written.length, 1);
  line.end();
  line.end();
  assert.equal(written.at(-1), "\r\x1b[K");
  assert.equal(written.length, 2);
});
