// SPDX-License-Identifier: Apache-2.0
// `aibom explain`: the code table, readable without a network.

import type { Command } from "commander";
import { helpText } from "../help-text.ts";
import type { CommandExit, Register, Session } from "../session.ts";

/** Defines `aibom explain CODE`. */
export function defineExplain(command: Command, register: Register): void {
  command
    .description("Says what a code means, why it matters and what to do about it.")
    .argument("[code]", "a code, as printed in brackets behind an error or finding")
    .option("--list", "print every code with its message")
    .addHelpText(
      "after",
      helpText(
        ["aibom explain SAFETENSORS_HEADER_TOO_LARGE", "aibom explain --list"],
        [
          [0, "printed"],
          [2, "there is no such code"],
        ],
      ),
    )
    .action((code: string | undefined, options: { list?: boolean }) =>
      register((session) => explain(session, code, options.list === true)),
    );
}

async function explain(session: Session, code: string | undefined, isList: boolean): Promise<CommandExit> {
  const { renderCode, renderCodeList } = await import("../code-text.ts");
  await session.stdout.write(isList ? renderCodeList() : renderCode(code));
  return 0;
}
