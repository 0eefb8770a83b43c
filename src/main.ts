// SPDX-License-Identifier: Apache-2.0
// The entry point. The exit code starts at "fault" and only a finished command lowers it, so that a crash, a
// promise that never settles or a module that does not load can never look like an allow. Everything else is
// imported after that line. Nobody calls process.exit: it would cut off output that is still in a pipe.

process.exitCode = 4;

const outcome = { isFinished: false, isFaulty: false };
const interruption = new AbortController();

process.on("uncaughtException", reportFault);
process.on("unhandledRejection", reportFault);
process.on("exit", () => {
  if (!outcome.isFinished && !outcome.isFaulty) {
    process.exitCode = 4;
    process.stderr.write("aibom: error: unexpected failure: ended before the command finished [CLI_FAULT]\n");
  }
});

import("./cli/run.ts")
  .then(({ run }) => run(process.argv.slice(2), interruption))
  .then((exitCode) => {
    outcome.isFinished = true;
    if (!outcome.isFaulty) {
      process.exitCode = exitCode;
    }
  })
  .catch(reportFault);

/** Once a fault was seen, no later success counts: the state of the process is unknown. */
function reportFault(fault: unknown): void {
  outcome.isFaulty = true;
  process.exitCode = 4;
  interruption.abort(fault);
  import("./cli/failure.ts")
    .then(({ writeFault }) => writeFault(fault, process.argv))
    .catch(() =>
      process.stderr.write(`aibom: error: unexpected failure: ${plainReason(fault)} [CLI_FAULT]\n`),
    );
}

/** Why, when nothing that could say it well is left: a damaged installation. */
function plainReason(fault: unknown): string {
  return fault instanceof Error ? fault.message.replace(/[^ -~]/g, "?") : "no error";
}
