// SPDX-License-Identifier: Apache-2.0
// A real registry on this machine: crane's own, which has the referrers API, or distribution, which has none, so that
// tools fall back to tags. And the programs that fill it, with a home of their own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { answers, freePort, startServer } from "./server-process.ts";
import { type GoToolName, pathOf } from "./tools.ts";

export const registryKinds = ["crane", "registry"] as const;
export type RegistryKind = (typeof registryKinds)[number];

/** Starts a registry that ends with the test; answers its host and port. */
export async function startRegistry(t: TestContext, kind: RegistryKind, directory: string): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(directory, "registry.yml");
  const storage = JSON.stringify(join(directory, "storage"));
  writeFileSync(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${storage}}}\nhttp: {addr: "${host}"}\n`,
  );
  const server = await startServer({
    program: pathOf(kind),
    args: kind === "crane" ? ["registry", "serve", "--address", host] : ["serve", config],
    logFile: join(directory, "registry.log"),
    cwd: directory,
    isReady: () => answers(`http://${host}/v2/`),
  });
  t.after(() => server.stop());
  return host;
}

/** Runs a Go program in a directory, which is its home as well, and answers what it printed; it must succeed. */
export type Run = (name: GoToolName, ...args: readonly string[]) => string;

/** The programs in a directory. Keys are made and opened without a password. */
export function programsIn(directory: string): Run {
  const env = {
    ...process.env,
    HOME: directory,
    XDG_CONFIG_HOME: join(directory, "config"),
    COSIGN_PASSWORD: "",
  };
  return (name, ...args) => {
    const { status, stdout, stderr } = spawnSync(pathOf(name), args, {
      cwd: directory,
      env,
      encoding: "utf8",
    });
    assert.equal(status, 0, `${name} ${args.join(" ")}\n${stderr}`);
    return stdout.trim();
  };
}
