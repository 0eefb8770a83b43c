// SPDX-License-Identifier: Apache-2.0
// in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md) and v0.1, parsed from a payload whose
// signature is good. Fields that the specification does not name are ignored, as it asks: they are signed.

import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

export const statementTypeV1 = "https://in-toto.io/Statement/v1";
export const statementTypeV01 = "https://in-toto.io/Statement/v0.1";

/** Levels that a statement adds around its predicate, the deepest of which is a BOM. */
export const statementDepth = 2;

/** One subject: a name and digests by algorithm. Algorithm names and values are as signed, unchecked. */
export interface Subject {
  readonly name: string;
  readonly digests: ReadonlyMap<string, string>;
}

export interface Statement {
  readonly predicateType: string;
  readonly subjects: readonly Subject[];
  readonly predicate: JsonObject;
}

/**
 * Parses a statement.
 * @throws {AibomError} JSON_*, STATEMENT_*
 */
export function parseStatement(
  payload: Uint8Array,
  rules: {
    readonly path: string;
    readonly types: readonly string[];
    readonly maxDepth: number;
    /** An absent or null predicate counts as an empty one, as Statement v1 says. Default: it is refused. */
    readonly isPredicateOptional?: boolean;
  },
): Statement {
  const { path, maxDepth } = rules;
  const root = parseJson(payload, { path, maxBytes: payload.length, maxDepth });
  if (!isJsonObject(root)) {
    throw malformed("it is not an object");
  }
  const type = textMember(root, "_type");
  if (!rules.types.includes(type)) {
    throw AibomError.of("STATEMENT_TYPE", { got: type.slice(0, 100), expected: rules.types.join(" or ") });
  }
  const predicateType = textMember(root, "predicateType");
  const subjects = listMember(root, "subject");
  if (subjects.length > limits.maxStatementEntries) {
    throw AibomError.of("STATEMENT_SUBJECT_COUNT", {
      count: subjects.length,
      expected: `at most ${limits.maxStatementEntries}`,
    });
  }
  const given = member(root, "predicate");
  const predicate = rules.isPredicateOptional === true ? (given ?? {}) : given;
  if (!isJsonObject(predicate)) {
    throw malformed("predicate is not an object");
  }
  return { predicateType, subjects: subjects.map(parseSubject), predicate };
}

function parseSubject(value: JsonValue): Subject {
  const digest = isJsonObject(value) ? member(value, "digest") : undefined;
  if (!isJsonObject(value) || !isJsonObject(digest)) {
    throw malformed("a subject has no digest");
  }
  const digests = new Map<string, string>();
  for (const [algorithm, hex] of Object.entries(digest)) {
    if (typeof hex !== "string") {
      throw malformed("a digest of a subject is not a text");
    }
    digests.set(algorithm, hex);
  }
  if (digests.size === 0) {
    throw malformed("a subject has no digest");
  }
  const name = member(value, "name");
  return { name: typeof name === "string" ? name : "", digests };
}

/** An own member: inherited names are no fields. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function textMember(object: JsonObject, name: string): string {
  const value = member(object, name);
  if (typeof value !== "string") {
    throw malformed(`${name} is not a text`);
  }
  return value;
}

function listMember(object: JsonObject, name: string): JsonArray {
  const value = member(object, name);
  if (!isJsonArray(value)) {
    throw malformed(`${name} is not a list`);
  }
  return value;
}

function malformed(reason: string): AibomError {
  return AibomError.of("STATEMENT_MALFORMED", { reason });
}
