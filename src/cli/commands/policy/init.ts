// SPDX-License-Identifier: Apache-2.0
// `aibom policy init`: a policy to start from.

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { helpText } from "../../help-text.ts";
import { note, type Register } from "../../session.ts";

export function addInit(policy: Command, register: Register): void {
  policy
    .command("init")
    .summary("write a policy to start from")
    .description("Writes the built-in baseline as a file, explained in comments. Never overwrites a file.")
    .argument("[file]", "policy file to write", "policy.yaml")
    .addHelpText(
      "after",
      helpText(
        ["aibom policy init", "aibom policy init gate.yaml"],
        [
          [0, "it is written"],
          [2, "usage: the file exists already"],
        ],
      ),
    )
    .action((path: string) =>
      register(async (session) => {
        const { starterPolicy } = await import("../../../policy/starter.ts");
        const { writeNewFile } = await import("../../write-file.ts");
        writeNewFile(path, starterPolicy);
        await note(session, `wrote ${escapeText(path)}; check it with \`aibom policy lint\``);
        return 0;
      }),
    );
}
