// SPDX-License-Identifier: Apache-2.0
// `aibom tsa reply`: answers one query that was carried here as a file.

import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { serverLimits } from "../../../server-limits.ts";
import { helpText } from "../../help-text.ts";
import { type CommandExit, note, type Register, refuseIfStopped, type Session } from "../../session.ts";
import { type AuthorityFlags, addAuthorityFlags, openFromFlags } from "./options.ts";
import { describeAnswer } from "./serve.ts";

interface ReplyFlags extends AuthorityFlags {
  readonly request: string;
  readonly output: string;
}

export function addReply(tsa: Command, register: Register): void {
  addAuthorityFlags(
    tsa
      .command("reply")
      .summary("answer one time-stamp query in a file")
      .description(
        "Answers one RFC 3161 query that was carried here as a file, and writes the answer beside. A query that is " +
          "refused gets its answer, too, which says why.",
      ),
  )
    .requiredOption("--request <file>", "the query: TimeStampReq, DER")
    .requiredOption("-o, --output <file>", "write the answer here: TimeStampResp, DER (new file)")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom tsa reply --key tsa/tsa.key --certificate-chain tsa/chain.pem --request report.tsq -o report.tsr",
        ],
        [
          [0, "stamped"],
          [1, "refused; the answer says why"],
          [2, "usage: missing file, unusable key or certificate"],
          [3, "the authority itself cannot stamp at present: its clock, journal or key; the answer says so"],
        ],
      ),
    )
    .action((flags: ReplyFlags) => register((session) => reply(session, flags)));
}

async function reply(session: Session, flags: ReplyFlags): Promise<CommandExit> {
  const { readBounded } = await import("../../../sources/read-bounded.ts");
  const { mustNotExist, writeNewFile } = await import("../../write-file.ts");
  const query = readBounded(flags.request, serverLimits.maxTimestampQueryBytes);
  mustNotExist(flags.output);
  const authority = await openFromFlags(session, flags);
  try {
    const answer = await authority.answer(query);
    refuseIfStopped(session);
    writeNewFile(flags.output, answer.response);
    await note(session, `${describeAnswer(answer)}, written to ${escapeText(flags.output)}`);
    if (answer.kind === "granted") {
      return 0;
    }
    return answer.fault === undefined ? 1 : 3;
  } finally {
    authority.close();
  }
}
