// SPDX-License-Identifier: Apache-2.0
// The waivers' part of a verification: each file is opened by itself, and one that is bad is a finding that leaves the
// others alone. A file that was named and is not there is an error: a gate must not run without what it was given.

import { basename } from "node:path";
import { escapeText } from "./codes/escape.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import { type Finding, finding } from "./model/finding.ts";
import type { Waiver } from "./model/waiver.ts";
import { readBounded } from "./sources/read-bounded.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import { asAibomError } from "./verifiers/verification.ts";
import { openWaiver } from "./verifiers/waiver.ts";
import type { VerifyOptions } from "./verify-options.ts";

export interface OpenedWaivers {
  readonly waivers: readonly Waiver[];
  /** Why the others are not applied. */
  readonly findings: readonly Finding[];
}

/**
 * Reads and verifies waivers.
 * @throws {AibomError} SOURCE_*, WAIVER_TOO_MANY
 */
export async function openWaivers(
  paths: readonly string[],
  trustRoot: TrustRoot,
  { at, onDocument }: Pick<VerifyOptions, "at" | "onDocument">,
): Promise<OpenedWaivers> {
  const waivers: Waiver[] = [];
  const findings: Finding[] = [];
  if (paths.length > limits.maxWaivers) {
    throw AibomError.of("WAIVER_TOO_MANY", { count: paths.length, limit: limits.maxWaivers });
  }
  for (const path of new Set(paths)) {
    const bundle = readBounded(path, limits.maxWaiverBytes);
    const signature = basename(path);
    onDocument?.({ role: "waiver", name: signature, bytes: bundle });
    try {
      waivers.push(await openWaiver({ bundle, signature, trustRoot, at }));
    } catch (cause) {
      const error = asAibomError(cause);
      const args = { code: error.code, reason: escapeText(error.message) };
      findings.push(finding("WAIVER_NOT_APPLIED", { path: signature }, args, { subject: "waiver" }));
    }
  }
  return { waivers, findings };
}
