// SPDX-License-Identifier: Apache-2.0
// The policy's part of a verification: the file, its packs beside it, the trust root that it is bound to and the
// environment that was named. Without a file the built-in baseline decides.

import { dirname, join } from "node:path";
import { AibomError } from "./errors.ts";
import { formatIds } from "./formats/index.ts";
import { magicIds } from "./formats/magic.ts";
import { limits } from "./limits.ts";
import { formatDigest } from "./model/digest.ts";
import { baselinePolicy } from "./policy/baseline.ts";
import { inEnvironment } from "./policy/environment.ts";
import type { KnownNames } from "./policy/load.ts";
import type { Policy } from "./policy/policy.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { TrustRoot } from "./trust/trust-root.ts";

/** Which policy, and where it is used. */
export interface PolicyChoice {
  /** Policy file; the baseline without it. */
  readonly path?: string;
  /** One of the policy's environments. */
  readonly environment?: string;
}

/**
 * The policy that decides.
 * @throws {AibomError} SOURCE_*, POLICY_*
 */
export async function openPolicy(choice: PolicyChoice, trustRoot: TrustRoot): Promise<Policy> {
  const policy = choice.path === undefined ? baselinePolicy() : await readPolicyFile(choice.path);
  requireTrustRoot(policy, trustRoot);
  return inEnvironment(policy, choice.environment);
}

/**
 * A policy file with its packs, bound to nothing yet. The reader of policies is loaded only here.
 * @throws {AibomError} SOURCE_*, POLICY_*
 */
export async function readPolicyFile(path: string): Promise<Policy> {
  const bytes = readBounded(path, limits.maxPolicyBytes);
  const { loadPolicy } = await import("./policy/load.ts");
  return loadPolicy(bytes, path, knownNames, (pack, from) => {
    const packPath = join(dirname(from), pack);
    return { path: packPath, bytes: readBounded(packPath, limits.maxPolicyBytes) };
  });
}

const knownNames: KnownNames = { formats: [...formatIds, ...magicIds], claimsOf };

/** The readers of predicates are loaded only for a rule that names claims. */
async function claimsOf(predicateType: string): Promise<readonly string[] | undefined> {
  const { predicateReaders } = await import("./verifiers/attestation/predicates/index.ts");
  const reader = predicateReaders.find(({ matches }) => matches(predicateType));
  return reader === undefined ? undefined : Object.keys(reader.claims);
}

function requireTrustRoot({ name, trustRoot: expected }: Policy, { digest }: TrustRoot): void {
  const got = formatDigest(digest);
  if (expected !== undefined && expected !== got) {
    throw AibomError.of("POLICY_TRUST_ROOT_DIFFERS", { policy: name, expected, got });
  }
}
