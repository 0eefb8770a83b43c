// SPDX-License-Identifier: Apache-2.0
// `aibom policy explain`: what a policy demands, in words, and what a target has.

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { RuleResult, Verdict } from "../../../model/verdict.ts";
import type { Policy } from "../../../policy/policy.ts";
import { helpText } from "../../help-text.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

interface ExplainFlags {
  readonly bom?: string;
  readonly env?: string;
  readonly trustRoot: string;
}

export function addExplain(policy: Command, register: Register): void {
  policy
    .command("explain")
    .summary("say in words what a policy demands of a target, and what it has")
    .description(
      "Says what each rule of a policy demands. With targets, they are verified as `aibom verify` does, and each " +
        "rule says what they have. It explains and does not gate: the exit code is not the verdict.",
    )
    .argument("<policy>", "policy file")
    .argument("[target...]", "model directories or files")
    .option("--bom <file>", "CycloneDX JSON that the targets are compared with")
    .option("--env <name>", "the policy's environment; needed with targets if it has environments")
    .option("--trust-root <dir>", "local trust root", ".aibom/trust")
    .addHelpText(
      "after",
      helpText(
        ["aibom policy explain policy.yaml", "aibom policy explain policy.yaml ./model --bom aibom.cdx.json"],
        [
          [0, "explained"],
          [2, "usage: not a valid policy, missing target or trust root"],
        ],
      ),
    )
    .action((path: string, targets: string[], flags: ExplainFlags) =>
      register((session) => explain(session, path, targets, flags)),
    );
}

async function explain(
  session: Session,
  path: string,
  targets: readonly string[],
  flags: ExplainFlags,
): Promise<CommandExit> {
  const { readPolicyFile } = await import("../../../open-policy.ts");
  const policy = await readPolicyFile(path);
  const verdict = targets.length === 0 ? undefined : await verdictOf(session, path, targets, flags);
  await session.stdout.write(await render(policy, verdict));
  return 0;
}

async function verdictOf(
  session: Session,
  policy: string,
  targets: readonly string[],
  { bom, env, trustRoot }: ExplainFlags,
): Promise<Verdict> {
  const { verify } = await import("../../../verify.ts");
  return verify(targets, {
    policy,
    trustRoot,
    at: session.startedAt,
    signal: session.signal,
    ...(bom === undefined ? {} : { bom }),
    ...(env === undefined ? {} : { environment: env }),
    ...(session.options.jobs === undefined ? {} : { jobs: session.options.jobs }),
  });
}

async function render(policy: Policy, verdict: Verdict | undefined): Promise<string> {
  const { demandOf } = await import("../../../policy/demand.ts");
  const { formatFinding } = await import("../../../report/finding-text.ts");
  const results = new Map(verdict?.rules.map((result) => [result.rule, result]));
  const known = new Set(policy.rules.map(({ id }) => id));
  const lines = policy.rules.flatMap((rule) => {
    const result = results.get(rule.id);
    const mode = result?.mode ?? rule.mode ?? policy.mode;
    const head = `${escapeText(rule.id)} (${rule.kind}, ${mode})`;
    return [head, `  demands: ${escapeText(demandOf(rule))}`, ...has(result, formatFinding)];
  });
  const others = (verdict?.rules ?? []).filter(({ rule }) => !known.has(rule));
  const gate = others.flatMap((result) => [result.rule, ...has(result, formatFinding)]);
  const end = verdict === undefined ? [] : [`verdict: ${verdict.outcome}`];
  return `${[`policy ${escapeText(policy.name)}`, ...lines, ...gate, ...end].join("\n")}\n`;
}

function has(
  result: RuleResult | undefined,
  formatFinding: (item: RuleResult["findings"][number]) => string,
): readonly string[] {
  if (result === undefined) {
    return [];
  }
  const { status, matched, findings } = result;
  const reasons = findings
    .slice(0, 5)
    .map((item) => `    ${escapeText(item.subject)}: ${formatFinding(item)} [${item.code}]`);
  const more = findings.length > 5 ? [`    and ${findings.length - 5} more`] : [];
  return [`  has: ${status}, ${matched} in scope`, ...reasons, ...more];
}
