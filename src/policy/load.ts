// SPDX-License-Identifier: Apache-2.0
// Loads a policy: bounded YAML or JSON, then schemas/policy.schema.json, then what a schema cannot say.
// Not here: signatures of policies, waivers, environments.

import { createHash } from "node:crypto";
import { codes, isCode } from "../codes/index.ts";
import { nearest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";
import { firstProblem } from "../schemas/first-problem.ts";
import { loadValidator, type SchemaError } from "../schemas/validators.ts";
import { lastInstant } from "./expiry.ts";
import { knownKeysAt } from "./known-keys.ts";
import { includePacks, type PackSource, type PolicyDocument } from "./packs.ts";
import type { Policy, PolicyRule } from "./policy.ts";
import { misusedKey, wrongExpression } from "./rule-sense.ts";
import { parseYaml, type YamlDocument } from "./yaml.ts";

/** Names that a policy may use and that only the caller knows. */
export interface KnownNames {
  /** Format ids of this aibom: a denied format with a spelling mistake would deny nothing. */
  readonly formats?: readonly string[];
  /** What a predicate of this type can claim; undefined if nothing is known about the type. */
  readonly claimsOf?: (predicateType: string) => Promise<readonly string[] | undefined>;
}

/** Reads the packs that a policy names (`PackSource.read`). */
export type ReadPack = PackSource["read"];

/**
 * Reads and validates a policy.
 * @param path for messages only; nothing is opened but by `readPack`.
 * @throws {AibomError} POLICY_NOT_YAML, POLICY_TOO_LARGE, POLICY_TOO_DEEP, POLICY_YAML_REFUSED,
 * POLICY_DUPLICATE_KEY, POLICY_UNKNOWN_KEY, POLICY_INVALID_VALUE, POLICY_UNKNOWN_NAME, POLICY_PACK_*
 */
export async function loadPolicy(
  bytes: Uint8Array,
  path: string,
  known: KnownNames = {},
  readPack: ReadPack = refusePack,
): Promise<Policy> {
  const written = await readDocument(bytes, path, known);
  const { rules, expires } = await includePacks(written, path, {
    read: readPack,
    parse: (pack, packPath) => readDocument(pack, packPath, known),
  });
  const { packs: _, ...document } = written;
  const hex = createHash("sha256").update(bytes).digest("hex");
  return {
    ...document,
    rules,
    ...(expires === undefined ? {} : { expires }),
    mode: document.mode ?? "enforce",
    digest: { algorithm: "sha256", hex },
  };
}

function refusePack(pack: string, path: string): never {
  const reason = "the policy was not read from a file, so there is nothing beside it";
  throw AibomError.of("POLICY_PACK_INVALID", { pack, reason }, { where: { path } });
}

/** One document, checked by itself. */
async function readDocument(bytes: Uint8Array, path: string, known: KnownNames): Promise<PolicyDocument> {
  const document = parseYaml(bytes, path);
  const validate = await loadValidator("policy");
  if (!validate(document.value)) {
    throw schemaError(document, path, validate.errors ?? []);
  }
  // The validator has just shown that the value has this shape.
  const written = document.value as unknown as PolicyDocument;
  checkMeaning({ ...written, rules: written.rules ?? [] }, document, path);
  await checkNames(written.rules ?? [], path, known);
  const wrong = await wrongExpression(written.rules ?? []);
  if (wrong !== undefined) {
    const args = { ...document.locate(wrong.keys), key: wrong.keys.at(-1) ?? "", reason: wrong.reason };
    throw AibomError.of("POLICY_INVALID_VALUE", args, {
      where: { path, member: `/${wrong.keys.join("/")}` },
    });
  }
  checkSamples(written, path, known);
  return written;
}

function schemaError(document: YamlDocument, path: string, problems: readonly SchemaError[]): AibomError {
  const { problem, keys: pointer } = firstProblem(problems);
  if (problem === undefined || problem.keyword !== "additionalProperties") {
    const args = {
      ...document.locate(pointer),
      key: pointer.at(-1) ?? "the policy",
      reason: reasonOf(problem),
    };
    return AibomError.of("POLICY_INVALID_VALUE", args, {
      where: { path, member: problem?.instancePath ?? "" },
    });
  }
  const key = String(problem.params["additionalProperty"]);
  const place = document.locate([...pointer, key]);
  const suggestion = suggest(key, knownKeysAt(pointer, document.value));
  const where = { path, member: `${problem.instancePath}/${key}` };
  return AibomError.of("POLICY_UNKNOWN_KEY", { ...place, key, suggestion }, { where });
}

function reasonOf(problem: SchemaError | undefined): string {
  if (problem?.keyword === "enum" && Array.isArray(problem.params["allowedValues"])) {
    return `must be one of ${problem.params["allowedValues"].join(", ")}`;
  }
  if (problem?.keyword === "const") {
    return `must be ${String(problem.params["allowedValue"])}`;
  }
  if (problem?.keyword === "anyOf") {
    return problem.instancePath === "" ? "needs `rules`, `packs` or both" : "needs `allow`, `deny` or both";
  }
  return problem?.message ?? "is not valid";
}

function suggest(word: string, candidates: readonly string[]): string {
  const close = nearest(word, candidates);
  return close === undefined ? `known are ${candidates.join(", ")}` : `did you mean ${close}?`;
}

function checkMeaning(policy: Pick<Policy, "rules" | "expires">, document: YamlDocument, path: string): void {
  const refuse = (keys: readonly string[], reason: string): AibomError => {
    const args = { ...document.locate(keys), key: keys.at(-1) ?? "", reason };
    return AibomError.of("POLICY_INVALID_VALUE", args, { where: { path, member: `/${keys.join("/")}` } });
  };
  if (policy.expires !== undefined && Number.isNaN(lastInstant(policy.expires).getTime())) {
    throw refuse(["expires"], "is not a date of the calendar");
  }
  const ids = new Set<string>();
  for (const [index, rule] of policy.rules.entries()) {
    const at = ["rules", String(index)];
    if (ids.has(rule.id)) {
      throw refuse([...at, "id"], `${rule.id} is the id of another rule, too`);
    }
    ids.add(rule.id);
    const reachable =
      rule.kind === "signature" && rule.signers !== "any" ? new Set(rule.signers).size : undefined;
    if (rule.kind === "signature" && reachable !== undefined && (rule.minSigners ?? 1) > reachable) {
      throw refuse([...at, "minSigners"], `is more than the ${reachable} signers that the rule names`);
    }
    const misuse = misusedKey(rule);
    if (misuse !== undefined) {
      throw refuse([...at, misuse.key], misuse.reason);
    }
  }
}

async function checkNames(rules: readonly PolicyRule[], path: string, known: KnownNames): Promise<void> {
  for (const rule of rules) {
    if (rule.kind === "content") {
      const unknown = (rule.except ?? []).filter((name) => !isCode(name));
      refuseUnknown(rule, "code", unknown, Object.keys(codes), path);
    }
    if (rule.kind === "attestation" && rule.claims !== undefined) {
      const claims = await known.claimsOf?.(rule.predicateType);
      const unknown = Object.keys(rule.claims).filter((name) => claims?.includes(name) === false);
      refuseUnknown(rule, "claim", unknown, claims ?? [], path);
    }
    const formats = known.formats;
    if (rule.kind === "format" && formats !== undefined) {
      const unknown = [...(rule.allow ?? []), ...(rule.deny ?? [])].filter((name) => !formats.includes(name));
      refuseUnknown(rule, "format", unknown, formats, path);
    }
  }
}

/** A case about a code or a format that there is not would test nothing. */
function checkSamples({ tests = [] }: PolicyDocument, path: string, { formats }: KnownNames): void {
  for (const { name, artifacts = [] } of tests) {
    const files = artifacts.flatMap((each) => each.files ?? []);
    const findings = files.flatMap((file) => file.findings ?? []).filter((code) => !isCode(code));
    refuseUnknown({ id: `test ${name}` }, "code", findings, Object.keys(codes), path);
    const named = files.map((file) => file.format).filter((format) => format !== undefined);
    if (formats !== undefined) {
      const unknown = named.filter((format) => !formats.includes(format));
      refuseUnknown({ id: `test ${name}` }, "format", unknown, formats, path);
    }
  }
}

function refuseUnknown(
  rule: Pick<PolicyRule, "id">,
  kind: string,
  unknown: readonly string[],
  candidates: readonly string[],
  path: string,
): void {
  const name = unknown[0];
  if (name === undefined) {
    return;
  }
  const close = nearest(name, candidates);
  const suggestion = close === undefined ? "nothing known is spelt like it" : `did you mean ${close}?`;
  throw AibomError.of("POLICY_UNKNOWN_NAME", { rule: rule.id, kind, name, suggestion }, { where: { path } });
}
