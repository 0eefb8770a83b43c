// SPDX-License-Identifier: Apache-2.0
// A kill switch as a detector reports it: by whom or what an installation could be stopped or changed from outside.

import type { KillSwitchClass } from "../../model/kill-switch.ts";
import type { Place } from "./settings.ts";

export interface KillSwitch extends Place {
  readonly class: KillSwitchClass;
  /** Host, product, reference or variable: what policies compare. */
  readonly name: string;
  /** Who has a hand on it, and what happens. */
  readonly why: string;
  /** Country of whoever has a hand on it (ISO 3166-1 alpha-2), where it is known. */
  readonly seat?: string;
}

/** `OpenAI (US)`. */
export function operatorText({
  operator,
  seat,
}: {
  readonly operator: string;
  readonly seat: string;
}): string {
  return seat === "" ? operator : `${operator} (${seat})`;
}

/** A seat as a part of a kill switch; absent where nobody knows. */
export function seatOf(seat: string): { readonly seat?: string } {
  return seat === "" ? {} : { seat };
}
