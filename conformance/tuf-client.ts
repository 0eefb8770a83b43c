// SPDX-License-Identifier: Apache-2.0
// Our TUF client behind the command line that the tuf-conformance suite drives:
//   --metadata-dir DIR init ROOT
//   --metadata-dir DIR --metadata-url URL refresh
//   --metadata-dir DIR --metadata-url URL --target-name NAME --target-base-url URL --target-dir DIR download
// Exit code 0 for success, 1 for anything else. The code path is that of `aibom trust update`; delegations, which a
// trust root may not have, are followed here. The clock is the real one: the suite turns it with faketime. Beyond the
// protocol, for test/interop: `--at TIME` instead of the clock, and the command `info`, which prints what the metadata
// says about a target, or null.

import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AibomError } from "../src/errors.ts";
import { createFetchBytes } from "../src/net/fetch-bytes.ts";
import { replaceFile } from "../src/trust/durable-write.ts";
import { type MetadataFiles, runTufClient, type TufClient } from "../src/trust/tuf/client.ts";
import type { FetchBytes } from "../src/trust/tuf/source.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "metadata-dir": { type: "string" },
    "metadata-url": { type: "string" },
    "target-name": { type: "string" },
    "target-base-url": { type: "string" },
    "target-dir": { type: "string" },
    at: { type: "string" },
  },
});

function required(name: keyof typeof values): string {
  const value = values[name];
  if (value === undefined) {
    throw new Error(`--${name} is missing`);
  }
  return value;
}

async function main(): Promise<void> {
  const [command, argument] = positionals;
  const directory = required("metadata-dir");
  switch (command) {
    case "init":
      mkdirSync(directory, { recursive: true });
      replaceFile(join(directory, "root.json"), readFileSync(argument ?? ""));
      return;
    case "refresh":
      return run(directory, () => Promise.resolve());
    case "download":
      return run(directory, download);
    case "info":
      return run(directory, printInfo);
    default:
      throw new Error(`unknown command ${command}`);
  }
}

async function run(directory: string, use: (client: TufClient) => Promise<void>): Promise<void> {
  const fetch: FetchBytes = createFetchBytes({ online: true });
  const slash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);
  const metadataUrl = slash(required("metadata-url"));
  const targetsUrl = slash(values["target-base-url"] ?? metadataUrl);
  const source = { name: metadataUrl, metadataUrl, targetsUrl, fetch };
  const before = load(directory);
  const at = values.at === undefined ? new Date() : new Date(values.at);
  const { metadata, outcome } = await runTufClient({ metadata: before, source, at }, use);
  for (const [name, bytes] of metadata) {
    if (!Buffer.from(bytes).equals(before.get(name) ?? new Uint8Array())) {
      replaceFile(join(directory, name), bytes);
    }
  }
  if (!outcome.isDone) {
    throw outcome.error;
  }
}

function load(directory: string): MetadataFiles {
  const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
  return new Map(names.map((name) => [name, readFileSync(join(directory, name))]));
}

async function download(client: TufClient): Promise<void> {
  const name = required("target-name");
  const target = await client.find(name);
  if (target === undefined) {
    throw new Error(`no such target: ${name}`);
  }
  // One file name per target name, whatever is in it.
  const path = join(required("target-dir"), createHash("sha256").update(name).digest("hex"));
  if (!(await isStored(path, target))) {
    replaceFile(path, await client.read(target));
  }
}

async function printInfo(client: TufClient): Promise<void> {
  const target = await client.find(required("target-name"));
  process.stdout.write(`${JSON.stringify(target?.toJSON() ?? null)}\n`);
}

async function isStored(path: string, target: Awaited<ReturnType<TufClient["find"]>>): Promise<boolean> {
  try {
    await target?.verify(createReadStream(path));
    return true;
  } catch {
    return false;
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${error instanceof AibomError ? `[${error.code}] ` : ""}${text}\n`);
  process.exitCode = 1;
}
