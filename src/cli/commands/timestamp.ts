// SPDX-License-Identifier: Apache-2.0
// `aibom timestamp`: puts a time stamp into a signature that exists, or beside any file, at once or in two steps over an air gap;
// `aibom timestamp verify` verifies the one beside a file.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Command } from "commander";
import { escapeText } from "../../codes/escape.ts";
import { counted } from "../../report/counted.ts";
import type { StampedBundle } from "../../signers/add-timestamp.ts";
import { addLogFlags, type LogFlags, type LoggedEvent, openLogger } from "../custody.ts";
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
import { addVerify } from "./timestamp/verify.ts";

interface TimestampFlags extends LogFlags {
  readonly url?: string;
  readonly request?: string;
  readonly token?: string;
  readonly output?: string;
  readonly detached?: true;
}

/** How a time stamp is got: exactly one of these. */
type Step =
  | { readonly kind: "ask"; readonly url: string }
  | { readonly kind: "write-request"; readonly request: string }
  | { readonly kind: "take"; readonly token: string; readonly request: string | undefined };

const examples = [
  "aibom timestamp model/model.sig --url https://tsa.example",
  "aibom timestamp model/model.sig --request model.tsq",
  "aibom timestamp model/model.sig --token model.tsr --request model.tsq",
  "aibom timestamp report.pdf --url https://tsa.example -o report.pdf.tsr",
  "aibom timestamp report.pdf --detached --request report.tsq",
  "aibom timestamp verify report.pdf --token report.pdf.tsr",
];

/** Defines `aibom timestamp FILE`. */
export function defineTimestamp(command: Command, register: Register): void {
  command
    .description(
      "Adds an RFC 3161 time stamp to a signature made with a key or a certificate, so that it outlives the " +
        "certificate; time stamps that are there stay. With -o or --detached: stamps any file, and the time stamp is a " +
        "file of its own. Without a network: write the request, carry it to an authority, carry the answer back.",
    )
    .argument("<file>", "a Sigstore bundle (model.sig, aibom.cdx.json.sigstore.json); with -o any file")
    .option("--url <url>", "ask this authority (goes online)")
    .option(
      "--request <file>",
      "write the request here (new file); with --token: the request that was answered",
    )
    .option("--token <file>", "take this answer: TimeStampResp or token, DER")
    .option("-o, --output <file>", "stamp the file as it is, and write the time stamp here (new file)")
    .option("--detached", "with --request: the request is about the file as it is");
  addLogFlags(command)
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the time stamp is in its place, or the request is written"],
        [1, "the answer is malformed or refused"],
        [2, "usage: no signature of a key or certificate, and no -o"],
        [3, "the answer is about something else, or the authority gave none"],
      ]),
    )
    .action((path: string, flags: TimestampFlags) =>
      register((session) =>
        flags.output === undefined && flags.detached === undefined
          ? stampSignature(session, path, stepOf(flags), flags)
          : stampAnyFile(session, path, stepOf(flags), flags),
      ),
    );
  addVerify(command, register);
}

function stepOf({ url, request, token }: TimestampFlags): Step {
  if (url !== undefined && request === undefined && token === undefined) {
    return { kind: "ask", url };
  }
  if (url === undefined && token !== undefined) {
    return { kind: "take", token, request };
  }
  if (url === undefined && request !== undefined) {
    return { kind: "write-request", request };
  }
  const reason = "give --url, or --request FILE, or --token FILE (and with it the --request that it answers)";
  throw Refusal.of("CLI_USAGE", { reason });
}

async function stampSignature(
  session: Session,
  path: string,
  step: Step,
  flags: LogFlags,
): Promise<CommandExit> {
  const { limits } = await import("../../limits.ts");
  const { readBounded } = await import("../../sources/read-bounded.ts");
  const { addTimestamp, requestForBundle, stampBundle } = await import("../../signers/add-timestamp.ts");
  const bundle = await readBundle(path);
  if (step.kind === "write-request") {
    return writeRequest(session, path, step.request, requestForBundle(bundle, path));
  }
  const log = await openLogger(session, flags);
  const read = (file: string) => readBounded(file, limits.maxTimestampBytes);
  const stamped =
    step.kind === "take"
      ? addTimestamp(
          bundle,
          path,
          read(step.token),
          step.request === undefined ? undefined : read(step.request),
        )
      : await stampBundle(bundle, path, step.url, onlineOptions(session));
  refuseIfStopped(session);
  const { writeFileAtomic } = await import("../write-file.ts");
  const name = basename(path);
  await log?.record(stampEvent({ name, digest: sha256Of(bundle) }, name, stamped.bundle));
  writeFileAtomic(path, stamped.bundle);
  await note(session, describe(stamped, path));
  return 0;
}

/** Bundles are JSON with this member. Anything else was meant to be stamped as it is. */
async function readBundle(path: string): Promise<Uint8Array> {
  const { limits } = await import("../../limits.ts");
  const { readBounded, readStart } = await import("../../sources/read-bounded.ts");
  if (/^\s*\{/.test(Buffer.from(readStart(path, 64)).toString("latin1"))) {
    const bundle = readBounded(path, limits.maxBomBundleBytes);
    if (Buffer.from(bundle).includes('"verificationMaterial"')) {
      return bundle;
    }
  }
  const reason = `${path} is no signature: to stamp a file as it is, add -o FILE, or --detached with --request`;
  throw Refusal.of("CLI_USAGE", { reason });
}

async function stampAnyFile(
  session: Session,
  path: string,
  step: Step,
  { output, ...flags }: Pick<TimestampFlags, "output" | "log">,
): Promise<CommandExit> {
  const { checkFileStamp, requestForFile, stampFile } = await import("../../stamp-file.ts");
  const { readToken } = await import("../../verify-file-stamp.ts");
  if ((step.kind === "write-request") === (output !== undefined)) {
    const reason = "-o takes the time stamp: it goes with --url or --token; --detached goes with --request";
    throw Refusal.of("CLI_USAGE", { reason });
  }
  const { mustNotExist, writeNewFile } = await import("../write-file.ts");
  if (step.kind === "write-request") {
    mustNotExist(step.request);
    return writeRequest(session, path, step.request, await requestForFile(path, session.signal));
  }
  const place = output ?? "";
  mustNotExist(place);
  const log = await openLogger(session, flags);
  const { answer, genTime, stamped } =
    step.kind === "ask"
      ? await stampFile(path, step.url, onlineOptions(session))
      : await checkFileStamp(
          path,
          readToken(step.token),
          step.request === undefined ? undefined : readToken(step.request),
          session.signal,
        );
  refuseIfStopped(session);
  const subject = { name: basename(path), digest: { [stamped.algorithm]: stamped.hex } };
  await log?.record(stampEvent(subject, basename(place), answer));
  writeNewFile(place, answer);
  const names = `${escapeText(path)} written to ${escapeText(place)}`;
  await note(
    session,
    `time stamp of ${genTime.toISOString()} over ${names}; nobody has verified yet who made it`,
  );
  return 0;
}

/** A time stamp is no word of anybody here: the entry is signed by the machine's actor, if it has one, else by the log. */
function stampEvent(subject: LoggedEvent["subject"][number], name: string, output: Uint8Array): LoggedEvent {
  return { type: "timestamp", subject: [subject], outputs: [{ name, digest: sha256Of(output) }] };
}

function sha256Of(bytes: Uint8Array): { readonly sha256: string } {
  return { sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function writeRequest(
  session: Session,
  path: string,
  place: string,
  request: Uint8Array,
): Promise<CommandExit> {
  refuseIfStopped(session);
  const { writeNewFile } = await import("../write-file.ts");
  writeNewFile(place, request);
  await note(session, `wrote the request for ${escapeText(path)} to ${escapeText(place)}`);
  return 0;
}

function describe({ time, count }: StampedBundle, path: string): string {
  const stamps = counted(count, "time stamp");
  return `time stamp of ${time.toISOString()} added to ${escapeText(path)}, which has ${stamps} now`;
}
