// SPDX-License-Identifier: Apache-2.0
// What a configuration says, whatever its syntax: workloads with their images, variables and words of the command line,
// packages, models, and other texts. Readers fill it, detectors look at it. Values of variables stay in here: no fact
// and no finding carries one.

/** Where something is written. Lines count from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** A variable of the environment; without a value if it comes from elsewhere (a secret, the caller). */
export interface Variable extends Place {
  readonly name: string;
  readonly value?: string;
}

/** A text with the key that it stands under. */
export interface Setting extends Place {
  readonly key: string;
  readonly text: string;
}

export interface ImageUse extends Place {
  readonly reference: string;
}

/** A package that is installed or imported. */
export interface PackageUse extends Place {
  /** Normalised as package indexes do: lower case, dashes. */
  readonly name: string;
  /** Undefined where nothing is installed (an import). */
  readonly pin?: "exact" | "open";
}

/** A model or dataset of a hub that is loaded by name. */
export interface ModelUse extends Place {
  readonly model: string;
  readonly revision?: string;
}

/** A client of a model service that is made, with the arguments that are named. */
export interface ClientCall extends Place {
  readonly name: string;
  readonly argumentNames: readonly string[];
}

/** A container, a service, a server process. */
export interface Workload extends Place {
  readonly name: string;
  readonly images: ImageUse[];
  readonly variables: Variable[];
  /** Words of command and arguments. */
  readonly words: Setting[];
  /** Files that more variables come from, as written. */
  readonly variableFiles: string[];
  /** Config maps that more variables come from. */
  readonly configMaps: string[];
}

export type ConfigurationKind =
  | "compose"
  | "kubernetes"
  | "helm-values"
  | "helm-template"
  | "settings"
  | "env-file"
  | "dockerfile"
  | "python"
  | "requirements"
  | "mcp";

/** One file. */
export interface Configuration {
  readonly path: string;
  readonly kind: ConfigurationKind;
  readonly workloads: Workload[];
  /** Of the file as a whole; those of config maps under the map's name. */
  readonly variables: Variable[];
  readonly configMaps: Map<string, Variable[]>;
  readonly texts: Setting[];
  readonly packages: PackageUse[];
  readonly models: ModelUse[];
  readonly clients: ClientCall[];
  /** Something that updates or replaces what runs, by itself. */
  readonly updaters: Setting[];
  /** Model names with the address of their service, as gateways list them. */
  readonly routes: (Setting & { readonly hasAddress: boolean })[];
}

export function emptyConfiguration(path: string, kind: ConfigurationKind): Configuration {
  return {
    path,
    kind,
    workloads: [],
    variables: [],
    configMaps: new Map(),
    texts: [],
    packages: [],
    models: [],
    clients: [],
    updaters: [],
    routes: [],
  };
}

export function emptyWorkload(place: Place, name: string): Workload {
  return { ...place, name, images: [], variables: [], words: [], variableFiles: [], configMaps: [] };
}

/** The words of a command line. Quotes are taken off, nothing is expanded. */
export function wordsOf(text: string): readonly string[] {
  return text
    .split(/[\s;|&]+/)
    .map(bare)
    .filter((word) => word !== "");
}

/** Quotes and parentheses around a word taken off; by hand, since a pattern would go over long runs again and again. */
function bare(word: string): string {
  let [start, end] = [0, word.length];
  while (start < end && `"'(`.includes(word[start] ?? "")) {
    start += 1;
  }
  while (end > start && `"')`.includes(word[end - 1] ?? "")) {
    end -= 1;
  }
  return word.slice(start, end);
}

/** `${NAME:-default}` and `${NAME-default}` become the default; what has none stays as it is. */
export function withDefaults(text: string): string {
  return text.replace(/\$\{[A-Za-z_][A-Za-z0-9_]{0,127}:?-([^{}]{0,512})\}/g, "$1");
}
