// SPDX-License-Identifier: Apache-2.0
// Which variables a workload, or a file without workloads, runs with: its own, those of the files and config maps that it names,
// and those that lie beside it.

import { splitPath } from "../reading.ts";
import type { Configuration, Variable, Workload } from "./settings.ts";

/** The variables of one directory, gathered once. */
export class Environments {
  readonly #all: readonly Configuration[];
  readonly #files: ReadonlyMap<string, readonly Variable[]>;
  readonly #configMaps: ReadonlyMap<string, readonly Variable[]>;
  readonly #beside = new Map<string, readonly Variable[]>();

  constructor(all: readonly Configuration[]) {
    this.#all = all;
    this.#files = new Map(
      all.filter(({ kind }) => kind === "env-file").map(({ path, variables }) => [path, variables]),
    );
    this.#configMaps = new Map(all.flatMap(({ configMaps }) => [...configMaps]));
  }

  /** Of a workload: nothing else reaches a container. */
  ofWorkload({ path, variables, variableFiles, configMaps }: Workload): readonly Variable[] {
    const [folder] = splitPath(path);
    return [
      ...variables,
      ...variableFiles.flatMap((name) => this.#files.get(joined(folder, name)) ?? []),
      ...configMaps.flatMap((name) => this.#configMaps.get(name) ?? []),
    ];
  }

  /** Of a program or a list of packages: what it sets itself, and what the configurations beside and below it set. */
  ofFile({ path, variables }: Configuration): readonly Variable[] {
    const [folder] = splitPath(path);
    const known = this.#beside.get(folder) ?? this.#gather(folder);
    this.#beside.set(folder, known);
    return [...variables, ...known];
  }

  #gather(folder: string): readonly Variable[] {
    const prefix = folder === "" ? "" : `${folder}/`;
    return this.#all
      .filter(({ path, kind }) => path.startsWith(prefix) && kind !== "python")
      .flatMap(({ variables, workloads, configMaps }) => [
        ...variables,
        ...workloads.flatMap((each) => each.variables),
        ...[...configMaps.values()].flat(),
      ]);
  }
}

function joined(folder: string, name: string): string {
  const own = name.replace(/^(?:\.\/)+/, "");
  return folder === "" ? own : `${folder}/${own}`;
}

/** True if a variable has one of the values; `*` stands for any that is not empty. */
export function isSet(variables: readonly Variable[], name: string, values: readonly string[]): boolean {
  return variables.some(
    (each) =>
      each.name === name &&
      each.value !== undefined &&
      each.value !== "" &&
      (values.includes("*") || values.includes(each.value.toLowerCase())),
  );
}
