// SPDX-License-Identifier: Apache-2.0
// `aibom completion`: a completion script for the user's shell.

import { Argument, type Command } from "commander";
import { helpText } from "../help-text.ts";
import type { Register } from "../session.ts";

/** Defines `aibom completion SHELL`. */
export function defineCompletion(command: Command, register: Register): void {
  command
    .description("Prints a completion script. It is made from the commands of this very version.")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      helpText(
        [
          "source <(aibom completion bash)",
          "aibom completion zsh > ~/.zfunc/_aibom",
          "aibom completion fish > ~/.config/fish/completions/aibom.fish",
        ],
        [
          [0, "printed"],
          [2, "the shell is not one of the three"],
        ],
      ),
    )
    .action((shell: "bash" | "zsh" | "fish") =>
      register(async (session) => {
        const { renderCompletion } = await import("../completion.ts");
        await session.stdout.write(renderCompletion(command.parent ?? command, shell));
        return 0;
      }),
    );
}
