// SPDX-License-Identifier: Apache-2.0
// The list of checks that were made of an audit folder: one line each, never an exception that ends the others.

import type { Code } from "../../codes/index.ts";
import { AibomError } from "../../errors.ts";
import { folderLimits } from "../../folder-limits.ts";
import type { Rejection } from "../../model/evidence.ts";
import { asAibomError } from "../../verifiers/verification.ts";

export type CheckState = "ok" | "FAIL" | "not checked";

/** One check. Ids and states are those of verify.mjs. */
export interface CheckLine {
  readonly id: string;
  readonly state: CheckState;
  /** File of the folder. */
  readonly place: string;
  readonly text: string;
  /** Why, of those that are not ok. */
  readonly code?: string;
}

export class Checks {
  readonly lines: CheckLine[] = [];
  readonly #failures = new Map<string, number>();

  /** Makes a check. What it throws is its result; a fault of our own is a failure. */
  async make<T>(
    id: string,
    place: string,
    check: () => T | Promise<T>,
    text: (value: T) => string = String,
  ): Promise<T | undefined> {
    try {
      const value = await check();
      this.add({ id, state: "ok", place, text: text(value) });
      return value;
    } catch (cause) {
      const error = asAibomError(cause);
      const state = error.code === "AUDIT_NOT_CHECKED" ? "not checked" : "FAIL";
      this.add({ id, state, place, text: error.message, code: error.code });
      return undefined;
    }
  }

  add(line: CheckLine): void {
    // By state: what could not be checked must not hide what failed.
    const kind = `${line.state} ${line.id}`;
    const count = (this.#failures.get(kind) ?? 0) + 1;
    this.#failures.set(kind, count);
    if (line.state === "ok" || count <= folderLimits.maxSameFailures) {
      this.lines.push(line);
    }
  }

  count(state: CheckState): number {
    return this.lines.filter((line) => line.state === state).length;
  }
}

/** @throws {AibomError} AUDIT_CHECK_FAILED unless the condition holds */
export function need(condition: boolean, reason: string): asserts condition {
  if (!condition) {
    throw AibomError.of("AUDIT_CHECK_FAILED", { reason: reason.slice(0, 500) });
  }
}

/** Why a verifier refused a signature, as the error that it was. */
export function refusalOf({ code, args }: Rejection): AibomError {
  return AibomError.of(code as Code, args as never);
}

export function notChecked(reason: string): AibomError {
  return AibomError.of("AUDIT_NOT_CHECKED", { reason: reason.slice(0, 500) });
}

export function isNotChecked(error: unknown): boolean {
  return error instanceof AibomError && error.code === "AUDIT_NOT_CHECKED";
}

/** The first that does not throw; else what the last threw. */
export async function firstOf<T, R>(
  candidates: readonly T[],
  attempt: (candidate: T) => Promise<R>,
): Promise<R> {
  let reason: unknown = AibomError.of("AUDIT_CHECK_FAILED", { reason: "there is none" });
  for (const candidate of candidates) {
    try {
      return await attempt(candidate);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}
