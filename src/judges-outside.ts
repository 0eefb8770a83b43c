// SPDX-License-Identifier: Apache-2.0
// Nothing inside a target may decide about it: a hostile download must not bring its own trust root.

import { join } from "node:path";
import { AibomError } from "./errors.ts";
import { pathInside } from "./sources/companions.ts";
import { trustFileName } from "./trust/load.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** @throws {AibomError} JUDGE_IN_TARGET */
export function refuseJudgesInside(
  targets: readonly string[],
  options: Pick<
    VerifyOptions,
    "trustRoot" | "policy" | "suppliers" | "osv" | "vex" | "digestCacheDirectoryUnsafe"
  > & {
    readonly perimeter?: string;
    readonly custodyLog?: string;
    readonly custodyPolicy?: string;
  },
): void {
  const judges: readonly (readonly [string, string | undefined])[] = [
    ["trust root", join(options.trustRoot, trustFileName)],
    ["policy", options.policy],
    ["supplier register", options.suppliers],
    ["perimeter", options.perimeter],
    ["custody log", options.custodyLog],
    ["policy of the custody log", options.custodyPolicy],
    ["OSV export", options.osv],
    ...(options.vex ?? []).map((path) => ["VEX", path] as const),
    ["digest cache", options.digestCacheDirectoryUnsafe],
  ];
  for (const target of targets) {
    for (const [what, path] of judges) {
      if (path !== undefined && pathInside(target, path) !== undefined) {
        throw AibomError.of("JUDGE_IN_TARGET", { what, target }, { where: { path } });
      }
    }
  }
}
