// SPDX-License-Identifier: Apache-2.0
// The flag `--format`. Its value is a list with file names (sinks.ts), so commander must not check it; help and shell completion
// still know the names.

import { Option } from "commander";
import { oneOf } from "./option-values.ts";

/** `--format` for a command that writes `formats`; `text` unless stated. */
export function formatOption(
  formats: readonly string[],
  description = "reports, separated by commas; FORMAT for stdout, FORMAT=FILE for a file",
): Option {
  const option = new Option("--format <list>", description).default("text");
  option.argChoices = [...formats];
  return option;
}

/** `--format text|json`, for an answer that goes to stdout; text without it. */
export function textOrJson(description = "text or json"): Option {
  return new Option("--format <name>", description)
    .default("text")
    .argParser(oneOf("--format", ["text", "json"]));
}
