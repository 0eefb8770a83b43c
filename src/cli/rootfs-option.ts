// SPDX-License-Identifier: Apache-2.0
// `--rootfs DIR`: targets whose symbolic links mean the root that the directory will have.

import { Option } from "commander";
import { AibomError } from "../errors.ts";
import { collect } from "./option-values.ts";

/** The option, the same for each command that reads targets. */
export function rootfsOption(): Option {
  return new Option("--rootfs <dir>", "a root file system: links lead inside of it; may be repeated")
    .argParser(collect)
    .default([], "none");
}

/** All targets of a command. @throws {AibomError} CLI_USAGE if there are none */
export function withRootFileSystems(targets: readonly string[], roots: readonly string[]): readonly string[] {
  const all = [...targets, ...roots];
  if (all.length === 0) {
    throw AibomError.of("CLI_USAGE", { reason: "missing required argument 'target'" });
  }
  return all;
}
