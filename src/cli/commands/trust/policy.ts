// SPDX-License-Identifier: Apache-2.0
// `aibom trust policy`: the lowest version of a policy that still counts.

import { type Command, Option } from "commander";
import { helpText } from "../../help-text.ts";
import { wholeNumber } from "../../option-values.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import { addChangeFlags, exits, type RootFlags } from "./options.ts";

interface PolicyFlags extends RootFlags {
  readonly minimumVersion: number;
}

export function addPolicy(trust: Command, register: Register): void {
  addChangeFlags(trust.command("policy"))
    .summary("refuse older versions of a policy")
    .description(
      "Writes into the trust root that policies of this name count from this version on. An older one is " +
        "refused however well it is signed, and so is one without a version.",
    )
    .argument("<name>", "the policy's `name`")
    .addOption(
      new Option("--minimum-version <n>", "the lowest version that counts")
        .argParser(wholeNumber("--minimum-version", 0, 2_147_483_647))
        .makeOptionMandatory(),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom trust policy production --minimum-version 4",
          "aibom trust policy production --minimum-version 4 --trust-root ./trust",
        ],
        exits,
      ),
    )
    .action((name: string, flags: PolicyFlags) => register((session) => setFloor(session, name, flags)));
}

async function setFloor(session: Session, name: string, flags: PolicyFlags): Promise<CommandExit> {
  const { setPolicyFloor } = await import("../../../trust/edit.ts");
  const { saveAndLog } = await import("../../save-trust.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  const { minimumVersion } = flags;
  const { document } = loadTrustRoot(flags.trustRoot);
  const done = `policies named ${name} count from version ${minimumVersion} on`;
  await saveAndLog(session, flags, {
    document: setPolicyFloor(document, { name, minimumVersion }),
    reason: done,
  });
  await note(session, done);
  return 0;
}
