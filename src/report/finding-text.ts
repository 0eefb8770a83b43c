// SPDX-License-Identifier: Apache-2.0
// Findings as text: one entry each, gravity first, then where, what, and the code to ask about.

import { escapeText } from "../codes/escape.ts";
import { type Code, isCode } from "../codes/index.ts";
import { messageParts, renderMessage } from "../codes/render.ts";
import type { Finding, Location } from "../model/finding.ts";
import { atLeast } from "../model/severity.ts";
import { sortFindings } from "../policy/finding-order.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

const severityColumns = 10;

/** Where a finding points, in one phrase; empty for an artifact as a whole. */
export function formatLocation(location: Location): string {
  const parts = location.path === "." || location.path === "" ? [] : [escapeText(location.path)];
  const { line, offset, offsetIn, member } = location;
  parts.push(...(line === undefined ? [] : [`line ${line}`]));
  const byte = offset === undefined ? [] : [`byte ${offset}`];
  const named = member === undefined || member === "" ? [] : [escapeText(member)];
  // From the whole to the part: a byte of a member stands behind its name.
  return [...parts, ...(offsetIn === "member" ? [...named, ...byte] : [...byte, ...named])].join(", ");
}

/** Where a finding points, as far as its message does not say it. */
export function formatPlace(item: Finding): string {
  return formatLocation(withoutTold(item.location, renderMessage(item.code, shortenDigests(item.args))));
}

/** Place and message, without severity and code. */
export function formatFinding(item: Finding): string {
  const message = renderMessage(item.code, shortenDigests(item.args));
  const place = formatPlace(item);
  return place === "" ? message : `${place}: ${message}`;
}

/** The same, with what it is about in front if the message does not name it. */
export function formatFindingNamed(item: Finding): string {
  const text = formatFinding(item);
  const subject = escapeText(item.subject);
  return text.includes(subject) ? text : `${subject}: ${text}`;
}

/**
 * The message with its arguments marked up, digests shortened.
 * @param own for the words of the code table
 * @param mark for arguments, which a stranger may have chosen
 */
export function markMessage(
  { code, args }: Pick<Finding, "code" | "args">,
  own: (text: string) => string,
  mark: (text: string) => string,
): string {
  return messageParts(code, shortenDigests(args))
    .map(({ text, isArgument }) => (isArgument ? mark(text) : own(text)))
    .join("");
}

/** A message that begins with the name of the part needs no place that ends with it. */
function withoutTold(location: Location, message: string): Location {
  const { member, ...rest } = location;
  return member !== undefined && message.startsWith(`${escapeText(member)} `) ? rest : location;
}

/** The message of a rejection, whose code comes from a verifier as text. */
export function formatCoded(code: string, args: Readonly<Record<string, unknown>>): string {
  return isCode(code) ? renderMessage(code satisfies Code, shortenDigests(args)) : escapeText(code);
}

const digestText = /^[0-9a-f]{64,128}$/;

/** Sixteen digits are what people compare; JSON reports have them all. */
function shortenDigests(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(args).map(([name, value]) => {
    const isDigest = typeof value === "string" && digestText.test(value);
    return [name, isDigest ? `${value.slice(0, 16)}…` : value] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Findings as aligned lines, gravest first, wrapped at `width`; at most `max` of them, then a count and what has `allIn`.
 * Untrusted text in them is escaped.
 */
export function renderFindings(
  findings: readonly Finding[],
  style: Style,
  width: number,
  options: { readonly indent?: number; readonly max?: number; readonly allIn?: string } = {},
): string {
  const { indent = 2, max = Number.POSITIVE_INFINITY, allIn = "--format json" } = options;
  const sorted = sortFindings(findings);
  const lines = sorted.slice(0, max).flatMap((item) => findingLines(item, style, width, indent));
  if (sorted.length > max) {
    lines.push(style.dim(`${" ".repeat(indent)}and ${sorted.length - max} more (${allIn} has all)`));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function findingLines(item: Finding, style: Style, width: number, indent: number): string[] {
  const start = " ".repeat(indent);
  const body = indent + severityColumns;
  const lines = wrap(`${formatFinding(item)} [${item.code}]`, width, " ".repeat(body), body);
  const mark = atLeast(item.severity, "high") ? style.deny : style.warn;
  const severity = `${start}${mark(item.severity.padEnd(severityColumns))}`;
  return lines.map((line, index) => {
    const text = line.slice(body).replace(`[${item.code}]`, () => style.dim(`[${item.code}]`));
    return index === 0 ? severity + text : " ".repeat(body) + text;
  });
}
