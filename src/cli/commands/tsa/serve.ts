// SPDX-License-Identifier: Apache-2.0
// `aibom tsa serve`: answers time-stamp queries over http until it is stopped.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import type { TimestampAnswer } from "../../../tsa/answer.ts";
import { helpText } from "../../help-text.ts";
import { hostAndPort } from "../../option-values.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import { type AuthorityFlags, addAuthorityFlags, openFromFlags } from "./options.ts";

interface ServeFlags extends AuthorityFlags {
  readonly listen: { readonly host: string; readonly port: number };
  readonly allowRemote?: true;
}

export function addServe(tsa: Command, register: Register): void {
  addAuthorityFlags(
    tsa
      .command("serve")
      .summary("answer time-stamp queries over http")
      .description(
        "Answers RFC 3161 queries (POST, application/timestamp-query) until SIGINT or SIGTERM. Listens on this machine " +
          "only, unless --allow-remote is given; answers are signed, so http is enough.",
      ),
  )
    .addOption(
      new Option("--listen <address>", "address and port; port 0: any free one")
        .default({ host: "127.0.0.1", port: 3161 }, "127.0.0.1:3161")
        .argParser(hostAndPort("--listen")),
    )
    .option("--allow-remote", "listen also on an address that other machines can reach")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom tsa serve --key tsa/tsa.key --certificate-chain tsa/chain.pem",
          "aibom tsa serve --key tsa/tsa.key --certificate-chain tsa/chain.pem --listen 10.1.2.3:3161 --allow-remote",
        ],
        [
          [0, "stopped by SIGINT or SIGTERM"],
          [2, "usage: unusable key or certificate, an address that others can reach"],
          [3, "the journal cannot be used, or the address is taken"],
        ],
      ),
    )
    .action((flags: ServeFlags) => register((session) => serve(session, flags)));
}

async function serve(session: Session, flags: ServeFlags): Promise<CommandExit> {
  const { serveTimestamps } = await import("../../../time-authority.ts");
  const authority = await openFromFlags(session, flags);
  const fault = Promise.withResolvers<never>();
  try {
    const server = await serveTimestamps(authority, {
      ...flags.listen,
      allowRemote: flags.allowRemote === true,
      // A log that cannot be written must not stop the clock.
      answered: (answer) => void note(session, describeAnswer(answer)).catch(() => undefined),
      failed: fault.reject,
    });
    try {
      const until = `stamps until ${authority.validUntil.toISOString()}`;
      await note(session, `${escapeText(authority.name)} answers at ${server.url}; ${until}`);
      await Promise.race([aborted(session.signal), fault.promise]);
    } finally {
      await server.stop();
    }
  } finally {
    authority.close();
  }
  await note(session, "stopped");
  return "stopped";
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** One line: what was stamped, or why not. */
export function describeAnswer(answer: TimestampAnswer): string {
  if (answer.kind === "refused") {
    const { failure, text, fault } = answer;
    const why = fault === undefined ? text : `${fault.message} [${fault.code}]`;
    return `refused ${failure}: ${escapeText(why)}`;
  }
  const { time, serialNumber, hash, digest } = answer;
  const subject = `${hash}:${Buffer.from(digest).toString("hex")}`;
  return `stamped ${time.toISOString()} ${serialNumber.toString(16)} ${subject}`;
}
