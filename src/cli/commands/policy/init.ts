// SPDX-License-Identifier: Apache-2.0
// `aibom policy init`: a policy to start from.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { helpText } from "../../help-text.ts";
import { collect } from "../../option-values.ts";
import { note, type Register } from "../../session.ts";

interface InitFlags {
  readonly pack: readonly string[];
}

export function addInit(policy: Command, register: Register): void {
  policy
    .command("init")
    .summary("write a policy to start from")
    .description(
      "Writes the built-in baseline as a file, explained in comments; with --pack, a policy that includes packs " +
        "that aibom ships, pinned by their digests. Never overwrites a file.",
    )
    .argument("[file]", "policy file to write", "policy.yaml")
    .addOption(
      new Option("--pack <name>", "include this pack (`aibom policy packs`); may be repeated")
        .argParser(collect)
        .default([], "the baseline as rules"),
    )
    .addHelpText(
      "after",
      helpText(
        ["aibom policy init", "aibom policy init gate.yaml --pack baseline --pack no-pickle"],
        [
          [0, "it is written"],
          [2, "usage: the file exists already, or there is no such pack"],
        ],
      ),
    )
    .action((path: string, { pack }: InitFlags) =>
      register(async (session) => {
        const text = await policyText(pack);
        const { writeNewFile } = await import("../../write-file.ts");
        writeNewFile(path, text);
        await note(session, `wrote ${escapeText(path)}; check it with \`aibom policy lint\``);
        return 0;
      }),
    );
}

async function policyText(packs: readonly string[]): Promise<string> {
  const { packPolicy, starterPolicy } = await import("../../../policy/starter.ts");
  if (packs.length === 0) {
    return starterPolicy;
  }
  const { findShippedPack } = await import("../../../policy/shipped-packs.ts");
  return packPolicy([...new Set(packs)].map((name) => findShippedPack({ name })));
}
