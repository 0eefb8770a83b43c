// SPDX-License-Identifier: Apache-2.0
// `aibom validate`: is this a CycloneDX document, and does it mean something?

import { type Command, Option } from "commander";
import { type Severity, severities } from "../../model/severity.ts";
import { formatOption } from "../format-option.ts";
import { helpText } from "../help-text.ts";
import type { CommandExit, Register, Session } from "../session.ts";

interface ValidateFlags {
  readonly format: string;
  readonly failOn: Severity;
}

/** Defines `aibom validate BOM…`. */
export function defineValidate(command: Command, register: Register): void {
  command
    .description(
      "Checks CycloneDX JSON 1.2 to 1.7 against the schema of its version and against what the schema cannot " +
        "say: references that lead nowhere, duplicate bom-refs, hashes of the wrong length and the like.",
    )
    .argument("<bom...>", "CycloneDX JSON files")
    .addOption(formatOption(["text", "json"]))
    .addOption(
      new Option("--fail-on <severity>", "a finding of this severity or graver makes a document invalid")
        .choices(severities)
        .default("high"),
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom validate aibom.cdx.json",
          "aibom validate aibom.cdx.json --fail-on medium",
          "aibom validate a.cdx.json b.cdx.json --format text,json=report.json",
        ],
        [
          [0, "every document is valid"],
          [1, "a document is invalid; the findings say where"],
          [2, "usage: bad flags, missing file"],
          [3, "a document cannot be read: not JSON, or over a limit"],
        ],
      ),
    )
    .action((paths: string[], flags: ValidateFlags) =>
      register((session) => validate(session, paths, flags)),
    );
}

async function validate(
  session: Session,
  paths: readonly string[],
  flags: ValidateFlags,
): Promise<CommandExit> {
  const { deliverValidation, validateFile, validationSinks } = await import("../validation-report.ts");
  const sinks = validationSinks(flags.format);
  const documents = [];
  for (const path of paths) {
    session.signal.throwIfAborted();
    documents.push(await validateFile(path, flags.failOn));
  }
  await deliverValidation(session, sinks, documents);
  return documents.every((document) => document.isValid) ? 0 : 1;
}
