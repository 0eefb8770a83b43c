// SPDX-License-Identifier: Apache-2.0
// Codes of the command line: wrong usage, output that cannot be written, passphrases, and our own faults.

import type { CodeTable } from "./code.ts";

export const cliCodes = {
  CLI_USAGE: {
    severity: "info",
    exit: 2,
    message: "{reason}",
    hint: "`aibom --help` lists the commands, `aibom COMMAND --help` the flags of one",
    explain:
      "The command line could not be understood: an unknown command or flag, a missing argument, or flags that " +
      "exclude each other. Nothing was done. Exit code 2 keeps a typing mistake apart from a deny (1).",
  },
  CLI_OPTION_INVALID: {
    severity: "info",
    exit: 2,
    message: "{option} wants {expected}, got {got}",
    hint: "see the command's --help for the values that a flag takes",
    explain:
      "A flag has a value that is not one of those it takes. Values are read strictly: a number with a stray " +
      "letter, a date without a time zone or an unknown name is refused, never guessed.",
  },
  CLI_FORMAT_INVALID: {
    severity: "info",
    exit: 2,
    message: "--format {format}: {reason}",
    hint: "name one or more outputs, for example `--format text,json=verdict.json`; at most one goes to stdout",
    explain:
      "`--format` takes a list of `FORMAT` (to stdout, at most one) and `FORMAT=FILE` entries, separated by commas. " +
      "Two reports on one stream could not be told apart by whoever reads them.",
  },
  CLI_OUTPUT_EXISTS: {
    severity: "info",
    exit: 2,
    message: "exists already and is not overwritten",
    hint: "choose another name, or move the file away if it is not needed any more",
    explain:
      "`init`, `keygen` and `trust add` never overwrite: a lost private key or a lost trust root cannot be made again.",
  },
  CLI_OUTPUT_FOREIGN: {
    severity: "info",
    exit: 2,
    message: "exists, is not an earlier {kind} of aibom, and is not overwritten",
    hint: "check the name; move the file away if it may go",
    explain:
      "An output replaces an earlier output of the same kind and nothing else: a mistyped name must not cost a private " +
      "key, a trust root or a weights file.",
  },
  CLI_TIMESTAMPS_LOST: {
    severity: "high",
    exit: 2,
    message: "the signature there has time stamps ({count}), and the new one would have none",
    hint: "sign with --timestamp, write to another file with -o, or remove the old signature by hand",
    explain:
      "A time stamp keeps a signature good after its certificate or key has ended, and proves that it is older than a " +
      "revocation. It cannot be had again for an earlier instant, so a signature that has one is not replaced silently.",
  },
  CLI_SIGNATURE_OF_ANOTHER: {
    severity: "info",
    exit: 2,
    message: "is a signature of another signer, and is not overwritten",
    hint: "write yours beside it with `-o NAME.sig`, and verify with `--signature` once for each",
    explain:
      "Two signers need two signature files: replacing the first would lose it, and a policy that asks for both could " +
      "never pass.",
  },
  CLI_OUTPUT_NOT_WRITABLE: {
    severity: "info",
    exit: 2,
    message: "cannot be written: {reason}",
    hint: "check that the directory exists, is writable and has space left",
    explain:
      "A result could not be written to the place that was asked for. Files are written beside their final name and " +
      "moved there when complete, so nothing half-written is left behind. A result that cannot be delivered is not a success.",
  },
  CLI_OUTPUT_IS_DIRECTORY: {
    severity: "info",
    exit: 2,
    message: "is a directory, a file name is wanted",
    hint: "add a file name to the path",
    explain: "The output path names a directory. aibom does not choose a file name inside it.",
  },
  CLI_ENVIRONMENT_INVALID: {
    severity: "info",
    exit: 2,
    message: "the environment variable {name} wants {expected}, got {got}",
    hint: "unset the variable or give it a value of that form",
    explain:
      "`SOURCE_DATE_EPOCH` (whole seconds since 1970, reproducible-builds.org) sets the time stamp of a BOM. A value that " +
      "cannot be read would silently make the BOM different from one run to the next, so it is refused.",
  },
  CLI_PASSPHRASE_MISSING: {
    severity: "info",
    exit: 2,
    message: "a passphrase is needed and there is no terminal to ask on",
    hint: "give --passphrase-file FILE or --passphrase-fd N; for a demo, `aibom keygen --no-passphrase` makes a key without one",
    explain:
      "Passphrases are asked for on the terminal, or read from a file or a file descriptor. They are never taken from " +
      "the command line or the environment, where other processes can read them.",
  },
  CLI_PASSPHRASE_MISMATCH: {
    severity: "info",
    exit: 2,
    message: "the two passphrases differ",
    hint: "run the command again and type the same passphrase twice",
    explain: "A new passphrase is asked for twice, so that a typing mistake does not lock the key for ever.",
  },
  CLI_PASSPHRASE_EMPTY: {
    severity: "info",
    exit: 2,
    message: "the passphrase is empty",
    hint: "give a passphrase, or say --no-passphrase if the key is protected in another way",
    explain: "An empty passphrase protects nothing. A key without a passphrase has to be asked for by name.",
  },
  CLI_PASSPHRASE_INVALID: {
    severity: "info",
    exit: 2,
    message: "the passphrase cannot be used: {reason}",
    hint: "a passphrase is one line of UTF-8 text of at most 1,024 bytes",
    explain:
      "A passphrase file or file descriptor holds one line. Only its final line break is removed; a second line, a zero " +
      "byte or text that is not UTF-8 is refused, because another tool would read another passphrase from it.",
  },
  CLI_PASSPHRASE_FILE_OPEN: {
    severity: "info",
    exit: 2,
    message: "the passphrase file can be read by others (mode {mode})",
    hint: "run `chmod 600` on it",
    explain:
      "A passphrase that other users of the machine can read does not protect the key. The file is refused.",
  },
  CLI_CODE_UNKNOWN: {
    severity: "info",
    exit: 2,
    message: "there is no code {given}",
    hint: "`aibom explain --list` prints every code",
    explain: "Codes are written in capitals with underscores, as they stand in brackets behind an error.",
  },
  CLI_INTERRUPTED: {
    severity: "info",
    exit: 3,
    message: "interrupted by {signal}",
    hint: "nothing was decided; run the command again",
    explain:
      "The process was asked to stop. Temporary files are removed and no result is given. The process exits with 128 " +
      "plus the number of the signal, as shells do: 130 for an interrupt from the keyboard, 143 for a termination.",
  },
  CLI_FAULT: {
    severity: "high",
    exit: 4,
    message: "unexpected failure: {reason}",
    hint: "this is a fault in aibom; please report it with the output of the same command and --debug",
    explain:
      "Something happened that aibom was not written for. It is never counted as a result: the exit code starts at 4 and " +
      "only a finished command lowers it.",
  },
} as const satisfies CodeTable;
