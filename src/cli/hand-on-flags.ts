// SPDX-License-Identifier: Apache-2.0
// Commander gives a flag behind a sub-command to the command above it, if that has one of the same name: `report verify DIR
// --at TIME` set the --at of `report`, and the check went on for now. Such flags are handed on to whom they were meant for.

import type { Command } from "commander";

export function handOnFlags(command: Command): void {
  command.hook("preSubcommand", (above, below) => {
    for (const option of below.options) {
      const name = option.attributeName();
      const value: unknown = above.getOptionValue(name);
      if (above.getOptionValueSource(name) === "cli" && value !== undefined) {
        // What the command above did not parse, its own parser has to see.
        const isText = typeof value === "string" && option.parseArg !== undefined;
        below.setOptionValueWithSource(name, isText ? option.parseArg?.(value, undefined) : value, "cli");
      }
    }
  });
}
