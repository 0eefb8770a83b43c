// SPDX-License-Identifier: Apache-2.0
// The one place where HTML comes from. Markup is what stands in the source as a literal; every value between is text, and is
// escaped. A value can stand in an element's content or between the double quotes of an attribute that holds no code and no
// style; an address must be one of `addressOf…`. Anything else is a mistake in the source and throws.

import { createHash } from "node:crypto";
import { escapeText } from "../codes/escape.ts";
import { markupText } from "./markup-text.ts";

class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

class Address {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Finished markup. Only this module makes it. */
export type Html = Markup;

/** Where a link may lead: into the page, or to a file beside it. */
export type HtmlAddress = Address;

export type HtmlValue = string | number | Markup | Address | false | undefined | readonly HtmlValue[];

/** What a hole of a template may hold. */
type Place = "content" | "attribute" | "address";

const placesOfTemplate = new WeakMap<TemplateStringsArray, readonly Place[]>();

/** Markup with values. Text is made safe to show and loses its power over markup; lists are joined; `undefined` is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let places = placesOfTemplate.get(strings);
  if (places === undefined) {
    places = findPlaces(strings);
    placesOfTemplate.set(strings, places);
  }
  let text = strings[0] ?? "";
  for (const [index, value] of values.entries()) {
    text += fill(places[index] ?? "content", value) + strings[index + 1];
  }
  return new Markup(text);
}

/** Nothing. */
export const noHtml = new Markup("");

/** Text whose words of strangers were made safe to show before: sentences of the report's text functions. */
export function escapedText(text: string): Html {
  return new Markup(markupText(text));
}

/** One markup from many. */
export function joinHtml(parts: readonly Html[], separator = ""): Html {
  return new Markup(parts.map(({ text }) => text).join(separator));
}

/**
 * A style sheet or a script of ours in its element: a constant of the program, never a value that came from outside.
 * @throws {Error} if it could end its element
 */
export function embedConstantUnsafe(element: "style" | "script", text: string): Html {
  if (/<[/!]/.test(text)) {
    throw new Error(`a ${element} must not hold "</" or "<!"`);
  }
  return new Markup(`<${element}>${text}</${element}>`);
}

/**
 * The element by which a page allows its own style sheet and script, by digest, and nothing else; its script cannot make
 * markup of text either.
 */
export function contentPolicy({ style, script }: { readonly style: string; readonly script?: string }): Html {
  const directives = [
    "default-src 'none'",
    `style-src ${digestSource(style)}`,
    ...(script === undefined ? [] : [`script-src ${digestSource(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
    ...(script === undefined ? [] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
  ];
  return new Markup(`<meta http-equiv="Content-Security-Policy" content="${directives.join("; ")}">`);
}

function digestSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** An element of this page, by an id that is ours. */
export function addressOfElement(id: string): HtmlAddress {
  return new Address(`#${encodeURIComponent(id)}`);
}

/** A file beside the page or below: it begins with `./`, no name in it becomes a scheme or a host, and no step leads up. */
export function addressOfFile(path: string): HtmlAddress {
  const parts = path.toWellFormed().split("/");
  return new Address(
    `./${parts.map((part) => (/^\.+$/.test(part) ? "-" : encodeURIComponent(part))).join("/")}`,
  );
}

function fill(place: Place, value: HtmlValue): string {
  if (place === "address") {
    if (!(value instanceof Address)) {
      throw new Error("an address must be made by addressOfElement or addressOfFile");
    }
    return markupText(value.text);
  }
  if (value === false || value === undefined) {
    return "";
  }
  if (typeof value === "string" || typeof value === "number") {
    return markupText(escapeText(String(value)));
  }
  if (value instanceof Markup && place === "content") {
    return value.text;
  }
  if (Array.isArray(value) && place === "content") {
    return value.map((each) => fill(place, each)).join("");
  }
  throw new Error(`this value cannot stand in ${place === "content" ? "content" : "an attribute"}`);
}

const addressAttributes = new Set(["href", "src"]);

/** Attributes whose text is run, is a style, or is markup again. */
const closedAttributes = /^(?:on.*|style|srcdoc|srcset|action|formaction|http-equiv|xlink:href|ping|data)$/;

/** What the literals open and do not close before the next value: elements whose content is not markup, and comments. */
const rawContent = /<!--|<(?:script|style|textarea|template|iframe|foreignobject)\b/i;

type State = "content" | "tag" | "value";

/** What each character of our own markup leads to; the others change nothing. */
const steps: Readonly<Record<State, ReadonlyMap<string, State>>> = {
  content: new Map([["<", "tag"]]),
  tag: new Map([
    [">", "content"],
    ['"', "value"],
  ]),
  value: new Map([['"', "tag"]]),
};

/** Walks the literal text as a parser would, as far as our own markup goes. */
function findPlaces(literals: readonly string[]): readonly Place[] {
  const places: Place[] = [];
  let state: State = "content";
  let attribute = "";
  for (const [index, literal] of literals.entries()) {
    if (rawContent.test(literal)) {
      throw new Error("no comments, and no elements whose content is not markup");
    }
    for (let at = 0; at < literal.length; at += 1) {
      const next: State = steps[state].get(literal.charAt(at)) ?? state;
      if (state === "tag" && next === "value") {
        attribute = /([a-z:-]+)=$/.exec(literal.slice(0, at))?.[1] ?? "";
      }
      state = next;
    }
    if (index < literals.length - 1) {
      places.push(placeOf(state, attribute));
    }
  }
  if (state !== "content") {
    throw new Error("a template ends inside a tag");
  }
  return places;
}

function placeOf(state: State, attribute: string): Place {
  if (state === "content") {
    return "content";
  }
  if (state === "tag" || attribute === "" || closedAttributes.test(attribute)) {
    throw new Error(`no value may stand in ${state === "tag" ? "a tag" : `the attribute ${attribute}`}`);
  }
  return addressAttributes.has(attribute) ? "address" : "attribute";
}
