// SPDX-License-Identifier: Apache-2.0
// `aibom report renew`: adds a newer time stamp to a sealed folder, at once or in two steps over an air gap.

import { join } from "node:path";
import type { Command } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { helpText } from "../../help-text.ts";
import { Refusal } from "../../refusal.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
} from "../../session.ts";

interface RenewFlags {
  readonly url?: string;
  readonly request?: string;
  readonly token?: string;
}

const examples = [
  "aibom report renew audit --url https://tsa.example",
  "aibom report renew audit --request renewal.tsq",
  "aibom report renew audit --token renewal.tsr --request renewal.tsq",
];

/** Adds `renew DIR` to `aibom report`. */
export function addRenew(command: Command, register: Register): void {
  command
    .command("renew")
    .summary("add a newer time stamp to the seal of a folder")
    .description(
      "Adds seal/renewal-N.tsr, a time stamp over the seal and its last time stamp, before the authority of that one ends " +
        "or its algorithms grow weak. Nothing else of the folder changes.",
    )
    .argument("<dir>", "an audit folder whose seal has a time stamp")
    .option("--url <url>", "ask this RFC 3161 authority (goes online)")
    .option(
      "--request <file>",
      "write the request here (new file); with --token: the request that was answered",
    )
    .option("--token <file>", "put in this answer: TimeStampResp or token, DER")
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the time stamp is in the folder, or the request is written"],
        [1, "the answer is malformed or refused"],
        [2, "usage: no audit folder, no seal, or none with a time stamp"],
        [3, "the answer is about something else, or the authority gave none"],
      ]),
    )
    .action((directory: string, flags: RenewFlags) =>
      register((session) => renew(session, directory, flags)),
    );
}

async function renew(
  session: Session,
  directory: string,
  { url, request, token }: RenewFlags,
): Promise<CommandExit> {
  if ([url, token ?? request].filter((each) => each !== undefined).length !== 1) {
    const reason =
      "give --url, or --request FILE, or --token FILE (and with it the --request that it answers)";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  const { openSeal, renewalFrom, renewalRequest, requestRenewal } = await import("../../../audit/renew.ts");
  const { writeFileAtomic, writeNewFile } = await import("../../write-file.ts");
  const seal = openSeal(directory);
  if (url === undefined && token === undefined) {
    const file = request ?? "";
    writeNewFile(file, renewalRequest(seal));
    await note(session, `wrote the request for ${escapeText(directory)} to ${escapeText(file)}`);
    return 0;
  }
  const read = await readerOf();
  const renewal =
    url === undefined
      ? renewalFrom(seal, read(token ?? ""), request === undefined ? undefined : read(request))
      : await requestRenewal(seal, url, onlineOptions(session));
  refuseIfStopped(session);
  const path = join(directory, seal.next);
  writeFileAtomic(path, renewal.token);
  await note(session, `time stamp of ${renewal.time.toISOString()} written to ${escapeText(path)}`);
  return 0;
}

async function readerOf(): Promise<(file: string) => Uint8Array> {
  const { limits } = await import("../../../limits.ts");
  const { readBounded } = await import("../../../sources/read-bounded.ts");
  return (file) => readBounded(file, limits.maxTimestampBytes);
}
