// SPDX-License-Identifier: Apache-2.0
// What is personal about this run, so that a report can leave it out.

import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import type { LocalNames } from "../audit/redaction.ts";
import { osUser } from "./os-user.ts";

/** The home directory, the user, and the directories that the command line leads to. */
export function localNames(paths: readonly string[]): LocalNames {
  const directories = [process.cwd(), ...paths.map((path) => dirname(resolve(path)))];
  return {
    homeDirectory: homedir(),
    user: osUser().user,
    directories: [...new Set([...directories, ...directories.flatMap(realPath)])],
  };
}

function realPath(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
