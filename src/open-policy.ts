// SPDX-License-Identifier: Apache-2.0
// The policy's part of a verification: the file, its signature where the trust root asks for one, its packs beside it, the trust root that it is bound to and the
// environment that was named. Without a file the built-in baseline decides.

import { basename, dirname, join, relative } from "node:path";
import { AibomError } from "./errors.ts";
import { formatNames } from "./formats/format-names.ts";
import { limits } from "./limits.ts";
import { formatDigest } from "./model/digest.ts";
import type { Signer } from "./model/evidence.ts";
import { baselinePolicy } from "./policy/baseline.ts";
import { inEnvironment } from "./policy/environment.ts";
import type { KnownNames } from "./policy/load.ts";
import type { Policy } from "./policy/policy.ts";
import { parseShippedPath } from "./policy/shipped-packs.ts";
import { readShippedPack } from "./shipped-pack-files.ts";
import { readCompanion } from "./sources/companions.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { asAibomError } from "./verifiers/verification.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** Which policy, and where it is used. */
export interface PolicyChoice {
  /** Policy file; the baseline without it. */
  readonly path?: string;
  /** Its signature; default: beside it. */
  readonly signature?: string;
  /** The instant to verify for. */
  readonly at: Date;
  /** One of the policy's environments. */
  readonly environment?: string;
  readonly onDocument?: VerifyOptions["onDocument"];
}

/**
 * The policy that decides.
 * @throws {AibomError} SOURCE_*, POLICY_*
 */
export async function openPolicy(choice: PolicyChoice, trustRoot: TrustRoot): Promise<Policy> {
  const { path, environment } = choice;
  const policy = path === undefined ? baselinePolicy() : await openPolicyFile(path, choice, trustRoot);
  requireTrustRoot(policy, trustRoot);
  requireVersion(policy, trustRoot);
  return inEnvironment(policy, environment);
}

/** Nothing of the file is read before its signature is good. */
async function openPolicyFile(path: string, choice: PolicyChoice, trustRoot: TrustRoot): Promise<Policy> {
  const bytes = readPolicyBytes(path);
  const { onDocument } = choice;
  onDocument?.({ role: "policy", name: nameOf(path), bytes });
  const isSigned = trustRoot.document.identities.some(({ usages }) => usages.includes("policy"));
  if (!isSigned) {
    return parsePolicyFile(bytes, path, onDocument);
  }
  const signer = await requireSignature(bytes, path, choice, trustRoot);
  return { ...(await parsePolicyFile(bytes, path, onDocument)), signer };
}

async function requireSignature(
  bytes: Uint8Array,
  path: string,
  { signature, at, onDocument }: PolicyChoice,
  trustRoot: TrustRoot,
): Promise<Signer> {
  const file = readCompanion(signature, `${path}.sigstore.json`, limits.maxPolicyBytes);
  if (file === undefined) {
    throw AibomError.of("POLICY_UNSIGNED", {}, { where: { path } });
  }
  const context = { bundle: file.bytes, signature: basename(file.path), trustRoot, at };
  onDocument?.({ role: "policy-signature", name: context.signature, bytes: file.bytes });
  const { verifyPolicySignature } = await import("./verifiers/policy-signature.ts");
  try {
    return await verifyPolicySignature(context, bytes);
  } catch (cause) {
    const { code, message: reason } = asAibomError(cause);
    throw AibomError.of("POLICY_SIGNATURE_REFUSED", { code, reason }, { where: { path: file.path }, cause });
  }
}

/**
 * The bytes of a policy file, or of a shipped pack (`aibom:NAME@VERSION`).
 * @throws {AibomError} SOURCE_*, POLICY_PACK_UNKNOWN
 */
export function readPolicyBytes(path: string): Uint8Array {
  return parseShippedPath(path) === undefined
    ? readBounded(path, limits.maxPolicyBytes)
    : readShippedPack(path);
}

/**
 * A policy file with its packs, bound to nothing yet. The reader of policies is loaded only here.
 * @throws {AibomError} SOURCE_*, POLICY_*
 */
export async function readPolicyFile(path: string): Promise<Policy> {
  return parsePolicyFile(readPolicyBytes(path), path);
}

/**
 * The same of bytes that were read already.
 * @throws {AibomError} SOURCE_*, POLICY_*
 */
export async function parsePolicyFile(
  bytes: Uint8Array,
  path: string,
  onDocument?: VerifyOptions["onDocument"],
): Promise<Policy> {
  const { loadPolicy } = await import("./policy/load.ts");
  return loadPolicy(bytes, path, knownNames, (pack, from) => {
    const isShipped = parseShippedPath(pack) !== undefined;
    const packPath = isShipped ? pack : join(dirname(from), pack);
    const packBytes = readPolicyBytes(packPath);
    onDocument?.({
      role: "pack",
      name: isShipped ? nameOf(pack) : relative(dirname(path), packPath),
      bytes: packBytes,
    });
    return { path: packPath, bytes: packBytes };
  });
}

/** Of a file its own; a shipped pack is called as its file in the package. */
function nameOf(path: string): string {
  const shipped = parseShippedPath(path);
  return shipped === undefined ? basename(path) : `${shipped.name}-${shipped.version}.yaml`;
}

const knownNames: KnownNames = { formats: formatNames, claimsOf };

/** The readers of predicates are loaded only for a rule that names claims. */
async function claimsOf(predicateType: string): Promise<readonly string[] | undefined> {
  const { predicateReaders } = await import("./verifiers/attestation/predicates/index.ts");
  const reader = predicateReaders.find(({ matches }) => matches(predicateType));
  return reader === undefined ? undefined : Object.keys(reader.claims);
}

function requireVersion({ name, version }: Policy, { document }: TrustRoot): void {
  const floor = document.policies?.find((each) => each.name === name);
  if (floor !== undefined && !(version !== undefined && version >= floor.minimumVersion)) {
    throw AibomError.of("POLICY_ROLLED_BACK", {
      policy: name,
      version: version === undefined ? "without a version" : `version ${version}`,
      minimum: floor.minimumVersion,
    });
  }
}

function requireTrustRoot({ name, trustRoot: expected }: Policy, { digest }: TrustRoot): void {
  const got = formatDigest(digest);
  if (expected !== undefined && expected !== got) {
    throw AibomError.of("POLICY_TRUST_ROOT_DIFFERS", { policy: name, expected, got });
  }
}
