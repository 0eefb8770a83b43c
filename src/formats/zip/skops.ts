// SPDX-License-Identifier: Apache-2.0
// skops: a scikit-learn model as a tree of typed nodes (schema.json) with its arrays beside it. Each type is judged like
// an import of a pickle. Source: skops 0.16, skops/io/_general.py and _audit.py; CVE-2025-54412, CVE-2025-54413.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description } from "../format.ts";
import { judge } from "../pickle/verdict.ts";
import type { ZipKind, ZipView } from "./kind.ts";

const schemaName = "schema.json";

export const skops: ZipKind = {
  id: "skops",
  holdsWeights: true,
  extensions: [".skops"],
  recognises: (names) => names.has(schemaName),
  describe,
};

/** A node of the tree. */
interface Node {
  readonly module: string;
  readonly name: string;
  readonly loader: string;
  readonly value: JsonObject;
}

function describe(zip: ZipView): Description {
  const { path } = zip.file;
  const findings = new FindingList(path);
  const claims = new ClaimList(findings);
  const schema = readSchema(zip);
  const types = new Map<string, { readonly module: string; readonly name: string; count: number }>();
  for (const node of nodesOf(schema)) {
    for (const [module, name] of typesOf(node)) {
      const key = `${module}.${name}`;
      const known = types.get(key) ?? { module, name, count: 0 };
      known.count += 1;
      types.set(key, known);
    }
    checkNode(node, path, findings);
  }
  addTypes(types, path, claims, findings);
  const version = schema["_skops_version"];
  if (typeof version === "string") {
    claims.claim("producer", { name: "skops", version }, { path, pointer: `${schemaName}#/_skops_version` });
  }
  if (typeof schema["protocol"] === "number") {
    claims.claim("format.version", String(schema["protocol"]), { path, pointer: `${schemaName}#/protocol` });
  }
  const root = nodeOf(schema);
  if (root !== undefined) {
    claims.computed("architecture.class", root.name, { path, pointer: `${root.module}.${root.name}` });
  }
  return { facts: claims.facts, findings: findings.all(), references: [] };
}

/** @throws {AibomError} SKOPS_SCHEMA_INVALID and what the JSON reader throws */
function readSchema(zip: ZipView): JsonObject {
  const { path } = zip.file;
  const where = { path, member: schemaName };
  const [entry, second] = zip.entries.filter(({ name }) => name === schemaName);
  if (entry === undefined || second !== undefined) {
    // Two trees: the one that is checked need not be the one that is loaded.
    throw AibomError.of("SKOPS_SCHEMA_INVALID", { member: "single tree" }, { where });
  }
  const source = zip.open(entry);
  const bytes = source.read(0, Math.min(source.size, limits.maxReadBytes));
  const maxBytes = limits.maxJsonBytes;
  const schema = parseJson(bytes, { path, maxBytes, maxDepth: limits.maxSkopsDepth });
  if (!isJsonObject(schema)) {
    throw AibomError.of("SKOPS_SCHEMA_INVALID", { member: "object" }, { where });
  }
  return schema;
}

/** Every node, without recursion. */
function* nodesOf(schema: JsonObject): Generator<Node> {
  const todo: JsonValue[] = [schema];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const node = nodeOf(next);
    if (node !== undefined) {
      yield node;
    }
    const children = isJsonArray(next) ? next : isJsonObject(next) ? Object.values(next) : [];
    for (const child of children) {
      if (typeof child === "object" && child !== null) {
        todo.push(child);
      }
    }
  }
}

function nodeOf(value: JsonValue | undefined): Node | undefined {
  if (!isJsonObject(value)) {
    return undefined;
  }
  const [module, name, loader] = ["__module__", "__class__", "__loader__"].map((key) =>
    Object.hasOwn(value, key) ? value[key] : undefined,
  );
  return typeof module === "string" && typeof name === "string" && typeof loader === "string"
    ? { module, name, loader, value }
    : undefined;
}

/** What loading a node imports: its type, and for a method what is called. */
function typesOf({ module, name, loader, value }: Node): readonly (readonly [string, string])[] {
  const content = value["content"];
  const method = isJsonObject(content) ? content["func"] : undefined;
  if (loader === "MethodNode" && typeof method === "string") {
    return [[module, `${name}.${method}`]];
  }
  return [[loader === "OperatorFuncNode" ? "operator" : module, name]];
}

/** The type that skops shows to the user must be the one that it loads. */
function checkNode({ module, name, loader, value }: Node, path: string, findings: FindingList): void {
  const where = { path, member: schemaName };
  const stated = `${module}.${name}`;
  if (loader === "OperatorFuncNode" && module !== "operator") {
    findings.add(finding("SKOPS_NODE_FORGED", where, { loader, stated, actual: `operator.${name}` }));
  }
  if (loader === "MethodNode" && isJsonObject(value["content"])) {
    const object = nodeOf(value["content"]["obj"]);
    const actual = object === undefined ? "nothing" : `${object.module}.${object.name}`;
    if (actual !== stated) {
      findings.add(finding("SKOPS_NODE_FORGED", where, { loader, stated, actual }));
    }
  }
}

function addTypes(
  types: ReadonlyMap<string, { readonly module: string; readonly name: string; readonly count: number }>,
  path: string,
  claims: ClaimList,
  findings: FindingList,
): void {
  for (const [type, { module, name, count }] of types) {
    const { verdict, why } = judge(module, name);
    claims.computed("import", { module, name, verdict, count }, { path, pointer: schemaName });
    if (verdict !== "allowed") {
      const code = verdict === "dangerous" ? "SKOPS_DANGEROUS_TYPE" : "SKOPS_UNTRUSTED_TYPE";
      findings.add(finding(code, { path, member: schemaName }, { type, why }));
    }
  }
}
