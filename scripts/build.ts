// SPDX-License-Identifier: Apache-2.0
// Builds what cannot run from source: the precompiled schema validators (build/) and the published program
// (dist/). Runs after `npm ci` (script `prepare`); work whose inputs are unchanged is skipped.
//
// dist/ holds aibom's own code and what start-up needs, split into chunks that load when a command needs
// them; packages that only some commands need stay where npm put them. docs/decisions/0003 has the numbers.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type OutputOptions, rolldown } from "rolldown";
import { buildValidators } from "./validators.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Needed for `--help`: bundling them saves resolving a dozen files at every start. */
const bundledPackages = ["commander", "chalk"];

async function bundle(): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const external = Object.keys(manifest.dependencies).filter((name) => !bundledPackages.includes(name));
  const build = await rolldown({
    input: {
      main: join(root, "src/main.ts"),
      index: join(root, "src/index.ts"),
      worker: join(root, "src/digests/worker.ts"),
    },
    platform: "node",
    external: [/^node:/, ...external.map((name) => new RegExp(`^${name}($|/)`))],
    treeshake: true,
  });
  const output: OutputOptions = {
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    minify: true,
  };
  await build.write(output);
  await build.close();
}

function declarations(): void {
  execFileSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
}

async function main(): Promise<void> {
  await buildValidators();
  rmSync(dist, { recursive: true, force: true });
  await bundle();
  cpSync(join(root, "build/validators"), join(dist, "validators"), { recursive: true });
  if (!existsSync(join(dist, "main.js"))) {
    throw new Error("the bundler wrote no dist/main.js");
  }
  // Types are for publishing; a fresh clone that runs the demo does not wait for them.
  if (process.argv.includes("--types")) {
    declarations();
  }
}

await main();
