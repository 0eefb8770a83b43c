// SPDX-License-Identifier: Apache-2.0
// Writes the reference pages that are rendered from code: docs/codes.md (code table), docs/formats.md (format
// and layout lists), docs/elements.md (lists of scores) and docs/cli.md (command tree). `--check` writes nothing and fails if a page is stale.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { exitMeanings, sortedCodes } from "../src/cli/code-text.ts";
import { commands, nameOf } from "../src/cli/commands/index.ts";
import { buildProgram } from "../src/cli/program.ts";
import { formats } from "../src/formats/index.ts";
import { magicIds } from "../src/formats/magic.ts";
import { layouts } from "../src/layouts/index.ts";
import { scoreProfileIds } from "../src/score/element.ts";
import { elementLists } from "../src/score/profiles/index.ts";
import { stores } from "../src/stores/index.ts";

const generated = "<!-- Written by `npm run docs`; do not edit. -->";

/** Text inside a table cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function codesPage(): string {
  const areas = new Map<string, string[]>();
  for (const [code, entry] of sortedCodes()) {
    const area = code.split("_")[0] ?? code;
    const section = [
      `### ${code}`,
      "",
      `\`${entry.message}\``,
      "",
      entry.explain,
      "",
      `- What to do: ${entry.hint}`,
      `- Severity as a finding: ${entry.severity}`,
      `- Exit code as an error: ${entry.exit} (${exitMeanings[entry.exit]})`,
      "",
    ].join("\n");
    areas.set(area, [...(areas.get(area) ?? []), section]);
  }
  const sections = [...areas].map(([area, entries]) => `## ${area}\n\n${entries.join("\n")}`);
  return [
    "# Codes",
    "",
    generated,
    "",
    "Every failure has a code. Codes are never renamed and never reused. The same text is printed offline by",
    "`aibom explain CODE`.",
    "",
    sections.join("\n"),
  ].join("\n");
}

/** Every list of elements, with what aibom looks for. */
function elementsPage(): string {
  const lists = scoreProfileIds.map((id) => {
    const { title, standing, sources, expects, elements } = elementLists[id];
    const rows = elements.map(({ id: name, notation = "", title: what, probe }) =>
      [`\`${name}\``, notation, what, probe.of, `\`${probe.expected}\``, probe.fill].map(cell),
    );
    return [
      `## ${id}`,
      "",
      `${title}. ${elements.length} elements. Standing: ${standing}.`,
      "",
      ...sources.map(
        ({ title: source, date, kind, note }) =>
          `- ${source} (${date}): ${kind} source${note === undefined ? "" : `; ${note}`}.`,
      ),
      ...(expects.length === 0
        ? []
        : [`- Has to be there: ${expects.join(", ")}. Without one, its elements are absent.`]),
      "",
      "| element | number | what | asked of | should stand at | how to fill it |",
      "|---|---|---|---|---|---|",
      ...rows.map((row) => `| ${row.join(" | ")} |`),
      "",
    ].join("\n");
  });
  return [
    "# Elements that scores look for",
    "",
    generated,
    "",
    "The lists of `aibom score` ([score.md](score.md)). Pointers are below the subject that an element is asked of; most elements are",
    "also found in other places where other tools write them.",
    "",
    ...lists,
  ].join("\n");
}

function formatsPage(): string {
  const rows = formats.map((format) =>
    [
      `\`${format.id}\``,
      (format.refinements ?? []).map(({ id }) => `\`${id}\``).join(", "),
      format.holdsWeights ? "yes" : "no",
      format.extensions.map((extension) => `\`${extension}\``).join(", "),
    ].map(cell),
  );
  const read = new Set(
    formats.flatMap(({ id, refinements = [] }) => [id, ...refinements.map((each) => each.id)]),
  );
  return [
    "# Formats",
    "",
    generated,
    "",
    "Files are identified by their first bytes, then by their name; a name that promises another format is a",
    "finding. Weights and rows are not read, only what describes them; pickles, archives and text are read whole,",
    "within limits. A more exact name comes from what is inside: a ZIP with the entries of a PyTorch file is `pytorch`.",
    "Reports and policies use the more exact name: `deny: [zip]` says nothing about `pytorch`.",
    "",
    "| format | more exactly | holds weights | usual names |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    "Named by their first bytes, without a reader: hashed and listed, and what a policy says of them holds.",
    "",
    `${magicIds
      .filter((id) => !read.has(id))
      .map((id) => `\`${id}\``)
      .join(", ")}.`,
    "",
    "Anything else is `file`.",
    "",
    "## Layouts",
    "",
    "What several files of one directory say together:",
    "",
    ...layouts.map((layout) => `- \`${layout.id}\``),
    "",
    "## Stores",
    "",
    "How several models lie in one directory; each becomes a component of its own:",
    "",
    ...stores.map((store) => `- \`${store.id}\``),
    "",
  ].join("\n");
}

function commandSections(command: Command, path: readonly string[]): string[] {
  const help: string[] = [];
  command.configureOutput({ writeOut: (text) => help.push(text), getOutHelpWidth: () => 100 });
  command.outputHelp();
  const level = "#".repeat(Math.min(path.length + 1, 4));
  const own = [`${level} ${path.join(" ")}`, "", "```text", help.join("").trim(), "```", ""].join("\n");
  const children = command.commands.filter((child) => child.name() !== "help");
  return [own, ...children.flatMap((child) => commandSections(child, [...path, child.name()]))];
}

async function commandLinePage(): Promise<string> {
  const program = await buildProgram(async () => {}, { write() {}, columns: 100 }, commands.map(nameOf));
  return ["# Command line", "", generated, "", ...commandSections(program, ["aibom"])].join("\n");
}

const pages: readonly (readonly [name: string, text: string])[] = [
  ["codes.md", codesPage()],
  ["formats.md", formatsPage()],
  ["elements.md", elementsPage()],
  ["cli.md", await commandLinePage()],
];

const isCheck = process.argv.includes("--check");
for (const [name, text] of pages) {
  const path = join(import.meta.dirname, "../docs", name);
  if (!isCheck) {
    writeFileSync(path, text);
  } else if (readOrEmpty(path) !== text) {
    process.exitCode = 1;
    console.error(`docs/${name} is stale: run \`npm run docs\``);
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
