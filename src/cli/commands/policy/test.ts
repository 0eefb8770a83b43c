// SPDX-License-Identifier: Apache-2.0
// `aibom policy test`: runs the cases in a policy file and says which rules they cover.

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { PolicyTestReport } from "../../../policy/run-tests.ts";
import { textOrJson } from "../../format-option.ts";
import { helpText } from "../../help-text.ts";
import type { CommandExit, Register, Session } from "../../session.ts";

interface TestFlags {
  readonly requireCoverage?: true;
  readonly format: "text" | "json";
}

export function addTest(policy: Command, register: Register): void {
  policy
    .command("test")
    .summary("run the cases in a policy file")
    .description(
      "Runs the cases under `tests` and compares how each rule ends. A rule is covered when the cases saw it both " +
        "pass and fail. Artifacts of a case are made up, or the components of a BOM beside the policy; its evidence is made up, and " +
        "no verdict can rest on it.",
    )
    .argument("<policy>", "policy file")
    .option("--require-coverage", "end with 1 if a rule was not seen both to pass and to fail")
    .addOption(textOrJson())
    .addHelpText(
      "after",
      helpText(
        ["aibom policy test policy.yaml", "aibom policy test policy.yaml --require-coverage"],
        [
          [0, "every case holds"],
          [1, "a case does not, there is none, or a rule is not covered and that was asked for"],
          [2, "usage: the policy is not valid"],
        ],
      ),
    )
    .action((path: string, flags: TestFlags) => register((session) => runTests(session, path, flags)));
}

async function runTests(session: Session, path: string, flags: TestFlags): Promise<CommandExit> {
  const { uncovered } = await import("../../../policy/run-tests.ts");
  const { testPolicy } = await import("../../../test-policy.ts");
  const report = await testPolicy(path, session.startedAt);
  const gaps = uncovered(report);
  await session.stdout.write(
    flags.format === "json" ? `${JSON.stringify(report, null, 2)}\n` : renderTests(report),
  );
  const isFailed = report.results.length === 0 || report.results.some(({ misses }) => misses.length > 0);
  return isFailed || (flags.requireCoverage === true && gaps.length > 0) ? 1 : 0;
}

function renderTests({ results, coverage }: PolicyTestReport): string {
  const lines = results.flatMap(({ name, misses }) => [
    `${misses.length === 0 ? "ok  " : "FAIL"}  ${escapeText(name)}`,
    ...misses.map(
      ({ what, expected, got }) =>
        `        ${escapeText(what)}: expected ${expected}, got ${escapeText(got)}`,
    ),
  ]);
  const held = results.filter(({ misses }) => misses.length === 0).length;
  const covered = coverage.filter(({ passed, failed }) => passed > 0 && failed > 0).length;
  const gaps = coverage
    .filter(({ passed, failed }) => passed === 0 || failed === 0)
    .map(({ rule, passed, failed }) => {
      const missing = [passed === 0 ? "pass" : "", failed === 0 ? "fail" : ""].filter((each) => each !== "");
      return `      ${escapeText(rule)}: never seen to ${missing.join(" or ")}`;
    });
  const cases =
    results.length === 0 ? "no cases: write some under `tests`" : `${held} of ${results.length} cases hold`;
  return `${[...lines, `${cases}; ${covered} of ${coverage.length} rules covered`, ...gaps].join("\n")}\n`;
}
