// SPDX-License-Identifier: Apache-2.0
// `aibom tsa`: a time-stamp authority of one's own, for a site without a network.

import type { Command } from "commander";
import { helpText } from "../help-text.ts";
import type { Register } from "../session.ts";
import { addInit } from "./tsa/init.ts";
import { addReply } from "./tsa/reply.ts";
import { addServe } from "./tsa/serve.ts";

/** Defines `aibom tsa …`. */
export function defineTsa(command: Command, register: Register): void {
  command
    .description(
      "A time-stamp authority (RFC 3161) of your own: for a site whose machines reach no other. It is worth as much as " +
        "the clock and the key of the machine that it runs on. Guide: docs/timestamps.md",
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom tsa init --out tsa --common-name 'Site clock'",
          "aibom trust import tsa/chain.pem --kind tsa --name site-clock",
          "aibom tsa serve --key tsa/tsa.key --certificate-chain tsa/chain.pem",
        ],
        [
          [0, "done"],
          [2, "usage: a file exists already, unusable key or certificate, an address that others can reach"],
          [3, "the journal or the clock cannot be relied upon, or the address is taken"],
        ],
      ),
    );
  addInit(command, register);
  addServe(command, register);
  addReply(command, register);
}
