// SPDX-License-Identifier: Apache-2.0
// Constants and calls of Python files: packages that are imported, variables that are set or asked for, addresses, models that
// are loaded by name, clients of model services. Comments and docstrings say nothing. Nothing is evaluated: what a
// program puts together while it runs is not seen.

import { normalizedPackage } from "./package-name.ts";
import { bracketStep, type PythonToken, pythonTokens } from "./python-tokens.ts";
import { type Configuration, emptyConfiguration, type Place } from "./settings.ts";

/** Functions that load a model or a dataset of a hub, and the argument that names it. */
const loaders: ReadonlyMap<string, readonly string[]> = new Map([
  ["from_pretrained", ["pretrained_model_name_or_path"]],
  ["snapshot_download", ["repo_id"]],
  ["hf_hub_download", ["repo_id"]],
  ["load_dataset", ["path"]],
  ["SentenceTransformer", ["model_name_or_path"]],
  ["LLM", ["model"]],
]);

/** Tokens of a call that are looked through: calls in calls would be read again and again. */
const maxCallTokens = 400;

export function readPython(path: string, text: string, clientNames: ReadonlySet<string>): Configuration {
  const configuration = emptyConfiguration(path, "python");
  const tokens = pythonTokens(text);
  for (const [index, token] of tokens.entries()) {
    const place = { path, line: token.line };
    if (token.kind === "text" && token.isProse !== true) {
      configuration.texts.push({ ...place, key: "text", text: token.text });
    }
    if (token.kind === "name") {
      readImport(tokens, index, place, configuration);
      readVariable(tokens, index, place, configuration);
      if (tokens[index + 1]?.text === "(" && tokens[index + 1]?.kind === "operator") {
        readCall(tokens, index, place, configuration, clientNames);
      }
    }
  }
  return configuration;
}

/** `import a.b, c` and `from a import b`. */
function readImport(tokens: readonly PythonToken[], index: number, place: Place, out: Configuration): void {
  const word = tokens[index]?.text;
  const isStart = index === 0 || tokens[index - 1]?.kind === "newline";
  if (!isStart || (word !== "import" && word !== "from")) {
    return;
  }
  for (let at = index + 1; tokens[at]?.kind === "name"; at += 1) {
    out.packages.push({ ...place, name: normalizedPackage(tokens[at]?.text ?? "") });
    while (tokens[at + 1]?.text === "." && tokens[at + 2]?.kind === "name") {
      at += 2;
    }
    if (word === "from" || tokens[at + 1]?.text !== ",") {
      return;
    }
    at += 1;
  }
}

/** `os.environ["X"] = "v"`, `os.environ.setdefault("X", "v")`, `os.getenv("X")`. */
function readVariable(tokens: readonly PythonToken[], index: number, place: Place, out: Configuration): void {
  const [word, next, third, fourth, fifth, sixth] = tokens.slice(index, index + 6);
  const isMethod = next?.text === "." && fourth?.text === "(";
  const isEnvironment = word?.text === "environ";
  if (isEnvironment && next?.text === "[" && third?.kind === "text") {
    const isSet = fourth?.text === "]" && fifth?.text === "=" && sixth?.kind === "text";
    out.variables.push({ ...place, name: third.text, ...(isSet ? { value: sixth.text } : {}) });
  } else if (isEnvironment && isMethod && fifth?.kind === "text") {
    const given = tokens[index + 7];
    const isSet = third?.text === "setdefault" && sixth?.text === "," && given?.kind === "text";
    out.variables.push({ ...place, name: fifth.text, ...(isSet ? { value: given.text } : {}) });
  } else if (
    (word?.text === "getenv" || word?.text === "putenv") &&
    next?.text === "(" &&
    third?.kind === "text"
  ) {
    const isSet = word.text === "putenv" && fifth?.kind === "text";
    out.variables.push({ ...place, name: third.text, ...(isSet ? { value: fifth.text } : {}) });
  }
}

interface CallArguments {
  readonly first?: string;
  readonly named: ReadonlyMap<string, string | undefined>;
}

function readCall(
  tokens: readonly PythonToken[],
  index: number,
  place: Place,
  out: Configuration,
  clientNames: ReadonlySet<string>,
): void {
  const name = tokens[index]?.text ?? "";
  const arguments_ = loaders.get(name);
  if (arguments_ === undefined && !clientNames.has(name)) {
    return;
  }
  // A definition of the same name is no call.
  if (/^(?:def|class)$/.test(tokens[index - 1]?.text ?? "")) {
    return;
  }
  const { first, named } = argumentsAt(tokens, index + 2);
  if (arguments_ === undefined) {
    out.clients.push({ ...place, name, argumentNames: [...named.keys()] });
    return;
  }
  const model = first ?? arguments_.map((each) => named.get(each)).find((each) => each !== undefined);
  const revision = named.get("revision");
  if (model !== undefined) {
    out.models.push({ ...place, model, ...(revision === undefined ? {} : { revision }) });
  }
}

/** The first positional argument and the named ones; values only where they are plain texts. */
function argumentsAt(tokens: readonly PythonToken[], from: number): CallArguments {
  const named = new Map<string, string | undefined>();
  let first: string | undefined;
  for (const at of argumentStarts(tokens, from)) {
    const [token, next, value, after] = tokens.slice(at, at + 4);
    if (token?.kind === "name" && next?.text === "=" && value?.text !== "=") {
      named.set(token.text, value?.kind === "text" && endsArgument(after) ? value.text : undefined);
    } else if (at === from && token?.kind === "text" && endsArgument(next)) {
      first = token.text;
    }
  }
  return { ...(first === undefined ? {} : { first }), named };
}

const endsArgument = (token: PythonToken | undefined): boolean => token?.text === "," || token?.text === ")";

/** Where each argument of a call begins. */
function argumentStarts(tokens: readonly PythonToken[], from: number): readonly number[] {
  const starts = [from];
  let depth = 1;
  for (let at = from; at < tokens.length && at < from + maxCallTokens; at += 1) {
    const token = tokens[at];
    depth += token?.kind === "operator" ? bracketStep(token.text) : 0;
    if (depth === 0) {
      break;
    }
    if (depth === 1 && token?.kind === "operator" && token.text === ",") {
      starts.push(at + 1);
    }
  }
  return starts;
}
