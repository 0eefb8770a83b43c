// SPDX-License-Identifier: Apache-2.0
// `aibom init`: the local trust root, a policy and a description of the system to start from.

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { helpText } from "../help-text.ts";
import { type CommandExit, note, type Register, type Session } from "../session.ts";

interface InitFlags {
  readonly trustRoot: string;
  readonly policy: string;
}

const nextSteps = `Next:
  aibom keygen --out release.key                # a signing key, if you have none
  aibom trust add release --key release.pub     # trust it
  aibom inventory MODEL -o aibom.cdx.json       # list what is in a model
  aibom sign MODEL --key release.key
  aibom sign aibom.cdx.json --key release.key
  aibom verify MODEL --bom aibom.cdx.json --policy policy.yaml`;

/** Defines `aibom init`. */
export function defineInit(command: Command, register: Register): void {
  command
    .description(
      "Creates an empty trust root, and a policy and an aibom.yaml explained in comments. Never overwrites a file.",
    )
    .option("--trust-root <dir>", "directory of the trust root", ".aibom/trust")
    .option("--policy <file>", "policy file to write", "policy.yaml")
    .addHelpText(
      "after",
      helpText(
        ["aibom init", "aibom init --trust-root ./trust --policy gate.yaml"],
        [
          [0, "all are written"],
          [
            2,
            "usage: the trust root or the policy exists already; an aibom.yaml that exists is left as it is",
          ],
        ],
      ),
    )
    .action((flags: InitFlags) => register((session) => init(session, flags)));
}

async function init(session: Session, flags: InitFlags): Promise<CommandExit> {
  const { mustNotExist, writeNewFile } = await import("../write-file.ts");
  const { createTrustRoot } = await import("../../trust/edit.ts");
  const { starterPolicy } = await import("../../policy/starter.ts");
  const { starterSystem } = await import("../../system/starter.ts");
  const { systemFile } = await import("../system-targets.ts");
  // Looked at first, so that a policy that is in the way does not leave half of the work done.
  mustNotExist(flags.policy);
  createTrustRoot(flags.trustRoot);
  writeNewFile(flags.policy, starterPolicy);
  // A description of the system that is there already is somebody's work, and no reason not to begin.
  const isDescribed = existsSync(systemFile);
  if (!isDescribed) {
    writeNewFile(systemFile, starterSystem);
  }
  const others = isDescribed ? [] : [systemFile];
  const written = [`${escapeText(flags.trustRoot)} (trusts nobody yet)`, escapeText(flags.policy), ...others];
  await note(session, `wrote ${written.slice(0, -1).join(", ")} and ${written.at(-1)}`);
  await note(session, nextSteps);
  return 0;
}
