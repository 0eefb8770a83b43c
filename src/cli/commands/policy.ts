// SPDX-License-Identifier: Apache-2.0
// `aibom policy`: writes, checks, signs and explains policies.

import type { Command } from "commander";
import { helpText } from "../help-text.ts";
import type { Register } from "../session.ts";
import { addDiff } from "./policy/diff.ts";
import { addExplain } from "./policy/explain.ts";
import { addInit } from "./policy/init.ts";
import { addLint } from "./policy/lint.ts";
import { addPacks } from "./policy/packs.ts";
import { addSign } from "./policy/sign.ts";
import { addTest } from "./policy/test.ts";
import { addWaive } from "./policy/waive.ts";

/** Defines `aibom policy …`. */
export function definePolicy(command: Command, register: Register): void {
  command
    .description("A policy says what must be true before a deployment is let through. Guide: docs/policy.md")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom policy waive ./model --policy policy.yaml --rule licences --key security.key …",
          "aibom verify ./model --policy policy.yaml --waiver waiver-licences-3f2a.sigstore.json",
        ],
        [
          [0, "done"],
          [2, "usage: the policy or a flag is not valid"],
        ],
      ),
    );
  addInit(command, register);
  addLint(command, register);
  addTest(command, register);
  addExplain(command, register);
  addDiff(command, register);
  addPacks(command, register);
  addSign(command, register);
  addWaive(command, register);
}
