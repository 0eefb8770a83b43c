// SPDX-License-Identifier: Apache-2.0
// What is personal about this run, so that a report can leave it out.

import { realpathSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, resolve } from "node:path";
import type { LocalNames } from "../audit/redaction.ts";

/** The home directory, the user, and the directories that the command line leads to. */
export function localNames(paths: readonly string[]): LocalNames {
  const directories = [process.cwd(), ...paths.map((path) => dirname(resolve(path)))];
  const user = userName();
  return {
    homeDirectory: homedir(),
    ...(user === undefined ? {} : { user }),
    directories: [...new Set([...directories, ...directories.flatMap(realPath)])],
  };
}

/** A container's user may have no entry in the password file. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function realPath(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
