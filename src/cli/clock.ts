// SPDX-License-Identifier: Apache-2.0
// The only reader of the clock. Time enters once, as a value, and is passed down; everything below is a
// function of its inputs.

import type { Environment } from "./environment.ts";
import { Refusal } from "./refusal.ts";

/** Whole seconds; the largest is the last second of the year 9999, beyond which RFC 3339 has no spelling. */
const maxEpochSeconds = 253_402_300_799;

/** The current instant. */
export function readClock(): Date {
  return new Date(Date.now());
}

/**
 * The time stamp for a BOM: `SOURCE_DATE_EPOCH` if it is set, else the clock, in whole seconds.
 * @throws {AibomError} CLI_ENVIRONMENT_INVALID
 */
export function bomTimestamp(environment: Environment): Date {
  const text = environment.sourceDateEpoch;
  if (text === undefined || text === "") {
    return new Date(Math.floor(readClock().getTime() / 1000) * 1000);
  }
  const seconds = /^(0|[1-9][0-9]{0,11})$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= maxEpochSeconds)) {
    throw Refusal.of("CLI_ENVIRONMENT_INVALID", {
      name: "SOURCE_DATE_EPOCH",
      expected: "whole seconds since 1970",
      got: JSON.stringify(text),
    });
  }
  return new Date(seconds * 1000);
}
