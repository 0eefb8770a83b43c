#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The command as npm installs it: checks the version of Node.js, turns on the compile cache, starts aibom.
// It has no static import and no new syntax, so that an old Node.js can still read it and say what to do.

const wanted = [24, 15];

function isOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < wanted[0] || (major === wanted[0] && minor < wanted[1]);
}

function refuse() {
  process.exitCode = 2;
  process.stderr.write(
    `aibom: error: Node.js ${wanted.join(".")} or newer is needed, this is ${process.versions.node}\n` +
      "aibom: hint: install Node.js 24, or run `npx -p node@24 -p aibom-cli aibom`\n",
  );
}

// The cache holds compiled code that V8 trusts, so it must not lie where other users can write: Node's own
// default is the shared temporary directory. A home directory that is not ours alone gets no cache.
function enableCompileCache() {
  // biome-ignore lint/style/noProcessEnv: runs before anything of src/ is loaded
  const env = process.env;
  const home = env.XDG_CACHE_HOME || (env.HOME && `${env.HOME}/.cache`) || env.LOCALAPPDATA;
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE || !home || !/^([/\\]|[A-Za-z]:)/.test(home)) {
    return;
  }
  try {
    directoryAt(home);
    const stat = directoryAt(`${home}/aibom`);
    const isOurs = !process.getuid || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0);
    if (stat.isDirectory() && isOurs) {
      process.getBuiltinModule("module").enableCompileCache(`${home}/aibom/compile-cache`);
    }
  } catch {
    // No home directory, or a read-only one, costs some milliseconds, nothing else.
  }
}

// Made if it is missing, its parents never: a home directory is not ours to make, and Node's recursive way does
// not end where the system answers "no such file" to everything, as below /proc.
function directoryAt(path) {
  const fs = process.getBuiltinModule("fs");
  if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    fs.mkdirSync(path, { mode: 0o700 });
  }
  return fs.lstatSync(path);
}

function start() {
  // Until a command has finished, the answer is "fault": an import that fails must not look like an allow.
  process.exitCode = 4;
  enableCompileCache();
  const fs = process.getBuiltinModule("fs");
  const built = new URL("../dist/main.js", import.meta.url);
  const main = fs.existsSync(built) ? built : new URL("../src/main.ts", import.meta.url);
  import(main.href).catch((error) => {
    process.exitCode = 4;
    process.stderr.write(`aibom: error: cannot start: ${String(error)} [CLI_FAULT]\n`);
  });
}

if (isOldNode()) {
  refuse();
} else {
  start();
}
