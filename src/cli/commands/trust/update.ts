// SPDX-License-Identifier: Apache-2.0
// `aibom trust update`: brings the trust root up to date from a TUF repository, carried or fetched. The one command
// that may open a connection, and only with --url.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { AibomError } from "../../../errors.ts";
import type { TrustSource } from "../../../trust/tuf/source.ts";
import type { TrustUpdate } from "../../../trust/tuf/update.ts";
import { addLogFlags, type LogFlags, type Logger, openLogger } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import { instant } from "../../option-values.ts";
import { Refusal } from "../../refusal.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
} from "../../session.ts";

interface UpdateFlags extends LogFlags {
  readonly trustRoot: string;
  readonly from?: string;
  readonly url?: string;
  readonly root?: string;
  readonly asOf?: Date;
  readonly discardLocalChanges?: boolean;
}

const examples = [
  "aibom trust update --from /media/usb/trust --root root.json",
  "aibom trust update --from /media/usb/trust --as-of 2027-01-31T00:00:00Z",
  "aibom trust update --url https://trust.example.org/",
];

/** Adds `aibom trust update`. */
export function addUpdate(trust: Command, register: Register): void {
  addLogFlags(trust.command("update"))
    .summary("update the trust root from the organisation's repository")
    .description(
      "Updates the trust root from a TUF repository made with `aibom trust publish`: a carried directory " +
        "or an address. Every file is checked against the root keys; old, mixed, expired or damaged " +
        "metadata is refused, and nothing is replaced before all is checked. The first import needs --root.",
    )
    .option("--from <dir>", "carried repository; no connection is opened")
    .option("--url <url>", "https address of the repository; opens a connection")
    .option(
      "--root <file>",
      "the organisation's root.json, from a channel you trust; pinned at the first import",
    )
    .addOption(
      new Option(
        "--as-of <time>",
        "compare expiry with this time instead of now (RFC 3339); recorded in the trust root",
      ).argParser(instant("--as-of")),
    )
    .option("--discard-local-changes", "replace files of the trust root that were changed here")
    .addOption(new Option("--trust-root <dir>", "local trust root").default(".aibom/trust"))
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "the trust root is current"],
        [1, "the repository was refused: an attack, damage, or metadata that has expired"],
        [2, "usage: no root to start from, local changes, a damaged record of earlier updates"],
        [3, "the repository cannot be read or fetched"],
      ]),
    )
    .action((flags: UpdateFlags) => register((session) => update(session, flags)));
}

async function update(session: Session, flags: UpdateFlags): Promise<CommandExit> {
  const source = await chooseSource(session, flags);
  const { updateTrustRoot } = await import("../../../trust/tuf/update.ts");
  const root = flags.root === undefined ? undefined : await readRoot(flags.root);
  refuseIfStopped(session);
  const log = await openLogger(session, flags, flags.trustRoot);
  const before = log === undefined ? undefined : await digestNow(flags);
  const result = await updateTrustRoot({
    trustDirectory: flags.trustRoot,
    source,
    at: session.startedAt,
    ...(flags.asOf === undefined ? {} : { asOf: flags.asOf }),
    ...(root === undefined ? {} : { root }),
    ...(flags.discardLocalChanges === undefined ? {} : { discardLocalChanges: flags.discardLocalChanges }),
  });
  if (log !== undefined) {
    await recordUpdate(log, before, await digestNow(flags));
  }
  for (const line of describe(result, flags)) {
    await note(session, line);
  }
  return 0;
}

/** Logged when it is done: an update puts itself in place, and is whole or not there. */
async function recordUpdate(
  log: Logger,
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  const resource = (sha256: string | undefined) =>
    sha256 === undefined ? [] : [{ name: "trust.json", digest: { sha256 } }];
  if (before !== after) {
    await log.record({
      type: "trust-root-change",
      subject: resource(before),
      outputs: resource(after),
      reason: "updated from its repository",
    });
  }
}

/** SHA-256 of the trust root, if there is one that loads: the first update makes it, and mends one that was broken off. */
async function digestNow({ trustRoot }: UpdateFlags): Promise<string | undefined> {
  const { loadTrustRoot } = await import("../../../trust/load.ts");
  try {
    return loadTrustRoot(trustRoot).digest.hex;
  } catch (error) {
    if (error instanceof AibomError) {
      return undefined;
    }
    throw error;
  }
}

async function chooseSource(session: Session, flags: UpdateFlags): Promise<TrustSource> {
  const { directorySource, urlSource } = await import("../../../trust/tuf/source.ts");
  if ((flags.from === undefined) === (flags.url === undefined)) {
    throw Refusal.of("CLI_USAGE", { reason: "give either --from or --url" });
  }
  if (flags.from !== undefined) {
    return directorySource(flags.from);
  }
  const { checkedAddress, createFetchBytes } = await import("../../../net/fetch-bytes.ts");
  const url = checkedAddress(flags.url ?? "");
  if (url.search !== "" || url.hash !== "") {
    const reason = "names of files are appended to it, so it can have no query and no fragment";
    throw Refusal.of("FETCH_ADDRESS", { url: `${url.origin}${url.pathname}`, reason });
  }
  return urlSource(url.href, createFetchBytes(onlineOptions(session)));
}

async function readRoot(path: string): Promise<Uint8Array> {
  const { limits } = await import("../../../limits.ts");
  const { readBounded } = await import("../../../sources/read-bounded.ts");
  return readBounded(path, limits.maxTufRootBytes);
}

function describe(result: TrustUpdate, flags: UpdateFlags): string[] {
  const { added, changed, removed, versions, expires, state } = result;
  const marks = [
    ...added.map((name) => `  + ${name}`),
    ...changed.map((name) => `  ~ ${name}`),
    ...removed.map((name) => `  - ${name}`),
  ];
  const head = marks.length === 0 ? "is current" : "was updated";
  return [
    `trust root ${escapeText(flags.trustRoot)} ${head}, from ${escapeText(state.source)}`,
    ...marks,
    `  root version ${versions.root}, targets version ${versions.targets}, valid until ${expires}`,
    `  pinned root SHA-256 ${state.pinnedRoot}`,
    ...(state.asOf === undefined ? [] : [`  expiry was compared with ${state.asOf} (--as-of), not with now`]),
  ];
}
