// SPDX-License-Identifier: Apache-2.0
// Classes that run a text of their state as code while they are unpickled. Their imports are harmless and common, so the
// text decides. Sources: SciPy 1.16, stats/_distn_infrastructure.py (`_attach_argparser_methods` calls `exec`);
// statsmodels 0.14, base/data.py (`__setstate__` evaluates the model's formula with patsy).

import type { Machine } from "./machine.ts";
import { Call, Dict, type Import, itemsOf, type Value } from "./value.ts";

interface StateCode {
  /** The package; what lies below it counts as well. */
  readonly module: string;
  readonly key: string;
  readonly isHarmless: (text: string) => boolean;
}

/** What SciPy writes: three functions that hand their arguments on. */
const parserTemplate =
  /^\s*def _parse_args\(self,[\w=., ]*\):\s+return [\w,() .]*\s+def _parse_args_rvs\(self,[\w=., ]*\):\s+return self\._argcheck_rvs\([\w=., ]*\)\s+def _parse_args_stats\(self,[\w=., ']*\):\s+return [\w,() .]*\s*$/;

/** What no formula of a statistical model needs. */
const dangerInFormula =
  /__|\b(?:eval|exec|execfile|compile|open|getattr|setattr|globals|locals|vars|input|breakpoint)\s*\(|\b(?:os|sys|subprocess|builtins|importlib|runpy|shutil|socket|pickle|ctypes|io)\s*\./;

const stateCodes: readonly StateCode[] = [
  { module: "scipy.stats", key: "_parse_arg_template", isHarmless: (text) => isParser(text) },
  { module: "statsmodels", key: "formula", isHarmless: (text) => !dangerInFormula.test(text) },
];

const maxParserCharacters = 4096;

/** Calls inside the parentheses are impossible: only names, numbers and separators stand there. */
function isParser(text: string): boolean {
  return text.length <= maxParserCharacters && parserTemplate.test(text) && !/\w\(/.test(returns(text));
}

/** What the functions return, without the one call that all of them have. */
function returns(text: string): string {
  return [...text.matchAll(/return ([^\n]*)/g)]
    .map(([, value = ""]) => value.replace("_argcheck_rvs(", ""))
    .join("\n");
}

/** True if an import is of a package in which such a class lies. */
export function mayRunState({ module }: Import): boolean {
  return stateCodes.some((each) => isBelow(module, each.module));
}

function isBelow(module: string, parent: string): boolean {
  return module === parent || module.startsWith(`${parent}.`);
}

/** True if the state that BUILD hands to an object holds a text that one of these classes would run, and not one of its own. */
export function holdsCode(target: Value, machine: Machine): boolean {
  return (
    target instanceof Call &&
    pairsOf(target.state, machine).some(([key, value]) => {
      const rule = stateCodes.find((each) => each.key === key);
      const text = rule === undefined ? undefined : machine.textOf(value);
      return rule !== undefined && (text === undefined || !rule.isHarmless(text));
    })
  );
}

/** Keys and values, also where the state is a list of pairs, which `dict.update` takes as well. */
function pairsOf(
  state: Value | undefined,
  machine: Machine,
): readonly (readonly [string | undefined, Value | undefined])[] {
  if (state instanceof Dict) {
    const { entries } = state;
    return entries.flatMap((key, at) =>
      at % 2 === 0 ? [[machine.textOf(key), entries[at + 1]] as const] : [],
    );
  }
  return itemsOf(state).flatMap((each) => {
    const pair = each instanceof Dict ? [each.entries[0], each.entries[2]] : itemsOf(each);
    return pair.length === 2 ? [[machine.textOf(pair[0]), pair[1]] as const] : [];
  });
}
