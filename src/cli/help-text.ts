// SPDX-License-Identifier: Apache-2.0
// The end of every command's help: examples and exit codes, always in the same form.

/** Examples are command lines without the prompt; exits map a code to its meaning for this command. */
export function helpText(
  examples: readonly string[],
  exits: readonly (readonly [code: number, meaning: string])[],
): string {
  const lines = examples.map((example) => `  $ ${example}`);
  const meanings = exits.map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ["", "Examples:", ...lines, "", "Exit codes:", ...meanings].join("\n");
}
