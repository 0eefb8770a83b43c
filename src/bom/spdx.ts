// SPDX-License-Identifier: Apache-2.0
// SPDX licence identifiers and expressions (SPDX 3.0.1 annex B; list version of spdx-license-ids).
// What model cards write is brought to the list's spelling; what is not on the list stays a name. No
// licence text is recognised and no licence is guessed: `gpl-3` stays a name.

import exceptionIds from "spdx-exceptions/index.json" with { type: "json" };
import parseExpression, { type SpdxNode } from "spdx-expression-parse";
import deprecatedIds from "spdx-license-ids/deprecated.json" with { type: "json" };
import licenseIds from "spdx-license-ids/index.json" with { type: "json" };
import { lazy } from "../lazy.ts";
import { licenseIdOfAddress } from "./license-address.ts";

/** A licence as a BOM states it. */
export type License =
  | { readonly kind: "id"; readonly text: string }
  | { readonly kind: "expression"; readonly text: string }
  | { readonly kind: "name"; readonly text: string };

export interface LicenseLists {
  /** Ids, `id WITH exception` forms and names; compared without regard to case. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export type LicenseDecision = "allowed" | "denied" | "unknown";

/** Real expressions stay below 200 characters; the parser recurses once per term and parenthesis. */
const maxExpressionCharacters = 1000;

const spellings = lazy(
  () =>
    new Map<string, string>(
      [...deprecatedIds, ...licenseIds, ...exceptionIds].map((id: string) => [id.toLowerCase(), id]),
    ),
);
const operators = new Set(["and", "or", "with"]);

/**
 * Brings `text` to SPDX spelling: `apache-2.0` is the id `Apache-2.0`, `mit or gpl-2.0-only` an expression,
 * `llama3.2`, `gemma` and `other` are names; the address of a licence of the list is its id. Never throws.
 */
export function normalizeLicense(text: string): License {
  const trimmed = idOfAddress(text) ?? text.trim();
  const tree = parse(trimmed);
  if (tree === undefined) {
    return { kind: "name", text: trimmed };
  }
  const spelled = spell(trimmed);
  const isPlainId = "license" in tree && tree.license === spelled && !spelled.includes("LicenseRef-");
  return { kind: isPlainId ? "id" : "expression", text: spelled };
}

/**
 * Decides a licence by lists. `OR` is allowed if one branch is, `AND` only if all are; one denied part
 * of an `AND`, or every part of an `OR`, is denied. A term is looked up exactly first (`GPL-2.0-only WITH
 * Classpath-exception-2.0`, `Apache-2.0+`), then by its base id: an exception only adds permissions, and
 * `+` lets the user stay with the base version. Deny wins over allow. What is on no list is unknown;
 * a text that is no expression is compared as a whole.
 */
export function evaluateLicense(expression: string, lists: LicenseLists): LicenseDecision {
  const known = { allow: keys(lists.allow), deny: keys(lists.deny) };
  const tree = parse(idOfAddress(expression) ?? expression.trim());
  return tree === undefined ? decide([key(expression)], known) : evaluate(tree, known);
}

/** The id of the list that a web address stands for. */
function idOfAddress(text: string): string | undefined {
  return spellings().get(licenseIdOfAddress(text)?.toLowerCase() ?? "");
}

interface KnownLicenses {
  readonly allow: ReadonlySet<string>;
  readonly deny: ReadonlySet<string>;
}

function evaluate(node: SpdxNode, known: KnownLicenses): LicenseDecision {
  if ("license" in node) {
    const base = `${node.license}${node.plus === true ? "+" : ""}`;
    const exact = node.exception === undefined ? base : `${base} WITH ${node.exception}`;
    return decide([key(exact), key(base), key(node.license)], known);
  }
  const branches = [evaluate(node.left, known), evaluate(node.right, known)];
  const [decisive, other]: LicenseDecision[] =
    node.conjunction === "or" ? ["allowed", "denied"] : ["denied", "allowed"];
  if (decisive === undefined || other === undefined || branches.includes(decisive)) {
    return decisive ?? "unknown";
  }
  return branches.every((branch) => branch === other) ? other : "unknown";
}

/** The first of `candidates`, most exact first, that a list names. */
function decide(candidates: readonly string[], known: KnownLicenses): LicenseDecision {
  for (const candidate of candidates) {
    if (known.deny.has(candidate)) {
      return "denied";
    }
    if (known.allow.has(candidate)) {
      return "allowed";
    }
  }
  return "unknown";
}

function keys(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map(key));
}

function key(text: string): string {
  return text.trim().toLowerCase().split(/\s+/).join(" ");
}

function parse(text: string): SpdxNode | undefined {
  if (text.length > maxExpressionCharacters) {
    return undefined;
  }
  try {
    return parseExpression(spell(text));
  } catch {
    return undefined;
  }
}

/** Ids and exceptions as the lists spell them, operators in capitals, single spaces. */
function spell(text: string): string {
  return text
    .replace(/[A-Za-z0-9.-]+/g, (word) => {
      const lower = word.toLowerCase();
      return operators.has(lower) ? word.toUpperCase() : (spellings().get(lower) ?? word);
    })
    .replace(/\s+/g, " ");
}
