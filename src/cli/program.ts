// SPDX-License-Identifier: Apache-2.0
// The command tree. A command is known by name and summary alone until somebody asks for it; then its flags are
// loaded, and when it runs, its work. `--help` and `--version` load nothing but this.

import { Command, CommanderError, Help, Option } from "commander";
import { commands, nameOf } from "./commands/index.ts";
import { wholeNumber } from "./option-values.ts";
import { Refusal } from "./refusal.ts";
import type { GlobalOptions, Register, Runner } from "./session.ts";
import { version } from "./version.ts";

/** Where help and version texts go, and how wide they are. */
export interface HelpOutput {
  write(text: string): void;
  readonly columns: number;
}

const exits = `
Exit codes: 0 done or allow, 1 deny, 2 usage, 3 undecided, 4 fault in aibom.

Examples:
  $ aibom init
  $ aibom inventory ./model -o aibom.cdx.json
  $ aibom verify ./model --bom aibom.cdx.json --policy policy.yaml`;

/**
 * Builds the command tree for one command line.
 * @param words the command line; the commands that it names get their flags and their work
 * @throws {CommanderError} from `parseAsync`; see `usageError`
 */
export async function buildProgram(
  runner: Runner,
  output: HelpOutput,
  words: readonly string[],
): Promise<Command> {
  const root = buildRoot(output);
  const register: Register = (action) => runner(action, readGlobals(root));
  const named = commands.filter((entry) => words.includes(nameOf(entry)));
  const defined = named.some((entry) => entry.showsAll) ? commands : named;
  const terms = new Map<Command, string>();
  for (const entry of commands) {
    const command = root.command(nameOf(entry)).summary(entry.summary);
    terms.set(command, entry.term);
    if (defined.includes(entry)) {
      const define = await entry.load();
      define(command, register);
    }
  }
  const standard = new Help();
  return root.configureHelp({
    ...root.configureHelp(),
    subcommandTerm: (command) => terms.get(command) ?? standard.subcommandTerm(command),
  });
}

function buildRoot(output: HelpOutput): Command {
  return new Command("aibom")
    .description(
      "Inventory, sign, verify and gate AI artifacts. Offline: nothing opens a network connection but fetch, and " +
        "commands whose flags say so (--url, --timestamp, --online).",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addOption(new Option("--no-color", "no colour (also: NO_COLOR; FORCE_COLOR turns it on)"))
    .addOption(new Option("--quiet", "only results and errors: no progress, no notes"))
    .addOption(new Option("--debug", "print the stack of an unexpected failure"))
    .addOption(
      new Option("--jobs <n>", "threads for hashing and for reading; default: the number of cores").argParser(
        wholeNumber("--jobs", 1, 256),
      ),
    )
    .addHelpText("after", exits)
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: (command) => (command.parent === null ? [] : rootOptions(command)),
    })
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
}

/** Global are those of the root only: the flags of `report` are none of `report verify`. */
function rootOptions(command: Command): Option[] {
  let root = command;
  while (root.parent !== null) {
    root = root.parent;
  }
  const help = new Help();
  return help.visibleOptions(root).filter(({ long }) => long !== "--help");
}

/** The command that a line names, with its sub-commands: `aibom report verify`. */
export function commandOf(program: Command, words: readonly string[]): string {
  const names = [program.name()];
  let current = program;
  for (const each of words) {
    const next = current.commands.find((command) => command.name() === each);
    if (next !== undefined) {
      names.push(each);
      current = next;
    } else if (!each.startsWith("-")) {
      break;
    }
  }
  return names.join(" ");
}

function readGlobals(program: Command): GlobalOptions {
  const options = program.opts<{ color?: boolean; debug?: boolean; quiet?: boolean; jobs?: number }>();
  return {
    color: options.color !== false,
    debug: options.debug === true,
    quiet: options.quiet === true,
    jobs: options.jobs,
  };
}

/**
 * What commander threw: undefined for help and version (done), a usage error, or what it was if it is not
 * commander's. Commander itself would exit with 1, which is "deny". Its `exitCode` alone says too little: for
 * help it is whatever the process's exit code was set to.
 */
export function usageError(error: unknown, isHelpWritten: boolean): unknown {
  if (!(error instanceof CommanderError)) {
    return error;
  }
  // The `help` command throws the same error as a missing command; only the former writes to stdout.
  if (error.exitCode === 0 || (error.code === "commander.help" && isHelpWritten)) {
    return undefined;
  }
  const reason =
    error.code === "commander.help"
      ? "a command is missing"
      : error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return Refusal.of("CLI_USAGE", { reason }, { cause: error });
}
