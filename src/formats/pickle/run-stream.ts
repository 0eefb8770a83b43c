// SPDX-License-Identifier: Apache-2.0
// Runs one stream of opcodes, from its first one to STOP.

import type { Machine } from "./machine.ts";
import { opcodes, STOP } from "./opcodes.ts";
import type { Value } from "./value.ts";

/**
 * Runs up to and including STOP, at most `maxOpcodes`.
 * @returns what the stream unpickles to
 * @throws {AibomError} PICKLE_BROKEN, PICKLE_TOO_LARGE, BYTES_OUT_OF_RANGE
 */
export function runStream(
  machine: Machine,
  maxOpcodes: number,
): { readonly result: Value; readonly opcodes: number } {
  const { input } = machine;
  // Protocols 0 and 1 are not declared.
  let newest = 1;
  for (let count = 1; count <= maxOpcodes; count += 1) {
    machine.place = input.offset;
    const code = input.u8();
    const opcode = opcodes[code];
    if (opcode === undefined) {
      throw machine.broken(`unknown opcode 0x${code.toString(16).padStart(2, "0")}`);
    }
    if (opcode.protocol > newest) {
      newest = opcode.protocol;
      if (newest > machine.protocol) {
        machine.observer.onNewerOpcode?.(newest, machine.protocol, machine.place);
      }
    }
    opcode.run(machine);
    if (code === STOP) {
      return { result: machine.pop(), opcodes: count };
    }
  }
  throw machine.tooLarge("opcodes", maxOpcodes);
}
