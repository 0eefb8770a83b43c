// SPDX-License-Identifier: Apache-2.0
// Which chunk of dist/ a module goes into. Every file that Node.js opens costs 0.4 ms of start-up, so modules that
// load together lie together: a chunk holds what its roots import and no earlier chunk holds. It therefore
// imports earlier chunks only, never in a circle. Modules that no root reaches are left to the bundler, which
// gives each set of commands that share some a chunk of its own. docs/decisions/0003 has the numbers.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ChunkingContext, CodeSplittingGroup } from "rolldown";

const root = join(import.meta.dirname, "..");

/** One file per command; each stays a chunk of its own, and only the command that is asked for is loaded. */
const commandFiles = readdirSync(join(root, "src/cli/commands"))
  .filter((name) => name.endsWith(".ts") && name !== "index.ts")
  .map((name) => `src/cli/commands/${name}`);

/** In the order in which they load. */
const chunks: readonly { readonly name: string; readonly roots: readonly string[] }[] = [
  // Every start: the command line, and what the flags of several commands are made of. Failures need `sinks.ts`, too.
  { name: "start", roots: ["src/cli/run.ts", "src/cli/sinks.ts"] },
  // Every hashing thread: its start is paid once for each, so it has nothing else.
  { name: "hashing", roots: ["src/digests/job.ts", "src/digests/run-task.ts"] },
  // Every code with its text, and what renders findings and verdicts.
  {
    name: "report",
    roots: [
      "src/errors.ts",
      "src/model/finding.ts",
      "src/codes/nearest.ts",
      "src/report/errors.ts",
      "src/report/reporters/index.ts",
    ],
  },
  // Small files that are read and written: trust root, reports, signatures.
  {
    name: "documents",
    roots: [
      "src/trust/load.ts",
      "src/trust/edit.ts",
      "src/trust/public-key-file.ts",
      "src/bytes/utf8.ts",
      "src/cli/overwrite.ts",
      "src/cli/write-file.ts",
    ],
  },
  // Every reader's thread: formats, and what opens a file for them. The main thread needs them to tell files apart.
  { name: "reading", roots: ["src/reading/file-on-disk.ts"] },
  // Licence lists and expressions: the gate, BOMs, `validate`.
  { name: "spdx", roots: ["src/bom/spdx.ts"] },
  // The gate without BOM and policy file; most of it is what `inventory` and `sign` need, too.
  { name: "verify", roots: ["src/verify.ts"] },
];

/** What is loaded without the command line must not load it: what it has in common with it is a chunk apart. */
const withoutCommandLine = [
  "src/index.ts",
  "src/digests/worker.ts",
  "src/reading/worker.ts",
  "src/images/layer-worker.ts",
];

/** Modules that `roots` import, directly or not; a dynamic import is where another chunk may start. */
function reachable(roots: readonly string[], context: ChunkingContext): Set<string> {
  const found = new Set<string>();
  const queue = roots.map((path) => join(root, path));
  const missing = queue.find((id) => context.getModuleInfo(id) === null);
  if (missing !== undefined) {
    throw new Error(`scripts/chunks.ts names a module that dist/ does not have: ${missing}`);
  }
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (!found.has(id)) {
      found.add(id);
      queue.push(...(context.getModuleInfo(id)?.importedIds ?? []));
    }
  }
  return found;
}

/** Modules that more than one command needs for its flags. What one alone needs stays with it. */
function sharedByCommands(context: ChunkingContext): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of commandFiles) {
    for (const id of reachable([path], context)) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return [...counts].flatMap(([id, count]) => (count > 1 ? [id] : []));
}

function assignChunks(context: ChunkingContext): Map<string, string> {
  const assigned = new Map<string, string>();
  const apart = reachable(withoutCommandLine, context);
  const own = new Set(commandFiles.map((path) => join(root, path)));
  for (const { name, roots } of chunks) {
    const shared = name === "start" ? sharedByCommands(context) : [];
    for (const id of [...reachable(roots, context), ...shared]) {
      if (!assigned.has(id) && !own.has(id)) {
        assigned.set(id, name === "start" && apart.has(id) ? "base" : name);
      }
    }
  }
  return assigned;
}

/** The rule for the bundler. */
export function chunkGroup(): CodeSplittingGroup {
  let assigned: Map<string, string> | undefined;
  return {
    debugName: "chunks of scripts/chunks.ts",
    name: (id, context) => {
      assigned ??= assignChunks(context);
      return assigned.get(id);
    },
    // The rule above already did, and in the right order.
    includeDependenciesRecursively: false,
  };
}
