// SPDX-License-Identifier: Apache-2.0
// Dockerfiles (Dockerfile reference): base images, variables, command lines, packages that are installed. The last stage is what
// runs; what earlier stages set stays behind, but what they are made from counts.

import { linesOf, requirementOf } from "./line-settings.ts";
import {
  type Configuration,
  emptyConfiguration,
  emptyWorkload,
  type Place,
  type Workload,
  withDefaults,
  wordsOf,
} from "./settings.ts";

interface Instruction extends Place {
  readonly name: string;
  readonly text: string;
}

export function readDockerfile(path: string, text: string): Configuration {
  const configuration = emptyConfiguration(path, "dockerfile");
  const args = new Map<string, string>();
  const stages = new Set<string>();
  let stage = emptyWorkload({ path, line: 1 }, "image");
  for (const instruction of instructionsOf(path, text)) {
    if (instruction.name === "FROM") {
      stage = startStage(instruction, args, stages, stage);
      if (!configuration.workloads.includes(stage)) {
        configuration.workloads.push(stage);
      }
    } else if (instruction.name === "ARG") {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]{0,127})=(\S*)/.exec(instruction.text) ?? [];
      if (name !== undefined && value !== undefined) {
        args.set(name, value.replace(/^["']|["']$/g, ""));
      }
    } else {
      readInstruction(instruction, stage, configuration);
    }
  }
  return configuration;
}

function startStage(
  { text, path, line }: Instruction,
  args: ReadonlyMap<string, string>,
  stages: Set<string>,
  previous: Workload,
): Workload {
  const words = text.split(/\s+/).filter((word) => !word.startsWith("--"));
  const [image = "", as, name] = words;
  const reference = resolved(image, args);
  const stage = emptyWorkload({ path, line }, name ?? "image");
  const isOwn = stages.has(reference.toLowerCase());
  if (as?.toUpperCase() === "AS" && name !== undefined) {
    stages.add(name.toLowerCase());
  }
  if (isOwn) {
    // Built on an earlier stage: its variables hold here, too.
    stage.variables.push(...previous.variables);
  } else if (reference !== "scratch" && reference !== "") {
    stage.images.push({ path, line, reference });
  }
  return stage;
}

function resolved(text: string, args: ReadonlyMap<string, string>): string {
  return withDefaults(text).replace(
    /\$\{?([A-Za-z_][A-Za-z0-9_]{0,127})\}?/g,
    (whole, name: string) => args.get(name) ?? whole,
  );
}

function readInstruction({ name, text, path, line }: Instruction, stage: Workload, out: Configuration): void {
  const place = { path, line };
  if (name === "ENV") {
    stage.variables.push(...variablesOf(text, place));
  } else if (name === "CMD" || name === "ENTRYPOINT") {
    for (const word of wordsOf(text.replaceAll(/[[\],]/g, " "))) {
      stage.words.push({ ...place, key: name, text: word });
    }
  } else if (name === "RUN") {
    readRun(text, place, stage, out);
  } else if (name === "COPY" || name === "ADD") {
    const [, from] = /--from=(\S+)/.exec(text) ?? [];
    if (from?.includes("/") === true) {
      stage.images.push({ ...place, reference: from });
    }
    out.texts.push({ ...place, key: name, text });
  }
}

/** `NAME=value …` with quotes, or the old form `NAME value`. */
function variablesOf(text: string, place: Place) {
  const old = /^([A-Za-z_][A-Za-z0-9_]{0,255})\s+([^=]*)$/.exec(text);
  if (old !== null) {
    return [{ ...place, name: old[1] ?? "", value: (old[2] ?? "").trim() }];
  }
  return [...text.matchAll(/([A-Za-z_][A-Za-z0-9_]{0,255})=(?:"([^"]*)"|'([^']*)'|(\S*))/g)].map(
    ([, name = "", double, single, bare]) => ({
      ...place,
      name,
      value: withDefaults(double ?? single ?? bare ?? ""),
    }),
  );
}

function readRun(text: string, place: Place, stage: Workload, out: Configuration): void {
  out.texts.push({ ...place, key: "RUN", text });
  for (const command of text.split(/&&|;|\|\|/)) {
    const words = wordsOf(command);
    const install = words.indexOf("install");
    const tool = words.slice(0, Math.max(install, 0));
    if (install === -1 || !tool.some((word) => /^(?:uv|pip3?|pip3?\.\d+)$/.test(word))) {
      continue;
    }
    const isIndexNamed = words.some((word) => /^(?:-i|--index-url|--no-index)(?:=|$)/.test(word));
    if (!isIndexNamed) {
      out.texts.push({ ...place, key: "pip", text: "pypi.org" });
    }
    for (const word of words.slice(install + 1)) {
      const used = /[.]txt$/.test(word) ? undefined : requirementOf(word);
      if (used !== undefined) {
        out.packages.push({ ...place, ...used });
        stage.words.push({ ...place, key: "RUN", text: word });
      }
    }
  }
}

/** Instructions with their continuation lines; comments and the bodies of here-documents left out. */
function instructionsOf(path: string, text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: { line: number; text: string } | undefined;
  let end: string | undefined;
  for (const [line, content] of linesOf(text)) {
    if (end !== undefined) {
      end = content.trim() === end ? undefined : end;
      continue;
    }
    if (/^\s*(?:#|$)/.test(content)) {
      continue;
    }
    const isContinued = /\\\s*$/.test(content);
    const part = content.replace(/\\\s*$/, "").trim();
    if (open === undefined) {
      open = { line, text: part };
    } else if (open.text.length < 65_536) {
      // What is full is not copied again for each of half a million lines.
      open = { line: open.line, text: `${open.text} ${part}`.slice(0, 65_536) };
    }
    if (isContinued) {
      continue;
    }
    const [, name = "", rest = ""] = /^([A-Za-z]{2,16})\s+(.*)$/.exec(open.text) ?? [];
    found.push({ path, line: open.line, name: name.toUpperCase(), text: rest });
    end = /<<-?\s*["']?([A-Za-z_][A-Za-z0-9_]*)["']?/.exec(rest)?.[1];
    open = undefined;
  }
  return found;
}
