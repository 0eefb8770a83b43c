// SPDX-License-Identifier: Apache-2.0
// The `format` checks that our schemas use, as strict functions in linear time: RFC 3339 dates, RFC 3986/3987
// references, RFC 5321 and 6531 mail addresses (dot-atoms only), RFC 9562 UUIDs. Bundled into each validator.

type Format = (text: string) => boolean;

const digits = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

function isDate(text: string): boolean {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") {
    return false;
  }
  const year = digits(text.slice(0, 4));
  const month = digits(text.slice(5, 7));
  const day = digits(text.slice(8, 10));
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return year >= 0 && days !== undefined && day >= 1 && day <= days;
}

const timeShape = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|([+-])(\d\d):(\d\d))$/;

function isTime(text: string): boolean {
  const match = timeShape.exec(text);
  if (match === null) {
    return false;
  }
  const [hour = 24, minute = 60, second = 61] = match.slice(1, 4).map(Number);
  const sign = match[4] === "-" ? -1 : 1;
  const offsetHour = Number(match[5] ?? 0);
  const offsetMinute = Number(match[6] ?? 0);
  if (hour > 23 || minute > 59 || offsetHour > 23 || offsetMinute > 59) {
    return false;
  }
  // A leap second is only ever the last second of a day in UTC.
  const utcMinute = hour * 60 + minute - sign * (offsetHour * 60 + offsetMinute);
  return second <= 59 || (second === 60 && ((utcMinute % 1440) + 1440) % 1440 === 1439);
}

function isDateTime(text: string): boolean {
  const separator = text[10];
  return (separator === "T" || separator === "t") && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

const asciiAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;
// RFC 6531 adds every character above ASCII; controls and separators of Unicode stay out.
const wideAtom = /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\p{ASCII}\p{C}\p{Z}])+$/u;
const asciiLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const wideLabel = /^(?:[A-Za-z0-9-]|[^\p{ASCII}\p{C}\p{Z}]){1,63}$/u;

function isMail(text: string, atom: RegExp, label: RegExp): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64 || text.length > 320) {
    return false;
  }
  const isLocal = text
    .slice(0, at)
    .split(".")
    .every((part) => atom.test(part));
  const labels = text.slice(at + 1).split(".");
  return isLocal && labels.every((part) => label.test(part) && !part.startsWith("-") && !part.endsWith("-"));
}

const schemeShape = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const percentFault = /%(?![0-9A-Fa-f]{2})/;
// Never allowed unescaped in a URI or IRI (RFC 3986 section 2, RFC 3987 section 2.2).
const forbidden = /[\0-\x20"<>\\^`{|}\x7f-\x9f\ufff0-\uffff]|\p{Zs}|\p{Zl}|\p{Zp}/u;

function isReference(text: string): boolean {
  if (percentFault.test(text) || forbidden.test(text) || !text.isWellFormed()) {
    return false;
  }
  const hash = text.indexOf("#");
  if (hash >= 0 && text.includes("#", hash + 1)) {
    return false;
  }
  const withoutFragment = hash < 0 ? text : text.slice(0, hash);
  const scheme = schemeShape.exec(withoutFragment)?.[0] ?? "";
  const rest = withoutFragment.slice(scheme.length);
  const path = rest.split("?", 1)[0] ?? "";
  // A first segment with a colon would have been a scheme (RFC 3986 section 4.2).
  const isSegmentPlain = scheme !== "" || !(path.split("/", 1)[0] ?? "").includes(":");
  return isSegmentPlain && (path.startsWith("//") ? isAuthority(path) : !/[[\]]/.test(path));
}

/** Checks host and port, and that the path behind them has no brackets. Queries with brackets are common. */
function isAuthority(hierarchy: string): boolean {
  const [authority = ""] = hierarchy.slice(2).split("/", 1);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const isHost = host.startsWith("[")
    ? /^\[[0-9A-Fa-f:.]+\](?::\d*)?$/.test(host)
    : /^[^:[\]]*(?::\d*)?$/.test(host);
  return isHost && !/[[\]]/.test(hierarchy.slice(2 + authority.length));
}

const ascii = /^\p{ASCII}*$/u;

/** Every format by name. A schema that uses another one does not build. */
export const formats: Readonly<Record<string, Format>> = {
  date: isDate,
  time: isTime,
  "date-time": isDateTime,
  email: (text) => isMail(text, asciiAtom, asciiLabel),
  "idn-email": (text) => isMail(text, wideAtom, wideLabel),
  "iri-reference": isReference,
  iri: (text) => schemeShape.test(text) && isReference(text),
  "uri-reference": (text) => ascii.test(text) && isReference(text),
  uri: (text) => ascii.test(text) && schemeShape.test(text) && isReference(text),
  uuid: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
};
