// SPDX-License-Identifier: Apache-2.0
// Builds what cannot run from source: the precompiled schema validators (build/) and the published program
// (dist/). Runs after `npm ci` (script `prepare`); work whose inputs are unchanged is skipped.
//
// dist/ holds aibom's own code and what start-up needs, split into chunks that load when a command needs
// them; packages that only some commands need stay where npm put them. docs/decisions/0003 has the numbers.

import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OutputOptions, type Plugin, rolldown } from "rolldown";
import { chunkGroup } from "./chunks.ts";
import { buildValidators } from "./validators.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Needed by every `verify`, by reading or at start: bundling them saves resolving a hundred files. */
const bundledPackages = [
  "commander",
  "chalk",
  "yaml",
  "packageurl-js",
  "spdx-expression-parse",
  "spdx-license-ids",
  "spdx-exceptions",
  "hyparquet",
];

/**
 * Commander starts programs as subcommands on request. We never ask, and loading `node:child_process` costs
 * milliseconds of every start; in dist/ the module is not there to be asked.
 */
const withoutChildProcess: Plugin = {
  name: "without-child-process",
  resolveId: (id, importer) => (isCommandersChildProcess(id, importer) ? "\0no-child-process" : null),
  load: (id) => (id === "\0no-child-process" ? "export default {};" : null),
};

function isCommandersChildProcess(id: string, importer: string | undefined): boolean {
  return id === "node:child_process" && importer?.includes("/node_modules/commander/") === true;
}

/**
 * `node:crypto` as wrappers that load it when one is called. It costs 6 ms, and a scan, the help and each reader's thread
 * compute no digest. Exports that are neither function nor class are looked up when they are read.
 */
const lazyCrypto: Plugin = {
  name: "lazy-crypto",
  resolveId: (id) => (id === "node:crypto" ? "\0lazy-crypto" : null),
  load: (id) => (id === "\0lazy-crypto" ? lazyCryptoSource() : null),
};

function lazyCryptoSource(): string {
  const wrappers = Object.entries(crypto).map(([name, value]) => {
    if (typeof value === "function" && /^[a-z]/.test(name)) {
      return `export const ${name} = (...args) => load().${name}(...args);`;
    }
    const [target, construct] =
      typeof value === "function"
        ? ["class {}", `construct: (_, args) => new (load().${name})(...args), `]
        : ["{}", ""];
    return `export const ${name} = /* @__PURE__ */ new Proxy(${target}, { ${construct}get: (_, key) => load().${name}[key] });`;
  });
  return [
    "let loaded;",
    'const load = () => (loaded ??= process.getBuiltinModule("node:crypto"));',
    ...wrappers.filter((line) => !line.startsWith("export const default ")),
  ].join("\n");
}

const builtinImport =
  /\bimport\s*(?:([\w$]+)\s*,?\s*)?(?:\{([^}]*)\}|\*\s*as\s+([\w$]+))?\s*from\s*["'](node:[\w/]+)["'];?/g;

/**
 * Takes built-in modules from `process.getBuiltinModule` instead of importing them. An import makes Node read
 * every property of the module, and with it load what hides behind lazy getters: streams, net, worker threads.
 * docs/decisions/0003 has the numbers.
 */
function loadBuiltinsLazily(file: string): void {
  const code = readFileSync(file, "utf8");
  const changed = code.replace(
    builtinImport,
    (_, one?: string, names?: string, all?: string, id?: string) => {
      const parts = names === undefined ? [one, all] : [one, `{${names.replaceAll(/\s+as\s+/g, ":")}}`];
      const targets = parts.filter((part) => part !== undefined);
      return targets.map((target) => `const ${target}=process.getBuiltinModule("${id}");`).join("");
    },
  );
  const left = /\bfrom\s*["']node:/.exec(changed);
  if (left !== null) {
    throw new Error(`${file}: an import of a built-in module was not understood near ${left.index}`);
  }
  writeFileSync(file, changed);
}

/**
 * Writes what is not ASCII as escapes. One other character makes V8 hold the text of a whole file in two bytes for each,
 * and reading it takes twice as long: 3 ms of every command that tells files apart.
 */
function escapeNonAscii(file: string): void {
  const code = readFileSync(file, "utf8");
  const escaped = code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  if (escaped !== code && code.includes("String.raw`")) {
    throw new Error(`${file}: raw strings cannot be escaped`);
  }
  writeFileSync(file, escaped);
}

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
      "reader-worker": join(root, "src/reading/worker.ts"),
      "layer-worker": join(root, "src/images/layer-worker.ts"),
      "cel-worker": join(root, "src/policy/cel/worker.ts"),
    },
    platform: "node",
    plugins: [withoutChildProcess, lazyCrypto],
    external: (id, importer) =>
      !isCommandersChildProcess(id, importer) &&
      id !== "node:crypto" &&
      (id.startsWith("node:") || external.some((name) => id === name || id.startsWith(`${name}/`))),
    treeshake: true,
    // What chunks share may be exported by any of them (chunks.ts); a test looks at what index.js exports.
    preserveEntrySignatures: "allow-extension",
  });
  const output: OutputOptions = {
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    minify: true,
    codeSplitting: { groups: [chunkGroup()] },
  };
  await build.write(output);
  await build.close();
  for (const name of readdirSync(dist).filter((each) => each.endsWith(".js"))) {
    loadBuiltinsLazily(join(dist, name));
    escapeNonAscii(join(dist, name));
  }
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
  cpSync(join(root, "src/audit/self-verifier"), join(dist, "audit/self-verifier"), { recursive: true });
  if (!existsSync(join(dist, "main.js"))) {
    throw new Error("the bundler wrote no dist/main.js");
  }
  // Types are for publishing; a fresh clone that runs the demo does not wait for them. npm runs `prepare` before
  // it packs, and says what it was asked to do.
  const isPacking = ["pack", "publish"].includes(process.env["npm_command"] ?? "");
  if (isPacking || process.argv.includes("--types")) {
    declarations();
  }
}

await main();
