// SPDX-License-Identifier: Apache-2.0
// Completion scripts for bash, zsh and fish, written from the command tree itself, so that they cannot
// promise a flag that does not exist. Only our own words go in; nothing is read from disk.

import type { Command, Option } from "commander";

/** One flag as a shell sees it. */
interface Flag {
  readonly short: string | undefined;
  readonly long: string | undefined;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly description: string;
}

/** One command with its path, for example `trust add`. */
interface Node {
  readonly path: readonly string[];
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Names of its sub-commands. */
  readonly words: readonly string[];
  /** Values of its first argument, if they are a closed list. */
  readonly choices: readonly string[];
}

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** The completion script for one shell. */
export function renderCompletion(program: Command, shell: Shell): string {
  const nodes = collectNodes(program, []);
  switch (shell) {
    case "bash":
      return renderBash(nodes);
    case "zsh":
      return renderZsh(nodes);
    case "fish":
      return renderFish(nodes);
  }
}

function collectNodes(command: Command, path: readonly string[]): Node[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== "help");
  const inherited = path.length === 0 ? [] : help.visibleGlobalOptions(command);
  const options = [...help.visibleOptions(command), ...command.options, ...inherited];
  const node: Node = {
    path,
    summary: command.summary() || command.description(),
    flags: [...new Map(options.map((option) => [option.flags, toFlag(option)])).values()],
    words: children.map((child) => child.name()),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [node, ...children.flatMap((child) => collectNodes(child, [...path, child.name()]))];
}

function toFlag(option: Option): Flag {
  return {
    short: option.short,
    long: option.long,
    takesValue: option.required,
    choices: option.argChoices ?? [],
    description: option.description,
  };
}

function spellings(flag: Flag): string[] {
  return [flag.short, flag.long].filter((name) => name !== undefined);
}

/** Single quotes for POSIX shells. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A shell statement per command path that sets the words to offer. */
function caseLines(nodes: readonly Node[], indent: string): string[] {
  return nodes.map((node) => {
    const words = [...node.words, ...node.choices].join(" ");
    const flags = node.flags.flatMap(spellings).join(" ");
    return `${indent}${spelled(node.path)}) offered=${quote(words)}; flags=${quote(flags)} ;;`;
  });
}

/**
 * Flags whose value is one of a list, by command, and flags whose value is anything (a file, as a rule). To be matched with
 * command path and flag, one space between them.
 */
function valueLines(nodes: readonly Node[], indent: string): string[] {
  const open = new Set<string>();
  const lines: string[] = [];
  for (const { path, flags } of nodes) {
    for (const flag of flags.filter(({ takesValue }) => takesValue)) {
      for (const name of spellings(flag)) {
        if (flag.choices.length > 0) {
          lines.push(`${indent}${spelled([...path, name])}) values=${quote(flag.choices.join(" "))} ;;`);
        } else {
          open.add(`*${spelled([name])}`);
        }
      }
    }
  }
  return open.size === 0 ? lines : [...lines, `${indent}${[...open].join("|")}) values='-' ;;`];
}

/** A path as the shell code spells it: every word with a space before it, so that the root is empty. */
function spelled(path: readonly string[]): string {
  return quote(path.map((word) => ` ${word}`).join(""));
}

/** A reference to a shell variable that needs braces. */
function expand(expression: string): string {
  return `$\{${expression}}`;
}

/** Finds the command path of the words typed so far; the same text works in bash and zsh. */
function pathLoop(nodes: readonly Node[]): string[] {
  const paths = nodes.filter((node) => node.path.length > 0).map((node) => spelled(node.path));
  return [
    "  for word in $typed; do",
    '    case "$at $word" in',
    `      ${paths.join("|")}) at="$at $word" ;;`,
    "    esac",
    "  done",
  ];
}

function renderBash(nodes: readonly Node[]): string {
  return [
    "# bash completion for aibom; load it with: source <(aibom completion bash)",
    "_aibom() {",
    "  local word at='' offered='' flags='' values='' before=''",
    `  local current="${expand("COMP_WORDS[COMP_CWORD]")}" previous="${expand("COMP_WORDS[COMP_CWORD-1]")}"`,
    `  local typed="${expand("COMP_WORDS[*]:1:COMP_CWORD-1")}"`,
    "  COMPREPLY=()",
    ...pathLoop(nodes),
    '  case "$at $previous" in',
    ...valueLines(nodes, "    "),
    "  esac",
    '  case "$at" in',
    ...caseLines(nodes, "    "),
    "  esac",
    '  if [[ "$values" == "-" ]]; then return; fi',
    '  if [[ -n "$values" ]]; then offered="$values"; flags=""; fi',
    '  if [[ "$current" == -* ]]; then offered="$flags"; fi',
    "  # A list: what stands before the last comma stays.",
    `  if [[ -n "$values" && "$current" == *,* ]]; then before="${expand("current%,*")},"; fi`,
    `  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$offered" -- "${expand('current#"$before"')}")`,
    "}",
    "complete -o default -F _aibom aibom",
    "",
  ].join("\n");
}

function renderZsh(nodes: readonly Node[]): string {
  return [
    "#compdef aibom",
    "# zsh completion for aibom; load it with: source <(aibom completion zsh)",
    "_aibom() {",
    "  setopt local_options sh_word_split",
    "  local word at='' offered='' flags='' values=''",
    `  local current="${expand("words[CURRENT]")}" previous="${expand("words[CURRENT-1]")}"`,
    `  local typed="${expand("words[2,CURRENT-1]")}"`,
    ...pathLoop(nodes),
    '  case "$at $previous" in',
    ...valueLines(nodes, "    "),
    "  esac",
    '  case "$at" in',
    ...caseLines(nodes, "    "),
    "  esac",
    '  if [[ "$values" == "-" ]]; then _files; return; fi',
    "  # A list: what stands before the last comma stays.",
    '  if [[ -n "$values" ]]; then compset -P "*,"; compadd -- $values; return; fi',
    '  if [[ "$current" == -* ]]; then compadd -- $flags; return; fi',
    '  if [[ -n "$offered" ]]; then compadd -- $offered; else _files; fi',
    "}",
    "compdef _aibom aibom",
    "",
  ].join("\n");
}

function renderFish(nodes: readonly Node[]): string {
  const lines = ["# fish completion for aibom; load it with: aibom completion fish | source"];
  for (const node of nodes) {
    const seen = node.path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const own =
      node.words.length > 0 ? [...seen, `not __fish_seen_subcommand_from ${node.words.join(" ")}`] : seen;
    const condition = own.length === 0 ? "" : ` -n ${quote(own.join("; and "))}`;
    for (const word of node.words) {
      const summary = nodes.find((child) => child.path.join(" ") === [...node.path, word].join(" "))?.summary;
      lines.push(`complete -c aibom -f${condition} -a ${word} -d ${quote(summary ?? "")}`);
    }
    if (node.choices.length > 0) {
      lines.push(`complete -c aibom -f${condition} -a ${quote(node.choices.join(" "))}`);
    }
    lines.push(...node.flags.map((flag) => fishFlag(flag, condition)));
  }
  return `${lines.join("\n")}\n`;
}

function fishFlag(flag: Flag, condition: string): string {
  const short = flag.short === undefined ? "" : ` -s ${flag.short.slice(1)}`;
  const long = flag.long === undefined ? "" : ` -l ${flag.long.slice(2)}`;
  const choices = flag.choices.length > 0 ? ` -x -a ${quote(flag.choices.join(" "))}` : " -r";
  return `complete -c aibom${condition}${short}${long}${flag.takesValue ? choices : ""} -d ${quote(flag.description)}`;
}
