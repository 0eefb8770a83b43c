// SPDX-License-Identifier: Apache-2.0
// Free metadata of a file as claims, without the directories of the machine that wrote it: trainers and
// converters write absolute paths of their input files.

import { redactLocalPath } from "../bytes/redact.ts";
import type { FactSource } from "../model/fact.ts";
import type { ClaimList } from "./claim-list.ts";

const absolutePath = /^(?:file:\/\/|\/|~[/\\]|[A-Za-z]:[/\\]|\\\\)[^\n]*$/;

/** A text that is an absolute path, reduced to its last name; any other text as it is. */
export function withoutDirectories(text: string): string {
  return absolutePath.test(text) ? redactLocalPath(text) : text;
}

/** Adds one entry of free metadata. */
export function addMetadata(
  claims: ClaimList,
  key: string,
  value: string | number | boolean,
  source: FactSource,
): void {
  const kept = typeof value === "string" ? withoutDirectories(value) : value;
  claims.claim("metadata", { key, value: kept }, source);
}
