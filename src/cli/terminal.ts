// SPDX-License-Identifier: Apache-2.0
// What the terminal can do: colour and width. The only home of chalk.

import { plainStyle, type Style } from "../report/style.ts";
import type { Environment } from "./environment.ts";

/**
 * Decides on colour for one stream. In this order: `--no-color` and a non-empty `NO_COLOR` turn it off;
 * `FORCE_COLOR` turns it off (`0`, `false`) or on (any other non-empty value); else a terminal that is not
 * `TERM=dumb` gets colour.
 */
export function wantsColour(environment: Environment, flag: boolean, isTerminal: boolean): boolean {
  if (!flag || environment.noColor) {
    return false;
  }
  if (environment.forceColor) {
    return environment.forceColor !== "0" && environment.forceColor !== "false";
  }
  return isTerminal && environment.term !== "dumb";
}

/** Columns to lay text out in: the terminal's, kept readable; a fixed width where there is none. */
export function textWidth(columns: number | undefined): number {
  return Math.min(Math.max(columns || 100, 40), 140);
}

/** What the words of a report look like. Chalk is loaded only if there is something to colour. */
export async function loadStyle(colour: boolean): Promise<Style> {
  if (!colour) {
    return plainStyle;
  }
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  return {
    allow: (text) => chalk.bold.green(text),
    deny: (text) => chalk.bold.red(text),
    undecided: (text) => chalk.bold.yellow(text),
    warn: (text) => chalk.yellow(text),
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    code: (text) => chalk.cyan(text),
  };
}
