// SPDX-License-Identifier: Apache-2.0
// A waiver whose signature was verified: a named identity accepts one failure of one rule about certain bytes, for a
// limited time. Like evidence it can turn deny into allow, so like evidence it is made by a verifier only.

import type { Signer } from "./evidence.ts";

declare const brand: unique symbol;

/** What a waiver says. */
export interface WaiverText {
  /** Name of the policy. */
  readonly policy: string;
  /** Id of the rule in it. */
  readonly rule: string;
  /** What the digest is of: an artifact's file manifest, or one file (the BOM is one). */
  readonly subject: "artifact" | "file";
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  readonly reason: string;
  readonly ticket: string;
  /** RFC 3339 in UTC, whole seconds. */
  readonly issuedAt: string;
  readonly notAfter: string;
}

/** A verified waiver. */
export interface Waiver extends WaiverText {
  readonly [brand]: true;
  readonly signer: Signer;
  /** Name of its file, for reports. */
  readonly path: string;
}

const registry = new WeakSet<object>();

/** For verifiers/mint.ts only. */
export function registerWaiver(fields: Omit<Waiver, typeof brand>): Waiver {
  Object.freeze(fields.signer);
  const waiver = Object.freeze(fields);
  registry.add(waiver);
  return waiver as unknown as Waiver;
}

/** True only for waivers that a verifier made in this process. */
export function isWaiver(value: unknown): value is Waiver {
  return typeof value === "object" && value !== null && registry.has(value);
}

/** A waiver with what came of it. */
export interface WaiverUse {
  readonly waiver: Waiver;
  /** Names of the artifacts (or the BOM) whose failure it covers, sorted; empty if it was not applied. */
  readonly applied: readonly string[];
}
