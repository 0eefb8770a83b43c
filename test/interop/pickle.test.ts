// SPDX-License-Identifier: Apache-2.0
// CPython's own unpickler as the reference: with imports and calls stubbed, it names the same imports in the same order
// as our machine, on right pickles and on mutated ones, up to the place where it stops. Needs python3 and nothing else.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pickleSamples } from "../../fixtures/pickle-samples.ts";
import { memorySource } from "../../src/bytes/byte-source.ts";
import { ImportTable } from "../../src/formats/pickle/import-table.ts";
import { PickleInput } from "../../src/formats/pickle/input.ts";
import { Machine } from "../../src/formats/pickle/machine.ts";
import { runStream } from "../../src/formats/pickle/run-stream.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const python = process.env["AIBOM_INTEROP_PYTHON"] ?? "python3";
const probe = spawnSync(python, ["--version"]);
const skip = probe.status === 0 ? false : `${python} is not there`;

/** Unpickles each file of a list with everything it imports replaced by a stub that does nothing. */
const reference = `
import json, pickle, resource, sys
# Mutated pickles may ask for all the memory there is.
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

class Meta(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub

class Stub(metaclass=Meta):
    def __new__(cls, *args, **kwargs):
        return object.__new__(Stub)
    def __init__(self, *args, **kwargs): pass
    def __call__(self, *args, **kwargs): return Stub()
    def __setstate__(self, state): pass
    def __setitem__(self, key, value): pass
    def __hash__(self): return 1
    def append(self, value): pass
    def extend(self, values): pass
    def add(self, value): pass

class Unpickler(getattr(pickle, sys.argv[3])):
    def find_class(self, module, name):
        self.seen.append([module, name])
        return Stub
    def persistent_load(self, pid): return Stub()

result = []
for path in json.load(open(sys.argv[1])):
    with open(path, "rb") as file:
        unpickler = Unpickler(file)
        unpickler.seen = []
        end = None
        try:
            unpickler.load()
            end = file.tell()
        except (RecursionError, MemoryError):
            unpickler.seen = None
        except Exception as error:
            pass
        result.append([unpickler.seen, end])
json.dump(result, open(sys.argv[2], "w"))
`;

interface Run {
  readonly imports: readonly (readonly [string, string])[];
  readonly isComplete: boolean;
}

function ours(bytes: Uint8Array): Run {
  const imports = new ImportTable();
  let isComplete = true;
  try {
    runStream(new Machine(new PickleInput(memorySource(bytes, "x")), imports), 100_000);
  } catch {
    isComplete = false;
  }
  const named = imports.all.filter(({ module }) => module !== "<extension>");
  return { imports: named.map(({ module, name }) => [module, name]), isComplete };
}

function unique(seen: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [...new Map(seen.map((each) => [each.join("\n"), each])).values()];
}

for (const unpickler of ["Unpickler", "_Unpickler"]) {
  test(`imports are those of CPython's ${unpickler}`, { skip }, (t) => {
    const directory = temporaryDirectory(t);
    const random = seededRandom(4);
    const samples = pickleSamples().map(({ bytes }) => bytes);
    const inputs = [
      ...samples,
      ...Array.from({ length: 4000 }, (_, index) =>
        mutate(samples[index % samples.length] ?? new Uint8Array(), random),
      ),
    ];
    const paths = inputs.map((bytes, index) => {
      const path = join(directory, `${index}.pkl`);
      writeFileSync(path, bytes);
      return path;
    });
    writeFileSync(join(directory, "list.json"), JSON.stringify(paths));
    const resultPath = join(directory, "result.json");
    execFileSync(python, ["-c", reference, join(directory, "list.json"), resultPath, unpickler]);
    const results = JSON.parse(readFileSync(resultPath, "utf8")) as [
      [string, string][] | null,
      number | null,
    ][];
    let compared = 0;
    for (const [index, [seen, end]] of results.entries()) {
      const bytes = inputs[index] ?? new Uint8Array();
      const run = ours(bytes);
      if (seen === null) {
        continue;
      }
      // The one in Python takes the end of the file for the end of a line: its last import may be half a name.
      const theirs = unique(unpickler === "_Unpickler" && end === null ? seen.slice(0, -1) : seen);
      const shown = `${index}: ${Buffer.from(bytes).toString("latin1")}`;
      // We never see less. We see more where CPython stops for the value of something that we do not build.
      const mine = run.imports.filter(([module, name]) => module !== "<unknown>" && name !== "<unknown>");
      const known = theirs.filter(
        ([module, name]) => typeof module === "string" && typeof name === "string" && name !== "",
      );
      for (const pair of known) {
        assert.ok(
          mine.some((each) => each[0] === pair[0] && each[1] === pair[1]),
          `${JSON.stringify(pair)} is missing in ${shown}`,
        );
      }
      if (end !== null) {
        assert.ok(run.isComplete, `CPython reads to the end: ${shown}`);
        assert.equal(mine.length, known.length, shown);
        compared += 1;
      }
    }
    assert.ok(compared > samples.length / 2, `${compared} were read to the end by both`);
  });
}
