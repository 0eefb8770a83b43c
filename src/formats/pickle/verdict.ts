// SPDX-License-Identifier: Apache-2.0
// What an import is: allowed, unknown or dangerous. An allow-list decides what is harmless; the list of dangers only
// raises what is unknown anyhow, so a gap in it never makes an import pass for harmless.

import { lazy } from "../../lazy.ts";
import { allowedGroups, torchScriptModule } from "./allowed-imports.ts";
import {
  type DangerousGroup,
  dangerousAliases,
  dangerousGroups,
  dangerousNames,
} from "./dangerous-imports.ts";
import { unknownName } from "./import-table.ts";
import {
  dataTypes,
  otherStandardModules,
  plainBuiltins,
  plainStandardModules,
  renamedModules,
} from "./standard-modules.ts";

/** The judgement on one import, with its reason. */
export interface Judgement {
  readonly verdict: "allowed" | "unknown" | "dangerous";
  readonly why: string;
  /** The pickle carries the code of a function instead of naming one. */
  readonly carriesCode?: true;
}

const unlisted = "it is on no list of harmless imports";
const plainTypes = "a part of a built-in or standard type";

/** Judgements on imports of common files; the same few occur in each of them. */
const judged = new Map<string, Judgement>();
const maxJudged = 4096;

/** Judges an import by its names. */
export function judge(module: string, name: string): Judgement {
  const key = `${module} ${name}`;
  const known = judged.get(key);
  if (known !== undefined) {
    return known;
  }
  const judgement = judgeAnew(module, name);
  if (judged.size < maxJudged && key.length < 200) {
    judged.set(key, judgement);
  }
  return judgement;
}

function judgeAnew(module: string, name: string): Judgement {
  if (module === unknownName || name === unknownName) {
    return dangerous("its name is computed while it is loaded, so nobody knows what it is");
  }
  const home = homeOf(module);
  const allowed = allowedByName().get(`${home} ${name}`);
  if (allowed !== undefined) {
    return { verdict: "allowed", why: allowed };
  }
  return dangerIn(home, name) ?? allowedClass(home, name) ?? standard(home, name) ?? unknownImport;
}

const unknownImport: Judgement = { verdict: "unknown", why: unlisted };

function dangerous(why: string): Judgement {
  return { verdict: "dangerous", why };
}

/** The module under the name that it has today. */
function homeOf(module: string): string {
  const dot = module.indexOf(".");
  const top = dot < 0 ? module : module.slice(0, dot);
  const renamed = Object.hasOwn(renamedModules, top) ? renamedModules[top] : undefined;
  return renamed === undefined ? module : renamed + (dot < 0 ? "" : module.slice(dot));
}

/** Why an import is harmless, by its module and name. */
const allowedByName = lazy((): ReadonlyMap<string, string> => {
  const byName = new Map<string, string>();
  for (const { modules, names = [], why } of allowedGroups) {
    for (const name of names) {
      for (const module of modules) {
        byName.set(`${module} ${name}`, why);
      }
    }
  }
  return byName;
});

/** Modules all of whose classes are harmless. */
const classModules = lazy((): ReadonlyMap<string, (typeof allowedGroups)[number]> => {
  const groups = allowedGroups.filter(({ names }) => names === undefined);
  return new Map(groups.flatMap((group) => group.modules.map((module) => [module, group] as const)));
});

const dangerousModules = lazy(
  (): ReadonlyMap<string, DangerousGroup> =>
    new Map(
      dangerousGroups.flatMap((group) => (group.modules ?? []).map((module) => [module, group] as const)),
    ),
);
const dangerousByName = lazy(
  (): ReadonlyMap<string, DangerousGroup> =>
    new Map(
      dangerousGroups.flatMap((group) =>
        Object.entries(group.names ?? {}).flatMap(([module, names]) =>
          names.map((name) => [`${module} ${name}`, group] as const),
        ),
      ),
    ),
);

/** The value for a module or for the nearest of its parents. */
function nearest<T>(map: ReadonlyMap<string, T>, module: string): T | undefined {
  for (let end = module.length; end > 0; end = module.lastIndexOf(".", end - 1)) {
    const found = map.get(module.slice(0, end));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** The group of a name, or of the class whose method it is. */
function dangerousClassOf(module: string, name: string): DangerousGroup | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
    const found = dangerousByName().get(`${module} ${name.slice(0, end)}`);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function dangerIn(module: string, name: string): Judgement | undefined {
  const group = dangerousClassOf(module, name) ?? nearest(dangerousModules(), module);
  if (group !== undefined) {
    const { why, carriesCode } = group;
    return { verdict: "dangerous", why, ...(carriesCode && { carriesCode }) };
  }
  const parts = name.split(".");
  if (parts.some((part) => /^__\w+__$/.test(part) && part !== "__main__")) {
    return dangerous("it reaches the inner works of Python, from where everything is in reach");
  }
  const alias = parts.find((part) => dangerousAliases.has(part.replace(/^_+/, "")));
  if (alias !== undefined) {
    return dangerous(`it reaches the module ${alias.replace(/^_+/, "")} through another one`);
  }
  if (parts.length === 1) {
    return dangerousNames.has(name) ? dangerous("a function of this name runs what it is given") : undefined;
  }
  return dangerInPath(parts) ?? dangerInPath([...module.split("."), ...parts]);
}

/** Longest paths of names that are split in every place: real ones have below 10 parts. */
const maxParts = 16;

/** A dotted name walks through modules and classes; it is as dangerous as what it ends in. */
function dangerInPath(parts: readonly string[]): Judgement | undefined {
  const some = parts.slice(-maxParts);
  for (let start = 0; start < some.length - 1; start += 1) {
    for (let split = start + 1; split < some.length; split += 1) {
      const path = some.slice(start, split).join(".");
      const rest = some.slice(split).join(".");
      const group = dangerousByName().get(`${path} ${rest}`);
      if (group !== undefined) {
        return dangerous(group.why);
      }
    }
  }
  return undefined;
}

/** A class, or a constant of it (of an enumeration). */
const classOrConstant = /^_?[A-Z]\w*(?:\.[A-Z_0-9]+)?$/;

/** A method of an estimator or a layer that only computes on its arguments. A table's `transform` calls what is named. */
const method =
  /^_?[A-Z]\w*\.(?:fit|transform|fit_transform|inverse_transform|predict|predict_proba|score|forward)$/;
const tables = /^(?:pandas|feature_engine|sklearn_pandas)(?:\.|$)/;

function allowedClass(module: string, name: string): Judgement | undefined {
  if (module === torchScriptModule || module.startsWith(`${torchScriptModule}.`)) {
    return { verdict: "allowed", why: "a class of the TorchScript code in the same archive" };
  }
  const group = nearest(classModules(), module);
  const isClass = classOrConstant.test(name) || (method.test(name) && !tables.test(module));
  const isLeftOut = group?.except?.some((each) => module === each || module.startsWith(`${each}.`));
  return group !== undefined && isClass && isLeftOut !== true
    ? { verdict: "allowed", why: group.why }
    : undefined;
}

/** Whatever else the standard library holds. */
function standard(module: string, name: string): Judgement | undefined {
  const top = module.split(".", 1)[0] ?? "";
  if (top === "builtins") {
    const [type = "", member, ...more] = name.split(".");
    if (member !== undefined && more.length === 0 && dataTypes.has(type)) {
      return { verdict: "allowed", why: "a method of a built-in type" };
    }
    return plainBuiltins.has(name)
      ? { verdict: "unknown", why: plainTypes }
      : dangerous("a built-in function that data has no use for");
  }
  if (otherStandardModules.has(top)) {
    return dangerous("a module of the standard library that data has no use for");
  }
  if (plainStandardModules.has(top) && name.includes(".") && /\.[a-z_]\w*$/.test(name)) {
    return { verdict: "unknown", why: plainTypes };
  }
  return undefined;
}
