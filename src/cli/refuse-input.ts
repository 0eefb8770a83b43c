// SPDX-License-Identifier: Apache-2.0
// What is read is not written over. Apart from overwrite.ts, which other chunks of dist/ have without the command line.

import { Refusal } from "./refusal.ts";
import { samePlace } from "./sinks.ts";

/**
 * Refuses to write over a document that was read: its signature would be about other bytes from then on.
 * @throws {Refusal} CLI_USAGE
 */
export function refuseInput(output: string, inputs: readonly string[]): void {
  if (inputs.some((each) => samePlace(each) === samePlace(output))) {
    const reason = "-o is the document that is read, which its signature is about: name another file";
    throw Refusal.of("CLI_USAGE", { reason });
  }
}
