// SPDX-License-Identifier: Apache-2.0
// The flag `--format`. Its value is a list with file names (sinks.ts), so commander must not check it; help and shell completion
// still know the names.

import { Option } from "commander";

/** `--format` for a command that writes `formats`; `text` unless stated. */
export function formatOption(
  formats: readonly string[],
  description = "reports, separated by commas; FORMAT for stdout, FORMAT=FILE for a file",
): Option {
  const option = new Option("--format <list>", description).default("text");
  option.argChoices = [...formats];
  return option;
}
