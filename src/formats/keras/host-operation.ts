// SPDX-License-Identifier: Apache-2.0
// TensorFlow functions that a Keras layer may call by name, and that reach the host. Keras stores the call of a
// TensorFlow function in a model as a layer with the function's name: `math.add`, `io.read_file`.

/** A function that reaches the host. */
export interface HostOperation {
  readonly name: string;
  readonly reason: string;
}

const runsPython = "runs Python code of the host";
const touchesFiles = "reads or writes files";
const loadsCode = "loads native code";

const operations: ReadonlyMap<string, string> = new Map([
  ["py_function", runsPython],
  ["numpy_function", runsPython],
  ["py_func", runsPython],
  ["pyfunc", runsPython],
  ["eagerpyfunc", runsPython],
  ["pyfuncstateless", runsPython],
  ["read_file", touchesFiles],
  ["readfile", touchesFiles],
  ["write_file", touchesFiles],
  ["writefile", touchesFiles],
  ["matching_files", touchesFiles],
  ["matchingfiles", touchesFiles],
  ["print_v2", "may write to a file"],
  ["save_v2", touchesFiles],
  ["savev2", touchesFiles],
  ["restore_v2", touchesFiles],
  ["restorev2", touchesFiles],
  ["load_library", loadsCode],
  ["load_op_library", loadsCode],
]);

/** What a call reaches, by the last part of its name or by any word of a node's definition. */
export function hostOperation(operation: string): HostOperation | undefined {
  for (const word of operation
    .slice(0, maxDefinitionCharacters)
    .toLowerCase()
    .split(/[^a-z0-9_]+/u)) {
    const reason = operations.get(word);
    if (reason !== undefined) {
      return { name: word, reason };
    }
  }
  return operation.toLowerCase().includes("gfile") ? { name: operation, reason: touchesFiles } : undefined;
}

/** Characters of a node's definition in text form that are searched. */
const maxDefinitionCharacters = 100_000;
