// SPDX-License-Identifier: Apache-2.0
// The flags of the conformance client for OpenSSF Model Signing.

import type { parseArgs } from "node:util";
import { UsageError } from "./run-client.ts";

/** What `parseArgs` takes. */
export const options = {
  method: { type: "string" },
  "model-path": { type: "string" },
  "output-bundle": { type: "string" },
  bundle: { type: "string" },
  "private-key": { type: "string" },
  "public-key": { type: "string" },
  "signing-cert": { type: "string" },
  "cert-chain": { type: "string", multiple: true },
  "ignore-paths": { type: "string", multiple: true },
  "ignore-unsigned-files": { type: "boolean" },
  identity: { type: "string" },
  "identity-provider": { type: "string" },
  "identity-token": { type: "string" },
  "use-staging": { type: "boolean" },
  "trusted-root": { type: "string" },
  "signing-config": { type: "string" },
  at: { type: "string" },
  operation: { type: "string" },
  repeat: { type: "string" },
  "hash-algorithm": { type: "string" },
  "shard-size": { type: "string" },
  "max-workers": { type: "string" },
} as const;

/** The flags of all commands. */
export type Flags = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
type TextFlag = Exclude<keyof Flags, "cert-chain" | "ignore-paths" | "ignore-unsigned-files" | "use-staging">;

/** @throws {UsageError} the flag is missing */
export function required(flags: Flags, name: TextFlag): string {
  const value = flags[name];
  if (value === undefined || value === "") {
    throw new UsageError(`--${name} is missing`);
  }
  return value;
}

/** Undefined if the flag was not given. @throws {UsageError} */
export function wholeNumber(flags: Flags, name: TextFlag): number | undefined {
  const text = flags[name];
  if (text === undefined) {
    return undefined;
  }
  if (!/^[1-9][0-9]{0,14}$/.test(text)) {
    throw new UsageError(`--${name} is not a whole number above zero`);
  }
  return Number(text);
}

/** The instant to sign or verify for. @throws {UsageError} */
export function instantOf({ at }: Flags): Date {
  const instant = at === undefined ? new Date() : new Date(at);
  if (Number.isNaN(instant.getTime())) {
    throw new UsageError("--at is not a time");
  }
  return instant;
}
