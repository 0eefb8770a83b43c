// SPDX-License-Identifier: Apache-2.0
// The expression language of policies: CEL, cut down to what cannot harm. Declared variables only, checked types, a boolean
// result; no `matches`, whose patterns may run for hours, but `re2`, which takes time in proportion to the text; macros
// within macros once, no more. The only module that knows the packages.

import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import type { CelContext } from "./variables.ts";

/** Bytes of one expression in UTF-8. Longer ones want to be a rule kind, or several rules. */
const maxSourceBytes = 2048;

/** `all` within `all`: the square of a list is what the time budget can bear. */
const maxMacroDepth = 2;

/** Characters of a pattern; its program grows with it. */
const maxPatternCharacters = 256;

const macros: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter", "bind"]);

/** An expression that was parsed and checked. */
export interface CompiledExpression {
  /** @throws {Error} whatever went wrong: a key that is missing, a type that does not fit. */
  evaluate(context: CelContext): boolean;
}

/** Why an expression is not accepted. */
export class ExpressionError extends Error {}

let shared: Environment | undefined;

function environment(): Environment {
  shared ??= new Environment({
    unlistedVariablesAreDyn: false,
    limits: { maxAstNodes: 500, maxDepth: 32, maxListElements: 500, maxMapEntries: 100, maxCallArguments: 8 },
  })
    .registerType({
      name: "File",
      schema: { path: "string", size: "int", format: "string", status: "string", sha256: "string" },
    })
    .registerType({
      name: "Fact",
      schema: { name: "string", value: "dyn", path: "string" },
    })
    .registerType({
      name: "Finding",
      schema: { code: "string", severity: "string", path: "string" },
    })
    .registerVariable({
      name: "artifact",
      schema: { name: "string", kind: "string", manifest: "string", files: "int", bytes: "int" },
    })
    .registerVariable("files", "list<File>")
    .registerVariable("facts", "list<Fact>")
    .registerVariable("claims", "list<Fact>")
    .registerVariable("findings", "list<Finding>")
    .registerFunction("string.re2(string): bool", searchPattern);
  return shared;
}

/** Expressions run over many artifacts with the same few patterns. */
const patterns = new Map<string, RE2JS>();

/** True if the pattern is found anywhere, as `matches` of CEL does. */
function searchPattern(text: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    if (pattern.length > maxPatternCharacters) {
      throw new ExpressionError(
        `a pattern has ${pattern.length} characters, limit is ${maxPatternCharacters}`,
      );
    }
    compiled = RE2JS.compile(pattern);
    if (patterns.size < 100) {
      patterns.set(pattern, compiled);
    }
  }
  return compiled.matcher(text).find();
}

/**
 * Parses and checks an expression.
 * @throws {ExpressionError} with the reason, in one line
 */
export function compileExpression(source: string): CompiledExpression {
  const bytes = Buffer.byteLength(source);
  if (bytes > maxSourceBytes) {
    throw new ExpressionError(`has ${bytes} bytes, limit is ${maxSourceBytes}`);
  }
  const parsed = attempt(() => environment().parse(source));
  inspect(parsed.ast, 0);
  const checked = parsed.check();
  if (!checked.valid) {
    throw new ExpressionError(firstLine(checked.error));
  }
  if (checked.type !== "bool") {
    throw new ExpressionError(`gives ${checked.type ?? "an unknown type"}, must give bool`);
  }
  return {
    evaluate(context) {
      const result: unknown = parsed(context);
      if (typeof result !== "boolean") {
        throw new ExpressionError("gave no bool");
      }
      return result;
    },
  };
}

function attempt<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new ExpressionError(firstLine(cause));
  }
}

/** The package draws the place under the reason. */
export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split("\n")[0] ?? "").slice(0, 300);
}

/** Refuses what may not be called or goes too deep. */
function inspect(node: unknown, depth: number): void {
  if (Array.isArray(node)) {
    for (const each of node) {
      inspect(each, depth);
    }
    return;
  }
  if (typeof node !== "object" || node === null || !("op" in node)) {
    return;
  }
  const { op, args } = node as ASTNode;
  if (op === "call" || op === "rcall") {
    const [name] = args;
    if (name === "matches") {
      throw new ExpressionError("`matches` is refused, its patterns may run without end; use `re2`");
    }
    if (op === "rcall" && macros.has(name)) {
      if (depth === maxMacroDepth) {
        throw new ExpressionError(
          `has macros within macros within macros, depth is limited to ${maxMacroDepth}`,
        );
      }
      inspect(args[1], depth);
      inspect(args[2], depth + 1);
      return;
    }
  }
  inspect(args, depth);
}
