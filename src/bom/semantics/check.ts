// SPDX-License-Identifier: Apache-2.0
// The contract of a semantic check and the one walk that all checks share. A check names the members it
// wants to see; the walk calls it for each of them, so that the cost is linear in the document.

import { isJsonArray, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import type { Args, Code } from "../../codes/index.ts";
import { codes } from "../../codes/index.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { atLeast, type Severity } from "../../model/severity.ts";

/** An object of the document and where it is. */
export interface Site {
  readonly object: JsonObject;
  readonly parent: Site | undefined;
  /** Member of the parent that holds this object, or the array it is an element of; empty at the root. */
  readonly member: string;
  /** Position in that array. */
  readonly index: number | undefined;
}

/** One member of an object, as handed to a check. */
export type MemberCheck = (value: JsonValue, site: Site, key: string, report: Report) => void;

/** A group of checks over one document. Made anew for each document, so it may keep state. */
export interface SemanticCheck {
  /** By member name. */
  readonly members?: Readonly<Record<string, MemberCheck>>;
  /** Runs when the whole document was seen. */
  finish?(root: Site, report: Report): void;
}

/** Findings kept per code; the others are counted. */
const maxFindingsPerCode = 50;

/** Collects findings, at most 50 of each code. */
export class Report {
  readonly #path: string;
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<Code, number>();
  readonly #dropped = new Map<Code, Severity>();

  constructor(path: string) {
    this.#path = path;
  }

  add<C extends Code>(
    code: C,
    pointer: () => string,
    args: Args<C>,
    severity: Severity = codes[code].severity,
  ) {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > maxFindingsPerCode) {
      const worst = this.#dropped.get(code) ?? "info";
      this.#dropped.set(code, atLeast(worst, severity) ? worst : severity);
      return;
    }
    const location = { path: this.#path, member: pointer() };
    this.#findings.push(finding(code, location, args, { severity }));
  }

  /** The findings in document order of their discovery, then one BOM_MORE per code that has more. */
  findings(): Finding[] {
    const more = [...this.#dropped].map(([code, severity]) => {
      const count = (this.#counts.get(code) ?? 0) - maxFindingsPerCode;
      return finding("BOM_MORE", { path: this.#path }, { count, code }, { severity });
    });
    return [...this.#findings, ...more];
  }
}

/** JSON pointer (RFC 6901) to an object, or to a member or an element of one of its arrays. */
export function pointerTo(site: Site, ...more: readonly (string | number)[]): string {
  const steps: (string | number)[] = [];
  for (let each: Site | undefined = site; each?.parent !== undefined; each = each.parent) {
    if (each.index !== undefined) {
      steps.push(each.index);
    }
    steps.push(each.member);
  }
  return [...steps.reverse(), ...more]
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Walks the document once and calls every check. Recursion is bounded by the depth limit of the parser. */
export function runChecks(document: JsonObject, checks: readonly SemanticCheck[], report: Report): void {
  const handlers = new Map<string, MemberCheck[]>();
  for (const check of checks) {
    for (const [member, handler] of Object.entries(check.members ?? {})) {
      handlers.set(member, [...(handlers.get(member) ?? []), handler]);
    }
  }
  const visit = (site: Site): void => {
    for (const key of Object.keys(site.object)) {
      const value = site.object[key] as JsonValue;
      const wanted = handlers.get(key);
      if (wanted !== undefined) {
        for (const handler of wanted) {
          handler(value, site, key, report);
        }
      }
      if (typeof value !== "object" || value === null) {
        continue;
      }
      if (isJsonArray(value)) {
        visitArray(value, site, key);
      } else {
        visit({ object: value as JsonObject, parent: site, member: key, index: undefined });
      }
    }
  };
  const visitArray = (array: readonly JsonValue[], parent: Site, member: string): void => {
    for (let index = 0; index < array.length; index++) {
      const element = array[index];
      // CycloneDX has no arrays of arrays; the schema says so, nothing is looked up inside.
      if (typeof element === "object" && element !== null && !isJsonArray(element)) {
        visit({ object: element as JsonObject, parent, member, index });
      }
    }
  };
  const root: Site = { object: document, parent: undefined, member: "", index: undefined };
  visit(root);
  for (const check of checks) {
    check.finish?.(root, report);
  }
}
