// SPDX-License-Identifier: Apache-2.0
// `aibom timestamp`: puts a time stamp into a signature that exists, at once or in two steps over an air gap.

import type { Command } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { counted } from "../../report/counted.ts";
import type { StampedBundle } from "../../signers/add-timestamp.ts";
import { helpText } from "../help-text.ts";
import { Refusal } from "../refusal.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
} from "../session.ts";

interface TimestampFlags {
  readonly url?: string;
  readonly request?: string;
  readonly token?: string;
}

const examples = [
  "aibom timestamp model/model.sig --url https://tsa.example",
  "aibom timestamp model/model.sig --request model.tsq",
  "aibom timestamp model/model.sig --token model.tsr --request model.tsq",
];

/** Defines `aibom timestamp SIGNATURE`. */
export function defineTimestamp(command: Command, register: Register): void {
  command
    .description(
      "Adds an RFC 3161 time stamp to a signature made with a key or a certificate, so that it outlives the " +
        "certificate. Time stamps that are there stay. Without a network: write the request, carry it to an " +
        "authority, carry the answer back.",
    )
    .argument("<signature>", "a Sigstore bundle: model.sig, aibom.cdx.json.sigstore.json")
    .option("--url <url>", "ask this authority (goes online)")
    .option(
      "--request <file>",
      "write the request here (new file); with --token: the request that was answered",
    )
    .option("--token <file>", "put in this answer: TimeStampResp or token, DER")
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the time stamp is in the signature, or the request is written"],
        [1, "the answer is malformed or refused"],
        [2, "usage: no signature of a key or certificate"],
        [3, "the answer is about something else, or the authority gave none"],
      ]),
    )
    .action((path: string, flags: TimestampFlags) => register((session) => stamp(session, path, flags)));
}

async function stamp(session: Session, path: string, flags: TimestampFlags): Promise<CommandExit> {
  const { url, request, token } = flags;
  const steps = [url, token ?? request].filter((each) => each !== undefined);
  if (steps.length !== 1) {
    const reason = "give --url, or --request, or --token with the --request that it answers";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  const { limits } = await import("../../limits.ts");
  const { readBounded } = await import("../../sources/read-bounded.ts");
  const bundle = readBounded(path, limits.maxBomBundleBytes);
  if (url === undefined && token === undefined) {
    return writeRequest(session, { bundle, path, request: request ?? "" });
  }
  const { addTimestamp, stampBundle } = await import("../../signers/add-timestamp.ts");
  const read = (file: string) => readBounded(file, limits.maxTimestampBytes);
  const stamped =
    url === undefined
      ? addTimestamp(bundle, path, read(token ?? ""), request === undefined ? undefined : read(request))
      : await stampBundle(bundle, path, url, onlineOptions(session));
  refuseIfStopped(session);
  const { writeFileAtomic } = await import("../write-file.ts");
  writeFileAtomic(path, stamped.bundle);
  await note(session, describe(stamped, path));
  return 0;
}

async function writeRequest(
  session: Session,
  { bundle, path, request }: { readonly bundle: Uint8Array; readonly path: string; readonly request: string },
): Promise<CommandExit> {
  const { requestForBundle } = await import("../../signers/add-timestamp.ts");
  const { writeNewFile } = await import("../write-file.ts");
  writeNewFile(request, requestForBundle(bundle, path));
  await note(session, `wrote the request for ${escapeText(path)} to ${escapeText(request)}`);
  return 0;
}

function describe({ time, count }: StampedBundle, path: string): string {
  const stamps = counted(count, "time stamp");
  return `time stamp of ${time.toISOString()} added to ${escapeText(path)}, which has ${stamps} now`;
}
