// SPDX-License-Identifier: Apache-2.0
// `aibom log`: the custody log.

import type { Command } from "commander";
import { helpText } from "../help-text.ts";
import type { Register } from "../session.ts";
import { addAppend } from "./log/append.ts";
import { addInit } from "./log/init.ts";
import { addProve } from "./log/prove.ts";
import { addShow } from "./log/show.ts";
import { addVerify } from "./log/verify.ts";
import { addWitness } from "./log/witness.ts";

/** Defines `aibom log …`. */
export function defineLog(command: Command, register: Register): void {
  command
    .description(
      "An append-only log in plain files (C2SP tlog-tiles): one signed entry for each event. Once it is made beside the trust " +
        "root, sign, verify, inventory, report, policy sign and waive, timestamp, tsa init and the trust commands append to it " +
        "by themselves. Guide: docs/custody.md",
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log init --name example.org/custody",
          "aibom log show",
          "aibom log verify --remember seen.checkpoint",
        ],
        [
          [0, "done"],
          [1, "the log, a proof or a cosignature does not hold"],
          [2, "usage: no log, no such entry, an unusable key or policy"],
          [3, "the log is held by another process, or cannot be written or read"],
        ],
      ),
    );
  addInit(command, register);
  addAppend(command, register);
  addShow(command, register);
  addProve(command, register);
  addVerify(command, register);
  addWitness(command, register);
}
