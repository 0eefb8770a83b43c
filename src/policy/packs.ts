// SPDX-License-Identifier: Apache-2.0
// Packs: the rules of other policy files, each pinned by the digest of its bytes. A pack may have packs of its own. A
// cycle cannot be written, since no file holds its own digest; depth and count are bounded all the same. One id is one
// rule: waivers and verdicts name rules by id, so two rules of one id are refused wherever they come from.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { lastInstant } from "./expiry.ts";
import type { PackReference, Policy, PolicyRule } from "./policy.ts";
import { findShippedPack, parseShippedPath, shippedPath } from "./shipped-packs.ts";

/** A policy document as it was written and checked, before its packs are in it. */
export type PolicyDocument = Omit<Policy, "mode" | "rules" | "environment"> &
  Partial<Pick<Policy, "mode" | "rules">> & { readonly packs?: readonly PackReference[] };

/** How documents are had: what is read is the caller's affair. */
export interface PackSource {
  /** The bytes of the pack `path` of the document at `from`, and what to call it in messages. */
  read(path: string, from: string): { readonly bytes: Uint8Array; readonly path: string };
  /** Parses and checks a document. */
  parse(bytes: Uint8Array, path: string): Promise<PolicyDocument>;
}

/** What a document is with its packs. */
export interface Included {
  readonly rules: readonly PolicyRule[];
  /** The earliest of all. */
  readonly expires?: string;
}

/**
 * The document's own rules behind those of its packs, in the order in which they are named.
 * @throws {AibomError} POLICY_PACK_*, POLICY_TOO_LARGE, and those of `source`
 */
export async function includePacks(
  document: PolicyDocument,
  path: string,
  source: PackSource,
): Promise<Included> {
  const walk: Walk = { source, count: 0, ends: [], owners: new Map(), rules: [] };
  await collect(document, path, 0, walk);
  const [first] = walk.ends.sort((a, b) => lastInstant(a).getTime() - lastInstant(b).getTime());
  return { rules: walk.rules, ...(first === undefined ? {} : { expires: first }) };
}

interface Walk {
  readonly source: PackSource;
  count: number;
  readonly ends: string[];
  /** Which file a rule's id is from. */
  readonly owners: Map<string, string>;
  readonly rules: PolicyRule[];
}

async function collect(document: PolicyDocument, path: string, depth: number, walk: Walk): Promise<void> {
  for (const written of document.packs ?? []) {
    const reference = locatePack(written, path);
    if (depth >= limits.maxPackDepth || ++walk.count > limits.maxPacks) {
      const reason = `packs may nest ${limits.maxPackDepth} deep and be ${limits.maxPacks} at most`;
      throw AibomError.of("POLICY_PACK_INVALID", { pack: reference.path, reason }, { where: { path } });
    }
    const pack = walk.source.read(reference.path, path);
    requireDigest(reference, pack);
    const parsed = await walk.source.parse(pack.bytes, pack.path);
    requirePackable(parsed, reference.path, pack.path);
    await collect(parsed, pack.path, depth + 1, walk);
  }
  if (document.expires !== undefined) {
    walk.ends.push(document.expires);
  }
  // The mode that a pack states is that of its rules; without one they take that of the policy which uses it.
  const mode = depth === 0 ? undefined : document.mode;
  for (const rule of document.rules ?? []) {
    addRule(mode === undefined || rule.mode !== undefined ? rule : { ...rule, mode }, path, walk);
  }
}

/** Where a pack is, and what its bytes must hash to. */
interface LocatedPack {
  readonly path: string;
  readonly digest: string;
}

/** A shipped pack needs no digest in the policy: the program holds it. One that is written must be the same. */
function locatePack(reference: PackReference, path: string): LocatedPack {
  const named = "name" in reference ? reference : parseShippedPath(reference.path);
  if (named === undefined) {
    return reference as LocatedPack;
  }
  const shipped = findShippedPack(named, path);
  return { path: shippedPath(shipped), digest: reference.digest ?? shipped.digest };
}

function addRule(rule: PolicyRule, path: string, { owners, rules }: Walk): void {
  const owner = owners.get(rule.id);
  if (owner !== undefined) {
    throw AibomError.of("POLICY_PACK_COLLISION", { id: rule.id, other: owner }, { where: { path } });
  }
  owners.set(rule.id, path);
  if (rules.push(rule) > limits.maxPolicyRules) {
    const args = { limit: limits.maxPolicyRules, unit: "rules, those of its packs among them" };
    throw AibomError.of("POLICY_TOO_LARGE", args, { where: { path } });
  }
}

function requireDigest(reference: LocatedPack, pack: ReturnType<PackSource["read"]>): void {
  const got = `sha256:${createHash("sha256").update(pack.bytes).digest("hex")}`;
  if (got !== reference.digest) {
    const args = { pack: reference.path, expected: reference.digest, got };
    throw AibomError.of("POLICY_PACK_CHANGED", args, { where: { path: pack.path } });
  }
}

/**
 * Where and against which trust root a check is made is said by the policy, in one place.
 * @throws {AibomError} POLICY_PACK_INVALID
 */
export function requirePackable(
  pack: Pick<PolicyDocument, "environments" | "trustRoot">,
  name: string,
  path: string,
): void {
  for (const key of ["environments", "trustRoot"] as const) {
    if (pack[key] !== undefined) {
      const reason = `it has ${key}, which only the policy that uses it may have`;
      throw AibomError.of("POLICY_PACK_INVALID", { pack: name, reason }, { where: { path } });
    }
  }
}
