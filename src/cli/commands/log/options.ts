// SPDX-License-Identifier: Apache-2.0
// Flags that several `aibom log` commands share.

import { Option } from "commander";
import { textOrJson } from "../../format-option.ts";

export interface WhichLog {
  readonly log: string;
}

/** Which log the command is about. */
export function whichLog(): Option {
  return new Option("--log <dir>", "the log").default(".aibom/log");
}

/** A policy from elsewhere. */
export function policyOption(): Option {
  return new Option(
    "--policy <file>",
    "keys of the log and its witnesses (C2SP tlog-policy); default: the file `policy` in the log, which proves less",
  );
}

/** `--format text|json`; help and shell completion list both. */
export function answerFormat(description?: string): Option {
  const option = textOrJson(description);
  option.argChoices = ["text", "json"];
  return option;
}
