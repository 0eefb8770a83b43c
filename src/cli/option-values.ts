// SPDX-License-Identifier: Apache-2.0
// Reads the values of flags. Strict on purpose: a gate that guesses what `--at 01/02/03` means is no gate.

import { type DigestAlgorithm, digestAlgorithms, isDigestAlgorithm } from "../model/digest.ts";
import { Refusal } from "./refusal.ts";

function invalid(option: string, expected: string, got: string): Refusal {
  return Refusal.of("CLI_OPTION_INVALID", { option, expected, got: JSON.stringify(got) });
}

/**
 * A parser for a whole number from `min` to `max`, in plain decimal digits.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function wholeNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw invalid(option, `a whole number from ${min} to ${max}`, text);
    }
    return value;
  };
}

/**
 * A parser for a digest in hexadecimal, or the beginning of one that is long enough to mean something.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function digestStart(option: string): (text: string) => string {
  return (text) => {
    const hex = text.replace(/^sha(?:256|384|512):/, "").toLowerCase();
    if (!/^[0-9a-f]{8,128}$/.test(hex)) {
      throw invalid(option, "a digest in hexadecimal, or its first 8 digits or more", text);
    }
    return hex;
  };
}

/**
 * A parser for a word such as `import` or `hand-over`: lower case, digits, hyphens.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function word(option: string): (text: string) => string {
  return (text) => {
    if (text.length > 64 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(text)) {
      throw invalid(option, "a word in lower case, such as import or hand-over", text);
    }
    return text;
  };
}

const byteUnits = new Map([
  ["", 1],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["KIB", 1024],
  ["MIB", 1024 ** 2],
  ["GIB", 1024 ** 3],
]);

/**
 * A parser for a size in bytes: `1000000`, `512MiB`, `1GB`.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function byteSize(option: string): (text: string) => number {
  return (text) => {
    const [, digits = "", unit = ""] = /^([1-9][0-9]{0,15}) ?([A-Za-z]*)$/.exec(text) ?? [];
    const factor = byteUnits.get(unit.toUpperCase());
    const bytes = digits === "" || factor === undefined ? Number.NaN : Number(digits) * factor;
    if (!Number.isSafeInteger(bytes)) {
      throw invalid(option, "a size in bytes such as 1000000, 512MiB or 1GB", text);
    }
    return bytes;
  };
}

const instantPattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * A parser for an RFC 3339 date-time. The time zone is required and the date must exist in the calendar.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function instant(option: string): (text: string) => Date {
  return (text) => {
    const [, day = "", time = "", fraction = "", zone = ""] = instantPattern.exec(text) ?? [];
    const utc = new Date(`${day}T${time}Z`);
    const value = new Date(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
    const isReal =
      !Number.isNaN(utc.getTime()) &&
      !Number.isNaN(value.getTime()) &&
      utc.toISOString() === `${day}T${time}.000Z`;
    if (!isReal) {
      throw invalid(option, "a time such as 2026-01-31T12:00:00Z (RFC 3339)", text);
    }
    return value;
  };
}

/**
 * A parser for an RFC 3339 date-time or a date, which stands for its first or its last second in UTC.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function instantOrDay(option: string, second: "first" | "last"): (text: string) => Date {
  const parse = instant(option);
  const time = second === "first" ? "00:00:00Z" : "23:59:59Z";
  return (text) => parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T${time}` : text);
}

/**
 * A parser for a comma-separated list of names out of `allowed`, each at most once. It is for one flag of one command line: a flag
 * that is repeated adds to the list.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function nameList<T extends string>(option: string, allowed: readonly T[]): (text: string) => T[] {
  const given: T[] = [];
  return (text) => {
    const names = text.split(",");
    given.push(...names.filter((name): name is T => allowed.some((candidate) => candidate === name)));
    if (!names.every((name) => given.some((each) => each === name)) || new Set(given).size !== given.length) {
      throw invalid(option, `a list of ${allowed.join(", ")}, each at most once`, text);
    }
    return [...given];
  };
}

/**
 * A parser for digest names that aibom writes into a BOM.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function digestList(option: string): (text: string) => DigestAlgorithm[] {
  return nameList(
    option,
    digestAlgorithms.filter((name) => isDigestAlgorithm(name) && name !== "blake3"),
  );
}

/**
 * A parser for one name out of `allowed`.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function oneOf<T extends string>(option: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((name) => name === text);
    if (found === undefined) {
      throw invalid(option, `one of ${allowed.join(", ")}`, text);
    }
    return found;
  };
}

/**
 * A parser for an absolute URI, kept as it is written.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function uri(option: string): (text: string) => string {
  return (text) => {
    if (!URL.canParse(text) || /[^!-~]/.test(text)) {
      throw invalid(option, "an absolute URI such as https://ci.example.com/gate", text);
    }
    return text;
  };
}

/** Collects a flag that may be given several times. */
export function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

/**
 * A parser for an object identifier in dotted text, such as 1.3.6.1.4.1.99999.1.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function objectIdentifier(option: string): (text: string) => string {
  return (text) => {
    // The second arc is below 40 under 0 and 1; the length is that of any real one.
    if (text.length > 128 || !/^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))+$/.test(text)) {
      throw invalid(option, "an object identifier such as 1.3.6.1.4.1.99999.1", text);
    }
    return text;
  };
}

/**
 * A parser for an address to listen on: `127.0.0.1:3161`, `[::1]:3161`, `localhost:0`.
 * @throws {AibomError} CLI_OPTION_INVALID
 */
export function hostAndPort(option: string): (text: string) => { host: string; port: number } {
  return (text) => {
    const [, six, four, digits = ""] =
      /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z.-]{1,253})):(0|[1-9]\d{0,4})$/.exec(text) ?? [];
    const host = six ?? four;
    const port = Number(digits);
    if (host === undefined || port > 65_535) {
      throw invalid(option, "an address and a port such as 127.0.0.1:3161 or [::1]:3161", text);
    }
    return { host, port };
  };
}
