// SPDX-License-Identifier: Apache-2.0
// `aibom policy lint`: is it a policy, and does it say what its author means?

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { Finding } from "../../../model/finding.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

interface LintFlags {
  readonly trustRoot?: string;
  readonly format: "text" | "json";
}

export function addLint(policy: Command, register: Register): void {
  policy
    .command("lint")
    .summary("check a policy file")
    .description(
      "Checks a policy: its schema, its names, its packs, and what is allowed and probably a mistake: rules that " +
        "never match, cannot pass or repeat another. With --trust-root also the names of signers.",
    )
    .argument("<policy>", "policy file")
    .option(
      "--trust-root <dir>",
      "trust root whose identities the policy names; default: names are not checked",
    )
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(
        ["aibom policy lint policy.yaml", "aibom policy lint policy.yaml --trust-root .aibom/trust"],
        [
          [0, "nothing to say"],
          [1, "something is probably a mistake"],
          [2, "usage: it is not a valid policy"],
        ],
      ),
    )
    .action((path: string, flags: LintFlags) => register((session) => lint(session, path, flags)));
}

async function lint(session: Session, path: string, flags: LintFlags): Promise<CommandExit> {
  const { readPolicyFile } = await import("../../../open-policy.ts");
  const { lintPolicy } = await import("../../../policy/lint.ts");
  const policy = await readPolicyFile(path);
  const findings = [...lintPolicy(policy, session.startedAt), ...(await signerFindings(policy, flags))];
  const { findingJson } = await import("../../../report/json-shape.ts");
  await session.stdout.write(
    flags.format === "json"
      ? `${JSON.stringify({ policy: policy.name, findings: findings.map(findingJson) }, null, 2)}\n`
      : await render(path, policy.name, policy.rules.length, findings),
  );
  return findings.length === 0 ? 0 : 1;
}

async function signerFindings(
  policy: Parameters<typeof import("../../../policy/named-signers.ts").unknownSigners>[0],
  { trustRoot }: LintFlags,
): Promise<readonly Finding[]> {
  if (trustRoot === undefined) {
    return [];
  }
  const { unknownSigners } = await import("../../../policy/named-signers.ts");
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  return unknownSigners(policy, [...loadTrustRoot(trustRoot).byName.keys()]);
}

async function render(
  path: string,
  name: string,
  rules: number,
  findings: readonly Finding[],
): Promise<string> {
  const { formatFinding } = await import("../../../report/finding-text.ts");
  const { counted } = await import("../../../report/counted.ts");
  const lines = findings.map((item) => `  ${formatFinding(item)} [${item.code}]`);
  const head = `${escapeText(path)}: policy ${escapeText(name)}, ${counted(rules, "rule")}, ${counted(findings.length, "remark")}`;
  return `${[head, ...lines].join("\n")}\n`;
}
