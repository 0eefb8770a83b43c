// SPDX-License-Identifier: Apache-2.0
// What a verdict was decided from, in a few words each.

import { escapeText } from "../codes/escape.ts";
import type { VerdictInputs } from "../model/verdict.ts";
import { shortDigest } from "./measures.ts";

/** Name, version, digest and signer of the policy. */
export function policyText({ name, version, digest, signer }: VerdictInputs["policy"]): string {
  const number = version === undefined ? "" : ` ${version}`;
  const by = signer === undefined ? "" : `, signed by ${escapeText(signer.identity)}`;
  return `${escapeText(name)}${number}  ${shortDigest(digest)}${by}`;
}

/** The environment with what its mode means. */
export function environmentText({ name, mode }: NonNullable<VerdictInputs["environment"]>): string {
  const note = mode === "audit" ? "audit: the exit code is 0 whatever the verdict" : mode;
  return `${escapeText(name)} (${note})`;
}
