// SPDX-License-Identifier: Apache-2.0
// `aibom trust check`: what has expired or soon will, what nobody needs, what is weak.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { atLeast, type Severity, severities } from "../../../model/severity.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import { instant, oneOf, wholeNumber } from "../../option-values.ts";
import { type CommandExit, type Register, type Session, textOptions } from "../../session.ts";
import { type RootFlags, rootOption } from "./options.ts";

interface CheckFlags extends RootFlags {
  readonly within: number;
  readonly at?: Date;
  readonly failOn: Severity;
  readonly format: "text" | "json";
}

const dayMs = 86_400_000;

export function addCheck(trust: Command, register: Register): void {
  trust
    .command("check")
    .summary("report what is expired, soon expiring, unused or weak")
    .description(
      "Looks the trust root over and reports what is expired, soon expiring, unused, weak or broad.",
    )
    .addOption(
      new Option("--within <days>", "what ends within so many days is soon")
        .default(30)
        .argParser(wholeNumber("--within", 0, 36_500)),
    )
    .addOption(
      new Option("--at <time>", "check for this instant (RFC 3339); default: now").argParser(instant("--at")),
    )
    .addOption(
      new Option("--fail-on <severity>", `exit 1 from this severity on: ${severities.join(", ")}`)
        .default("high")
        .argParser(oneOf("--fail-on", severities)),
    )
    .addOption(textOrJson())
    .addOption(rootOption())
    .addHelpText(
      "after",
      helpText(
        ["aibom trust check", "aibom trust check --within 90 --fail-on medium"],
        [
          [0, "nothing of the severity"],
          [1, "something of the severity of --fail-on or above"],
          [2, "usage: missing or invalid trust root"],
        ],
      ),
    )
    .action((flags: CheckFlags) => register((session) => check(session, flags)));
}

async function check(session: Session, flags: CheckFlags): Promise<CommandExit> {
  const { checkTrustRoot } = await import("../../../trust/check.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  const { renderFindings } = await import("../../../report/finding-text.ts");
  const { findingJson } = await import("../../../report/json-shape.ts");
  const root = loadTrustRoot(flags.trustRoot);
  const at = flags.at ?? session.startedAt;
  const findings = checkTrustRoot(root, { at, soonMs: flags.within * dayMs });
  if (flags.format === "json") {
    await session.stdout.write(`${JSON.stringify({ findings: findings.map(findingJson) }, null, 2)}\n`);
  } else {
    const { style, width } = await textOptions(session, session.stdout);
    const { identities, authorities } = root.document;
    const head = `${escapeText(root.directory)}: identities: ${identities.length}, authorities: ${authorities.length}\n`;
    const body =
      findings.length === 0 ? "nothing to report\n" : renderFindings(findings, style, width, { max: 1000 });
    await session.stdout.write(head + body);
  }
  return findings.some((each) => atLeast(each.severity, flags.failOn)) ? 1 : 0;
}
