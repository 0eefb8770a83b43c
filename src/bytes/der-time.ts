// SPDX-License-Identifier: Apache-2.0
// UTCTime and GeneralizedTime in their DER form (X.690, section 11.7): UTC with "Z", seconds always present. A
// GeneralizedTime may carry a fraction of any length; a Date holds its first three digits. Trailing zeros of a
// fraction are accepted, although DER omits them: time-stamp services write them, and the text has one meaning.

import { AibomError } from "../errors.ts";
import { type DerElement, derTags, expectTag } from "./der.ts";
import { derAscii } from "./der-values.ts";

/** An instant as the element says it. */
export interface DerTime {
  /** The instant, cut to milliseconds. */
  readonly time: Date;
  /** True if the element has digits beyond milliseconds that are not zero: `time` is then up to 1 ms early. */
  readonly isCut: boolean;
  /** The digits after the decimal point, as written; empty without a fraction. */
  readonly fraction: string;
}

/**
 * Reads a UTCTime (years 1950 to 2049) or a GeneralizedTime.
 * @throws {AibomError} DER_TAG, DER_VALUE if it is not canonical or no such instant exists
 */
export function derTime(element: DerElement, what: string): DerTime {
  const { offset } = element;
  const isUtc = element.tag === derTags.utcTime;
  if (!isUtc) {
    expectTag(element, derTags.generalizedTime, what);
  }
  const text = derAscii(element, what);
  const digits = isUtc ? 12 : 14;
  const whole = text.slice(0, digits);
  const fraction = fractionOf(text.slice(digits), isUtc);
  const time =
    isDigits(whole) && whole.length === digits ? instant(isUtc ? withCentury(whole) : whole) : undefined;
  if (time === undefined || fraction === undefined) {
    throw AibomError.of("DER_VALUE", { what, offset, reason: "is not a time in canonical form" });
  }
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  return {
    time: new Date(time + milliseconds),
    isCut: [...fraction.slice(3)].some((digit) => digit !== "0"),
    fraction,
  };
}

/** What stands between the seconds and the end: "Z", or "." digits "Z". */
function fractionOf(tail: string, isUtc: boolean): string | undefined {
  if (tail === "Z") {
    return "";
  }
  const fraction = tail.slice(1, -1);
  const isFraction = tail.startsWith(".") && tail.endsWith("Z") && fraction !== "" && isDigits(fraction);
  return isFraction && !isUtc ? fraction : undefined;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x30 || unit > 0x39) {
      return false;
    }
  }
  return true;
}

/** RFC 5280, section 4.1.2.5.1. */
function withCentury(whole: string): string {
  return `${Number(whole.slice(0, 2)) >= 50 ? "19" : "20"}${whole}`;
}

/** Milliseconds since 1970 of YYYYMMDDhhmmss, or undefined if the calendar has no such second. */
function instant(text: string): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [
    text.slice(0, 4),
    text.slice(4, 6),
    text.slice(6, 8),
    text.slice(8, 10),
    text.slice(10, 12),
    text.slice(12, 14),
  ].map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, 0);
  // Date rolls 31 February over into March; a leap second would roll over too, and is refused with the rest.
  const written = [
    String(date.getUTCFullYear()).padStart(4, "0"),
    ...[
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds(),
    ].map((part) => String(part).padStart(2, "0")),
  ].join("");
  return written === text ? date.getTime() : undefined;
}
