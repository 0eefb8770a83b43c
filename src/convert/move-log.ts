// SPDX-License-Identifier: Apache-2.0
// What stands in another place than its own, counted by place.

import { compareText } from "../bom/order.ts";
import type { Move } from "../model/conversion.ts";

export class MoveLog {
  readonly #moves = new Map<string, Move>();

  /** Notes that values at `pointer` stand in another place now. */
  move(pointer: string, to: string, count = 1): void {
    const key = JSON.stringify([pointer, to]);
    this.#moves.set(key, { pointer, to, count: count + (this.#moves.get(key)?.count ?? 0) });
  }

  /** Sorted by place. */
  moves(): readonly Move[] {
    return [...this.#moves.values()].sort(
      (a, b) => compareText(a.pointer, b.pointer) || compareText(a.to, b.to),
    );
  }
}
