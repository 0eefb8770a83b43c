// SPDX-License-Identifier: Apache-2.0
// `aibom log witness`: three steps by file. The log asks, a witness on another machine answers, the log keeps the answer.

import { type Command, Option } from "commander";
import { escapeText } from "../../../codes/escape.ts";
import { logPassphrase } from "../../custody.ts";
import { helpText } from "../../help-text.ts";
import { wholeNumber } from "../../option-values.ts";
import { type CommandExit, note, type Register, type Session } from "../../session.ts";
import { type WhichLog, whichLog } from "./options.ts";

export function addWitness(log: Command, register: Register): void {
  const witness = log
    .command("witness")
    .summary("have the log cosigned by a witness on another machine, by file")
    .description(
      "A witness signs that this is the longest history of the log that it saw, and that it continues what it signed before. " +
        "Whoever rewrites the log needs the witnesses, too. Files are those of C2SP tlog-witness.",
    )
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log witness request -o to-witness.request",
          "aibom log witness cosign to-witness.request --key witness.key --name witness.example/w1 \\\n" +
            "      --policy policy --memory ./witness -o from-witness.cosignature",
          "aibom log witness add from-witness.cosignature",
        ],
        [
          [0, "done"],
          [1, "the witness refuses: the log was rewritten, cut or forked, or the request starts elsewhere"],
          [2, "usage: an invalid request, key or policy"],
          [3, "what the witness remembers cannot be read"],
        ],
      ),
    );
  addRequest(witness, register);
  addCosign(witness, register);
  addAdd(witness, register);
}

interface RequestFlags extends WhichLog {
  readonly output: string;
  readonly witness?: string;
  readonly old?: number;
}

function addRequest(witness: Command, register: Register): void {
  witness
    .command("request")
    .summary("write a request to a witness (on the machine of the log)")
    .description(
      "Writes the newest checkpoint with the proof that it continues what the witness signed last.",
    )
    .requiredOption("-o, --output <file>", "write the request here")
    .option(
      "--witness <name>",
      "the witness, as the log's policy names it; needed if they signed different sizes last",
    )
    .addOption(
      new Option(
        "--old <n>",
        "entries that the witness signed last; default: as the log knows; 0: it never signed",
      ).argParser(wholeNumber("--old", 0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(whichLog())
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log witness request -o to-witness.request",
          "aibom log witness request --old 0 -o first.request",
        ],
        [
          [0, "the request is written"],
          [2, "usage: no log, no such witness in its policy"],
        ],
      ),
    )
    .action((flags: RequestFlags) => register((session) => request(session, flags)));
}

async function request(session: Session, flags: RequestFlags): Promise<CommandExit> {
  const { lastWitnessedSize, requestWitness } = await import("../../../custody-log.ts");
  const { refuseForeignFile } = await import("../../overwrite.ts");
  const { writeFileAtomic } = await import("../../write-file.ts");
  refuseForeignFile(flags.output, "witness request");
  const made = await requestWitness(flags.log, (log) => flags.old ?? lastWitnessedSize(log, flags.witness));
  writeFileAtomic(flags.output, made.request);
  await note(
    session,
    `wrote a request from ${made.oldSize} to ${made.size} entries to ${escapeText(flags.output)}`,
  );
  return 0;
}

interface CosignFlags {
  readonly key: string;
  readonly name: string;
  readonly policy: string;
  readonly memory: string;
  readonly output: string;
}

function addCosign(witness: Command, register: Register): void {
  witness
    .command("cosign")
    .summary("check a request and cosign it (on the machine of the witness)")
    .description(
      "Checks that the checkpoint is signed by a log of the policy and continues the one that this witness signed last, writes " +
        "down what it signs, and only then writes the cosignature. A shorter log or another history is refused for good.",
    )
    .argument("<request>", "the file that the log wrote")
    .requiredOption("--key <file>", "Ed25519 key of the witness: PKCS#8 PEM that only its owner can read")
    .requiredOption("--name <name>", "name of the witness, like witness.example/w1")
    .requiredOption(
      "--policy <file>",
      "file with a line `log …` for each log that it witnesses, and `quorum none`",
    )
    .requiredOption("--memory <dir>", "folder in which this witness remembers; make it before the first time")
    .requiredOption("-o, --output <file>", "write the cosignature here")
    .addHelpText(
      "after",
      helpText(
        [
          "aibom log witness cosign to-witness.request --key witness.key --name witness.example/w1 \\\n" +
            "      --policy policy --memory ./witness -o from-witness.cosignature",
        ],
        [
          [0, "the cosignature is written"],
          [1, "refused: the log was rewritten, cut or forked, or the request starts elsewhere"],
          [2, "usage: an invalid request, key or policy"],
          [3, "what the witness remembers cannot be read"],
        ],
      ),
    )
    .action((path: string, flags: CosignFlags) => register((session) => cosignRequest(session, path, flags)));
}

async function cosignRequest(session: Session, path: string, flags: CosignFlags): Promise<CommandExit> {
  const { cosignFile } = await import("../../../custody-log.ts");
  const { refuseForeignFile } = await import("../../overwrite.ts");
  const { readClock } = await import("../../clock.ts");
  const { writeFileAtomic } = await import("../../write-file.ts");
  refuseForeignFile(flags.output, "cosignature");
  const signed = await cosignFile(path, {
    ...flags,
    at: readClock(),
    passphrase: (file) => logPassphrase(session, file),
  });
  writeFileAtomic(flags.output, signed.cosignature);
  const { origin, size } = signed.checkpoint;
  await note(
    session,
    `cosigned ${escapeText(origin)} at ${size} entries (before: ${signed.before}), written to ${escapeText(flags.output)}\n` +
      "whoever relies on this witness has this line in a policy:",
  );
  await session.stdout.write(`witness ${flags.name} ${signed.witnessKey}\n`);
  return 0;
}

function addAdd(witness: Command, register: Register): void {
  witness
    .command("add")
    .summary("add the answer of a witness to the log (on the machine of the log)")
    .description(
      "Checks the cosignature against the checkpoints that were handed out, and keeps it with the one that it is for.",
    )
    .argument("<cosignature>", "the file that the witness wrote")
    .addOption(whichLog())
    .addHelpText(
      "after",
      helpText(
        ["aibom log witness add from-witness.cosignature"],
        [
          [0, "added"],
          [1, "the cosignature is not by a witness of the policy, or for no checkpoint of this log"],
          [2, "usage: no log"],
        ],
      ),
    )
    .action((path: string, flags: WhichLog) =>
      register(async (session) => {
        const { addCosignatures, readCosignature } = await import("../../../custody-log.ts");
        const { size, witnesses } = await addCosignatures(flags.log, readCosignature(path), path);
        await note(session, `the log of ${size} entries is cosigned by ${escapeText(witnesses.join(", "))}`);
        return 0;
      }),
    );
}
