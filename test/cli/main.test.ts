// SPDX-License-Identifier: Apache-2.0
// The promises of the process: exit codes, streams, pipes, faults, signals.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import packageJson from "../../package.json" with { type: "json" };
import { commands, nameOf } from "../../src/cli/commands/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { aibom, cleanEnvironment, errorCode, mainPath, runProgram } from "./run-aibom.ts";

const bin = join(import.meta.dirname, "../../bin/aibom.js");

/** A module that node loads before aibom. */
function preload(code: string): string[] {
  return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

describe("usage", { concurrency: 4 }, () => {
  test("help and version are data on stdout and exit 0", async () => {
    for (const args of [["--help"], ["help"], ["help", "trust"], ["trust", "--help"], ["verify", "-h"]]) {
      const result = await aibom(args);
      assert.equal(result.code, 0, args.join(" "));
      assert.match(result.stdout, /^Usage: aibom/);
      assert.match(result.stdout, /Examples:\n {2}\$ /);
      assert.match(result.stdout, /Exit codes:/);
      assert.equal(result.stderr, "");
    }
    assert.equal((await aibom(["--version"])).stdout, `${packageJson.version}\n`);
  });

  test("every command has examples and exit codes in its help", async () => {
    for (const name of commands.map(nameOf)) {
      const { stdout } = await aibom([name, "--help"]);
      assert.ok((stdout.match(/^ {2}\$ aibom|^ {2}\$ source|^ {2}\$ SOURCE/gm) ?? []).length >= 2, name);
      assert.match(stdout, /Exit codes:\n {2}0 /, name);
    }
  });

  const wrong: readonly (readonly string[])[] = [
    [],
    ["nonsense"],
    ["verify"],
    ["verify", "x", "--nonsense"],
    ["verify", "x", "--policy"],
    ["keygen"],
    ["sign", "x"],
    ["trust"],
    ["trust", "nonsense"],
    ["trust", "add", "x"],
    ["validate"],
    ["inventory"],
    ["explain"],
    ["completion", "tcsh"],
    ["explain", "A", "B"],
  ];
  for (const args of wrong) {
    test(`exit 2 for: aibom ${args.join(" ")}`, async () => {
      const result = await aibom(args);
      assert.equal(result.code, 2, result.stderr);
      assert.equal(errorCode(result), "CLI_USAGE");
      assert.equal(result.stdout, "");
    });
  }

  test("the nearest command or flag is named", async () => {
    assert.match((await aibom(["verifi"])).stderr, /Did you mean verify\?/);
    assert.match((await aibom(["verify", "x", "--polcy", "p"])).stderr, /Did you mean --policy\?/);
    assert.match((await aibom(["explain", "CLI_USAG"])).stderr, /CLI_USAGE/);
  });

  test("a usage error leads to the help of its own command, and that help has no flags of the command above", async () => {
    for (const [args, name] of [
      [["report", "verify"], "report verify"],
      [["verify", "x", "--nonsense"], "verify"],
      [["report", "verify", "x", "--at", "yesterday"], "report verify"],
      [["nonsense"], undefined],
    ] as const) {
      const hint =
        name === undefined ? "`aibom --help` lists the commands" : `\`aibom ${name} --help\` lists`;
      assert.ok((await aibom(args)).stderr.replaceAll(/\s+/g, " ").includes(hint), args.join(" "));
    }
    const { stdout } = await aibom(["report", "verify", "--help"]);
    assert.match(stdout, /--expect-key[\s\S]*Global Options:[\s\S]*--quiet/);
    assert.doesNotMatch(stdout, /--unsealed|--escrow|--bom /);
  });

  test("invalid values have their own code", async () => {
    const cases: readonly (readonly string[])[] = [
      ["verify", "x", "--at", "yesterday"],
      ["verify", "x", "--jobs", "0"],
      ["keygen", "--out", "x", "--type", "rsa"],
      ["inventory", "x", "--digest", "md5"],
      ["inventory", "x", "--spec-version", "1.4"],
      ["sign", "x", "--key", "k", "--shards", "1TB"],
    ];
    for (const args of cases) {
      const result = await aibom(args);
      assert.equal(result.code, 2);
      assert.equal(errorCode(result), "CLI_OPTION_INVALID", args.join(" "));
    }
  });

  test("a usage error is one JSON object where JSON was asked for", async (t) => {
    const cwd = temporaryDirectory(t);
    const result = await aibom(["verify", "x", "--nonsense", "--format", "json"], { cwd });
    assert.equal(result.code, 2);
    assert.match(result.stdout, /"CLI_USAGE"/);
    JSON.parse(result.stdout);
  });

  test("explain knows every spelling and nothing else", async () => {
    const result = await aibom(["explain", "source-not-found"]);
    assert.equal(result.code, 0);
    assert.match(result.stdout, /^SOURCE_NOT_FOUND\n/);
    const hostile = await aibom(["explain", "\u001b[31m__proto__\n"]);
    assert.equal(hostile.code, 2);
    assert.equal(errorCode(hostile), "CLI_CODE_UNKNOWN");
    assert.ok(!hostile.stderr.includes("\u001b"));
  });
});

describe("streams", { concurrency: 4 }, () => {
  test("a reader that leaves early is no failure", async () => {
    const command = `"${process.execPath}" "${mainPath}" explain --list; echo "exit $?" >&2`;
    const result = await runProgram("bash", ["-c", `{ ${command}; } | head -1`]);
    assert.match(result.stdout, /^[A-Z0-9_]+ /);
    assert.equal(result.stdout.split("\n").length, 2);
    assert.equal(result.stderr, "exit 0\n");
  });

  test("a full disk is a failure", async (t) => {
    const result = await runProgram("bash", [
      "-c",
      `"${process.execPath}" "${mainPath}" explain --list > /dev/full`,
    ]);
    if (process.platform !== "linux") {
      t.skip("/dev/full is Linux only");
      return;
    }
    assert.equal(result.code, 2);
    assert.equal(errorCode(result), "CLI_OUTPUT_NOT_WRITABLE");
  });

  test("the null device is no terminal, and nobody loads a stream class to find out", (t) => {
    if (process.platform === "win32") {
      t.skip("/dev/null is POSIX only");
      return;
    }
    const script = join(temporaryDirectory(t), "null.ts");
    const output = join(import.meta.dirname, "../../src/cli/output.ts");
    writeFileSync(
      script,
      `import { createOutput } from ${JSON.stringify(output)};
       const { isTerminal, columns } = createOutput("stdout");
       const streams = process.moduleLoadList.filter((name) => /sync_write_stream|NativeModule tty$/.test(name));
       process._rawDebug(JSON.stringify({ isTerminal, columns, streams }));`,
    );
    const child = spawnSync(process.execPath, [script], {
      env: cleanEnvironment(),
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    assert.deepEqual(JSON.parse(child.stderr), { isTerminal: false, streams: [] });
  });

  test("300,000 bytes arrive whole in a slow pipe", async (t) => {
    const script = join(temporaryDirectory(t), "write.ts");
    const output = join(import.meta.dirname, "../../src/cli/output.ts");
    writeFileSync(
      script,
      `import { createOutput } from ${JSON.stringify(output)};
       process.exitCode = 4;
       createOutput("stdout").write("x".repeat(300_000)).then(() => { process.exitCode = 0; });`,
    );
    const child = spawn(process.execPath, [script], { env: cleanEnvironment() });
    let received = 0;
    for await (const chunk of child.stdout) {
      received += (chunk as Buffer).length;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(received, 300_000);
    assert.equal(child.exitCode ?? (await new Promise((resolve) => child.on("exit", resolve))), 0);
  });

  test("no colour without a terminal, colour when forced", async () => {
    const plain = await aibom(["explain", "NOPE"]);
    assert.ok(!plain.stderr.includes("\u001b["));
    const off = await aibom(["explain", "NOPE"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    assert.ok(!off.stderr.includes("\u001b["));
  });
});

/** Replaces the module that `explain` loads by one that does something before it answers. */
function planted(body: string): string[] {
  const source = `${body}\nexport const renderCode = () => "done\\n"; export const renderCodeList = renderCode;`;
  return preload(`import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) {
      return url.endsWith("/cli/code-text.ts")
        ? { format: "module", shortCircuit: true, source: ${JSON.stringify(source)} }
        : next(url, context); } })`);
}

const pause = "await new Promise((resolve) => setTimeout(resolve, 50));";

describe("faults are exit 4, whatever the command says", { concurrency: 4 }, () => {
  const explain = ["explain", "CLI_FAULT"];

  test("the planted module alone is no fault", async () => {
    assert.deepEqual(await aibom(explain, { node: planted(pause) }), {
      code: 0,
      stdout: "done\n",
      stderr: "",
    });
  });

  const faults = {
    "an exception nobody catches": "setTimeout(() => { throw new Error('boom') }, 0);",
    "a rejection nobody handles": "Promise.reject(new Error('boom'));",
    "a value that is no error": "setTimeout(() => { throw null }, 0);",
    "an error without a code": "throw new TypeError('boom');",
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(name, async () => {
      const result = await aibom(explain, { node: planted(`${fault} ${pause}`) });
      assert.equal(result.code, 4, result.stderr);
      assert.equal(errorCode(result), "CLI_FAULT");
      assert.ok(!result.stderr.includes("aibom: debug"));
    });
  }

  test("a promise that never settles", async () => {
    const result = await aibom(explain, { node: planted("await new Promise(() => {});") });
    assert.equal(result.code, 4);
    assert.equal(errorCode(result), "CLI_FAULT");
    assert.equal(result.stdout, "");
  });

  test("a module that does not load", async () => {
    const node = preload(`import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) {
        if (url.endsWith("/cli/run.ts")) { throw new Error("damaged installation"); }
        return next(url, context); } })`);
    const result = await aibom(explain, { node });
    assert.equal(result.code, 4);
    assert.equal(errorCode(result), "CLI_FAULT");
  });

  test("the stack only with --debug", async () => {
    const result = await aibom(["--debug", ...explain], { node: planted("throw new Error('boom');") });
    assert.equal(result.code, 4);
    assert.match(result.stderr, /^aibom: debug: .*boom/m);
  });
});

describe("signals", { concurrency: 2 }, () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} ends with ${code} even if the command finishes`, async () => {
      const node = planted(`process.kill(process.pid, "${signal}"); ${pause}`);
      assert.equal((await aibom(["explain", "CLI_FAULT"], { node })).code, code);
    });
  }
});

describe("the bin", () => {
  test("starts aibom", async () => {
    const result = await runProgram(process.execPath, [bin, "--version"]);
    assert.equal(result.code, 0);
    assert.equal(result.stdout, `${packageJson.version}\n`);
  });

  test("says what to do on an old Node.js", async () => {
    for (const old of ["20.20.2", "24.14.9", "8.0.0"]) {
      const node = preload(`Object.defineProperty(process.versions, "node", { value: "${old}" })`);
      const result = await runProgram(process.execPath, [...node, bin, "--version"]);
      assert.equal(result.code, 2, old);
      assert.match(result.stderr, /Node\.js 24\.15 or newer is needed/);
      assert.equal(result.stdout, "");
    }
    for (const current of ["24.15.0", "25.0.0", "100.0.0"]) {
      const node = preload(`Object.defineProperty(process.versions, "node", { value: "${current}" })`);
      assert.equal((await runProgram(process.execPath, [...node, bin, "--version"])).code, 0, current);
    }
  });

  test("starts without a usable home directory, and makes none", { timeout: 30_000 }, async (t) => {
    const root = temporaryDirectory(t);
    writeFileSync(join(root, "file"), "");
    mkdirSync(join(root, "home/.cache"), { recursive: true });
    writeFileSync(join(root, "home/.cache/aibom"), "");
    const missing = join(root, "missing");
    for (const home of [
      "",
      "relative",
      missing,
      join(root, "file"),
      join(root, "home"),
      "/proc",
      "/dev/null",
    ]) {
      const env = { HOME: home, XDG_CACHE_HOME: "" };
      const result = await runProgram(process.execPath, [bin, "--version"], { env });
      assert.deepEqual(result, { code: 0, stdout: `${packageJson.version}\n`, stderr: "" }, home);
    }
    assert.ok(!existsSync(missing));
  });

  test("keeps its compile cache out of directories that others can write", async (t) => {
    const home = temporaryDirectory(t);
    const directory = join(home, ".cache/aibom");
    const env = { HOME: home, XDG_CACHE_HOME: "" };
    assert.equal((await runProgram(process.execPath, [bin, "--version"], { env })).code, 0);
    assert.ok(existsSync(join(directory, "compile-cache")));
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    assert.equal((await runProgram(process.execPath, [bin, "--version"], { env })).code, 0);
    assert.ok(!existsSync(join(directory, "compile-cache")));
  });
});
